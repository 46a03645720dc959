"""The report of the reading that made a commit, and its refusals, kept beside the index.

    report.GENERATION.json    the counts, and the segments of the commit that they belong to
    refusals.GENERATION.tsv   every refusal: path, line, reason

They are written before the commit and belong to nothing until it is made: a build that fails leaves the old index with
the old report. Other programs may commit without a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from whoosh.reading import IndexReader

from corpus.report import Report
from corpus.report import Summary as Summary  # what reads an index knows it by this module's name

_NAME = re.compile(r"(?:report\.([0-9]+)\.json|refusals\.([0-9]+)\.tsv)")


class _Stored(msgspec.Struct, frozen=True):
    segments: list[str]
    summary: Summary


def refusals_name(generation: int) -> str:
    """The name of the file with the refusals of the reading that made a commit."""
    return f"refusals.{generation}.tsv"


def refusals_path(directory: Path, generation: int) -> Path:
    """The file of that name in the folder of the index."""
    return directory / refusals_name(generation)


def _report_path(directory: Path, generation: int) -> Path:
    return directory / f"report.{generation}.json"


def write_report(directory: Path, generation: int, segments: Sequence[str], report: Report) -> None:
    """Writes what belongs to a commit of these segments that is about to be made. Raises OSError."""
    for path, data in _files(directory, generation, segments, report).items():
        path.write_bytes(data)


def has_report(directory: Path, generation: int, segments: Sequence[str], report: Report) -> bool:
    """Whether this very report, with the same refusals, is that of the commit already."""
    files = _files(directory, generation, segments, report)
    return all(path.is_file() and path.read_bytes() == data for path, data in files.items())


def _files(directory: Path, generation: int, segments: Sequence[str], report: Report) -> dict[Path, bytes]:
    return {
        _report_path(directory, generation): msgspec.json.encode(_Stored(sorted(segments), report.summary())),
        refusals_path(directory, generation): report.refusals_table().encode("utf-8", "replace"),
    }


def read_report(directory: Path, reader: IndexReader) -> Summary | None:
    """The report of the commit that `reader` stands on, None where it has none."""
    segments = [leaf.segment().segment_id() for leaf, _ in reader.leaf_readers()]
    try:
        data = _report_path(directory, reader.generation()).read_bytes()
        found = msgspec.json.decode(data, type=_Stored)
    except (OSError, msgspec.DecodeError):  # of another program, or of another version
        return None
    return found.summary if found.segments == sorted(segments) else None


def leftovers(paths: Iterable[Path], generation: int) -> list[Path]:
    """Those of the files that belong to another commit than that of this generation, or to none."""
    named = ((path, _NAME.fullmatch(path.name)) for path in paths)
    return [path for path, match in named if match and int(match[1] or match[2]) != generation]
