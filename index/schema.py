"""The one table of fields: what each holds, how it is indexed, and what it is worth."""

from __future__ import annotations

from typing import Any

from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

from corpus.article import Article
from index.accents import accent_pairs
from index.analysis import french_analyzer, term_of, tokenize
from index.days import day_span

TEXTS = {"title": 2.0, "body": 1.0}
"""The fields that plain words are searched in, with their weights."""


def schema() -> Schema:
    """The Whoosh schema. Articles go in through `document`, which fills every field of it."""
    analyzer = french_analyzer()
    return Schema(
        id=ID(stored=True, unique=True),
        title=TEXT(analyzer, stored=True),
        body=TEXT(analyzer, stored=True),
        source=ID(stored=True, sortable=True),
        first_day=NUMERIC(int, sortable=True, default=0),
        last_day=NUMERIC(int, sortable=True, default=0),
        accents=KEYWORD(),
        date=STORED(),
        source_origin=STORED(),
        date_origin=STORED(),
        url=STORED(),
        author=STORED(),
        section=STORED(),
    )


def document(article: Article) -> dict[str, Any]:
    """The keyword arguments of `IndexWriter.add_document` for an article: each text is tokenized once."""
    surfaces = {name: [token.surface for token in tokenize(getattr(article, name))] for name in TEXTS}
    first, last = day_span(article.date) if article.date else (None, None)
    return {
        "id": article.id,
        **{name: [term_of(surface) for surface in found] for name, found in surfaces.items()},
        **{f"_stored_{name}": getattr(article, name) for name in TEXTS},
        "accents": accent_pairs(surface for found in surfaces.values() for surface in found),
        "source": article.source,
        "first_day": first,
        "last_day": last,
        **{
            name: getattr(article, name)
            for name in ("date", "source_origin", "date_origin", "url", "author", "section")
        },
    }


def article_of(stored: dict[str, Any]) -> Article:
    """The article behind the stored fields of a document."""
    known: dict[str, Any] = {name: stored.get(name) for name in Article.__struct_fields__}
    return Article(**known)
