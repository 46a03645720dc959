"""What of an index on a cluster is shown: an alias that names it, and in its mapping which state of it that is."""

from __future__ import annotations

import re
import secrets
import zlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import msgspec

from kiosque.corpus.walk.report import Report
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.errors import ClusterError, ForeignClusterIndex, MissingClusterIndex, TakenName
from kiosque.index.commit.reports import Summary
from kiosque.index.text.analyzer import VERSION, WORDS_VERSION

FORMAT = 4
"""Raised whenever what is written on a cluster changes its meaning, and with the segments' own format: the lexicon is
made of segments."""

STAMP = r"\d{8}t\d{6}-[0-9a-f]{4}"
LEXICON = "-lexicon"
KEY = "kiosque"
"""Key of our own data in the `_meta` of a mapping."""


class LexiconPart(msgspec.Struct, frozen=True):
    """A segment of the lexicon: its name, and its number of chunks on the cluster."""

    segment: str
    chunks: int


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A state of an index.

    index: its name on the cluster. generation: names the state. documents: the articles that it shows. deleted: those
    that the lexicon still counts. lexicon: its segments, the oldest first. unfinished: a sync has begun to write.
    """

    index: str
    generation: str
    documents: int
    deleted: int = 0
    lexicon: list[LexiconPart]
    unfinished: bool = False
    format: int = FORMAT
    analyzer: int = VERSION
    words: str = WORDS_VERSION

    @property
    def lexicon_index(self) -> str:
        """The name of the companion index."""
        return self.index + LEXICON

    def next_generation(self) -> str:
        """What names the state after this one."""
        stamp, _, number = self.generation.rpartition("-")
        return f"{stamp}-{int(number) + 1}"

    def meta(self) -> dict[str, Any]:
        """The `_meta` that says so."""
        return {KEY: {name: value for name, value in msgspec.to_builtins(self).items() if name != "index"}}


def new_name(prefix: str) -> str:
    """A name for a new index, which no other has."""
    return f"{prefix}-{datetime.now(UTC):%Y%m%dt%H%M%S}-{secrets.token_hex(2)}"


def first_generation(prefix: str, index: str) -> str:
    """What names the state of an index that was just built."""
    return f"{index.removeprefix(prefix + '-')}-0"


def read_commit(client: Client, prefix: str) -> Commit:
    """What the alias `prefix` shows. Raises MissingClusterIndex, ForeignClusterIndex, and what `Client.call` raises."""
    try:
        found: dict[str, Any] = client.call("GET", f"{prefix}/_mapping")
    except ClusterError as error:
        if error.status == 404:
            raise MissingClusterIndex(client.addresses, prefix) from error
        raise
    if len(found) != 1:
        raise ForeignClusterIndex(prefix, f"{len(found)} index")
    [(index, described)] = found.items()
    return commit_of(prefix, index, described.get("mappings", {}))


def commit_of(prefix: str, index: str, mapping: dict[str, Any]) -> Commit:
    """The commit that a mapping describes. Raises ForeignClusterIndex."""
    meta = mapping.get("_meta", {}).get(KEY)
    if not isinstance(meta, dict):
        raise ForeignClusterIndex(prefix, "sans version")
    versions = tuple(meta.get(name) for name in ("format", "analyzer", "words"))
    if versions != (FORMAT, VERSION, WORDS_VERSION):
        raise ForeignClusterIndex(prefix, versions)
    try:
        return msgspec.convert(meta | {"index": index}, Commit)
    except msgspec.ValidationError as error:
        raise ForeignClusterIndex(prefix, error) from error


def shown_index(client: Client, prefix: str) -> str | None:
    """The index that the alias `prefix` names, whatever wrote it; None if there is none yet.

    Raises TakenName where an index itself has that name, or the alias is not ours.
    """
    try:
        found = list(client.call("GET", f"{prefix}/_alias"))
    except ClusterError as error:
        if error.status == 404:
            return None
        raise
    if len(found) != 1 or not _ours(prefix).fullmatch(found[0]):
        raise TakenName(prefix)
    return str(found[0])


def describe(client: Client, commit: Commit) -> None:
    """Writes into the mapping of its index which state it is in."""
    client.call("PUT", f"{commit.index}/_mapping", {"_meta": commit.meta()})


def show(client: Client, prefix: str, index: str, old: str | None) -> None:
    """Switches the alias from `old` to `index`, atomically."""
    actions: list[Any] = [{"remove": {"index": old, "alias": prefix}}] if old else []
    actions.append({"add": {"index": index, "alias": prefix}})
    try:
        client.call("POST", "_aliases", {"actions": actions}, repeatable=True)
    except ClusterError:
        if shown_index(client, prefix) != index:  # else it was done, the answer was lost, and done twice it is refused
            raise


def leftovers(client: Client, prefix: str, shown: str | None) -> list[str]:
    """Our indexes of that prefix that nothing shows: of builds that were killed, or replaced."""
    ours = _ours(prefix)
    names = client.call("GET", f"_cat/indices/{prefix}-*", params={"format": "json", "h": "index"})
    kept = {shown, f"{shown}{LEXICON}"}
    return sorted(row["index"] for row in names if ours.fullmatch(row["index"]) and row["index"] not in kept)


def remove(client: Client, names: list[str]) -> None:
    """Deletes indexes, those that are there."""
    for name in names:
        client.call("DELETE", name, params={"ignore_unavailable": "true"})


def _ours(prefix: str) -> re.Pattern[str]:
    return re.compile(f"{re.escape(prefix)}-{STAMP}({LEXICON})?")


REPORT = "report"


def send_report(client: Client, index: str, report: Report) -> None:
    """Keeps the counts of a report with an index, replacing older ones. Raises what `Client.call` raises."""
    data = msgspec.json.encode(report.summary())
    kept = {"segment": REPORT, "file": "report.json", "crc32": zlib.crc32(data), "data": b64encode(data).decode()}
    client.call("PUT", f"{index}{LEXICON}/_doc/{REPORT}", kept)


def read_report(client: Client, commit: Commit) -> Summary | None:
    """The counts of the report of a commit, None where there is none. Raises what `Client.call` raises."""
    try:
        found = client.call("GET", f"{commit.lexicon_index}/_doc/{REPORT}")["_source"]
        return msgspec.json.decode(b64decode(found["data"]), type=Summary)
    except ClusterError as error:
        if error.status != 404:
            raise
    except (msgspec.DecodeError, ValueError):  # of another version
        pass
    return None
