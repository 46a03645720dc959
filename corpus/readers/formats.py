"""One file a format: each reader turns one file into articles and refusals. Imports no other part of the project.

A new format is a new file here and a row of FORMATS; all else that depends on formats is derived from the rows. A
reader that needs a heavy library is imported when the first file of its format is met: an index of .txt and .jsonl
never loads lxml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from kiosque.corpus.article import Article
from kiosque.corpus.packed.blocks import Members
from kiosque.corpus.readers.format_row import Format, Reader, ZipPart
from kiosque.corpus.readers.jsonl import (
    cut_gzipped_json_lines,
    cut_json_lines,
    read_gzipped_json_lines,
    read_json_lines,
)
from kiosque.corpus.refusal import Refusal


def _later(module: str, function: str) -> Callable[[Any], Any]:
    """A reader, or a cutter, whose module is imported when it is first called."""

    def call(read_from: Any) -> Any:
        return getattr(import_module(name), function)(read_from)

    name = f"kiosque.corpus.readers.{module}"
    _MODULES[call] = name
    return call


_MODULES: dict[Callable[[Any], Any], str] = {}
"""Where the readers are that are imported when they are first called."""


_COMPRESSED = _later("archive", "read_compressed")
_PACKED = (".tar", ".gz", ".bz2", ".xz", ".zst")
_HEADERS = rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?"
"""Some headers of a message, with their further lines."""

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
        magic=((b"ustar", ".tar"),),
        magic_at=257,
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
    Format(
        "JSON",
        (".json",),
        _later("json", "read_json"),
        (".json",),
        pattern=rb'\{\s*(?:"|\}\s*$)|\[\s*(?:\{|\]\s*$)',  # "[Direct] Le pont rouvre" is text
    ),
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
    Format(
        "IPTC 7901",
        (".iptc",),
        _later("iptc7901", "read_iptc7901"),
        (".iptc",),
        pattern=rb"[\x00\x16\x7f\r\n ]{0,64}\x01[^\x01-\x08]{5,500}\x02",  # start of heading, header, start of text
    ),
    Format("archive X", (".js",), _later("x_archive", "read_x_archive"), (".js",), magic=((b"window.YTD.", ".js"),)),
    Format(
        "RIS",
        (".ris",),
        _later("ris", "read_ris"),
        (".ris",),
        pattern=rb"TY {1,2}- [A-Z]{2,8}\s*\n[A-Z][A-Z0-9] {1,2}-",
    ),
    Format(
        "BibTeX",
        (".bib",),
        _later("bibtex", "read_bibtex"),
        (".bib",),
        pattern=rb"(?i)@[a-z]{2,20}\s*\{\s*[^\s{}\"#%,]{1,200}\s*,\s*[a-z][a-z_-]{1,30}\s*=\s*[{\"\w]",
    ),
    Format(
        "sous-titres",
        (".srt", ".vtt"),
        _later("subtitles", "read_subtitles"),
        (".srt",),
        pattern=rb"WEBVTT(?:[ \t][^\n]*)?(?:\r?\n|$)|"
        rb"\d{1,6}\s*\n\d{1,3}:\d\d:\d\d[.,]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d\d:\d\d",
    ),
    Format("Markdown", (".md", ".markdown", ".mdx"), _later("markdown", "read_markdown")),
    Format(
        "HTML",
        (".html", ".htm", ".xhtml", ".shtml", ".hocr"),
        _later("html", "read_html"),
        (".html", ".xml"),
        # Before XML: XHTML is both. The first element decides: NewsML-G2 has XHTML deep inside.
        pattern=rb"(?is)(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b|<\?xml\b[^>]*>\s*"
        rb"(?:<!--.{0,2000}?-->\s*|<!doctype[^>\[]*(?:\[.{0,2000}?\])?>\s*|<\?[^>]*>\s*)*<html\b",
        scraped=True,
    ),
    Format(
        "XML",
        (".xml", ".rss", ".atom", ".rdf", ".nitf", ".tei", ".enex"),
        _later("xml", "read_xml"),
        (".xml",),
        pattern=rb"<\?xml\b|<(?:rss|feed|rdf:RDF|nitf|newsItem|newsMessage|NewsML|TEI|TEI\.2|teiCorpus|alto|PcGts|"
        rb"mediawiki|en-export)\b",
    ),
    Format(
        "archive de Safari",
        (".webarchive",),
        _later("webarchive", "read_webarchive"),
        (".webarchive", ".xml"),
        ((b"bplist00", ".webarchive"),),
        scraped=True,
    ),
    Format(
        "courriels",
        (".mbox", ".mbx"),
        _later("mail", "read_mbox"),
        (".mbox",),
        pattern=rb"From \S+ [^\n]*\d{4}\r?\n(?:[\w-]+:|>From )",
        scraped=True,
        many=True,
    ),
    Format(
        "courriel",
        (".eml", ".mht", ".mhtml"),
        _later("mail", "read_message"),
        (".eml",),
        # A letter may begin with any header. One of the first five is in every one that was sent; the last three
        # together are in the messages of a mail box that are saved one by one.
        pattern=rb"(?i)(?:HEADERS(?:Received|Return-Path|MIME-Version|Message-ID|Delivered-To):"
        rb"|(?=HEADERSFrom:)(?=HEADERSSubject:)(?=HEADERSDate:))".replace(b"HEADERS", _HEADERS),
        scraped=True,
    ),
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
        _later("wacz", "read_wacz"),
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


def load_reader(suffix: str) -> None:
    """Imports what reads files of this suffix: a process that is forked afterwards has it."""
    if module := _MODULES.get(READERS[suffix]):
        import_module(module)


def format_of(suffix: str) -> Format:
    """The row of a suffix of READERS."""
    return _FORMATS[suffix]


def format_named(name: str | None) -> Format | None:
    """The row of that name, as articles have it in `format`."""
    return _NAMED.get(name or "")
