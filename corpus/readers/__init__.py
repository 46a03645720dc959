"""One file a format: each reader turns one file into articles and refusals. Imports no other part of the project.

A new format is a new file here and a row of READERS. One whose files are long and can be cut into blocks that are
read apart from one another has a row of CUTTERS too, so that several processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus.article import Article
from corpus.location import Location
from corpus.readers.jsonl import cut_gzipped_json_lines, cut_json_lines, read_gzipped_json_lines, read_json_lines
from corpus.readers.lines import Lines
from corpus.readers.text import read_text
from corpus.refusal import Refusal

Reader = Callable[[Location], Iterator[Article | Refusal]]
Cutter = Callable[[Location], Iterator[Lines | Refusal]]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_gzipped_json_lines,
}

CUTTERS: dict[str, Cutter] = {".jsonl": cut_json_lines, ".jsonl.gz": cut_gzipped_json_lines}


def suffix_of(name: str) -> str | None:
    """The suffix of READERS that `name` ends with, as it is written there, or None."""
    lowered = name.lower()
    return next((suffix for suffix in READERS if lowered.endswith(suffix)), None)
