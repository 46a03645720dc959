"""Readers give articles and refusals for any file, without an exception."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import cast

import pytest
from hypothesis import example, given

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.readers import pdf
from kiosque.corpus.readers.dispatch import read
from kiosque.corpus.readers.formats import suffix_of
from kiosque.corpus.refusal import Refusal
from tests.fuzz.file_strategies import FORMATS, Made, Told, files
from tests.fuzz.profiles import PROFILE


@pytest.fixture(scope="module", autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    pdf._end()


def read_bytes(made: Made) -> list[Article | Refusal]:
    suffix = suffix_of(made.name)
    relative = PurePosixPath(made.name[: len(made.name) - len(suffix or "")])

    def opened() -> io.BufferedReader:
        return io.BufferedReader(cast(io.RawIOBase, io.BytesIO(made.data)))

    return list(read(Location(Path(made.name), relative, opened), suffix))


def is_day(text: str) -> bool:
    """Whether an ISO date of any precision exists in the calendar."""
    return bool(date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text))


def check(article: Article) -> None:
    """Checks the invariants of an article (see kiosque.corpus.article)."""
    assert article.title.strip()
    assert (article.date is None, article.source is None) == (
        article.date_origin is None,
        article.source_origin is None,
    )
    assert article.date is None or is_day(article.date)
    for text in (
        article.id,
        article.title,
        article.body,
        article.source or "",
        article.author or "",
        article.url or "",
    ):
        text.encode()  # no lone surrogate


@PROFILE
@given(files())
@example(Made("a.md", b'---\ntitle: "\\ud83d\\ude00"\n---\nUn texte.\n'))
@example(Made("a.md", b'---\ntitle: "\\ud800"\nsource: "\\udc00"\n---\nUn texte.\n'))
@example(Made("a.rss", b"\x00"))
@example(Made("a.nitf", b"<nitf><body.content><p:</p></body.content></nitf>"))
@example(Made("a.html.zst", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff" * 3))
@example(
    Made(
        "a.warc",
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    )
)
def test_any_file_gives_articles_or_refusals(made: Made) -> None:
    for item in read_bytes(made):
        if isinstance(item, Article):
            check(item)
        else:
            assert "même pour son lecteur" not in item.reason, f"an unexpected error in a reader: {item.reason}"


@pytest.mark.parametrize("name", FORMATS)
def test_the_undamaged_files_are_read(name: str) -> None:
    told = Told(
        "Le pont rouvre", "Le pont de la ville rouvre ce matin après des travaux. " * 8, "2022-01-19", "La Vigie"
    )
    articles = [item for item in read_bytes(Made(name, FORMATS[name](told))) if isinstance(item, Article)]
    assert articles and "de la ville" in articles[0].body
