"""An article as every engine of the benchmark gets it: six fields, all stored, the date a day or none."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from kiosque.corpus.sources.source_table import read_source_table
from kiosque.corpus.walk.unify import SourceNames


class BenchArticle(msgspec.Struct, frozen=True):
    id: str
    title: str
    body: str
    source: str | None
    date: str | None
    url: str | None

    @property
    def day(self) -> int | None:
        """The day as a number (date.toordinal)."""
        return date.fromisoformat(self.date).toordinal() if self.date else None

    @property
    def month(self) -> int | None:
        """The month as a number: twelve times the year, plus 0 to 11."""
        return int(self.date[:4]) * 12 + int(self.date[5:7]) - 1 if self.date else None


class Row(msgspec.Struct):
    """A line of any JSON lines file."""

    id: str | int | None = None
    title: str | None = None
    body: str | None = None
    source: str | None = None
    date: str | None = None
    url: str | None = None


DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_articles(path: Path) -> Iterator[BenchArticle]:
    """The articles of a file that `write_articles` wrote."""
    decoder = msgspec.json.Decoder(BenchArticle)
    with path.open("rb") as lines:
        yield from map(decoder.decode, lines)


def read_rows(path: Path) -> Iterator[BenchArticle]:
    """The articles of any .jsonl or .jsonl.gz, normalized; skips lines without text."""
    decoder, sources = msgspec.json.Decoder(Row), SourceNames(read_source_table([]))
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines):
            row = decoder.decode(line)
            if row.title or row.body:
                yield _alike(row, number, sources)


def _alike(row: Row, number: int, sources: SourceNames) -> BenchArticle:
    title, body = (row.title or "").strip(), (row.body or "").strip()
    return BenchArticle(
        f"b-{number}", title or body[:80], body, _source(row.source, sources), _day(row.date), row.url or None
    )


def _source(name: str | None, sources: SourceNames) -> str | None:
    """The normalized name of a source: Kiosque merges "6Médias" and "6medias", peers would count two."""
    return sources.name(name.strip()) if name and re.search(r"\w", name) else None


def _day(text: str | None) -> str | None:
    """Days only, so that every engine filters and counts dates alike."""
    found = DAY.match(text or "")
    try:
        return date.fromisoformat(found.group()).isoformat() if found else None
    except ValueError:
        return None


def write_articles(articles: Iterator[BenchArticle], path: Path) -> int:
    """Writes one JSON object a line, under a temporary name until complete. Returns the number of articles."""
    unfinished, encoder, count = path.with_suffix(".part"), msgspec.json.Encoder(), 0
    with unfinished.open("wb") as lines:
        for article in articles:
            lines.write(encoder.encode(article) + b"\n")
            count += 1
    unfinished.replace(path)
    return count
