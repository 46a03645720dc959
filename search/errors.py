"""What a search can answer instead of a page. Messages are in French: faces show them as they are."""

from search.typography import typeset


class RequestError(ValueError):
    """The request cannot be served as asked; `parameter` names the culprit, `position` the offset in it."""

    def __init__(self, parameter: str, message: str, position: int | None = None) -> None:
        super().__init__(typeset(message))
        self.parameter, self.position = parameter, position


class EngineUnavailable(RuntimeError):
    """There is no index that can answer; the message names the repair (`make index`)."""
