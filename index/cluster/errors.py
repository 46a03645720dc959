"""What can be wrong with a cluster. Every message names the repair, in French, and no message holds a password."""

from __future__ import annotations

from kiosque.index.errors import BusyIndex, IndexProblem

KEPT = "L’index reste tel quel."


class ClusterProblem(IndexProblem):
    """The cluster, or an index on it, cannot be used. `status` is the HTTP status of its answer, None without one."""

    status: int | None = None


class BadClusterSetting(ClusterProblem):
    """A setting of the engine that cannot be used."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__("Le réglage {} ne convient pas : il faut {}.", name, what)


class NoCluster(ClusterProblem):
    """No address answers, or not in time."""

    def __init__(self, addresses: str, cause: object) -> None:
        super().__init__(
            "Le cluster « {} » ne répond pas ({}). Vérifiez l’adresse (ENGINE=http://hôte:9200) et que le serveur est "
            "démarré.",
            addresses,
            cause,
        )


class OverloadedCluster(NoCluster):
    """The cluster still answers 429 or 503 after all retries: it is overloaded, or lacks shards."""

    def __init__(self, addresses: str, status: int, cause: object) -> None:
        self.status = status
        ClusterProblem.__init__(
            self,
            "Le cluster « {} » est débordé ou incomplet ({}, {}). Attendez qu’il aille mieux (GET /_cluster/health), "
            "puis relancez.",
            addresses,
            status,
            cause,
        )


class RefusedByCluster(ClusterProblem):
    """Wrong user, password or API key, or too few rights."""

    def __init__(self, addresses: str, status: int) -> None:
        self.status = status
        super().__init__(
            "Le cluster « {} » refuse l’accès ({}). Vérifiez KIOSQUE_ENGINE_USER et KIOSQUE_ENGINE_PASSWORD, ou "
            "KIOSQUE_ENGINE_API_KEY, et leurs droits.",
            addresses,
            status,
        )


class ForeignCluster(ClusterProblem):
    """Not a server that Kiosque supports."""

    def __init__(self, addresses: str, what: str) -> None:
        super().__init__(
            "« {} » répond, mais c’est {} : il faut OpenSearch 2 ou plus récent, ou Elasticsearch 8 ou plus récent.",
            addresses,
            what,
        )


class ClusterError(ClusterProblem):
    """The cluster refuses a request; `status` and `kind` are those of its answer."""

    def __init__(self, addresses: str, status: int, kind: str, reason: str) -> None:
        self.status, self.kind = status, kind
        super().__init__(
            "Le cluster « {} » refuse la demande ({} {} : {}). Voyez le journal du serveur, puis relancez.",
            addresses,
            status,
            kind,
            reason,
        )


class MissingClusterIndex(ClusterProblem):
    """The cluster has no index of that prefix."""

    def __init__(self, addresses: str, prefix: str) -> None:
        super().__init__(
            "Aucun index « {} » sur le cluster « {} ». Lancez : make index ENGINE=http://hôte:9200", prefix, addresses
        )


class ForeignClusterIndex(ClusterProblem):
    """The index is not of this version of Kiosque: its terms differ."""

    def __init__(self, prefix: str, what: object) -> None:
        super().__init__(
            "L’index « {} » du cluster vient d’une autre version de Kiosque, ou d’un autre programme ({}). "
            "Reconstruisez-le (make index ENGINE=http://hôte:9200), ou choisissez un autre nom : "
            "KIOSQUE_ENGINE_PREFIX.",
            prefix,
            what,
        )


class TakenName(ClusterProblem):
    """An index, not an alias, has the name."""

    def __init__(self, prefix: str) -> None:
        super().__init__(
            "Un index d’un autre programme s’appelle « {} » sur le cluster : choisissez un autre nom, "
            "KIOSQUE_ENGINE_PREFIX.",
            prefix,
        )


class BusyCluster(ClusterProblem, BusyIndex):
    """Another build or sync holds the lock."""

    def __init__(self, prefix: str, owner: str) -> None:
        IndexProblem.__init__(
            self,
            "Une autre indexation de « {} » est en cours ({}). Attendez sa fin, puis relancez.",
            prefix,
            owner,
        )


class LostLock(ClusterProblem):
    """Another build took the lock over: nothing of this one is shown."""

    def __init__(self, prefix: str) -> None:
        super().__init__(f"Une autre indexation de « {{}} » a pris la place de celle-ci. {KEPT}", prefix)


class RefusedDocument(ClusterProblem):
    """The cluster refuses an article."""

    def __init__(self, id: str, status: int, reason: str) -> None:
        super().__init__(f"Le cluster refuse l’article « {{}} » ({{}}, {{}}). {KEPT}", id, status, reason)


class IncompleteIndex(ClusterProblem):
    """The articles read back are not those that were sent."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Le cluster n’a pas tout gardé ({{}}). {KEPT} Relancez : make index ENGINE=…", what)


class DamagedLexicon(ClusterProblem):
    """The words of the index cannot be read back."""

    def __init__(self, index: str, what: object) -> None:
        super().__init__(
            "Le lexique de l’index « {} » est illisible ({}). "
            "Reconstruisez l’index : make index ENGINE=http://hôte:9200",
            index,
            what,
        )
