"""The engine against a naive reference: small corpora and queries, answered in plain Python."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.text.days import day_span
from kiosque.search import Engine, SearchRequest
from tests.effort import examples

VOCABULARY = ["gaz", "vent", "mer", "sel", "nord"]
SOURCES = ["AFP", "Le Monde"]
DATES = ["2021", "2022", "2022-01", "2022-02", "2022-01-19", "2022-02-28", "2019-07-14"]

# A query is a tree of tuples: ("word", w), ("phrase", ws), ("field", name, w), ("source", s), ("date", d),
# ("and", [(negative, tree)...]), ("or", [tree...]).
Tree = tuple[Any, ...]


def written(tree: Tree) -> str:
    match tree:
        case ("word", word):
            return str(word)
        case ("phrase", words):
            return f'"{" ".join(words)}"'
        case ("field", name, word):
            return f"{name}:{word}"
        case ("source", name):
            return f'source:"{name}"'
        case ("date", text):
            return f"date:{text}"
        case ("and", parts):
            return "(" + " ".join(("-" if negative else "") + written(part) for negative, part in parts) + ")"
        case ("or", parts):
            return "(" + " OU ".join(written(part) for part in parts) + ")"
    raise AssertionError(tree)


@dataclass
class Reference:
    """Decides whether an article matches a query; with `any_word`, one word of an "and" is enough."""

    article: Article
    any_word: bool

    def answers(self, tree: Tree) -> bool:
        match tree:
            case ("word", word):
                return self.has("title", [word]) or self.has("body", [word])
            case ("phrase", words):
                return self.has("title", words) or self.has("body", words)
            case ("field", name, word):
                return self.has({"titre": "title", "texte": "body"}[name], [word])
            case ("source", name):
                return bool(self.article.source == name)
            case ("date", text):
                return overlaps(self.article, text, text)
            case ("and", parts):
                return self.all_answer(parts)
            case ("or", parts):
                return any(self.answers(part) for part in parts)
        raise AssertionError(tree)

    def all_answer(self, parts: list[tuple[bool, Tree]]) -> bool:
        wanted = [part for negative, part in parts if not negative]
        words = [self.answers(part) for part in wanted if part[0] not in ("source", "date")]
        filters = [self.answers(part) for part in wanted if part[0] in ("source", "date")]
        excluded = any(self.answers(part) for negative, part in parts if negative)
        enough = any(words) or not words if self.any_word else all(words)
        return enough and all(filters) and not excluded

    def has(self, name: str, words: list[str]) -> bool:
        held = getattr(self.article, name).split()
        return any(held[at : at + len(words)] == words for at in range(len(held)))


def overlaps(article: Article, since: str | None, until: str | None) -> bool:
    if since is None and until is None:
        return True
    if article.date is None:
        return False
    first, last = day_span(article.date)
    return (since is None or day_span(since)[0] <= last) and (until is None or first <= day_span(until)[1])


WORDS = st.sampled_from(VOCABULARY)
LEAVES = st.one_of(
    st.tuples(st.just("word"), WORDS),
    st.tuples(st.just("word"), WORDS),
    st.tuples(st.just("phrase"), st.lists(WORDS, min_size=2, max_size=3)),
    st.tuples(st.just("field"), st.sampled_from(["titre", "texte"]), WORDS),
    st.tuples(st.just("source"), st.sampled_from(SOURCES)),
    st.tuples(st.just("date"), st.sampled_from(DATES)),
)


def larger(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    conjunction = st.lists(st.tuples(st.sampled_from([False, False, True]), trees), min_size=1, max_size=3)
    return st.one_of(
        st.tuples(st.just("and"), conjunction), st.tuples(st.just("or"), st.lists(trees, min_size=1, max_size=3))
    )


QUERIES = st.recursive(LEAVES, larger, max_leaves=6).map(lambda tree: tree if tree[0] == "and" else ("or", [tree]))


@st.composite
def corpora(draw: st.DrawFn) -> list[Article]:
    text = st.lists(WORDS, max_size=6).map(" ".join)
    known = st.tuples(text, text, st.sampled_from([None, *SOURCES]), st.sampled_from([None, *DATES]))
    rows = draw(st.lists(known, min_size=1, max_size=7))
    return [
        Article(id=f"a{at}", title=title, body=body, source=source, date=date)
        for at, (title, body, source, date) in enumerate(rows)
    ]


def expected(articles: list[Article], tree: Tree, mode: str) -> tuple[list[Article], bool]:
    """The articles that match the query before filters, and whether its words were relaxed."""
    strict = [article for article in articles if Reference(article, mode == "any").answers(tree)]
    if strict or mode == "any":
        return strict, False
    return [article for article in articles if Reference(article, True).answers(tree)], True


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(
    articles=corpora(),
    tree=QUERIES,
    mode=st.sampled_from(["all", "any"]),
    sources=st.lists(st.sampled_from(SOURCES), max_size=1),
    ends=st.tuples(st.sampled_from([None, *DATES]), st.sampled_from([None, *DATES])),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
)
def test_answers_equal_those_of_the_reference(
    engine_over: Callable[..., Engine],
    articles: list[Article],
    tree: Tree,
    mode: Any,
    sources: list[str],
    ends: tuple[str | None, str | None],
    sort: Any,
) -> None:
    asked = {"q": written(tree), "match": mode, "sources": sources, "since": ends[0], "until": ends[1], "sort": sort}
    engine = engine_over(*articles)
    page = engine.search(SearchRequest(**asked, size=100))

    matched, relaxed = expected(articles, tree, mode)
    in_sources = [article for article in matched if not sources or article.source in sources]
    in_days = [article for article in matched if overlaps(article, *ends)]
    found = {article.id for article in in_sources if article in in_days}
    if relaxed and not found:
        assert (page.total, page.hits) == (0, [])
        return

    assert {hit.id for hit in page.hits} == found
    assert page.total == len(page.hits) == len(found)
    counts = Counter(article.source for article in in_days if article.source)
    assert {row.value: row.count for row in page.facets.source if row.count} == counts
    assert page.facets.date.undated == sum(article.date is None for article in in_sources)
    for bucket in page.facets.date.buckets:
        assert bucket.count == sum(overlaps(article, bucket.since, bucket.until) for article in in_sources)
    assert any(note.kind == "some_words" for note in page.notes) == relaxed

    pages = [
        engine.search(SearchRequest(**asked, size=2, page=number)).hits for number in range(1, page.total // 2 + 2)
    ]
    assert [hit for hits in pages for hit in hits] == page.hits
    in_order(page.hits, sort)


def in_order(hits: list[Any], sort: str) -> None:
    if sort == "relevance":
        keys: list[Any] = [-hit.score for hit in hits]
    elif sort == "newest":
        keys = [-day_span(hit.date)[1] if hit.date else 0 for hit in hits]
    else:
        keys = [day_span(hit.date)[0] if hit.date else 10**7 for hit in hits]
    assert keys == sorted(keys)
