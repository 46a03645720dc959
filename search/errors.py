"""What a search can answer instead of a page. Messages are in French: faces show them as they are."""

from kiosque.corpus.french import typeset


class RequestError(ValueError):
    """The request cannot be served as asked; `parameter` names the culprit, `position` the offset in it."""

    def __init__(self, parameter: str, message: str, position: int | None = None) -> None:
        super().__init__(typeset(message))
        self.parameter, self.position = parameter, position


class QueryTimeout(RuntimeError):
    """The query was stopped after `seconds`; the message says what costs less."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            typeset(
                f"La recherche a été arrêtée au bout de {seconds}\u00a0s. Demandez moins de mots ou des plus rares, "
                "sans jokers («\u00a0*\u00a0») ni mots approchés («\u00a0~\u00a0»), ou réessayez plus tard."
            )
        )
        self.seconds = seconds


class EngineUnavailable(RuntimeError):
    """There is no index that can answer; the message names the repair (`make index`)."""
