"""Any query gives a tree and notes, and over any articles an answer with exact marks."""

from __future__ import annotations

import html
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.text.analyzer import tokenize
from kiosque.search import Engine, SearchRequest, open_engine
from kiosque.search.counts.trends import TrendsRequest
from kiosque.search.lexicon.synonyms import read_synonyms
from kiosque.search.lexicon.term_dictionary import TermDictionary
from kiosque.search.model import Hit, Match
from kiosque.search.query.lexer import lex
from kiosque.search.query.parse import parse
from kiosque.search.query.words import Words
from kiosque.search.settings import Settings
from tests.conftest import commit_articles
from tests.fuzz.profiles import PROFILE
from tests.fuzz.text_strategies import QUERIES, TEXTS

MATCHES: st.SearchStrategy[Match] = st.sampled_from(["all", "any"])
WORDS = Words(TermDictionary([]), Settings(), read_synonyms())


@PROFILE
@given(QUERIES, MATCHES)
def test_any_query_gives_a_tree_and_notes_with_valid_positions(query: str, match: Match) -> None:
    parsed = parse(query, WORDS, match)
    assert all(note.message and 0 <= (note.position or 0) <= len(query) for note in parsed.notes)
    assert all(0 <= item.start <= item.end <= len(query) for item in parsed.words)
    positions = [lexeme.position for lexeme in lex(query)]
    assert positions == sorted(positions)
    for note in parsed.notes:
        if note.query is not None:
            parse(note.query, WORDS)


Rows = list[tuple[str, str, str | None, str | None]]
DAYS = st.sampled_from([None, "2022-01-19", "2022-01", "1999", "0001-01-01", "9999-12-31"])
ROWS = st.lists(st.tuples(TEXTS, TEXTS, DAYS, st.one_of(st.none(), TEXTS.filter(bool))), min_size=1, max_size=4)


@st.composite
def queries_of(draw: st.DrawFn, articles: list[Article]) -> str:
    """Any query, or one of words of the articles."""
    words = [token.surface for article in articles for token in tokenize(f"{article.title} {article.body}")][:30]
    own = st.sampled_from([*words, "gaz"])
    made = st.lists(
        st.one_of(
            own,
            own.map(lambda word: f"={word}"),
            own.map(lambda word: word[:2] + "*"),
            own.map(lambda word: f"{word}~1"),
            st.lists(own, max_size=3).map(lambda some: f'"{" ".join(some)}"~2'),
        ),
        max_size=4,
    )
    return draw(st.one_of(QUERIES, made.map(" ".join)))


@PROFILE
@given(st.data(), ROWS)
def test_any_query_over_any_articles_is_answered_with_exact_marks(data: st.DataObject, rows: Rows) -> None:
    articles = [Article(id=f"a{at}", title=t, body=b, date=d, source=s) for at, (t, b, d, s) in enumerate(rows)]
    with tempfile.TemporaryDirectory(prefix="kiosque-fuzz-") as folder:
        commit_articles(Path(folder), articles)
        engine = open_engine(folder)
        query = data.draw(queries_of(articles))
        match = data.draw(MATCHES)
        page = engine.search(SearchRequest(q=query, match=match, copies="all"))  # some articles may be near copies
        assert page.total <= len(articles) and len(page.hits) == page.total
        assert sum(bucket.count for bucket in page.facets.source) <= page.total
        for hit in page.hits:
            check(hit, engine, query)
        assert [article.id for article in engine.export(SearchRequest(q=query, match=page.match)).articles] == [
            hit.id for hit in page.hits
        ]
        assert len(engine.suggest(query)) <= 8
        engine.trends(TrendsRequest(queries=[query]))


def check(hit: Hit, engine: Engine, query: str) -> None:
    """The marks of a hit lie within its texts, and its HTML is the text, escaped and then marked."""
    passage, view = hit.snippet, engine.article(hit.id, query)
    assert view is not None and view.article.id == hit.id
    for text, marks in (
        (passage.text, passage.marks),
        (view.article.title, view.title_marks),
        (view.article.body, view.body_marks),
    ):
        ends = [at for span in marks for at in span]
        assert ends == sorted(ends) and all(start < end <= len(text) for start, end in marks)
        assert all(list(tokenize(text[start:end])) for start, end in marks)
    for made, text in ((passage.html, passage.text), (hit.title_html, hit.title)):
        plain = made.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in plain and html.unescape(plain) == text.replace("\ufdd0", "\ufffd").replace("\ufdd1", "\ufffd")
