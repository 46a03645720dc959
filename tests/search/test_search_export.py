"""An export is the whole result in order."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest
from kiosque.search.model import Sort
from tests.effort import examples

ROWS = [
    Article(
        id=f"a{n}", title=f"Titre {n}", body="le mot " * (n % 5 + 1), source=f"S{n % 3}", date=f"2022-{n % 12 + 1:02}"
    )
    for n in range(230)
]


def test_an_export_equals_all_pages(engine_over: Callable[..., Engine]) -> None:
    engine = engine_over(*ROWS)

    @settings(max_examples=examples(20), deadline=None)
    @given(
        st.sampled_from(["", "mot", "titre 7", "introuvable mot", "absent"]),
        st.sampled_from(["relevance", "newest", "oldest"]),
        st.sampled_from([[], ["S1"], ["S0", "S2"]]),
        st.sampled_from([None, "2022-05"]),
    )
    def check(q: str, sort: Sort, sources: list[str], since: str | None) -> None:
        asked = SearchRequest(q=q, sort=sort, sources=sources, since=since, size=100)
        export = engine.export(asked)
        pages = [engine.search(msgspec.structs.replace(asked, page=n)) for n in (1, 2, 3)]
        ids = [hit.id for page in pages for hit in page.hits]
        assert [article.id for article in export.articles] == ids
        assert export.total == len(ids) == pages[0].total

    check()
