"""The lexicon of an index on a cluster: the words of its articles, as arrays that a reader fetches once and maps.

What completes and mends words, and what wildcards stand for, is found among the forms of the index. A cluster knows
nothing of the kind, so they are written beside it, in a companion index, as the arrays that a segment has of them:

    terms, term_bounds, term_forms, term_form_first        of the text fields
    forms, form_bounds, folded_forms, folded_form_bounds
    chunk_first, chunk_end    made up: one chunk a term, so that document frequencies are read as everywhere else
    form_articles             uint32, in how many documents each form stands (see `form_counts`)
    column.FIELD.values, .value_bounds

A segment's files are sent in chunks, compressed, each with its checksum.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import zstandard

from kiosque.index.cluster.bulk import Loader, indexing
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import REPORT, Commit, LexiconPart
from kiosque.index.cluster.errors import ClusterError, DamagedLexicon
from kiosque.index.codec.whoosh_codec import open_segment
from kiosque.index.errors import DamagedIndex, french
from kiosque.index.segment.arrays import Array, write_arrays
from kiosque.index.segment.form_counts import form_articles
from kiosque.index.segment.schema import COLUMNS, TEXTS
from kiosque.index.segment.segment_data import Manifest, SegmentData, write_manifest

CHUNK = 4 << 20
"""Bytes of a file that are sent as one document."""

COPIED = ("term_forms", "term_form_first", "forms", "form_bounds", "folded_forms", "folded_form_bounds")


def write_lexicon(data: SegmentData, directory: Path) -> str:
    """Writes the lexicon of a segment into `directory`, under the segment's name, which it gives."""
    entries = write_arrays(directory, data.segment, _arrays(data))
    fields = {name: field for name, field in data.manifest.fields.items() if name in TEXTS}
    manifest = Manifest(documents=data.manifest.documents, fields=fields, columns={}, arrays=entries)
    write_manifest(directory, data.segment, manifest)
    return data.segment


def _arrays(data: SegmentData) -> dict[str, Array]:
    terms = max((field.last for name, field in data.manifest.fields.items() if name in TEXTS), default=0)
    ends = np.concatenate([np.zeros(1, np.uint32), data["chunk_end"]])[data["chunk_first"][: terms + 1]]
    bounds = data["term_bounds"][: terms + 1]
    columns = [f"column.{name}.{part}" for name in COLUMNS for part in ("values", "value_bounds")]
    return {
        "terms": data["terms"][: int(bounds[-1])],
        "term_bounds": bounds,
        "chunk_first": np.arange(terms + 1, dtype=np.uint32),
        "chunk_end": ends[1:],
        "form_articles": form_articles(data),
        **{name: data[name] for name in (*COPIED, *columns)},
    }


def send_lexicon(client: Client, index: str, directory: Path, segment: str) -> LexiconPart:
    """Sends the lexicon segment of that name to the companion index. Raises what `bulk.send` raises."""
    chunks = 0
    with Loader(client, index) as loader:
        for chunk in _chunks(directory, segment):
            loader.add(indexing(f"{segment}-{chunks}", chunk))
            chunks += 1
    return LexiconPart(segment, chunks)


def _chunks(directory: Path, segment: str) -> Iterator[dict[str, Any]]:
    compress = zstandard.ZstdCompressor().compress
    for path in sorted(directory.glob(f"{segment}.*")):
        with path.open("rb") as file:
            while block := file.read(CHUNK):
                packed = b64encode(compress(block)).decode()
                yield {"segment": segment, "file": path.name, "crc32": zlib.crc32(block), "data": packed}


def forget_lexicon(client: Client, commit: Commit) -> None:
    """Deletes from the companion index what is not of this commit."""
    kept = [REPORT, *(part.segment for part in commit.lexicon)]
    query = {"query": {"bool": {"must_not": {"terms": {"segment": kept}}}}}
    client.call("POST", f"{commit.lexicon_index}/_delete_by_query", query, {"conflicts": "proceed"}, repeatable=True)


def fetch_lexicon(client: Client, commit: Commit, folder: Path) -> list[SegmentData]:
    """The lexicon's segments, each opened; those that `folder` lacks are fetched into it first.

    Several processes may do so at a time. Raises DamagedLexicon, OSError, and what `Client.call` raises.
    """
    return [_fetched(client, commit, part, folder / commit.index / part.segment) for part in commit.lexicon]


def _fetched(client: Client, commit: Commit, part: LexiconPart, target: Path) -> SegmentData:
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        arriving = Path(tempfile.mkdtemp(dir=target.parent))
        try:
            _fetch(client, commit.lexicon_index, part, arriving)
            _put(arriving, target)
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
    return open_segment(target, part.segment)


def _put(arriving: Path, target: Path) -> None:
    """Gives a whole folder its name, unless another process was faster."""
    try:
        os.rename(arriving, target)  # noqa: PTH104  Path.rename says the same of a folder that is there
    except OSError:
        if not target.is_dir():
            raise


def _fetch(client: Client, index: str, part: LexiconPart, folder: Path) -> None:
    for number in range(part.chunks):
        try:
            found = client.call("GET", f"{index}/_doc/{part.segment}-{number}")["_source"]
        except ClusterError as error:
            raise DamagedLexicon(index, error.kind) from error
        with (folder / Path(found["file"]).name).open("ab") as file:
            file.write(_unpacked(index, found))
    problems = _problems(folder, part.segment)
    if problems:
        raise DamagedLexicon(index, "; ".join(problems))


def _unpacked(index: str, chunk: dict[str, Any]) -> bytes:
    try:
        block = zstandard.ZstdDecompressor().decompress(b64decode(chunk["data"]), max_output_size=CHUNK)
    except (NoBase64, zstandard.ZstdError) as error:
        raise DamagedLexicon(index, error) from error
    if zlib.crc32(block) != chunk["crc32"]:
        raise DamagedLexicon(index, french("{} : somme de contrôle fausse", chunk["file"]))
    return block


def _problems(folder: Path, segment: str) -> list[str]:
    try:
        return SegmentData(folder, segment).verify()
    except (DamagedIndex, msgspec.MsgspecError) as error:
        return [str(error)]
