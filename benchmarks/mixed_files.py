"""Invented articles as files of every format that Kiosque reads, always the same ones for a seed."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import NamedTuple

from benchmarks.article import BenchArticle

Articles = Sequence[BenchArticle]
DAY = "2021-05-03"
"""Of the articles without one."""


class Kind(NamedTuple):
    """A format: articles in a file of it, files in a thousand of the mixed corpus, the bytes of a file."""

    suffix: str
    articles: int
    share: int
    write: Callable[[Articles], bytes]


def _text(articles: Articles) -> bytes:
    (one,) = articles
    return f"{one.title}\n\nPublié le {one.date or DAY}\n\n{_lines(one)}\n".encode()


def _lines(one: BenchArticle) -> str:
    """The body, three sentences a paragraph."""
    sentences = one.body.split(". ")
    return "\n\n".join(". ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))


def _page(one: BenchArticle) -> str:
    said = {"@type": "NewsArticle", "headline": one.title, "datePublished": one.date or DAY}
    menu = "".join(f'<li><a href="/r{number}">Rubrique {number}</a></li>' for number in range(40))
    body = "".join(f"<p>{escape(part)}</p>" for part in _lines(one).split("\n\n"))
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{escape(one.title)}</title>'
        f'<script type="application/ld+json">{json.dumps(said)}</script></head><body><nav><ul>{menu}</ul></nav>'
        f"<article><h1>{escape(one.title)}</h1>{body}</article><footer><p>Mentions légales</p></footer></body></html>"
    )


def _html(articles: Articles) -> bytes:
    return _page(articles[0]).encode()


def _json(articles: Articles) -> bytes:
    return json.dumps(_row(articles[0]), ensure_ascii=False).encode()


def _row(one: BenchArticle) -> dict[str, str | None]:
    return {"titre": one.title, "texte": one.body, "journal": one.source, "date": one.date, "url": one.url}


def _json_lines(articles: Articles) -> bytes:
    return "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in articles).encode()


def _table(articles: Articles) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(_row(articles[0])))
    writer.writeheader()
    writer.writerows(map(_row, articles))
    return stream.getvalue().encode()


def _markdown(articles: Articles) -> bytes:
    (one,) = articles
    said = f"title: {json.dumps(one.title)}\ndate: {one.date or DAY}"
    return f"---\n{said}\n---\n\n# {one.title}\n\n{_lines(one)}\n".encode()


def _feed(articles: Articles) -> bytes:
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{one.url}</link><description>{escape(one.body)}</description>"
        f"<pubDate>{one.date or DAY}</pubDate></item>"
        for one in articles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>La Gazette</title>{items}</channel></rss>'.encode()


def _nitf(articles: Articles) -> bytes:
    (one,) = articles
    body = "".join(f"<p>{escape(part)}</p>" for part in _lines(one).split("\n\n"))
    return (
        f'<?xml version="1.0"?><nitf><head><docdata><date.issue norm="{one.date or DAY}"/></docdata></head><body>'
        f"<body.head><hedline><hl1>{escape(one.title)}</hl1></hedline></body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    ).encode()


def _message(articles: Articles) -> bytes:
    (one,) = articles
    message = EmailMessage()
    message["Subject"], message["From"] = one.title, "La Gazette <lettre@gazette.example>"
    message["Date"] = "Mon, 03 May 2021 08:00:00 +0200"
    message.set_content(_lines(one))
    return message.as_bytes()


def _mbox(articles: Articles) -> bytes:
    return b"".join(
        b"From lettre@gazette.example Mon May  3 08:00:00 2021\n" + _message([one]) + b"\n" for one in articles
    )


def _warc(articles: Articles) -> bytes:
    records = []
    for one in articles:
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + _html([one])
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {one.url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        records.append(head.encode() + answer + b"\r\n\r\n")
    return b"".join(records)


def _docx(articles: Articles) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = [articles[0].title, *_lines(articles[0]).split("\n\n")]
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return _zipped({"word/document.xml": document.encode()})


def _odt(articles: Articles) -> bytes:
    spaces = "urn:oasis:names:tc:opendocument:xmlns:"
    paragraphs = [articles[0].title, *_lines(articles[0]).split("\n\n")]
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    content = (
        f'<office:document-content xmlns:office="{spaces}office:1.0" xmlns:text="{spaces}text:1.0"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    return _zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


def _epub(articles: Articles) -> bytes:
    chapters = {f"c{number}.xhtml": _html([one]) for number, one in enumerate(articles)}
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    order = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata/>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="content.opf"/></rootfiles></container>'
    return _zipped({"META-INF/container.xml": container.encode(), "content.opf": package.encode(), **chapters})


def _pdf(articles: Articles) -> bytes:
    """One page of one font, a line of some ten words every 12 points."""
    words = [articles[0].title, *_lines(articles[0]).split()]
    lines = [words[0], *(" ".join(words[at : at + 10]) for at in range(1, len(words), 10))]
    shown = "".join(f"({line.translate(_ESCAPED)}) Tj T* " for line in lines)
    stream = f"BT /F1 10 Tf 12 TL 50 800 Td {shown}ET".encode("cp1252", "replace")
    return _objects(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "()\\"})


def _objects(*objects: bytes) -> bytes:
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, b"".join(places))
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(made))
    return made + table + end


def _zip(articles: Articles) -> bytes:
    return _zipped({f"{one.id}.txt": _text([one]) for one in articles})


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _tar(articles: Articles) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for one in articles:
            content, member = _html([one]), tarfile.TarInfo(f"{one.id}.html")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


KINDS = (
    Kind(".txt", 1, 320, _text),
    Kind(".html", 1, 140, _html),
    Kind(".json", 1, 130, _json),
    Kind(".md", 1, 80, _markdown),
    Kind(".nitf", 1, 80, _nitf),
    Kind(".eml", 1, 80, _message),
    Kind(".docx", 1, 60, _docx),
    Kind(".odt", 1, 40, _odt),
    Kind(".pdf", 1, 40, _pdf),
    Kind(".rss", 10, 10, _feed),
    Kind(".csv", 20, 5, _table),
    Kind(".jsonl", 20, 5, _json_lines),
    Kind(".mbox", 20, 3, _mbox),
    Kind(".warc", 20, 3, _warc),
    Kind(".epub", 10, 2, _epub),
    Kind(".zip", 20, 1, _zip),
    Kind(".tar.gz", 20, 1, _tar),
)


def write(kind: Kind, articles: Sequence[BenchArticle], count: int, folder: Path) -> int:
    """Writes `count` files of a kind, a hundred a folder; gives how many articles they hold.

    The articles are gone through in a circle; each is another one each time round, by the number in its title and text.
    """
    for number in range(count):
        place = folder / f"{number // 100:04}"
        place.mkdir(parents=True, exist_ok=True)
        first = number * kind.articles
        own = [_numbered(articles, first + offset) for offset in range(kind.articles)]
        (place / f"{kind.suffix[1:].replace('.', '-')}-{number:06}{kind.suffix}").write_bytes(kind.write(own))
    return count * kind.articles


def _numbered(articles: Sequence[BenchArticle], number: int) -> BenchArticle:
    found = articles[number % len(articles)]
    return BenchArticle(
        id=f"m-{number}",
        title=f"{found.title} {number}",
        body=f"{found.body} Numéro {number}.",
        source=found.source,
        date=found.date,
        url=f"https://exemple.fr/m/{number}",
    )
