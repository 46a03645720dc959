"""The executor and Whoosh's searcher give the same documents and scores over the same index."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from whoosh.query import And, Every, Not, Or, Phrase, Prefix, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment
from kiosque.index.commit.reader import open_reader
from kiosque.index.commit.transaction import NAME, commit_segments, write_lock
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.merge.merge_segments import merge
from kiosque.index.segment.schema import schema
from kiosque.search.dates import Days
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.leaves.filters import Dated, Undated, Unscored, ValueIs
from tests.search.whoosh_scores import whoosh_scores

WORDS = "gaz vent mer pluie neige soleil sable brume".split()
SOURCES = ["AFP", "Le Monde", None]
DATES = [None, "2020", "2021-03", "2021-03-04", "2022-01-19"]
SEEDS = range(40)
TREES = 50
"""Trees per corpus: 2,000 in all."""


def article(chance: random.Random, number: int) -> Article:
    title, body = (" ".join(chance.choices(WORDS, weights=range(1, 9), k=chance.randint(0, most))) for most in (4, 30))
    body += " gaz" * chance.choice([0] * 9 + [300])  # more occurrences than a byte counts
    return Article(id=f"a{number}", title=title, body=body, source=chance.choice(SOURCES), date=chance.choice(DATES))


def segment(directory: Path, chance: random.Random, first: int) -> KiosqueSegment:
    writer = BulkWriter(directory)
    writer.add([article(chance, first + number) for number in range(chance.randint(1, 25))])
    found = KiosqueSegment(NAME, writer.documents)
    writer.flush(found.segment_id())
    for number in range(found.doc_count_all() - 1):
        if chance.random() < 0.15:
            found.delete_document(number)
    return found


def corpus(directory: Path, seed: int) -> Snapshot:
    """One to three segments with deletions, every third time with two of them merged."""
    chance = random.Random(seed)
    directory.mkdir()
    with write_lock(directory):
        segments = [segment(directory, chance, 100 * place) for place in range(chance.randint(1, 3))]
        if len(segments) > 1 and seed % 3 == 0:
            merged = KiosqueSegment(NAME)
            sources = [(open_segment(directory, part.segment_id()), set(part.deleted_docs())) for part in segments[:2]]
            merged.set_doc_count(merge(directory, sources, merged.segment_id()))
            segments = [merged, *segments[2:]]
        commit_segments(directory, schema(), segments)
    return Snapshot(open_reader(directory))


def word(chance: random.Random) -> Query:
    name, boost = chance.choice([("title", 2.0), ("body", 1.0)])
    if chance.random() < 0.25:
        words = chance.choices(WORDS, k=chance.randint(2, 3))
        return Phrase(name, words, slop=chance.choice([1, 1, 2, 4]), boost=boost)
    return Term(name, chance.choice([*WORDS, "absent"]), boost=boost)


def tree(chance: random.Random, depth: int = 3) -> Query:
    kind = chance.random()
    if depth == 0 or kind < 0.3:
        return word(chance)
    if kind < 0.36:
        days: Days = chance.choice([(737000, None), (None, 737900), (737700, 738000)])
        return chance.choice([ValueIs("source", frozenset({"AFP"})), Undated(), Dated(days), Every()])
    if kind < 0.4:
        return Prefix("body", chance.choice("gvs"))
    children = [tree(chance, depth - 1) for _ in range(chance.randint(2, 3))]
    if kind < 0.7:
        return Or(children)
    if kind < 0.9:
        return And(children)
    return And([children[0], Unscored(Not(Or(children[1:])))])


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Snapshot]]:
    home = tmp_path_factory.mktemp("corpora")
    yield [corpus(home / str(seed), seed) for seed in SEEDS]


@pytest.mark.parametrize("seed", SEEDS)
def test_documents_and_scores_are_those_of_whoosh(snapshots: list[Snapshot], seed: int) -> None:
    snapshot, chance = snapshots[seed], random.Random(f"trees {seed}")
    for _ in range(TREES):
        asked = tree(chance)
        expected = whoosh_scores(snapshot.searcher, asked)
        result = execute(snapshot, asked, Filters(), "relevance", snapshot.documents)
        assert dict(result.best) == pytest.approx(expected, rel=1e-4, abs=1e-6), asked
        assert result.total == len(expected)
        assert [score for _, score in result.best] == sorted((score for _, score in result.best), reverse=True)
        best = execute(snapshot, asked, Filters(), "relevance", 5).best
        assert best == result.best[:5], "the top hits do not depend on their number"
