"""The report of a commit's reading, and its refusals, in files of the index folder.

    report.GENERATION.json    the counts, the segments of their commit, the checksums of both files
    refusals.GENERATION.tsv   every refusal: path, line, reason

They are written before their commit: a build that fails leaves the old index with the old report. Other programs may
commit without a report.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from whoosh.reading import IndexReader

from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.report import Report
from kiosque.corpus.walk.report import Summary as Summary  # readers of an index import it from here
from kiosque.index.errors import french

_NAME = re.compile(r"(?:report\.([0-9]+)\.json|refusals\.([0-9]+)\.tsv)")


class _Stored(msgspec.Struct, frozen=True):
    segments: list[str]
    refusals: int
    """CRC-32 of the file with the refusals."""

    summary: Summary


class _Checksummed(msgspec.Struct, frozen=True):
    crc32: int
    stored: msgspec.Raw


def _with_checksum(stored: _Stored) -> bytes:
    encoded = msgspec.json.encode(stored)
    return msgspec.json.encode(_Checksummed(zlib.crc32(encoded), msgspec.Raw(encoded)))


def _checked(data: bytes) -> _Stored:
    """Raises DecodeError if it is damaged or of another version."""
    found = msgspec.json.decode(data, type=_Checksummed)
    if zlib.crc32(found.stored) != found.crc32:
        raise msgspec.DecodeError("checksum")
    return msgspec.json.decode(found.stored, type=_Stored)


def refusals_name(generation: int) -> str:
    """The name of the file with the refusals of a commit's reading."""
    return f"refusals.{generation}.tsv"


def refusals_path(directory: Path, generation: int) -> Path:
    """The file of that name in the folder of the index."""
    return directory / refusals_name(generation)


def _report_path(directory: Path, generation: int) -> Path:
    return directory / f"report.{generation}.json"


def _paths(directory: Path, generation: int) -> tuple[Path, Path]:
    return _report_path(directory, generation), refusals_path(directory, generation)


def write_report(directory: Path, generation: int, segments: Sequence[str], report: Report) -> None:
    """Writes the report of the coming commit of these segments. Raises OSError."""
    for path, data in _files(directory, generation, segments, report).items():
        path.write_bytes(data)


def has_report(directory: Path, generation: int, segments: Sequence[str], report: Report) -> bool:
    """Whether the commit has this report, with the same refusals."""
    files = _files(directory, generation, segments, report)
    return all(path.is_file() and path.read_bytes() == data for path, data in files.items())


def report_paths(directory: Path, generation: int) -> list[Path]:
    """The files of a commit's report; none if it has no report."""
    return [path for path in _paths(directory, generation) if path.exists()]


def move_report(source: Path, generation: int, target: Path, new_generation: int) -> None:
    """Moves a commit's report from `source` to a commit in `target`. Raises OSError."""
    for old, new in zip(_paths(source, generation), _paths(target, new_generation), strict=True):
        if old.exists():
            old.replace(new)


def report_problems(directory: Path, generation: int) -> list[str]:
    """What is wrong with a commit's report, a line per file; empty if it has none."""
    report, refusals = _paths(directory, generation)
    if not report_paths(directory, generation):
        return []
    try:
        written = _checked(report.read_bytes()).refusals
    except (OSError, msgspec.DecodeError) as error:
        return [french("{} : {}", report.name, error)]
    try:
        same = zlib.crc32(refusals.read_bytes()) == written
    except OSError as error:
        return [french("{} : {}", refusals.name, cause_of(error))]
    return [] if same else [french("{} : somme de contrôle fausse", refusals.name)]


def _files(directory: Path, generation: int, segments: Sequence[str], report: Report) -> dict[Path, bytes]:
    refusals = report.refusals_table().encode("utf-8", "replace")
    stored = _Stored(sorted(segments), zlib.crc32(refusals), report.summary())
    return dict(zip(_paths(directory, generation), (_with_checksum(stored), refusals), strict=True))


def read_report(directory: Path, reader: IndexReader) -> Summary | None:
    """The report of the commit that `reader` reads, None if it has none."""
    segments = [leaf.segment().segment_id() for leaf, _ in reader.leaf_readers()]
    try:
        found = _checked(_report_path(directory, reader.generation()).read_bytes())
    except (OSError, msgspec.DecodeError):  # another program's commit, or another version
        return None
    return found.summary if found.segments == sorted(segments) else None


def leftovers(paths: Iterable[Path], generation: int) -> list[Path]:
    """The report files that do not belong to the commit of this generation."""
    named = ((path, _NAME.fullmatch(path.name)) for path in paths)
    return [path for path, match in named if match and int(match[1] or match[2]) != generation]
