"""One file a format: each reader turns one file into articles and refusals. Imports no other part of the project.

A new format is a new file here and a row of READERS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus.article import Article
from corpus.location import Location
from corpus.readers.jsonl import read_gzipped_json_lines, read_json_lines
from corpus.readers.text import read_text
from corpus.refusal import Refusal

Reader = Callable[[Location], Iterator[Article | Refusal]]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_gzipped_json_lines,
}


def suffix_of(name: str) -> str | None:
    """The suffix of READERS that `name` ends with, as it is written there, or None."""
    lowered = name.lower()
    return next((suffix for suffix in READERS if lowered.endswith(suffix)), None)
