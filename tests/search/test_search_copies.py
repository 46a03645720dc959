"""Matching near copies are one hit, the earliest: pages of hits against a plain reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.build.sync import sync
from kiosque.search import Engine, SearchPage, SearchRequest, open_engine
from kiosque.search.model import Hit, Sort
from tests.effort import examples
from tests.wire_articles import article, dispatch, paragraphs, reprint

EngineOver = Callable[..., Engine]
SOURCES = ["L’Écho", "La Vigie", "Le Phare", "Ouest"]


def group_of(seed: int, titles: int, word: str = "phare") -> list[Article]:
    """A dispatch and its later reprints; every second title has the word."""
    wire = dispatch(f"{seed}/afp", seed, date=f"2022-01-{10 + seed % 9}")
    others = [reprint(f"{seed}/{at}", seed, SOURCES[at], date=f"2022-02-0{9 - at}") for at in range(titles)]
    return [
        msgspec.structs.replace(each, title=f"{each.title} {word}" if at % 2 == 0 else each.title)
        for at, each in enumerate([wire, *others])
    ]


@pytest.fixture(scope="module")
def corpus() -> list[Article]:
    rng = Random(5)
    groups = [each for seed in range(30) for each in group_of(seed, seed % 5)]
    alone = [article(f"seul/{at}", ["Le phare."], date=f"2022-03-{at + 1:02}", source="Ouest") for at in range(15)]
    return rng.sample([*groups, *alone], k=len(groups) + 15)


@pytest.fixture(scope="module")
def engine(corpus: list[Article], engine_over: EngineOver) -> Engine:
    return engine_over(*corpus)


def ordered(engine: Engine, request: SearchRequest) -> list[Hit]:
    """All matching articles, ungrouped."""
    whole = msgspec.structs.replace(request, copies="all", size=100)
    pages = [engine.search(msgspec.structs.replace(whole, page=page)) for page in (1, 2, 3)]
    return [hit for page in pages for hit in page.hits]


def plain(hits: list[Hit], dates: dict[str, str]) -> list[str]:
    """The earliest matching article of each group, agencies first. A group is the seed before the slash."""
    best: dict[str, tuple[str, bool, str]] = {}
    for hit in hits:
        key = hit.id.split("/")[0] if not hit.id.startswith("seul") else hit.id
        found = (dates[hit.id], hit.source != "AFP", hit.id)
        best[key] = min(found, best.get(key, found))
    shown = {id for _, _, id in best.values()}
    return [hit.id for hit in hits if hit.id in shown]


@settings(max_examples=examples(40))
@given(
    q=st.sampled_from(["phare", "titre", "titre -phare", '"titre de"', "", "phare ET titre"]),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    sources=st.lists(st.sampled_from([*SOURCES, "AFP"]), max_size=2, unique=True),
    since=st.sampled_from([None, "2022-01-14", "2022-02"]),
    size=st.integers(1, 12),
)
def test_grouped_pages_equal_those_of_the_reference(
    engine: Engine, corpus: list[Article], q: str, sort: Sort, sources: list[str], since: str | None, size: int
) -> None:
    asked = SearchRequest(q=q, sort=sort, sources=sources, since=since, size=size)
    everything = ordered(engine, asked)
    expected = plain(everything, {each.id: each.date or "~" for each in corpus})
    first = engine.search(asked)
    assert first.total == len(everything)
    assert first.regrouped == len(everything) - len(expected)
    assert first.pages == -(-len(expected) // size)
    pages = [first, *(engine.search(msgspec.structs.replace(asked, page=at)) for at in range(2, first.pages + 1))]
    assert [hit.id for page in pages for hit in page.hits] == expected
    assert [hit.rank for page in pages for hit in page.hits] == list(range(1, len(expected) + 1))
    single = engine.search(msgspec.structs.replace(asked, copies="all"))
    assert first.facets == single.facets
    assert [each.id for each in engine.export(asked).articles] == [hit.id for hit in everything]


def test_deep_pages_are_grouped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = SearchRequest(q="titre", size=4)
    near = [engine.search(msgspec.structs.replace(asked, page=page)).hits for page in range(1, 9)]
    monkeypatch.setattr("kiosque.search.engines.answering.FIRST", 0)
    assert [engine.search(msgspec.structs.replace(asked, page=page)).hits for page in range(1, 9)] == near


def hit(page: SearchPage, id: str) -> Hit:
    return next(each for each in page.hits if each.id == id)


def test_a_hit_lists_its_copies_in_order_of_publication(engine: Engine) -> None:
    found = hit(engine.search(SearchRequest(q="titre", sources=["AFP"], size=100)), "3/afp").copies
    assert found is not None
    assert (found.first, found.titles, found.count) == ("3/afp", 3, 3)
    assert [(copy.source, copy.date, copy.id) for copy in found.others] == [
        ("Le Phare", "2022-02-07", "3/2"),
        ("La Vigie", "2022-02-08", "3/1"),
        ("L’Écho", "2022-02-09", "3/0"),
    ]
    assert hit(engine.search(SearchRequest(q="phare", size=100)), "seul/1").copies is None
    assert all(each.copies is None for each in engine.search(SearchRequest(q="titre", copies="all", size=100)).hits)


def test_a_filter_shows_the_first_copy_that_passes(engine: Engine) -> None:
    found = hit(engine.search(SearchRequest(q="titre", sources=["L’Écho", "La Vigie"], size=100)), "3/1").copies
    assert found is not None
    assert (found.first, found.titles) == ("3/afp", 3)


def test_an_article_lists_all_its_copies(engine: Engine) -> None:
    view = engine.article("4/1")
    assert view is not None and view.copies is not None
    assert view.copies.first == "4/afp"
    assert [copy.id for copy in view.copies.others] == ["4/afp", "4/3", "4/2", "4/0"]


def test_versions_in_the_same_source_are_not_reprints(engine_over: EngineOver) -> None:
    text = paragraphs(77)
    engine = engine_over(
        article("v1", text, source="AFP", date="2022-01-01"),
        article("v2", [*text, "Fin."], source="AFP", date="2022-01-02"),
    )
    (only,) = engine.search(SearchRequest(q="titre")).hits
    assert only.id == "v1" and only.copies is not None
    assert (only.copies.titles, only.copies.count) == (0, 1)


def test_an_engine_follows_a_sync_that_changes_the_group_of_an_old_segment(tmp_path: Path) -> None:
    def write(*articles: Article) -> Path:
        (tmp_path / "corpus").mkdir(exist_ok=True)
        lines = b"\n".join(msgspec.json.encode(each) for each in articles)
        (tmp_path / "corpus/a.jsonl").write_bytes(lines + b"\n")
        return tmp_path / "corpus"

    index = tmp_path / "index"
    old, new = reprint("0/0", 0, "L’Écho", date="2022-02-02"), dispatch("0/afp", 0)
    others = [article(f"seul/{at}", [f"Une brève {at}."], source="Ouest") for at in range(3)]
    sync([write(old, *others)], index)
    engine = open_engine(str(index))
    assert [each.copies for each in engine.search(SearchRequest(q="titre", sources=["L’Écho", "AFP"])).hits] == [None]
    sync([write(old, *others, new)], index)
    page = engine.search(SearchRequest(q="titre", sources=["L’Écho", "AFP"]))
    assert [each.id for each in page.hits] == ["0/afp"] and (page.total, page.regrouped) == (2, 1)
    sync([write(old, *others)], index)
    assert [each.id for each in engine.search(SearchRequest(q="titre", sources=["L’Écho", "AFP"])).hits] == ["0/0"]
