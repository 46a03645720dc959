"""What a search can answer instead of a page. Messages are in French: faces show them as they are."""

from search.typography import typeset


class RequestError(ValueError):
    """The request cannot be served as asked; `parameter` names the culprit."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(typeset(message))
        self.parameter = parameter


class EngineUnavailable(RuntimeError):
    """There is no index that can answer; the message names the repair (`make index`)."""
