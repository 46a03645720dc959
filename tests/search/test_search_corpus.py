"""Counts by source and year against a plain count, over segments with deletions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.build.full_build import build
from kiosque.index.codec.whoosh_codec import KiosqueSegment
from kiosque.index.commit.transaction import NAME, commit_segments, write_lock
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.segment.schema import schema
from kiosque.search import EngineUnavailable, open_engine
from kiosque.search.counts import corpus
from kiosque.search.model import Corpus
from tests.effort import examples

SOURCES = st.sampled_from([None, "AFP", "La Vigie", "Écho"])
DATES = st.sampled_from([None, "1999", "2022", "2022-01", "2022-01-19", "2021-12-31", "0845"])
DOCUMENTS = st.lists(st.tuples(SOURCES, DATES, st.booleans()), min_size=1, max_size=30)


def written(directory: Path, documents: list[tuple[str | None, str | None, bool]], segments: int) -> Iterator[Article]:
    """Commits these documents in some segments and deletes the flagged ones; gives the others."""
    articles = [Article(id=str(n), title="", body="gaz", source=s, date=d) for n, (s, d, _) in enumerate(documents)]
    parts = []
    for first in range(segments):
        chosen = range(first, len(articles), segments)
        if not chosen:
            continue
        writer = BulkWriter(directory)
        writer.add([articles[n] for n in chosen])
        segment = KiosqueSegment(NAME, len(chosen))
        writer.flush(segment.segment_id())
        for place, n in enumerate(chosen):
            if documents[n][2]:
                segment.delete_document(place)
        parts.append(segment)
    commit_segments(directory, schema(), parts)
    return (article for article, (_, _, deleted) in zip(articles, documents, strict=True) if not deleted)


def plain(articles: list[Article]) -> dict[str | None, tuple[int, int, dict[str, int]]]:
    found = {}
    for source in {article.source for article in articles}:
        own = [article for article in articles if article.source == source]
        years = Counter(article.date[:4] for article in own if article.date)
        found[source] = len(own), sum(not article.date for article in own), dict(sorted(years.items()))
    return found


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=DOCUMENTS, segments=st.integers(1, 3))
def test_counts_ignore_deleted_articles(
    documents: list[tuple[str | None, str | None, bool]], segments: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("corpus")
    with write_lock(directory):
        left = list(written(directory, documents, segments))
    if not left:
        with pytest.raises(EngineUnavailable):
            open_engine(str(directory)).corpus()
        return
    found = open_engine(str(directory)).corpus()
    assert {row.source: (row.total, row.undated, dict(row.years)) for row in found.sources} == plain(left)
    assert [list(row.years) for row in found.sources] == [sorted(row.years) for row in found.sources]
    assert [row.total for row in found.sources] == sorted((row.total for row in found.sources), reverse=True)
    everything = plain([Article(id="", title="", body="", date=article.date) for article in left])[None]
    assert (found.all.total, found.all.undated, found.all.years) == everything
    assert (found.reading, found.refusals) == (None, None)


def corpus_of(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def test_the_reading_report_is_that_of_the_current_commit(tmp_path: Path) -> None:
    engine = open_engine(str(tmp_path / "index"))

    def refused() -> tuple[int | None, str | None]:
        found: Corpus = engine.corpus()
        return found.reading.refused if found.reading else None, found.refusals

    build([corpus_of(tmp_path / "one", a="gaz", vide="")], tmp_path / "index")
    assert refused() == (1, "refusals.1.tsv")
    build([corpus_of(tmp_path / "two", a="gaz")], tmp_path / "index")
    assert refused() == (0, "refusals.2.tsv")


def test_an_article_has_its_cuts_and_confidence(tmp_path: Path) -> None:
    build([corpus_of(tmp_path / "c", a="Le gaz\n\nIl manque.\nFacebook\nFin.")], tmp_path / "index")
    view = open_engine(str(tmp_path / "index")).article("a", "facebook")
    assert view is not None
    assert [(cut.above, cut.line) for cut in view.article.cuts] == [(1, "Facebook")]
    assert (view.body_marks, view.date_confidence, view.date_precision) == ([], None, None)


def test_sources_over_the_limit_are_counted_together(
    commit: Callable[[Path, list[Article]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "MOST_SOURCES", 2)
    sources = [None, "A", "B", "B", "C", "C", "C", "D"]
    commit(tmp_path, [Article(id=str(n), title="", body="x", source=s, date="2022") for n, s in enumerate(sources)])
    found = open_engine(str(tmp_path)).corpus()
    assert [(row.source, row.total) for row in found.sources] == [("C", 3), ("B", 2), (None, 1)]
    assert found.rest is not None
    assert (found.others, found.rest.total, found.rest.years, found.all.total) == (2, 2, {"2022": 2}, len(sources))
