from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]

ITEM = """<item><title>L&#8217;été &amp; le pont</title><link>https://www.vigie.example/pont</link><guid>p1</guid>
<pubDate>Wed, 19 Jan 2022 00:30:00 +0100</pubDate><dc:creator>Ana Roy</dc:creator><category>Ville</category>
<description>Il rouvre.</description>
<content:encoded><![CDATA[<p>Il rouvre enfin.</p><p>Les vélos aussi.</p>]]></content:encoded></item>"""


def rss(items: str, title: str = "La Vigie du Port", link: str = "https://www.vigie.example/") -> str:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    head = f"<title>{title}</title><link>{link}</link><description/>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: str | bytes, name: str = "flux.xml") -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: content})]))

    return read_content


@pytest.mark.parametrize("name", ["flux.xml", "flux.rss", "flux.txt", "flux"])
def test_rss(read: Read, name: str) -> None:
    assert read(rss(ITEM), name) == [
        Article(
            id="flux:p1",
            title="L’été & le pont",
            body="Il rouvre enfin.\nLes vélos aussi.",
            source="La Vigie du Port",
            source_origin=Origin.METADATA,
            date="2022-01-19",
            date_origin=Origin.METADATA,
            url="https://www.vigie.example/pont",
            author="Ana Roy",
            section="Ville",
            format="XML",
        )
    ]


def test_atom(read: Read) -> None:
    entry = (
        "<entry><title type='html'>Le &lt;b&gt;pont&lt;/b&gt;</title><id>tag:1</id><link href='https://vigie.example/1'/>"
        "<published>2022-01-19T08:12:00+01:00</published><updated>2023-02-01T00:00:00Z</updated>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Il rouvre.</p></div></content></entry>"
    )
    (found,) = read(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Vigie</title>{entry}</feed>")
    assert isinstance(found, Article)
    assert (found.title, found.body, found.date) == ("Le pont", "Il rouvre.", "2022-01-19")


def test_a_section_is_not_a_source(read: Read) -> None:
    (found,) = read(rss(ITEM, title="Débats : toute l’actualité du port, jour après jour, sans relâche"))
    assert isinstance(found, Article)
    assert (found.source, found.source_origin) == ("vigie.example", Origin.ADDRESS)


def test_a_hugo_feed_gives_its_site_as_the_source(read: Read) -> None:
    feed = rss(ITEM.replace("https://www.vigie.example", ""), "La ville on La Vigie du Port", "/ville/")
    for about in ("Recent content in La ville on La Vigie du Port", "Recent content on La Vigie du Port"):
        (found,) = read(feed.replace("<description/>", f"<description>{about}</description>", 1))
        assert isinstance(found, Article) and found.source == "La Vigie du Port"


def test_only_an_entry_without_text_is_refused(read: Read) -> None:
    first, second = read(rss(f"<item><guid>x</guid></item>{ITEM}"))
    assert isinstance(first, Refusal) and first.path.endswith("n°\u00a01") and isinstance(second, Article)


def test_a_truncated_feed_says_so(read: Read) -> None:
    whole = rss(ITEM + ITEM.replace("p1", "p2"))
    *articles, last = read(whole[: whole.index("p2")])
    assert isinstance(articles[0], Article) and articles[0].id == "flux:p1"
    assert isinstance(last, Refusal) and "abîmé" in last.reason


@pytest.mark.parametrize("content", [rss(""), "<rss>", "<feed xmlns='http://www.w3.org/2005/Atom'/>"])
def test_a_feed_without_entries_is_refused(read: Read, content: str) -> None:
    (item,) = read(content)
    assert isinstance(item, Refusal)


def test_a_feed_fetches_nothing(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    dtd = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'
    assert read(dtd + rss(ITEM).partition("?>")[2], "a.rss")
    assert read(b"http://127.0.0.1:9/flux.rss", "b.rss")
