"""What whoever runs Kiosque on a cluster may set: a row each. The environment sets them, as KIOSQUE_ENGINE_SHARDS=6."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from index.cluster.errors import BadClusterSetting

PREFIX = "KIOSQUE_ENGINE_"

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
"""What a cluster takes for the name of an index, and what leaves room for what we put behind it."""


def _number(default: int, least: int, most: int, help: str) -> Any:  # noqa: A002
    return field(default=default, metadata={"least": least, "most": most, "help": help})


def _flag(default: bool, help: str) -> Any:  # noqa: A002
    return field(default=default, metadata={"help": help})


def _text(default: str, help: str, secret: bool = False) -> Any:  # noqa: A002
    return field(default=default, repr=not secret, metadata={"help": help})


@dataclass(frozen=True)
class ClusterSettings:
    """The settings of an engine that is a cluster. Its secrets are not in its `repr`."""

    prefix: str = _text("kiosque", "The name of the index on the cluster; several corpora have several.")
    shards: int = _number(1, 1, 1024, "Shards of a new index: see docs/SCALE.md.")
    replicas: int = _number(1, 0, 10, "Copies of each shard once the index is loaded; more answer more searches.")
    loading_replicas: int = _number(
        0, 0, 10, "Copies while it is loaded: with 1 the loading outlives a lost node, and takes longer."
    )
    user: str = _text("", "The user, where the cluster asks for one.", secret=True)
    password: str = _text("", "The user's password.", secret=True)
    api_key: str = _text("", "An API key, in the place of user and password.", secret=True)
    ca_file: str = _text("", "A file with the certificates to trust (PEM), in the place of the system's.")
    verify: bool = _flag(True, "Whether certificates are verified: 1 or 0 (only on a network that you trust).")
    timeout: int = _number(60, 1, 3600, "Seconds that one answer may take.")
    reading_timeout: int = _number(10, 1, 600, "Seconds that one answer to a search may take.")
    cache: str = _text("var/lexicons", "The folder in which a reader keeps the words of the index.")
    retries: int = _number(8, 0, 100, "How often a request is repeated on 429, 503 or a broken connection.")
    bulk_mb: int = _number(8, 1, 64, "Megabytes of articles that are sent together.")
    senders: int = _number(4, 1, 64, "Requests with articles that are under way at a time.")

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.prefix):
            raise BadClusterSetting(f"{PREFIX}PREFIX", "des minuscules sans accent, des chiffres, des tirets")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> ClusterSettings:
        """The settings that an environment gives. Raises BadClusterSetting, which does not repeat the value."""
        named = {row.name: (row, PREFIX + row.name.upper()) for row in fields(cls)}
        given: dict[str, Any] = {
            name: _read(row, key, environment[key]) for name, (row, key) in named.items() if environment.get(key)
        }
        return cls(**given)


def _read(row: Field[Any], key: str, text: str) -> int | bool | str:
    if isinstance(row.default, str):
        return text
    least, most = (0, 1) if isinstance(row.default, bool) else (row.metadata["least"], row.metadata["most"])
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadClusterSetting(key, f"un nombre entier de {least} à {most}")
    return bool(int(text)) if isinstance(row.default, bool) else int(text)


def rows() -> Iterator[tuple[str, str, str]]:
    """Each setting for the documentation: its name in the environment, its default, its help."""
    for row in fields(ClusterSettings):
        default = int(row.default) if isinstance(row.default, bool) else row.default
        yield PREFIX + row.name.upper(), str(default), str(row.metadata["help"])
