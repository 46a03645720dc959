from __future__ import annotations

import gzip
import io
import logging
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article, Duplicate
from kiosque.corpus.packed import unpacking
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]

PARAGRAPH = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés seule."
PAGE = f"<html><head><title>Le pont rouvre</title></head><body><article><p>{PARAGRAPH}</p></article></body></html>"
HTML = "text/html; charset=utf-8"

Response = tuple[str, str, bytes]


def record(kind: str, block: bytes, content_type: str, address: str = "") -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        "WARC-Date: 2026-11-22T04:58:08Z",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
        *([f"WARC-Target-URI: {address}"] if address else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def crawl(*responses: Response, packed: bool = True, status: str = "200 OK") -> bytes:
    """A WARC of these responses: URL, type, content."""
    records = [record("warcinfo", b"software: tests\r\n", "application/warc-fields")]
    for address, kind, content in responses:
        block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + content
        records.append(record("response", block, "application/http; msgtype=response", address))
    return b"".join(map(gzip.compress, records) if packed else records)


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: bytes, name: str = "depot.warc.gz") -> list[Article | Refusal]:
        items = read_corpus([make_corpus({name: content})])
        return [item.article if isinstance(item, Duplicate) else item for item in items]  # the pages here are equal

    return read_content


def page(number: int) -> Response:
    return f"https://vigie.example/2022/01/19/pont-{number}", HTML, PAGE.encode()


@pytest.mark.parametrize(("packed", "name"), [(True, "d.warc.gz"), (False, "d.warc"), (True, "d.gz"), (False, "d.bin")])
def test_pages_are_read(read: Read, packed: bool, name: str) -> None:
    items = read(crawl(page(1), page(2), packed=packed), name)
    assert [(item.url, item.date, item.source, item.body) for item in items if isinstance(item, Article)] == [
        (f"https://vigie.example/2022/01/19/pont-{number}", "2022-01-19", "vigie.example", PARAGRAPH)
        for number in (1, 2)
    ]


def test_the_date_of_the_crawl_dates_no_article(read: Read) -> None:
    (found,) = read(crawl(("https://vigie.example/pont", HTML, PAGE.encode())))
    assert isinstance(found, Article) and found.date is None


def test_the_charset_of_the_response_is_used(read: Read) -> None:
    (found,) = read(
        crawl(
            (
                "https://a.example/",
                "text/html; charset=iso-8859-15",
                PAGE.replace("onze", "œuf à 3 €").encode("iso-8859-15"),
            )
        )
    )
    assert isinstance(found, Article) and "œuf à 3 €" in found.body


def test_records_that_are_not_pages_are_counted(read: Read) -> None:
    items = read(
        crawl(("https://a.example/a.png", "image/png", b"x"), page(1), ("https://a.example/b.png", "image/png", b"x"))
    )
    assert isinstance(items[0], Article)
    assert isinstance(items[1], Refusal) and items[1].reason == "2 réponses qui ne sont pas des pages (image/png 2)"
    (missing,) = read(crawl(page(1), status="404 Not Found"))
    assert isinstance(missing, Refusal) and "statut 404 1" in missing.reason


def test_a_page_without_article_is_refused_with_its_url(read: Read) -> None:
    first, second = read(crawl(("https://a.example/vide", HTML, b"<html></html>"), page(1)))
    assert isinstance(first, Refusal) and "https://a.example/vide" in first.path and isinstance(second, Article)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("packed", [True, False])
def test_a_truncated_warc_gives_its_complete_pages_and_says_so(read: Read, share: float, packed: bool) -> None:
    whole = crawl(*(page(n) for n in range(20)), packed=packed)
    items = read(whole[: int(len(whole) * share)], "d.warc")
    assert len([item for item in items if isinstance(item, Article)]) >= int(20 * share) - 2
    assert isinstance(items[-1], Refusal)


def test_damaged_archives_are_refused(read: Read) -> None:
    for content in (b"WARC/1.0\r\n\r\n", b"WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n\r\n", b"\x1f\x8bnothing"):
        items = read(content)
        assert items and all(isinstance(item, Refusal) for item in items)


def test_a_warc_bomb_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "FREE", 2**20)
    monkeypatch.setattr(unpacking, "RATIO", 50)
    bomb = crawl(page(1), ("https://a.example/", "image/png", b"a" * 2**24), page(2), packed=False)
    items = read(gzip.compress(bomb))
    assert isinstance(items[0], Article)
    assert any(isinstance(item, Refusal) and "bombe" in item.reason for item in items)


def test_an_absurd_length_and_a_record_without_url_are_refused(read: Read) -> None:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n{PAGE}".encode()
    nameless = record("response", block, "application/http; msgtype=response")
    claiming = nameless.replace(f"Content-Length: {len(block)}".encode(), b"Content-Length: 99999999999")
    first, second, refusal = read(nameless + claiming, "d.warc")
    assert isinstance(first, Article) and (first.body, first.url) == (PARAGRAPH, None)
    assert isinstance(second, Article) and second.body == PARAGRAPH
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "WARC abîmé ou tronqué après 2 enregistrements\u00a0: le récupérer de nouveau"


def test_a_record_without_length_is_read_and_reported(read: Read) -> None:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n{PAGE}".encode()
    one = record("response", block, "application/http; msgtype=response", "https://a.example/pont")
    endless = one.replace(f"Content-Length: {len(block)}\r\n".encode(), b"")
    first, refusal = read(endless + one, "d.warc")
    assert isinstance(first, Article) and first.url == "https://a.example/pont"
    assert isinstance(refusal, Refusal) and refusal.reason.endswith("le récupérer de nouveau")


def test_wrong_lengths_are_refused_without_terminal_output(read: Read, capsys: pytest.CaptureFixture[str]) -> None:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n{PAGE}".encode()
    one = record("response", block, "application/http; msgtype=response", "https://a.example/un pont")
    short = one.replace(f"Content-Length: {len(block)}".encode(), f"Content-Length: {len(block) - 3}".encode())
    items = read(short + one, "d.warc")
    assert [type(item) for item in items] == [Article, Article, Refusal]
    assert isinstance(items[-1], Refusal) and items[-1].reason.startswith("1 enregistrement a une longueur fausse")
    assert capsys.readouterr().err == ""
    assert logging.getLogger("warcio").hasHandlers()


def test_a_wet_file_gives_the_text_of_pages(read: Read) -> None:
    text = f"Le pont rouvre\n{PARAGRAPH}\n".encode()
    [item] = read(record("conversion", text, "text/plain", "https://vigie.example/pont"), "depot.warc.wet.gz")
    assert isinstance(item, Article)
    assert (item.title, item.body, item.url) == ("Le pont rouvre", PARAGRAPH, "https://vigie.example/pont")


def test_an_arc_file_is_read(read: Read) -> None:
    page = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n\r\n".encode() + PAGE.encode()
    version = b"1 0 Tests\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20220119081200 text/plain %d\n" % len(version)
    address = b"https://vigie.example/pont 127.0.0.1 20220119081200 text/html %d\n" % len(page)
    [item] = read(head + version + b"\n" + address + page + b"\n", "depot.arc")
    assert isinstance(item, Article), item
    assert (item.title, item.url, item.date) == ("Le pont rouvre", "https://vigie.example/pont", None)


def wacz(archived: str, pages: str | None) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("archive/data.warc.gz", crawl((archived, HTML, PAGE.encode())))
        if pages is not None:
            archive.writestr("pages/pages.jsonl", pages)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("pages", "refused"),
    [
        (None, False),
        ('{"format": "json-pages-1.0"}\n', False),
        ('{"url": "https://vigie.example/pont#haut"}\n{"url": ', False),
        ('damaged\n{"url": "https://vigie.example/pont"}\n', False),
        ('{"url": "https://vigie.example/autre"}\n', True),
    ],
)
def test_a_wacz_loses_no_page_in_silence(make_corpus: MakeCorpus, pages: str | None, refused: bool) -> None:
    [item] = read_corpus([make_corpus({"a.wacz": wacz("https://vigie.example/pont", pages)})])
    assert isinstance(item, Refusal) == refused


def test_a_wacz_file_gives_its_listed_pages(make_corpus: MakeCorpus) -> None:
    kept, other = "https://vigie.example/pont", "https://vigie.example/cadre"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("archive/data.warc.gz", crawl((kept, HTML, PAGE.encode()), (other, HTML, PAGE.encode())))
        archive.writestr("pages/pages.jsonl", f'{{"format": "json-pages-1.0"}}\n{{"url": "{kept}"}}\n')
        archive.writestr("datapackage.json", "{}")
    for name in ("depot.wacz", "depot.zip"):
        items = list(read_corpus([make_corpus({name: packed.getvalue()}) / name]))
        assert [item.url for item in items if isinstance(item, Article)] == [kept]
        assert not [item for item in items if isinstance(item, Refusal)]
