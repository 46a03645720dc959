"""What can be wrong with a cluster. Every message names the repair, in French, and no message holds a password."""

from __future__ import annotations

from kiosque.index.errors import BusyIndex, IndexProblem

KEPT = "L’index reste tel quel."


class ClusterProblem(IndexProblem):
    """The cluster, or what stands on it, cannot be used as it is; `status` is what it answered, None where nothing."""

    status: int | None = None


class BadClusterSetting(ClusterProblem):
    """A setting of the engine that cannot be used."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"Le réglage {name} ne convient pas\u00a0: il faut {what}.")


class NoCluster(ClusterProblem):
    """Nobody answers at any of the addresses, or not in time; `cause` says how."""

    def __init__(self, addresses: str, cause: object) -> None:
        super().__init__(
            f"Le cluster «\u00a0{addresses}\u00a0» ne répond pas ({cause}). Vérifiez l’adresse "
            "(ENGINE=http://hôte:9200) et que le serveur est démarré."
        )


class OverloadedCluster(NoCluster):
    """The cluster answers 429 or 503 for longer than we wait: it has too much to do, or lacks shards."""

    def __init__(self, addresses: str, status: int, cause: object) -> None:
        self.status = status
        ClusterProblem.__init__(
            self,
            f"Le cluster «\u00a0{addresses}\u00a0» est débordé ou incomplet ({status}, {cause}). Attendez qu’il aille "
            "mieux (GET /_cluster/health), puis relancez.",
        )


class RefusedByCluster(ClusterProblem):
    """Wrong user, password or API key, or too few rights."""

    def __init__(self, addresses: str, status: int) -> None:
        self.status = status
        super().__init__(
            f"Le cluster «\u00a0{addresses}\u00a0» refuse l’accès ({status}). Vérifiez KIOSQUE_ENGINE_USER et "
            "KIOSQUE_ENGINE_PASSWORD, ou KIOSQUE_ENGINE_API_KEY, et leurs droits."
        )


class ForeignCluster(ClusterProblem):
    """What answers is no server that Kiosque knows."""

    def __init__(self, addresses: str, what: str) -> None:
        super().__init__(
            f"«\u00a0{addresses}\u00a0» répond, mais c’est {what}\u00a0: il faut OpenSearch 2 ou plus récent, ou "
            "Elasticsearch 8 ou plus récent."
        )


class ClusterError(ClusterProblem):
    """The cluster refuses a request; `status` and `kind` say why, as it does."""

    def __init__(self, addresses: str, status: int, kind: str, reason: str) -> None:
        self.status, self.kind = status, kind
        super().__init__(
            f"Le cluster «\u00a0{addresses}\u00a0» refuse la demande ({status} {kind}\u00a0: {reason}). Voyez le "
            "journal du serveur, puis relancez."
        )


class MissingClusterIndex(ClusterProblem):
    """The cluster has no index of that prefix."""

    def __init__(self, addresses: str, prefix: str) -> None:
        super().__init__(
            f"Aucun index «\u00a0{prefix}\u00a0» sur le cluster «\u00a0{addresses}\u00a0». "
            "Lancez\u00a0: make index ENGINE=http://hôte:9200"
        )


class ForeignClusterIndex(ClusterProblem):
    """What bears the name is no index of this version of Kiosque: its terms are not ours."""

    def __init__(self, prefix: str, what: object) -> None:
        super().__init__(
            f"L’index «\u00a0{prefix}\u00a0» du cluster vient d’une autre version de Kiosque, ou d’un autre programme "
            f"({what}). Reconstruisez-le (make index ENGINE=http://hôte:9200), ou choisissez un autre nom\u00a0: "
            "KIOSQUE_ENGINE_PREFIX."
        )


class TakenName(ClusterProblem):
    """An index, not an alias, has the name that ours is to have."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            f"Un index d’un autre programme s’appelle «\u00a0{prefix}\u00a0» sur le cluster\u00a0: choisissez un "
            "autre nom, KIOSQUE_ENGINE_PREFIX."
        )


class BusyCluster(ClusterProblem, BusyIndex):
    """Another build or sync holds the lock."""

    def __init__(self, prefix: str, owner: str) -> None:
        IndexProblem.__init__(
            self,
            f"Une autre indexation de «\u00a0{prefix}\u00a0» est en cours ({owner}). Attendez sa fin, puis relancez.",
        )


class LostLock(ClusterProblem):
    """The lock was taken over while this build went on: nothing of it is shown."""

    def __init__(self, prefix: str) -> None:
        super().__init__(f"Une autre indexation de «\u00a0{prefix}\u00a0» a pris la place de celle-ci. {KEPT}")


class RefusedDocument(ClusterProblem):
    """The cluster does not take an article."""

    def __init__(self, id: str, status: int, reason: str) -> None:
        super().__init__(f"Le cluster refuse l’article «\u00a0{id}\u00a0» ({status}, {reason}). {KEPT}")


class IncompleteIndex(ClusterProblem):
    """What was read back is not what was sent."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Le cluster n’a pas tout gardé ({what}). {KEPT} Relancez\u00a0: make index ENGINE=…")


class DamagedLexicon(ClusterProblem):
    """The words of the index cannot be read back."""

    def __init__(self, index: str, what: object) -> None:
        super().__init__(
            f"Le lexique de l’index «\u00a0{index}\u00a0» est illisible ({what}). "
            "Reconstruisez l’index\u00a0: make index ENGINE=http://hôte:9200"
        )
