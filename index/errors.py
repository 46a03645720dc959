"""What can be wrong with an index folder. Every message names the repair, in French: people read it."""


class IndexProblem(RuntimeError):
    """The index cannot be used as it stands."""


class MissingIndex(IndexProblem):
    """There is no committed index in the folder."""

    def __init__(self, directory: object) -> None:
        super().__init__(f"Aucun index dans « {directory} ». Lancez : make index")


class DamagedIndex(IndexProblem):
    """The folder holds an index that cannot be read."""

    def __init__(self, directory: object, cause: object) -> None:
        super().__init__(f"L’index « {directory} » est illisible ({cause}). Reconstruisez-le : make index")


class BusyIndex(IndexProblem):
    """Another build holds the folder's lock."""

    def __init__(self, directory: object) -> None:
        super().__init__(f"Une autre indexation est en cours dans « {directory} ». Attendez sa fin, puis relancez.")


class UnusableFolder(IndexProblem):
    """The folder of the index cannot be made or written."""

    def __init__(self, directory: object, cause: object) -> None:
        super().__init__(
            f"Impossible d’écrire dans « {directory} » ({cause}). Choisissez un autre dossier : INDEX=/dossier"
        )


class EmptyCorpus(IndexProblem):
    """No article was read: the previous index is kept."""

    def __init__(self, paths: object) -> None:
        super().__init__(f"Aucun article lu dans {paths} : l’index précédent est gardé. Vérifiez CORPUS=/dossier")


class ForeignIndex(IndexProblem):
    """The index was written by another version, or with another stemmer: its terms are not ours."""

    def __init__(self, directory: object, versions: object) -> None:
        super().__init__(
            f"L’index « {directory} » vient d’une autre version de Kiosque ({versions}). Reconstruisez-le : make index"
        )
