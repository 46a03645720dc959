"""Files of every format, made of our own text, and damaged versions of them."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from typing import NamedTuple

import zstandard
from hypothesis import strategies as st

from tests.corpus.test_corpus_documents import docx, epub, made_pdf, odt, run
from tests.corpus.test_corpus_warc import crawl
from tests.fuzz.text_strategies import TEXTS


class Told(NamedTuple):
    """What a file tells."""

    title: str
    body: str
    date: str
    source: str


class Made(NamedTuple):
    """A file: its name and its bytes."""

    name: str
    data: bytes


def _page(told: Told) -> str:
    meta = f'<meta property="og:site_name" content="{escape(told.source)}"><time datetime="{escape(told.date)}"></time>'
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in told.body.split("\n"))
    return (
        f"<!doctype html><html><head><title>{escape(told.title)}</title>{meta}</head><body>{paragraphs}</body></html>"
    )


def _in_xml(text: str) -> str:
    return escape("".join(char for char in text if char >= " " or char in "\n\t")).replace("\uffff", "")


def _table(told: Told) -> str:
    made = io.StringIO()
    csv.writer(made).writerows([("titre", "texte", "date", "source"), told, told])
    return made.getvalue()


def _letter(told: Told) -> bytes:
    message = EmailMessage()
    message["Subject"] = " ".join(told.title.split()) or "x"
    message["Received"] = "d’ici"
    message.set_content(told.body)
    message.add_alternative(_page(told), subtype="html")
    message.set_boundary("limite")
    return message.as_bytes()


def _feed(told: Told) -> str:
    item = f"<title>{_in_xml(told.title)}</title><description>{_in_xml(told.body)}</description>"
    channel = f"<title>{_in_xml(told.source)}</title><item>{item}<pubDate>{_in_xml(told.date)}</pubDate></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{channel}</channel></rss>'


def _nitf(told: Told) -> str:
    head = f"<head><title>{_in_xml(told.title)}</title></head>"
    body = f"<body><body.content><p>{_in_xml(told.body)}</p></body.content></body>"
    return f'<?xml version="1.0"?><nitf>{head}{body}</nitf>'


def _tei(told: Told) -> str:
    stated = f"<titleStmt><title>{_in_xml(told.title)}</title></titleStmt>"
    header = f"<teiHeader><fileDesc>{stated}</fileDesc></teiHeader>"
    return (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0">{header}<text><body><p>{_in_xml(told.body)}</p></body></text></TEI>'
    )


def _markdown(told: Told) -> str:
    front = f"---\ntitle: {json.dumps(told.title)}\ndate: {told.date}\nsource: {told.source}\n---\n"
    return f"{front}# {told.title}\n\n{told.body}\n\n> cité\n\n- [un](http://x) **deux**\n"


def _zipped(told: Told) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("un/a.txt", told.body)
        archive.writestr("b.html", _page(told))
    return made.getvalue()


def _tarred(told: Told) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in (("un/a.txt", told.body.encode()), ("b.html", _page(told).encode())):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def _as_pdf(told: Told) -> bytes:
    plain = "".join(char for char in told.body if char.isascii() and char not in "()\\\r")
    lines = [line[at : at + 80] for line in plain.split("\n") for at in range(0, len(line), 80)]
    return made_pdf([lines[:30]], title="Le pont")


def _of_text(write: Callable[[Told], str]) -> Callable[[Told], bytes]:
    return lambda told: write(told).encode()


def _json_line(told: Told) -> str:
    return json.dumps({"title": told.title, "text": told.body, "date": told.date, "source": told.source})


FORMATS: dict[str, Callable[[Told], bytes]] = {
    "a.txt": _of_text(lambda told: f"{told.title}\n{told.source}\n{told.date}\n\n{told.body}"),
    "2022-01-19_la-vigie.txt": _of_text(lambda told: told.body),
    "a.html": _of_text(_page),
    "a.json": _of_text(lambda told: f"[{_json_line(told)}, {_json_line(told)}]"),
    "a.jsonl": _of_text(lambda told: f"{_json_line(told)}\n{_json_line(told)}\n"),
    "a.jsonl.gz": lambda told: gzip.compress(_json_line(told).encode() + b"\n", mtime=0),
    "a.csv": _of_text(_table),
    "a.tsv": _of_text(lambda told: f"titre\ttexte\tdate\n{told.title}\t{told.body}\t{told.date}\n"),
    "a.md": _of_text(_markdown),
    "a.rss": _of_text(_feed),
    "a.nitf": _of_text(_nitf),
    "a.tei": _of_text(_tei),
    "a.eml": _letter,
    "a.mbox": lambda told: b"From x@y Wed Jan 19 08:12:00 2022\n" + _letter(told) + b"\n\n",
    "a.warc": lambda told: crawl(("https://vigie.example/a", "text/html", _page(told).encode()), packed=False),
    "a.warc.gz": lambda told: crawl(("https://vigie.example/a", "text/html", _page(told).encode())),
    "a.docx": lambda told: docx(run(_in_xml(told.title), "Titre") + run(_in_xml(told.body))),
    "a.odt": lambda told: odt(f"<text:p>{_in_xml(told.title)}</text:p><text:p>{_in_xml(told.body)}</text:p>"),
    "a.epub": lambda told: epub(
        [f"<html><body><h2>{_in_xml(told.title)}</h2><p>{_in_xml(told.body)}</p></body></html>"]
    ),
    "a.zip": _zipped,
    "a.tar": _tarred,
    "a.tar.gz": lambda told: gzip.compress(_tarred(told), mtime=0),
    "a.txt.bz2": lambda told: bz2.compress(told.body.encode()),
    "a.txt.xz": lambda told: lzma.compress(told.body.encode()),
    "a.html.zst": lambda told: zstandard.ZstdCompressor().compress(_page(told).encode()),
    "a.pdf": _as_pdf,
}
"""A writer for each format. One a suffix family: damage and wrong names make the others."""

DATES = st.sampled_from(["2022-01-19", "19 janvier 2022", "hier", "2022-02-30", "99/99/9999", "", "1er mai", "T25:61"])
TOLD = st.builds(Told, TEXTS, TEXTS, DATES, st.sampled_from(["La Vigie", "AFP", "", "a" * 300, "<b>", "\u202e"]))


def _cut(data: bytes, at: float, _: bytes) -> bytes:
    return data[: int(len(data) * at)]


def _replaced(data: bytes, at: float, piece: bytes) -> bytes:
    place = int(len(data) * at)
    return data[:place] + piece + data[place + len(piece) :]


def _inserted(data: bytes, at: float, piece: bytes) -> bytes:
    place = int(len(data) * at)
    return data[:place] + piece + data[place:]


def _doubled(data: bytes, at: float, _: bytes) -> bytes:
    place = int(len(data) * at)
    return data[:place] + data[place // 2 :]


def _flipped(data: bytes, at: float, piece: bytes) -> bytes:
    place = int(len(data) * at)
    return data[:place] + bytes(byte ^ (1 << piece[0] % 8) for byte in data[place : place + 1]) + data[place + 1 :]


PIECES = st.one_of(
    st.binary(min_size=1, max_size=12),
    st.sampled_from(
        [b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"]]>", b"<!--", b"&#x110000;", b"&#0;", b'"', b"\xed\xa0\x80"]
    ),
    st.sampled_from([b"[" * 3000, b"<b>" * 3000, b"> " * 500, b"{" * 500, b"\n" * 500, b"1e999", b"-" * 500, b"\r"]),
)
DAMAGE = st.lists(
    st.tuples(st.sampled_from([_cut, _replaced, _inserted, _doubled, _flipped]), st.floats(0, 1), PIECES), max_size=4
)


@st.composite
def files(draw: st.DrawFn) -> Made:
    """A file of some format, whole, damaged, or under a wrong name."""
    name = draw(st.sampled_from(list(FORMATS)))
    data = FORMATS[name](draw(TOLD))
    for change, at, piece in draw(DAMAGE):
        data = change(data, at, piece)
    return Made(draw(st.sampled_from([name, name, name, *FORMATS, "a"])), data)
