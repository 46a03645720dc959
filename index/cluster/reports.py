"""The report of the reading that made a commit, kept in the companion index: `commit.reports` has it for a folder."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode

import msgspec

from kiosque.corpus.walk.report import Report
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import LEXICON, Commit
from kiosque.index.cluster.errors import ClusterError
from kiosque.index.commit.reports import Summary

REPORT = "report"


def send_report(client: Client, index: str, report: Report) -> None:
    """Keeps the counts of a report beside an index, in the place of those before. Raises what `Client.call` raises."""
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
