"""Settings of a cluster, one row each. The environment sets them, as KIOSQUE_ENGINE_SHARDS=6."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosque.index.cluster.errors import BadClusterSetting
from kiosque.index.setting_rows import UnusableValue, described, flag, given, number, text

PREFIX = "KIOSQUE_ENGINE_"

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
"""Valid index names on a cluster, short enough for the suffixes that we add."""


@dataclass(frozen=True)
class ClusterSettings:
    """The settings of an engine that is a cluster. Its secrets are not in its `repr`."""

    prefix: str = text("kiosque", "The name of the index on the cluster; several corpora have several.")
    shards: int = number(1, 1, 1024, "Shards of a new index: see docs/SCALE.md.")
    replicas: int = number(1, 0, 10, "Copies of each shard once the index is loaded; more answer more searches.")
    loading_replicas: int = number(
        0, 0, 10, "Copies while it is loaded: with 1 the loading outlives a lost node, and takes longer."
    )
    user: str = text("", "The user, where the cluster asks for one.", secret=True)
    password: str = text("", "The user's password.", secret=True)
    api_key: str = text("", "An API key, in the place of user and password.", secret=True)
    ca_file: str = text("", "A file with the certificates to trust (PEM), in the place of the system's.")
    verify: bool = flag(True, "Whether certificates are verified: 1 or 0 (only on a network that you trust).")
    timeout: int = number(60, 1, 3600, "Seconds that one answer may take.")
    reading_timeout: int = number(10, 1, 600, "Seconds that one answer to a search may take.")
    cache: str = text("var/lexicons", "The folder in which a reader keeps the words of the index.")
    retries: int = number(8, 0, 100, "How often a request is repeated on 429, 503 or a broken connection.")
    bulk_mb: int = number(8, 1, 64, "Megabytes of articles that are sent together.")
    senders: int = number(4, 1, 64, "Requests with articles that are under way at a time.")

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.prefix):
            raise BadClusterSetting(f"{PREFIX}PREFIX", "des minuscules sans accent, des chiffres, des tirets")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> ClusterSettings:
        """The settings that an environment gives. Raises BadClusterSetting, which does not repeat the value."""
        try:
            return cls(**given(cls, PREFIX, environment))
        except UnusableValue as error:
            raise BadClusterSetting(error.key, error.wanted) from None


def rows() -> Iterator[tuple[str, str, str]]:
    """Each setting for the documentation: its name in the environment, its default, its help."""
    return described(ClusterSettings, PREFIX)
