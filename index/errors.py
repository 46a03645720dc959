"""What can be wrong with an index folder. Every message names the repair, in French: people read it."""

from collections.abc import Iterable


class IndexProblem(RuntimeError):
    """The index cannot be used as it stands."""


class MissingIndex(IndexProblem):
    """There is no committed index in the folder."""

    def __init__(self, directory: object) -> None:
        super().__init__(f"Aucun index dans «\u00a0{directory}\u00a0». Lancez\u00a0: make index")


class DamagedIndex(IndexProblem):
    """The folder holds an index that cannot be read."""

    def __init__(self, directory: object, cause: object) -> None:
        super().__init__(
            f"L’index «\u00a0{directory}\u00a0» est illisible ({cause}). Reconstruisez-le\u00a0: make index"
        )


class VanishedSegment(DamagedIndex, FileNotFoundError):
    """A file of a segment is not there: a newer commit has just removed it, or the index is damaged."""


class BusyIndex(IndexProblem):
    """Another build holds the folder's lock."""

    def __init__(self, directory: object) -> None:
        super().__init__(
            f"Une autre indexation est en cours dans «\u00a0{directory}\u00a0». Attendez sa fin, puis relancez."
        )


class UnusableFolder(IndexProblem):
    """The folder of the index cannot be made or written."""

    def __init__(self, directory: object, cause: object) -> None:
        super().__init__(
            f"Impossible d’écrire dans «\u00a0{directory}\u00a0» ({cause}). "
            "Choisissez un autre dossier\u00a0: INDEX=/dossier"
        )


class EmptyCorpus(IndexProblem):
    """No article was read: the previous index is kept."""

    def __init__(self, paths: Iterable[object], refused: Iterable[str]) -> None:
        named = ", ".join(f"«\u00a0{path}\u00a0»" for path in paths)
        message = f"Aucun article lu dans {named}\u00a0: l’index reste tel quel. Vérifiez CORPUS=/dossier"
        super().__init__("\n".join([message, *refused]))


class ForeignIndex(IndexProblem):
    """The index was written by another version, or with another stemmer: its terms are not ours."""

    def __init__(self, directory: object, versions: object) -> None:
        super().__init__(
            f"L’index «\u00a0{directory}\u00a0» vient d’une autre version de Kiosque ({versions}). "
            "Reconstruisez-le\u00a0: make index"
        )


class OversizedSegment(IndexProblem):
    """What is to be merged is more than one segment holds: the segments stay as they are."""

    def __init__(self, what: object) -> None:
        super().__init__(f"Trop pour un seul segment ({what}). Gardez les segments séparés.")


class ForeignArrays(IndexProblem):
    """A segment holds what only Whoosh's writer merges: vectors, other formats, other columns."""

    def __init__(self, segment: str, what: object) -> None:
        super().__init__(
            f"Le segment «\u00a0{segment}\u00a0» contient {what}\u00a0: fusionnez-le par writer.commit(optimize=True)."
        )


class FailedWorker(IndexProblem):
    """A process of a build failed: nothing was committed."""

    def __init__(self, cause: object) -> None:
        super().__init__(f"L’indexation a échoué ({cause})\u00a0: l’index reste tel quel. Relancez\u00a0: make index")


class BadArchive(IndexProblem):
    """An archive does not hold an index as it was exported: nothing was replaced."""

    def __init__(self, archive: object, cause: object) -> None:
        super().__init__(
            f"L’archive «\u00a0{archive}\u00a0» est illisible ({cause})\u00a0: l’index reste tel quel. "
            "Exportez-la de nouveau."
        )
