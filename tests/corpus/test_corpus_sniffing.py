from __future__ import annotations

import pytest

from kiosque.corpus.readers.sniffing import sniff
from kiosque.corpus.readers.unread import why_unread


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%PDF-1.7", ".pdf"),
        (b"PK\x03\x04", ".zip"),
        (b"\x1f\x8b\x08", ".gz"),
        (b"WARC/1.0\r\n", ".warc"),
        (b"\0" * 257 + b"ustar\x0000", ".tar"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", ".html"),
        (b"<!-- saved from url=(0014)about:internet -->\n<html>", ".html"),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', ".html"),
        (b'<?xml version="1.0"?><rss version="2.0">', ".xml"),
        (b"<TEI xmlns='x'>", ".xml"),
        (b'{"title": "a"}', ".json"),
        (b'[\n {"title"', ".json"),
        (b"From MAILER Wed Jan 19 08:12:00 2022\nSubject: x\n", ".mbox"),
        (b"Subject: Lettre\r\nX-A: b\r\n c\r\nMIME-Version: 1.0\r\n", ".eml"),
        (b"[Direct] Le pont rouvre", None),
        ("« Le pont » rouvre".encode(), None),
        (b"Paris: le pont rouvre\nReceived wisdom", None),
        (b"<p>Un fragment</p>", None),
        (b"", None),
    ],
)
def test_contents(head: bytes, found: str | None) -> None:
    assert sniff(head) == found


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"Rar!\x1a\x07", "décompresser"),
        (b"SQLite format 3\0", "CSV"),
        (b"\0" * 60 + b"BOOKMOBI", "EPUB"),
        (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", "InDesign"),
        (b"\0\0MMXPR3", "QuarkXPress"),
        (b"AT&TFORM\0\0\0\0DJVM", "djvutxt"),
        (b"II*\0", "OCR"),
        (b"\x89PNG\r\n", "OCR"),
        (b"RIFF\0\0\0\0WEBPVP8", "OCR"),
        (b"RIFF\0\0\0\0WAVEfmt", "transcription"),
        (b"\0\0\0\x18ftypmp42", "transcription"),
        (b"!BDN", ".msg"),
        (b"\xffWPC", "LibreOffice"),
    ],
)
def test_known_unreadable_formats_have_a_repair(head: bytes, said: str) -> None:
    assert said in (why_unread(head + bytes(100)) or "")


@pytest.mark.parametrize("head", [b"Le pont", b"ID3S", b"GIF animes", b"", b"Rar"])
def test_texts_have_none(head: bytes) -> None:
    assert why_unread(head) is None


@pytest.mark.parametrize("unit", [b"a:\n", b"a:" + b" " * 50, b"<!--", b" ", b"a: b\n \t \t"])
def test_hostile_first_bytes_do_not_fail(unit: bytes) -> None:
    assert sniff(unit * 4000) in (None, ".html")
