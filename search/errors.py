"""The errors of a search. Messages are in French; pages and the API show them as they are."""

from kiosque.corpus.french import NBSP, typeset


class RequestError(ValueError):
    """A parameter of the request cannot be used: `parameter` is its name, `position` the offset in it."""

    def __init__(self, parameter: str, message: str, position: int | None = None) -> None:
        super().__init__(typeset(message))
        self.parameter, self.position = parameter, position


class QueryTimeout(RuntimeError):
    """The query was stopped after `seconds`; the message says which queries cost less."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            typeset(
                f"La recherche a été arrêtée au bout de {seconds}{NBSP}s. Demandez moins de mots ou des plus rares, "
                "sans jokers (« * ») ni mots approchés (« ~ »), ou réessayez plus tard."
            )
        )
        self.seconds = seconds


class EngineUnavailable(RuntimeError):
    """No index can answer; the message names the repair (`make index`)."""
