"""Every facet counts like a plain loop over the articles, with any selection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.segment.schema import COLUMNS
from kiosque.search import SearchRequest
from kiosque.search.engines.embedded import EmbeddedEngine
from kiosque.search.facet_table import FACETS, VALUED
from kiosque.search.model import Facets
from kiosque.search.parameters import PARAMETERS
from kiosque.search.settings import Settings

Commit = Callable[..., None]
VALUES = st.sampled_from([None, "A", "B", "C"])
YEARS = st.sampled_from([None, "2021", "2022"])
ARTICLES = st.lists(st.tuples(VALUES, VALUES, YEARS, st.booleans()), min_size=1, max_size=20)
CHOSEN = st.frozensets(st.sampled_from(["A", "B", "Z"]), max_size=2)


def test_a_facet_row_names_existing_fields() -> None:
    for row in FACETS:
        assert row.column in COLUMNS
        assert row.column in Facets.__struct_fields__
    for row in VALUED:
        assert row.field in SearchRequest.__struct_fields__
        assert [one.field for one in PARAMETERS if one.name == row.column] == [row.field]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("facets")


@settings(max_examples=60, deadline=None)
@given(rows=ARTICLES, sources=CHOSEN, sections=CHOSEN, year=st.sampled_from([None, "2021"]), narrowed=st.booleans())
def test_facet_counts_equal_those_of_a_plain_loop(
    folder: Path,
    commit: Commit,
    rows: list[tuple[str | None, str | None, str | None, bool]],
    sources: frozenset[str],
    sections: frozenset[str],
    year: str | None,
    narrowed: bool,
) -> None:
    articles = [
        Article(id=f"a{n}", title="Le pont", body="gaz" if said else "vent", source=source, section=section, date=date)
        for n, (source, section, date, said) in enumerate(rows)
    ]
    commit(folder, articles)
    q = "gaz source:A" if narrowed else "gaz"
    request = SearchRequest(q=q, sources=sorted(sources), sections=sorted(sections), since=year, until=year)
    page = EmbeddedEngine(str(folder), Settings()).search(request)
    said = [one for one in articles if one.body == "gaz" and (not narrowed or one.source == "A")]
    if not said:
        return
    passes: dict[str, Callable[[Article], bool]] = {
        "source": lambda one: not sources or one.source in sources,
        "section": lambda one: not sections or one.section in sections,
        "date": lambda one: year is None or one.date == year,
    }
    assert page.total == sum(all(test(one) for test in passes.values()) for one in said)
    for name in ("source", "section"):
        others = [test for column, test in passes.items() if column != name]
        wanted = Counter(getattr(one, name) for one in said if all(test(one) for test in others))
        del wanted[None]
        assert {row.value: row.count for row in getattr(page.facets, name) if row.count} == dict(wanted)
    undated = [one for one in said if passes["source"](one) and passes["section"](one) and one.date is None]
    assert page.facets.date.undated == len(undated)
