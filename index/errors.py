"""What can be wrong with an index folder. Every message names the repair, in French: people read it."""

from collections.abc import Iterable

from kiosque.corpus.french import typeset


def french(message: str, *values: object) -> str:
    """A message for people, written with plain spaces: typeset, then filled, so that a path stays as it is."""
    return typeset(message).format(*values)


class IndexProblem(RuntimeError):
    """The index cannot be used. See `french` for `message` and `values`."""

    def __init__(self, message: str, *values: object) -> None:
        super().__init__(french(message, *values))


class MissingIndex(IndexProblem):
    """The folder has no committed index."""

    def __init__(self, directory: object) -> None:
        super().__init__("Aucun index dans « {} ». Lancez : make index", directory)


class ForbiddenIndex(IndexProblem):
    """The system does not let the folder of the index be read."""

    def __init__(self, directory: object) -> None:
        super().__init__(
            "Lecture interdite dans « {} » : donnez à ce compte le droit de lire le dossier et ses fichiers.", directory
        )


class DamagedIndex(IndexProblem):
    """The folder holds an index that cannot be read."""

    def __init__(self, directory: object, cause: object) -> None:
        super().__init__("L’index « {} » est illisible ({}). Reconstruisez-le : make index", directory, cause)


class VanishedSegment(DamagedIndex, FileNotFoundError):
    """A segment's file is missing: a newer commit has just removed it, or the index is damaged."""


class BusyIndex(IndexProblem):
    """Another build holds the folder's lock."""

    def __init__(self, directory: object) -> None:
        super().__init__("Une autre indexation est en cours dans « {} ». Attendez sa fin, puis relancez.", directory)


class UnusableFolder(IndexProblem):
    """The folder of the index cannot be created or written."""

    def __init__(self, directory: object, cause: object) -> None:
        super().__init__(
            "Impossible d’écrire dans « {} » ({}). Choisissez un autre dossier : INDEX=/dossier", directory, cause
        )


class EmptyCorpus(IndexProblem):
    """No article was read: the previous index is kept."""

    def __init__(self, paths: Iterable[object], refused: Iterable[str]) -> None:
        named = ", ".join(french("« {} »", path) for path in paths)
        lines = "".join(f"\n{line}" for line in refused)
        super().__init__("Aucun article lu dans {} : l’index reste tel quel. Vérifiez CORPUS=/dossier{}", named, lines)


class TooManyRemoved(IndexProblem):
    """A sync would remove a large share of the index: it is kept as it is."""

    def __init__(self, removed: int, of: int) -> None:
        super().__init__(
            "{} articles sur {} seraient retirés : l’index reste tel quel. Le dossier est-il là tout entier ? "
            "Sinon, relancez sync avec --yes, ou relevez KIOSQUE_SYNC_REMOVED_PERCENT.",
            removed,
            of,
        )


class ForeignIndex(IndexProblem):
    """Another version, or another lexicon, wrote the index: its terms differ."""

    def __init__(self, directory: object, versions: object) -> None:
        super().__init__(
            "L’index « {} » vient d’une autre version de Kiosque ({}). Reconstruisez-le : make index",
            directory,
            versions,
        )


class OversizedSegment(IndexProblem):
    """The merged segment would be too large: the segments stay separate."""

    def __init__(self, what: object) -> None:
        super().__init__("Trop pour un seul segment ({}). Gardez les segments séparés.", what)


class ForeignArrays(IndexProblem):
    """The segment has vectors, other formats or other columns, which only Whoosh's writer merges."""

    def __init__(self, segment: str, what: object) -> None:
        super().__init__(
            "Le segment « {} » contient {} : fusionnez-le par writer.commit(optimize=True).", segment, what
        )


class FailedWorker(IndexProblem):
    """A process of a build failed: nothing was committed."""

    def __init__(self, cause: object) -> None:
        super().__init__("L’indexation a échoué ({}) : l’index reste tel quel. Relancez : make index", cause)


class BadArchive(IndexProblem):
    """The archive is not an index as it was exported: nothing was replaced."""

    def __init__(self, archive: object, cause: object) -> None:
        super().__init__(
            "L’archive « {} » est illisible ({}) : l’index reste tel quel. Exportez-la de nouveau.", archive, cause
        )
