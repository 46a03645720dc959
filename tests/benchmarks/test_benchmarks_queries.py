"""Drawing queries of every class from the articles, determined by a seed."""

import re
from collections import Counter
from functools import cache
from random import Random

import pytest

from benchmarks.article import BenchArticle
from benchmarks.invented import invent
from benchmarks.queries import BANDS, CLASSES, BenchQuery, Draw, draw_queries, sample
from benchmarks.tree import AllOf, AnyOf, Node, Phrase, Without, Word
from benchmarks.words import FUNCTION_WORDS, content_words, stem, words_of


@pytest.fixture(scope="module")
def articles() -> list[BenchArticle]:
    return list(invent(600, seed=3))


@pytest.fixture(scope="module")
def queries(articles: list[BenchArticle]) -> list[BenchQuery]:
    return draw_queries(articles, 200, seed=1)


def of(queries: list[BenchQuery], kind: str) -> list[BenchQuery]:
    return [query for query in queries if query.kind == kind]


@cache
def words_in(article: BenchArticle) -> list[str]:
    return words_of(f"{article.title}\n{article.body}")


@cache
def stems_in(article: BenchArticle) -> set[str]:
    return {stem(word) for word in words_in(article)}


def matches(node: Node, article: BenchArticle) -> bool:
    """A reference for the engines, word by word."""
    words = words_in(article)
    if isinstance(node, Word):
        return node.text in words
    if isinstance(node, Phrase):
        return " ".join(node.words) in " ".join(words)
    if isinstance(node, Without):
        return not matches(node.part, article)
    return (all if isinstance(node, AllOf) else any)(matches(part, article) for part in node.parts)


def test_a_seed_determines_the_queries(articles: list[BenchArticle], queries: list[BenchQuery]) -> None:
    assert draw_queries(articles, 200, seed=1) == queries
    assert draw_queries(articles, 200, seed=2) != queries


def test_the_requested_number_of_distinct_queries_is_drawn(queries: list[BenchQuery]) -> None:
    assert len(queries) >= 200
    assert len(set(map(repr, queries))) == len(queries)
    assert set(Counter(query.kind for query in queries)) == set(CLASSES)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_query_finds_something(kind: str, queries: list[BenchQuery], articles: list[BenchArticle]) -> None:
    for query in of(queries, kind):
        found = [article for article in articles if matches(query.tree, article)]
        assert any(query.source in (None, article.source) for article in found)


@pytest.mark.parametrize("kind", BANDS)
def test_single_words_are_in_their_frequency_band(
    kind: str, queries: list[BenchQuery], articles: list[BenchArticle]
) -> None:
    low, high = (share * len(articles) for share in BANDS[kind])
    for query in of(queries, kind):
        assert isinstance(query.tree, Word)
        found = sum(stem(query.tree.text) in stems_in(article) for article in articles)
        assert max(2, low) <= found <= max(3, high)


def test_two_to_six_words(queries: list[BenchQuery]) -> None:
    for kind, shape in (("all of 2-6", AllOf), ("any of 2-6", AnyOf)):
        trees = [query.tree for query in of(queries, kind) if isinstance(query.tree, shape)]
        assert len(trees) == len(of(queries, kind))
        assert {len(tree.parts) for tree in trees} == {2, 3, 4, 5, 6}


def test_phrases_of_two_and_three_words(queries: list[BenchQuery]) -> None:
    phrases = [query.tree for query in of(queries, "phrase of 2-3") if isinstance(query.tree, Phrase)]
    assert len(phrases) == len(of(queries, "phrase of 2-3"))
    assert {len(phrase.words) for phrase in phrases} == {2, 3}
    assert not any({phrase.words[0], phrase.words[-1]} & FUNCTION_WORDS for phrase in phrases)


def test_a_filter_matches_the_article_of_its_words(queries: list[BenchQuery], articles: list[BenchArticle]) -> None:
    for query in of(queries, "by 3 months"):
        assert query.months is not None
        first, last = query.months
        found = [article.date[:7] for article in articles if article.date and matches(query.tree, article)]
        assert any(first <= month <= last for month in found)


def test_mixed_queries_have_every_operator(queries: list[BenchQuery]) -> None:
    text = " ".join(repr(query.tree) for query in of(queries, "mixed"))
    assert all(re.search(rf"\b{name}\(", text) for name in ("AllOf", "AnyOf", "Phrase", "Without"))


def test_samples_come_from_the_whole_corpus() -> None:
    articles = list(invent(300, seed=1))
    drawn = sample(articles, seed=1, most=100)
    assert drawn == sample(articles, seed=1, most=100)
    assert len({article.id for article in drawn}) == 100
    assert any(int(article.id.removeprefix("b-")) >= 200 for article in drawn)
    assert sample(articles, seed=1, most=300) == articles


def test_words_that_engines_tokenize_differently_are_not_drawn() -> None:
    text = "L’Élysée et aujourd'hui, Saint-Denis : O.N.U. 20h30 www.site.fr budget. (réforme) le-la 1er grève"
    assert words_of(text) == ["et", "budget", "réforme", "grève"]
    assert content_words(text) == ["budget", "réforme", "grève"]


def test_too_few_articles_are_refused() -> None:
    assert draw_queries([], 200, seed=1) == []
    lonely = BenchArticle("b-0", "Un titre", "Rien.", None, None, None)
    assert draw_queries([lonely], 200, seed=1) == []
    assert Draw([], Random(1)).band("rare") == []
