"""A cluster and a folder with the same articles give the same answers."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import pytest

from benchmarks.drawn_searches import drawn
from kiosque.corpus.article import Article
from kiosque.index.build.full_build import build
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.text.days import day_span
from kiosque.search import Engine, SearchPage, SearchRequest, open_engine
from kiosque.search.cluster import requests
from kiosque.search.cluster import state as cluster_state
from kiosque.search.counts.trends import TrendsRequest
from kiosque.search.engines.opensearch import OpenSearchEngine
from kiosque.search.model import Copies, Hit
from tests.search.test_search_engine import TRAPS

ROOT = Path(__file__).parents[2]
SAMPLE, ORANGE = ROOT / "corpus" / "sample", ROOT.parent / "shared" / "data" / "orange.jsonl.gz"
MANY, QUERIES, SEED = 2000, 300, 2022
COPIES: tuple[Copies, ...] = ("grouped", "all")


EngineOver = Callable[..., Engine]


class Pair(NamedTuple):
    """Two engines over the same articles."""

    folder: Engine
    cluster: Engine
    articles: list[Article]


@pytest.fixture(scope="module", params=["sample", "orange"])
def pair(
    request: pytest.FixtureRequest,
    on_cluster: Callable[[Path], ClusterSettings],
    cluster_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Pair:
    """Engines over the sample, and over 2,000 articles of ../shared, which are not in the repository."""
    folder = tmp_path_factory.mktemp("contract")
    corpus = SAMPLE if request.param == "sample" else _first_of(ORANGE, folder / "orange.jsonl")
    build([corpus], folder / "index", jobs=1)
    embedded = open_engine(str(folder / "index"))
    cluster = OpenSearchEngine(cluster_url, None, on_cluster(folder / "index"))
    return Pair(embedded, cluster, list(embedded.export(SearchRequest()).articles))


def _first_of(packed: Path, path: Path) -> Path:
    if not packed.is_file():
        pytest.skip(f"needs ../shared/data/{packed.name}")
    with gzip.open(packed, "rb") as lines:
        path.write_bytes(b"".join(islice(lines, MANY)))
    return path


def scoreless(hit: Hit) -> Hit:
    """A hit without its rank and score."""
    return msgspec.structs.replace(hit, rank=0, score=0.0)


def unranked(page: SearchPage) -> SearchPage:
    """A page without its hits."""
    return msgspec.structs.replace(page, hits=[], took_ms=0.0)


class TestTheClusterAnswersAsTheFolder:
    def test_random_queries_have_the_same_answers(self, pair: Pair) -> None:
        for request in drawn(pair.articles, QUERIES, SEED):
            for copies in COPIES:
                asked = msgspec.structs.replace(request, copies=copies)
                expected, found = pair.folder.search(asked), pair.cluster.search(asked)
                assert unranked(found) == unranked(expected), asked
                by_id = {hit.id: scoreless(hit) for hit in expected.hits}
                common = [hit for hit in found.hits if hit.id in by_id]
                assert [scoreless(hit) for hit in common] == [by_id[hit.id] for hit in common], asked
                assert len(common) == len(found.hits) or expected.total > asked.size, asked

    def test_random_queries_are_ranked_nearly_the_same(self, pair: Pair) -> None:
        """Lucene stores a text's length in one byte, and scores the best of several forms instead of all."""
        overlaps = [
            len({hit.id for hit in expected[:10]} & {hit.id for hit in found[:10]}) / min(10, len(expected))
            for expected, found in self._ranked(pair)
        ]
        assert sum(overlaps) / len(overlaps) > 0.95

    def _ranked(self, pair: Pair) -> Iterator[tuple[list[Hit], list[Hit]]]:
        for asked in drawn(pair.articles, 100, SEED):
            by_score = msgspec.structs.replace(asked, sort="relevance", copies="all")
            expected, found = pair.folder.search(by_score).hits, pair.cluster.search(by_score).hits
            if expected:
                yield expected, found

    @pytest.mark.parametrize("copies", COPIES)
    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_dates_order_the_same(self, pair: Pair, sort: str, copies: str) -> None:
        asked = msgspec.convert({"size": 100, "sort": sort, "copies": copies}, SearchRequest)
        for page in (1, 2):
            asked = msgspec.structs.replace(asked, page=page)
            assert pair.cluster.search(asked).hits == pair.folder.search(asked).hits

    def test_exports_are_complete_and_in_the_same_order(self, pair: Pair) -> None:
        asked = SearchRequest(q="le OU la", sort="oldest", since="1900")
        expected, found = pair.folder.export(asked), pair.cluster.export(asked)
        articles = list(found.articles)
        assert found.total == expected.total == len(articles)
        assert sorted(article.id for article in articles) == sorted(article.id for article in expected.articles)
        first_days = [day_span(article.date or "")[0] for article in articles]
        assert first_days == sorted(first_days)

    @pytest.mark.parametrize("copies", COPIES)
    def test_deep_pages_are_the_same(self, pair: Pair, copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster_state, "STEP", 7)
        last = pair.folder.search(SearchRequest(size=5, copies=copies)).pages
        for page in (3, last, 2, 4, last + 1):
            asked = SearchRequest(sort="newest", size=5, page=page, copies=copies)
            assert pair.cluster.search(asked).hits == pair.folder.search(asked).hits, page

    def test_groups_are_found_in_several_steps(self, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(requests, "AT_A_TIME", 2)
        monkeypatch.setattr(requests, "MOST_TERMS", 3)
        for source in pair.folder.search(SearchRequest()).facets.source[:5]:
            asked = SearchRequest(sources=[source.value], sort="oldest", size=100)
            expected, found = pair.folder.search(asked), pair.cluster.search(asked)
            assert (found.hits, found.regrouped) == (expected.hits, expected.regrouped), asked

    def test_articles_have_the_same_text_and_marks(self, pair: Pair) -> None:
        for article in pair.articles[:: max(1, len(pair.articles) // 20)]:
            q = article.title + " manif* =Paris"
            assert pair.cluster.article(article.id, q) == pair.folder.article(article.id, q)

    @pytest.mark.parametrize("typed", ["gouv", "le pre", "élec", "zzzzz", "la", "", "president de la r", "climat p"])
    def test_completions_are_the_same_words(self, pair: Pair, typed: str) -> None:
        """The order may differ after other words: a folder samples articles, a cluster counts all."""
        expected, found = pair.folder.suggest(typed, 20), pair.cluster.suggest(typed, 20)
        assert {one.text for one in found} == {one.text for one in expected} or " " in typed

    def test_similar_articles_are_nearly_the_same(self, pair: Pair) -> None:
        shared = several = 0
        for article in pair.articles[:: max(1, len(pair.articles) // 20)]:
            expected = [hit.id for hit in pair.folder.similar(article.id) or []]
            found = [hit.id for hit in pair.cluster.similar(article.id) or []]
            assert len(found) == len(expected)
            shared, several = shared + len({*expected} & {*found}), several + len(expected)
        assert shared >= 0.9 * several
        assert pair.cluster.similar("inconnu") is None

    def test_trends_are_the_same(self, pair: Pair) -> None:
        asked = TrendsRequest(queries=["le", "élections", '"de la"'], by_source=True)
        assert pair.cluster.trends(asked) == pair.folder.trends(asked)

    def test_index_statistics_are_the_same(self, pair: Pair) -> None:
        assert pair.cluster.stats() == pair.folder.stats()


VOCABULARY = ["gaz", "vent", "mer"]


def test_sloppy_phrases_match_the_same_articles(engine_over: EngineOver, cluster_over: EngineOver) -> None:
    """All phrases of two or three words and some of four, over short texts of a few words."""
    rng = Random(SEED)
    texts = [" ".join(rng.choices([*VOCABULARY, "sel", "nord"], k=rng.randint(2, 14))) for _ in range(150)]
    articles = [Article(id=str(number), title="", body=text) for number, text in enumerate(texts)]
    folder, cluster = engine_over(*articles), cluster_over(*articles)
    phrases = [*product(VOCABULARY, repeat=2), *product(VOCABULARY, repeat=3)]
    phrases += [tuple(rng.choices(VOCABULARY, k=4)) for _ in range(20)]
    for words in phrases:
        for between in (0, 1, 3):
            asked = SearchRequest(q=f'"{" ".join(words)}"~{between}', size=100, copies="all")
            expected, found = folder.search(asked), cluster.search(asked)
            assert unranked(found) == unranked(expected), asked
            if expected.total <= asked.size:
                assert {hit.id for hit in found.hits} == {hit.id for hit in expected.hits}, asked


def test_french_edge_cases_are_the_same_on_a_cluster(engine_over: EngineOver, cluster_over: EngineOver) -> None:
    articles = [Article(id=f"{number:03}", title="", body=text) for number, (text, _, _) in enumerate(TRAPS)]
    folder, cluster = engine_over(*articles), cluster_over(*articles)
    for _, q, _ in TRAPS:
        asked = SearchRequest(q=q, size=100, sort="newest", copies="all")
        expected, found = folder.search(asked), cluster.search(asked)
        assert unranked(found) == unranked(expected), q
        by_id = {hit.id: scoreless(hit) for hit in expected.hits}
        assert {hit.id: scoreless(hit) for hit in found.hits} == by_id, q
