"""One file a format: each reader turns one file into articles and refusals. Imports no other part of the project.

A new format is a new file here and a row of FORMATS; all else that depends on formats is derived from the rows. A
reader that needs a heavy library is imported when the first file of its format is met: an index of .txt and .jsonl
never loads lxml. A format whose files are long and can be cut into blocks that are read apart from one another has a
cutter too, so that several processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.packed.blocks import Lines, Members
from kiosque.corpus.readers.jsonl import (
    cut_gzipped_json_lines,
    cut_json_lines,
    read_gzipped_json_lines,
    read_json_lines,
)
from kiosque.corpus.refusal import Refusal

Reader = Callable[[Location], Iterator[Article | Refusal]]
Cutter = Callable[[Location], Iterator[Lines | Members | Refusal] | None]


def _later(module: str, function: str) -> Callable[[Any], Any]:
    """A reader, or a cutter, whose module is imported when it is first called."""

    def call(read_from: Any) -> Any:
        return getattr(import_module(f"kiosque.corpus.readers.{module}"), function)(read_from)

    return call


class ZipPart(NamedTuple):
    """A member that shows what document a zip is."""

    name: str
    suffix: str
    mimetype: bytes = b""
    """How its member "mimetype" begins."""


class Format(NamedTuple):
    """A row of FORMATS: all that differs from one format to another.

    Columns after `contents` have defaults that suit a short file that holds an article and nothing else.
    """

    name: str
    """What the report calls it."""
    suffixes: tuple[str, ...]
    reader: Reader
    contents: tuple[str, ...] = ()
    """The kinds of content (see `sniffing.sniff`) that its reader takes; a file of another kind goes to the reader of
    its content. A file whose content has no mark goes to the reader of its suffix."""
    magic: tuple[tuple[bytes, str], ...] = ()
    """The first bytes that only its files have, each with the suffix that such a file should have."""
    zip_parts: tuple[ZipPart, ...] = ()
    """The members that only its files have, where they are zips; the first in the order of the rows decides."""
    cutter: Cutter | None = None
    """Gives the blocks of a long file, which `dispatch.read_block` reads; None for a file that is read as a whole."""
    line_based: bool = False
    """Each of its lines is an article: they are counted without being read (see `index.progress`)."""
    trusted: bool = False
    """Its content is looked at only where its reader refuses it: one more look at a million small files would cost."""
    scraped: bool = False
    """It holds other text around articles, which is learnt from the corpus and removed (see `walk`)."""
    many: bool = False
    """One file alone has enough articles to learn from."""
    streams: tuple[str, ...] = ()
    """The streams that only its files have, where they are compound files of Microsoft, and then its reader of them."""
    compound: Reader | None = None
    attached: bool = False
    """It is read where it is attached to a message: pictures and signatures are no articles."""


_COMPRESSED = _later("archive", "read_compressed")
_PACKED = (".tar", ".gz", ".bz2", ".xz", ".zst")

FORMATS = (
    Format(
        "zip",
        (".zip",),
        _later("archive", "read_zip"),
        (".zip",),
        magic=((b"PK\x03\x04", ".zip"), (b"PK\x05\x06", ".zip")),
        cutter=_later("archive", "cut_zip"),
        scraped=True,
        many=True,
        attached=True,
    ),
    Format(
        "tar",
        (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"),
        _COMPRESSED,
        _PACKED,
        scraped=True,
        many=True,
    ),
    Format(
        "compressé",
        (".gz", ".bz2", ".xz", ".zst"),
        _COMPRESSED,
        _PACKED,
        magic=((b"\x1f\x8b", ".gz"), (b"BZh", ".bz2"), (b"\xfd7zXZ\0", ".xz"), (b"\x28\xb5\x2f\xfd", ".zst")),
        scraped=True,
    ),
    Format("texte", (".txt", ".text"), _later("text", "read_text"), trusted=True, scraped=True),
    Format(
        "JSON lines",
        (".jsonl", ".ndjson"),
        read_json_lines,
        (".json",),
        cutter=cut_json_lines,
        line_based=True,
        trusted=True,
    ),
    Format(
        "JSON lines",
        (".jsonl.gz", ".ndjson.gz"),
        read_gzipped_json_lines,
        (".gz",),
        cutter=cut_gzipped_json_lines,
        line_based=True,
        trusted=True,
    ),
    Format("JSON", (".json",), _later("json", "read_json"), (".json",)),
    Format("tableau", (".csv", ".tsv", ".tab"), _later("table", "read_table")),
    Format(
        "tableur",
        (".xlsx", ".ods", ".xls"),
        _later("spreadsheet", "read_spreadsheet"),
        (".zip",),
        streams=("Workbook", "Book"),
        compound=_later("spreadsheet", "read_spreadsheet"),
        zip_parts=(
            ZipPart("xl/workbook.xml", ".xlsx"),
            ZipPart("content.xml", ".ods", b"application/vnd.oasis.opendocument.spreadsheet"),
        ),
    ),
    Format("IPTC 7901", (".iptc",), _later("iptc7901", "read_iptc7901"), (".iptc",)),
    Format("archive X", (".js",), _later("x_archive", "read_x_archive"), (".js",), magic=((b"window.YTD.", ".js"),)),
    Format("RIS", (".ris",), _later("ris", "read_ris"), (".ris",)),
    Format("BibTeX", (".bib",), _later("bibtex", "read_bibtex"), (".bib",)),
    Format("sous-titres", (".srt", ".vtt"), _later("subtitles", "read_subtitles"), (".srt",)),
    Format("Markdown", (".md", ".markdown", ".mdx"), _later("markdown", "read_markdown")),
    Format("XML", (".xml", ".rss", ".atom", ".rdf", ".nitf", ".tei", ".enex"), _later("xml", "read_xml"), (".xml",)),
    Format(
        "archive de Safari",
        (".webarchive",),
        _later("webarchive", "read_webarchive"),
        (".webarchive", ".xml"),
        ((b"bplist00", ".webarchive"),),
        scraped=True,
    ),
    Format("courriel", (".eml", ".mht", ".mhtml"), _later("mail", "read_message"), (".eml",), scraped=True),
    Format("courriels", (".mbox", ".mbx"), _later("mail", "read_mbox"), (".mbox",), scraped=True, many=True),
    Format(
        "WARC",
        (".warc", ".warc.gz", ".wet", ".wet.gz", ".arc", ".arc.gz"),
        _later("warc", "read_warc"),
        (".warc", ".gz"),
        magic=((b"WARC/", ".warc"), (b"filedesc:", ".arc")),
        scraped=True,
        many=True,
    ),
    Format(
        "WACZ",
        (".wacz",),
        _later("archive", "read_wacz"),
        (".zip",),
        zip_parts=(ZipPart("pages/pages.jsonl", ".wacz"),),
        scraped=True,
        many=True,
    ),
    Format(
        "Word",
        (".docx",),
        _later("office", "read_docx"),
        (".zip",),
        zip_parts=(ZipPart("word/document.xml", ".docx"),),
        attached=True,
    ),
    Format(
        "Word 97",
        (".doc", ".dot"),
        _later("compound", "read_compound"),
        (".doc",),
        magic=((b"\xd0\xcf\x11\xe0", ".doc"),),
        streams=("WordDocument",),
        compound=_later("word97", "read_word97"),
        attached=True,
    ),
    Format(
        "Outlook",
        (".msg",),
        _later("compound", "read_compound"),
        (".doc",),
        streams=("__properties_version1.0",),
        compound=_later("outlook", "read_outlook"),
        scraped=True,
        attached=True,
    ),
    Format(
        "EPUB",
        (".epub",),
        _later("epub", "read_epub"),
        (".zip",),
        zip_parts=(ZipPart("META-INF/container.xml", ".epub"),),
        scraped=True,
        attached=True,
    ),
    Format(
        "OpenDocument",
        (".odt",),
        _later("office", "read_odt"),
        (".zip",),
        zip_parts=(ZipPart("content.xml", ".odt"),),
        attached=True,
    ),
    Format(
        "texte enrichi", (".rtf",), _later("rtf", "read_rtf"), (".rtf",), magic=((b"{\\rtf", ".rtf"),), attached=True
    ),
    Format("PDF", (".pdf",), _later("pdf", "read_pdf"), (".pdf",), ((b"%PDF-", ".pdf"),), scraped=True, attached=True),
    Format(
        "HTML",
        (".html", ".htm", ".xhtml", ".shtml", ".hocr"),
        _later("html", "read_html"),
        (".html", ".xml"),
        scraped=True,
    ),
)

READERS: dict[str, Reader] = {suffix: row.reader for row in FORMATS for suffix in row.suffixes}

read_members: Callable[[Members], Iterator[Article | Refusal]] = _later("archive", "read_members")

_FORMATS = {suffix: row for row in FORMATS for suffix in row.suffixes}
_NAMED = {row.name: row for row in FORMATS}


def suffix_of(name: str) -> str | None:
    """The suffix of READERS that `name` ends with, as it is written there, or None."""
    stem, _, last = name.lower().rpartition(".")
    long = f".{stem.rpartition('.')[2]}.{last}"  # ".jsonl.gz" is asked before ".gz"
    return next((suffix for suffix in (long, f".{last}") if suffix in READERS and len(suffix) <= len(name)), None)


def format_of(suffix: str) -> Format:
    """The row of a suffix of READERS."""
    return _FORMATS[suffix]


def format_named(name: str | None) -> Format | None:
    """The row of that name, as articles have it in `format`."""
    return _NAMED.get(name or "")
