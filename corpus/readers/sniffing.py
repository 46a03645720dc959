"""What a file is by its first bytes, whatever its name says. No I/O here."""

from __future__ import annotations

import re

from kiosque.corpus.readers.formats import FORMATS

HEAD = 4096  # bytes that tell what a file is

_MAGIC = tuple(each for row in FORMATS for each in row.magic)
_TAR = slice(257, 262), b"ustar"

_HTML = re.compile(rb"(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(
    rb"<\?xml\b|<(?:rss|feed|rdf:RDF|nitf|newsItem|newsMessage|NewsML|TEI|TEI\.2|teiCorpus|alto|PcGts|mediawiki|en-export)\b"
)
# The first element is what a file is: one of NewsML-G2 has XHTML deep inside.
_XHTML = re.compile(
    rb"<\?xml\b[^>]*>\s*(?:<!--.{0,2000}?-->\s*|<!doctype[^>\[]*(?:\[.{0,2000}?\])?>\s*|<\?[^>]*>\s*)*<html\b",
    re.IGNORECASE | re.DOTALL,
)
# Start of heading, header, start of text: a message of a news agency (IPTC 7901).
_WIRE = re.compile(rb"[\x00\x16\x7f\r\n ]{0,64}\x01[^\x01-\x08]{5,500}\x02")
_MBOX = re.compile(rb"From \S+ [^\n]*\d{4}\r?\n(?:[\w-]+:|>From )")
# A letter may begin with any header; one of these is in every real one.
_HEADERS = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:Received|Return-Path|MIME-Version|Message-ID|Delivered-To):",
    re.IGNORECASE,
)
# So are these three together, as a mail box's messages have them when they are saved one by one.
_LETTER = tuple(
    re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?" + name + rb":", re.I)
    for name in (b"From", b"Subject", b"Date")
)
_RIS = re.compile(rb"TY {1,2}- [A-Z]{2,8}\s*\n[A-Z][A-Z0-9] {1,2}-")
_BIBTEX = re.compile(rb"@[a-z]{2,20}\s*\{\s*[^\s{}\"#%,]{1,200}\s*,\s*[a-z][a-z_-]{1,30}\s*=\s*[{\"\w]", re.IGNORECASE)
_SUBTITLES = re.compile(
    rb"WEBVTT(?:[ \t][^\n]*)?(?:\r?\n|$)|\d{1,6}\s*\n\d{1,3}:\d\d:\d\d[.,]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d\d:\d\d"
)
_TAGGED = ((_RIS, ".ris"), (_BIBTEX, ".bib"), (_SUBTITLES, ".srt"))
_JSON = re.compile(rb'\{\s*(?:"|\}\s*$)|\[\s*(?:\{|\]\s*$)')


def sniff(head: bytes) -> str | None:
    """The suffix of READERS that the first bytes of a file ask for; None where they are no format's own."""
    if magic := next((suffix for magic, suffix in _MAGIC if head.startswith(magic)), None):
        return magic
    if head[_TAR[0]] == _TAR[1]:
        return ".tar"
    if _WIRE.match(head):
        return ".iptc"
    return _sniff_text(head.removeprefix(b"\xef\xbb\xbf").lstrip())


def _sniff_text(start: bytes) -> str | None:
    if start[:1] == b"<":
        return ".html" if _HTML.match(start) else _sniff_xml(start)
    if start[:1] in (b"{", b"["):
        return ".json" if _JSON.match(start) else None
    if _MBOX.match(start):
        return ".mbox"
    if tagged := next((suffix for form, suffix in _TAGGED if form.match(start)), None):
        return tagged
    letter = _HEADERS.match(start) or all(header.match(start) for header in _LETTER)
    return ".eml" if letter else None


def _sniff_xml(start: bytes) -> str | None:
    if not _XML.match(start):
        return None
    return ".html" if _XHTML.match(start) else ".xml"
