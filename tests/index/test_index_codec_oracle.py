"""The codec of Whoosh as an oracle: both codecs give the same answers for any documents, commits and queries.

Fields have at most ten tokens: up to there Whoosh's codec keeps lengths exactly, from there on it rounds them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whoosh import query as q
from whoosh import scoring
from whoosh.analysis import RegexTokenizer
from whoosh.fields import BOOLEAN, DATETIME, ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.index import FileIndex
from whoosh.query import spans
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from kiosque.index.codec.writer import kiosque_writer
from kiosque.index.commit.storage import create_index
from kiosque.index.segment.posting_formats import PressPositions
from tests.effort import examples

WORDS = ["élu", "élue", "onu", "paris", "parisien", "prix", "prise", "grève"]
DAY = datetime(2022, 1, 19)
FIELDS = ["title", "body", "tags", "source"]


def press_text() -> TEXT:
    field = TEXT(RegexTokenizer(), stored=True)
    field.format = PressPositions()
    return field


SCHEMA = Schema(
    id=ID(stored=True, unique=True),
    title=press_text(),
    body=TEXT(RegexTokenizer(), vector=True, spelling=True),
    chars=TEXT(RegexTokenizer(), chars=True),
    tags=KEYWORD(stored=True, commas=True, scorable=True, sortable=True),
    source=ID(stored=True, sortable=True),
    year=NUMERIC(int, stored=True, sortable=True),
    price=NUMERIC(float, sortable=True, default=0.0),
    day=DATETIME(stored=True, sortable=True),
    paid=BOOLEAN(stored=True),
    note=STORED(),
)

texts = st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join)
documents = st.fixed_dictionaries(
    {"id": st.sampled_from("abcdefghijkl"), "title": texts, "body": texts},
    optional={
        "chars": texts,
        "tags": st.lists(st.sampled_from(["eau", "gaz", "grève"]), max_size=3, unique=True).map(",".join),
        "source": st.sampled_from(["AFP", "Le Monde", "Écho"]),
        "year": st.integers(-3, 300),
        "price": st.sampled_from([0.0, -1.5, 2.25]),
        "day": st.integers(0, 40).map(lambda days: DAY + timedelta(days=days, microseconds=7)),
        "paid": st.booleans(),
        "note": st.sampled_from(["x", 3, [1, "a"], {"k": None}, b"\xff"]),
        "_title_boost": st.sampled_from([2.0, 0.5]),
    },
)
commits = st.fixed_dictionaries(
    {
        "added": st.lists(documents, max_size=12),
        "updated": st.lists(documents, max_size=2, unique_by=lambda document: document["id"]),
        "deleted": st.lists(st.sampled_from("abcdefghijkl"), max_size=2),
        "how": st.sampled_from([{"merge": False}, {"merge": False}, {}, {"optimize": True}]),
    }
)
plans = st.lists(commits, min_size=1, max_size=4)

terms = st.builds(
    q.Term, st.sampled_from(["title", "body", "chars"]), st.sampled_from(WORDS), st.sampled_from([1.0, 2.5])
)
positions = st.one_of(
    terms.filter(lambda term: term.fieldname == "title"),
    st.builds(q.Or, st.lists(st.builds(q.Term, st.just("title"), st.sampled_from(WORDS)), min_size=2, max_size=2)),
)
leaves = st.one_of(
    terms,
    st.builds(q.Term, st.just("source"), st.sampled_from(["AFP", "Le Monde", "absent"])),
    st.builds(q.Prefix, st.sampled_from(FIELDS), st.sampled_from(["p", "pri", "é", "x"])),
    st.builds(q.Wildcard, st.sampled_from(FIELDS), st.sampled_from(["pri*", "?lu*", "*e", "gr?ve"])),
    st.builds(q.Regex, st.sampled_from(FIELDS), st.sampled_from(["pri.e", "é.*", "[A-Z].*"])),
    st.builds(q.FuzzyTerm, st.sampled_from(["title", "body"]), st.sampled_from(WORDS), maxdist=st.integers(1, 2)),
    st.builds(q.Variations, st.just("body"), st.sampled_from(["paris", "prise"])),
    st.builds(q.TermRange, st.sampled_from(FIELDS), st.sampled_from(["a", "élu"]), st.sampled_from(["paris", "z"])),
    st.builds(
        q.NumericRange, st.just("year"), st.integers(-3, 100), st.integers(100, 300), st.booleans(), st.booleans()
    ),
    st.builds(q.NumericRange, st.just("price"), st.just(-2.0), st.sampled_from([0.0, 2.25])),
    st.builds(q.DateRange, st.just("day"), st.just(DAY), st.integers(0, 40).map(lambda days: DAY + timedelta(days))),
    st.builds(q.Term, st.just("paid"), st.booleans()),
    st.builds(q.Every, st.sampled_from([None, "title", "tags", "year"])),
    st.builds(
        q.Phrase,
        st.sampled_from(["title", "body", "chars"]),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        slop=st.integers(1, 3),
    ),
    st.builds(spans.SpanFirst, positions, st.integers(0, 3)),
    st.builds(spans.SpanNear, positions, positions, slop=st.integers(1, 3), ordered=st.booleans()),
    st.builds(spans.SpanNear2, st.lists(positions, min_size=2, max_size=3), slop=st.integers(1, 3)),
    st.builds(spans.SpanOr, st.lists(positions, min_size=2, max_size=3)),
    st.builds(spans.SpanNot, positions, positions),
    st.builds(spans.SpanContains, positions, positions),
    st.builds(spans.SpanBefore, positions, positions),
    st.builds(spans.SpanCondition, positions, positions),
    st.builds(q.ColumnQuery, st.just("source"), st.just("AFP")),
    st.builds(q.Ordered, st.lists(positions, min_size=2, max_size=2)),
)
flat = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(q.And, st.lists(inner, min_size=1, max_size=3)),
        st.builds(q.Or, st.lists(inner, min_size=1, max_size=3), minmatch=st.integers(0, 1)),
        st.builds(q.DisjunctionMax, st.lists(inner, min_size=1, max_size=3)),
        st.builds(q.AndNot, inner, inner),
        st.builds(q.AndMaybe, inner, inner),
        st.builds(q.Require, inner, inner),
        st.builds(q.Otherwise, inner, inner),
        st.builds(q.Not, inner),
        st.builds(q.ConstantScoreQuery, inner, st.just(3.0)),
    ),
    max_leaves=5,
)
parents = st.builds(q.Term, st.just("source"), st.just("AFP"))
# Nested queries are only outermost, because Whoosh's matchers for them read past their end if another matcher skips
# over them; so does its AndNot. The result differs: an old posting in Whoosh's codec, IndexError in ours.
inside = flat.filter(lambda tree: "AndNot" not in repr(tree))
queries = st.one_of(
    flat, flat, st.builds(q.NestedParent, parents, inside), st.builds(q.NestedChildren, parents, inside)
)


def apply(writer: Any, commit: dict[str, Any]) -> None:
    for name in commit["deleted"]:
        writer.delete_by_term("id", name)
    for document in commit["updated"]:
        writer.update_document(**document)
    for document in commit["added"]:
        writer.add_document(**document)
    writer.commit(**commit["how"])


@contextmanager
def both_indexes(plan: list[dict[str, Any]]) -> Iterator[tuple[FileIndex, FileIndex]]:
    """Two indexes of the same commits: one by Whoosh's codec, one by ours."""
    folder = Path(tempfile.mkdtemp())
    try:
        theirs, ours = FileIndex.create(RamStorage(), SCHEMA), create_index(folder, SCHEMA)
        for commit in plan:
            apply(theirs.writer(), commit)
            apply(kiosque_writer(ours), commit)
        yield theirs, ours
    finally:
        shutil.rmtree(folder)


def answer(searcher: Searcher, query: q.Query, **options: Any) -> Any:
    """The documents with their scores, or the type of error: some queries fail in Whoosh, and must fail in both."""
    try:
        found = searcher.search(query, **options)
        return [(found.docnum(at), found.score(at)) for at in range(found.scored_length())]
    except Exception as error:
        return type(error)


def has_inner_and_not(query: q.Query, outermost: bool = True) -> bool:
    """Whether Whoosh may read past the end: it does so where another matcher skips an AndNot (see above)."""
    inner = (has_inner_and_not(child, outermost=False) for child in query.children())
    return (isinstance(query, q.AndNot) and not outermost) or any(inner)


def assert_same(theirs: Any, ours: Any, query: q.Query) -> None:
    if ours is IndexError and has_inner_and_not(query):
        return
    if isinstance(theirs, type):
        assert ours is theirs
        return
    assert [document for document, _ in ours] == [document for document, _ in theirs]
    assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], rel=1e-4)


# No shrinking: each example is an index on disk, and shrinking one would take minutes.
oracle = settings(
    max_examples=examples(25),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@oracle
@given(plans, st.lists(queries, min_size=5, max_size=20))
def test_every_query_gives_the_same_documents_and_scores(plan: Any, asked: list[q.Query]) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.searcher() as whoosh, ours.searcher() as kiosque:
        for query in asked:
            assert_same(answer(whoosh, query, limit=None), answer(kiosque, query, limit=None), query)


@oracle
@given(
    plans,
    st.lists(queries, min_size=5, max_size=10),
    st.sampled_from([scoring.TF_IDF(), scoring.DFree(), scoring.PL2()]),
)
def test_other_weightings_give_the_same_scores(plan: Any, asked: list[q.Query], weighting: Any) -> None:
    with both_indexes(plan) as (theirs, ours):
        whoosh, kiosque = theirs.searcher(weighting=weighting), ours.searcher(weighting=weighting)
        for query in asked:
            assert_same(answer(whoosh, query, limit=None), answer(kiosque, query, limit=None), query)


@oracle
@given(plans, st.lists(queries, min_size=5, max_size=20))
def test_the_top_hits_are_the_same_with_block_skipping(plan: Any, asked: list[q.Query]) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.searcher() as whoosh, ours.searcher() as kiosque:
        for query in asked:
            assert_same(answer(whoosh, query, limit=3), answer(kiosque, query, limit=3), query)


def known_terms(reader: IndexReader) -> dict[Any, Any]:
    """Statistics of each term."""
    known = {}
    for term in reader.all_terms():
        info = reader.term_info(*term)
        known[term] = {
            "df": reader.doc_frequency(*term),
            "weight": reader.frequency(*term),
            "lengths": (info.min_length(), info.max_length()),
            "max": info.max_weight(),
            "ids": (info.min_id(), info.max_id()),
        }
    return known


def known_postings(reader: IndexReader) -> list[Any]:
    """Every posting of every term, decoded in every way that its format supports."""
    ways = ["frequency", "weight", "positions", "characters", "position_boosts"]
    found = []
    for field, term in reader.all_terms():
        format_ = reader.schema[field].format
        matcher = reader.postings(field, term)
        while matcher.is_active():
            decoded = {way: matcher.value_as(way) for way in ways if format_.supports(way)}
            found.append((field, term, matcher.id(), matcher.weight(), decoded))
            matcher.next()
    return found


@oracle
@given(plans)
def test_terms_and_postings_are_the_same(plan: Any) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.reader() as whoosh, ours.reader() as kiosque:
        assert sorted(kiosque.indexed_field_names()) == sorted(whoosh.indexed_field_names())
        assert list(kiosque.all_terms()) == list(whoosh.all_terms())
        assert known_terms(kiosque) == known_terms(whoosh)
        assert known_postings(kiosque) == known_postings(whoosh)
        for field in ["title", "body", "tags", "year"]:
            assert list(kiosque.terms_from(field, b"p")) == list(whoosh.terms_from(field, b"p"))
            assert list(kiosque.lexicon(field)) == list(whoosh.lexicon(field))
            assert list(kiosque.field_terms(field)) == list(whoosh.field_terms(field))
        assert list(kiosque.expand_prefix("body", "pri")) == list(whoosh.expand_prefix("body", "pri"))
        for word in WORDS:
            assert sorted(kiosque.terms_within("body", word, 2)) == sorted(whoosh.terms_within("body", word, 2))
            if ("body", word) in whoosh and any(whoosh.postings("body", word).all_ids()):
                assert kiosque.first_id("body", word) == whoosh.first_id("body", word)


@oracle
@given(plans)
def test_document_data_is_the_same(plan: Any) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.reader() as whoosh, ours.reader() as kiosque:
        assert (kiosque.doc_count(), kiosque.doc_count_all()) == (whoosh.doc_count(), whoosh.doc_count_all())
        assert list(kiosque.all_doc_ids()) == list(whoosh.all_doc_ids())
        assert list(kiosque.iter_docs()) == list(whoosh.iter_docs())
        for field in ["title", "body", "tags"]:
            assert kiosque.field_length(field) == whoosh.field_length(field)
            for document in range(whoosh.doc_count_all()):
                assert kiosque.doc_field_length(document, field) == (whoosh.doc_field_length(document, field) or 0)


@oracle
@given(plans)
def test_columns_are_the_same(plan: Any) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.reader() as whoosh, ours.reader() as kiosque:
        for field in ["tags", "source", "year", "price", "day"]:
            assert kiosque.has_column(field) == whoosh.has_column(field)
            if kiosque.is_atomic() and kiosque.doc_count_all():
                values = kiosque.column_reader(field, translate=False)
                assert list(values) == list(whoosh.column_reader(field, translate=False))
                assert [values[document] for document in range(len(values))] == list(values)


def groups(searcher: Searcher, field: str) -> Any:
    """The documents by value, or the type of error: Whoosh cannot group documents without a date."""
    try:
        return searcher.search(q.Every(), groupedby=field, limit=None).groups()
    except OverflowError as error:
        return type(error)


@oracle
@given(plans, st.sampled_from(["tags", "source", "year", "price", "day", "id", "paid"]), st.booleans())
def test_sorting_and_grouping_are_the_same(plan: Any, field: str, backwards: bool) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.searcher() as whoosh, ours.searcher() as kiosque:
        options = {"limit": None, "sortedby": field, "reverse": backwards}
        assert answer(kiosque, q.Every(), **options) == answer(whoosh, q.Every(), **options)
        assert groups(kiosque, field) == groups(whoosh, field)


@oracle
@given(plans)
def test_vectors_are_the_same(plan: Any) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.reader() as whoosh, ours.reader() as kiosque:
        for document in whoosh.all_doc_ids():
            assert kiosque.has_vector(document, "body") == whoosh.has_vector(document, "body")
            if whoosh.has_vector(document, "body"):
                for way in ["weight", "positions"]:
                    vectors = [list(reader.vector_as(way, document, "body")) for reader in (kiosque, whoosh)]
                    assert vectors[0] == vectors[1]


@oracle
@given(plans, st.sampled_from(WORDS))
def test_corrections_are_the_same(plan: Any, word: str) -> None:
    with both_indexes(plan) as (theirs, ours), theirs.searcher() as whoosh, ours.searcher() as kiosque:
        wrong = word[:-1] + "x"
        suggested = [found.corrector("body").suggest(wrong, limit=5) for found in (kiosque, whoosh)]
        assert suggested[0] == suggested[1]


def test_datetimes_round_trip_with_and_without_zone(tmp_path: Path) -> None:
    index = create_index(tmp_path, Schema(note=STORED()))
    with kiosque_writer(index) as writer:
        writer.add_document(note=DAY)
        writer.add_document(note=DAY.replace(tzinfo=UTC))
    with index.reader() as reader:
        assert [fields["note"] for fields in reader.all_stored_fields()] == [DAY, DAY.replace(tzinfo=UTC)]
