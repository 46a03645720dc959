"""One file a format: each reader turns one file into articles and refusals. Imports no other part of the project.

A new format is a new file here and a row of FORMATS. A reader that stands over a heavy library is imported when the
first file of its format is met: an index of .txt and .jsonl never loads lxml. A format whose files are long and can be
cut into blocks that are read apart from one another has a cutter too, so that several processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.packed.line_blocks import Lines
from kiosque.corpus.packed.members import Members
from kiosque.corpus.readers.jsonl import (
    cut_gzipped_json_lines,
    cut_json_lines,
    read_gzipped_json_lines,
    read_json_lines,
)
from kiosque.corpus.readers.text import read_text
from kiosque.corpus.refusal import Refusal

Reader = Callable[[Location], Iterator[Article | Refusal]]
Cutter = Callable[[Location], Iterator[Lines | Refusal]]


def _later(module: str, function: str) -> Callable[[Any], Iterator[Article | Refusal]]:
    """A reader whose module is imported when it is first called."""

    def read(read_from: Any) -> Iterator[Article | Refusal]:
        reader: Callable[[Any], Iterator[Article | Refusal]] = getattr(
            import_module(f"kiosque.corpus.readers.{module}"), function
        )
        return reader(read_from)

    return read


class Format(NamedTuple):
    """A row of FORMATS.

    `contents` are the kinds of content (see sniffing.sniff) that its reader takes; a file of another kind goes to the
    reader of its content. A file whose content has no mark goes to the reader of its suffix.
    `cutter` gives the blocks of a file, which `jsonl.read_lines` reads.
    """

    name: str
    suffixes: tuple[str, ...]
    reader: Reader
    contents: tuple[str, ...] = ()
    cutter: Cutter | None = None


_COMPRESSED = _later("archive", "read_compressed")
_PACKED = (".tar", ".gz", ".bz2", ".xz", ".zst")

FORMATS = (
    Format("zip", (".zip",), _later("archive", "read_zip"), (".zip",)),
    Format("tar", (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"), _COMPRESSED, _PACKED),
    Format("compressé", (".gz", ".bz2", ".xz", ".zst"), _COMPRESSED, _PACKED),
    Format("texte", (".txt", ".text"), read_text),
    Format("JSON lines", (".jsonl", ".ndjson"), read_json_lines, (".json",), cut_json_lines),
    Format("JSON lines", (".jsonl.gz", ".ndjson.gz"), read_gzipped_json_lines, (".gz",), cut_gzipped_json_lines),
    Format("JSON", (".json",), _later("json", "read_json"), (".json",)),
    Format("tableau", (".csv", ".tsv", ".tab"), _later("table", "read_table")),
    Format("Markdown", (".md", ".markdown", ".mdx"), _later("markdown", "read_markdown")),
    Format("XML", (".xml", ".rss", ".atom", ".rdf", ".nitf", ".tei"), _later("xml", "read_xml"), (".xml",)),
    Format("courriel", (".eml", ".mht", ".mhtml"), _later("mail", "read_message"), (".eml",)),
    Format("courriels", (".mbox", ".mbx"), _later("mail", "read_mbox"), (".mbox",)),
    Format("WARC", (".warc", ".warc.gz"), _later("warc", "read_warc"), (".warc", ".gz")),
    Format("Word", (".docx",), _later("office", "read_docx"), (".zip",)),
    Format("OpenDocument", (".odt",), _later("office", "read_odt"), (".zip",)),
    Format("EPUB", (".epub",), _later("epub", "read_epub"), (".zip",)),
    Format("PDF", (".pdf",), _later("pdf", "read_pdf"), (".pdf",)),
    Format("HTML", (".html", ".htm", ".xhtml", ".shtml"), _later("html", "read_html"), (".html", ".xml")),
)

READERS: dict[str, Reader] = {suffix: row.reader for row in FORMATS for suffix in row.suffixes}

read_members: Callable[[Members], Iterator[Article | Refusal]] = _later("archive", "read_members")

_FORMATS = {suffix: row for row in FORMATS for suffix in row.suffixes}

# Their content is looked at only where their reader refuses it: one more look at a million small files would cost.
TRUSTED = frozenset((".txt", ".text", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"))

CUTTERS: dict[str, Cutter] = {suffix: row.cutter for row in FORMATS if row.cutter for suffix in row.suffixes}


def suffix_of(name: str) -> str | None:
    """The suffix of READERS that `name` ends with, as it is written there, or None."""
    stem, _, last = name.lower().rpartition(".")
    long = f".{stem.rpartition('.')[2]}.{last}"  # ".jsonl.gz" is asked before ".gz"
    return next((suffix for suffix in (long, f".{last}") if suffix in READERS and len(suffix) <= len(name)), None)


def format_of(suffix: str) -> Format:
    """The row of a suffix of READERS."""
    return _FORMATS[suffix]
