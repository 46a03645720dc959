from __future__ import annotations

import pytest

from kiosque.corpus.readers.sniffing import sniff, why_unread


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


def test_formats_that_are_known_and_not_read_have_a_repair() -> None:
    assert ".docx" in (why_unread(b"\xd0\xcf\x11\xe0\xa1") or "")
    assert why_unread(b"Le pont") is None


@pytest.mark.parametrize("unit", [b"a:\n", b"a:" + b" " * 50, b"<!--", b" ", b"a: b\n \t \t"])
def test_hostile_heads_are_answered(unit: bytes) -> None:
    assert sniff(unit * 4000) in (None, ".html")
