"""A merge against indexing the remaining articles at once."""

from collections.abc import Iterator, Sequence
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.columns import NumericColumn
from whoosh.fields import ID, TEXT, Schema
from whoosh.formats import Positions

from kiosque.corpus.article import Article
from kiosque.index.codec.writer import kiosque_writer
from kiosque.index.commit.storage import create_index
from kiosque.index.errors import ForeignArrays, OversizedSegment
from kiosque.index.invert.bulk import BulkWriter, string_arrays
from kiosque.index.merge.merge_segments import merge
from kiosque.index.merge.strings import merge_runs, sorted_runs, take
from kiosque.index.segment.posting_formats import PressPositions
from kiosque.index.segment.postings import OTHER_FORMS, get_number
from kiosque.index.segment.schema import article_of
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.segment.store import StoreReader, digest
from kiosque.index.text.analyzer import french_analyzer, term_of
from tests.effort import examples

NAMES = count()

WORDS = ["été", "étés", "ete", "Élysée", "élysées", "pays", "paye", "payé", "payés", "payée", "payées", "payer"]
WORDS += ["payera", "paieront", "payons", "payez", "payaient", "l’eau", "eaux", "O.N.U.", "12", "1 000"]
SOURCES, DATES = st.sampled_from([None, "AFP", "Le Monde"]), st.sampled_from([None, "2022", "2022-01", "2021-12-31"])


@pytest.fixture(autouse=True, scope="module")
def _no_fsync() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda file: None)
        yield


def articles_of(*bodies: str, prefix: str = "a") -> list[Article]:
    return [Article(id=f"{prefix}{at}", title="", body=body) for at, body in enumerate(bodies)]


def press_text() -> TEXT:
    field = TEXT(french_analyzer(), stored=True)
    field.format = PressPositions()
    return field


def by_whoosh(folder: Path, schema: Schema, **document: str) -> SegmentData:
    """A segment of one document, written by Whoosh."""
    index = create_index(folder, schema)
    with kiosque_writer(index) as writer:
        writer.add_document(**document)
    return SegmentData(folder, index._segments()[0].segment_id())


def written(folder: Path, articles: Sequence[Article]) -> SegmentData:
    name = f"S{next(NAMES)}"
    writer = BulkWriter(folder)
    writer.add(articles)
    writer.flush(name)
    return SegmentData(folder, name)


def merged(folder: Path, parts: Sequence[tuple[SegmentData, Any]]) -> SegmentData:
    name = f"M{next(NAMES)}"
    documents = merge(folder, parts, name)
    data = SegmentData(folder, name)
    assert data.verify() == []
    assert data.manifest.documents == documents
    return data


def in_one(folder: Path, parts: Sequence[tuple[Sequence[Article], set[int]]]) -> tuple[SegmentData, SegmentData]:
    """The merged segment without the deleted articles, and a segment of the same articles written at once."""
    found = merged(folder, [(written(folder, articles), deleted) for articles, deleted in parts])
    kept = [each for articles, deleted in parts for at, each in enumerate(articles) if at not in deleted]
    return found, written(folder, kept)


def forms_by_posting(data: SegmentData, number: int) -> list[set[str]]:
    """The forms of each posting of a text term; "*" means any of the forms that share a bit."""
    begin, end = data.posting_range(number)
    forms = data.forms_of(number)
    names = [forms[bit] if bit < len(forms) else "*" for bit in range(OTHER_FORMS)] + ["*"]
    return [{names[bit] for bit in range(8) if mask >> bit & 1} for mask in data["form_bits"][begin:end].tolist()]


def shared_forms(data: SegmentData, number: int) -> set[str]:
    return set(data.forms_of(number)[OTHER_FORMS:])


def terms(data: SegmentData) -> Iterator[tuple[str, bytes, int]]:
    for name, field in data.manifest.fields.items():
        for number in range(field.first, field.last):
            yield name, data.term(number), number


def postings(data: SegmentData) -> dict[tuple[str, bytes], Any]:
    """Documents, weights and positions of each term."""
    found = {}
    for name, term, number in terms(data):
        text = data.manifest.fields[name].positions
        positions = [array.tolist() for array in data.positions(number)] if text else []
        found[name, term] = (data.documents(number).tolist(), data.weights(number).tolist(), positions)
    return found


def records(data: SegmentData) -> list[bytes]:
    reader = StoreReader(data["store"], data["store_bounds"], data["store_dictionaries"])
    return [reader[document] for document in range(data.manifest.documents)]


def by_document(data: SegmentData) -> dict[str, Any]:
    names = [name for name in data.manifest.arrays if name.startswith(("length.", "column.", "id_rank", "skips."))]
    return {name: (data[name].dtype, data[name].tolist()) for name in names}


def assert_same(found: SegmentData, wanted: SegmentData) -> None:
    assert found.manifest.fields == wanted.manifest.fields
    assert found.manifest.columns == wanted.manifest.columns
    assert found.manifest.arrays.keys() == wanted.manifest.arrays.keys()
    assert {name: found[name].dtype for name in found.manifest.arrays} == {
        name: wanted[name].dtype for name in wanted.manifest.arrays
    }
    copied = ["terms", "term_bounds", "chunk_first", "chunk_number", "chunk_end", "docs", "freqs", "positions"]
    copied += ["position_blocks", "large_at", "large_value"]
    for name in copied:
        assert found[name].tolist() == wanted[name].tolist(), name
    assert postings(found) == postings(wanted)
    assert by_document(found) == by_document(wanted)
    assert records(found) == records(wanted)
    for data in (found, wanted):
        assert data.digests() == [digest(record) for record in records(data)]
        assert data.ids() == [article_of(record).id for record in records(data)]


def assert_same_forms(found: SegmentData, wanted: SegmentData) -> None:
    """For terms whose forms all have their own bit."""
    for name in ("forms", "form_bounds", "folded_forms", "folded_form_bounds"):
        assert found[name].tolist() == wanted[name].tolist(), name
    for number in range(len(wanted["term_form_first"]) - 1):
        assert set(found.forms_of(number)) == set(wanted.forms_of(number))
        assert forms_by_posting(found, number) == forms_by_posting(wanted, number)


def assert_forms_hold(found: SegmentData, wanted: SegmentData) -> None:
    """For forms that share bits: none is missed, and a form with its own bit has exact postings."""
    for number in range(len(wanted["term_form_first"]) - 1):
        shared, had = shared_forms(found, number), shared_forms(wanted, number)
        for known, truth in zip(forms_by_posting(found, number), forms_by_posting(wanted, number), strict=True):
            if "*" not in truth:
                assert known - {"*"} - shared == truth - shared
            assert truth - {"*"} <= known or "*" in known
            assert known - {"*"} - shared - had <= truth
            assert "*" in known or not known & shared


def articles(words: Sequence[str]) -> st.SearchStrategy[list[tuple[list[Article], set[int]]]]:
    """Articles and deletions of several segments, where at least one article remains."""
    texts = st.lists(st.sampled_from(words), max_size=12).map(" ".join)
    ids = st.integers(0, 99).map(str)
    article = st.builds(Article, id=ids, title=texts, body=texts, source=SOURCES, date=DATES)
    part = st.tuples(st.lists(article, min_size=1, max_size=6), st.sets(st.integers(0, 5)))
    parts = st.lists(part.map(lambda it: (it[0], {at for at in it[1] if at < len(it[0])})), min_size=1, max_size=4)
    return parts.filter(lambda them: any(len(deleted) < len(each) for each, deleted in them))


@settings(max_examples=examples(50), deadline=None)
@given(articles(WORDS))
def test_a_merge_equals_indexing_at_once(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[list[Article], set[int]]]
) -> None:
    found, wanted = in_one(tmp_path_factory.mktemp("merge"), parts)
    assert_same(found, wanted)
    assert_forms_hold(found, wanted)


@settings(max_examples=examples(25), deadline=None)
@given(articles(WORDS[:8]))
def test_forms_keep_their_own_bits(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[list[Article], set[int]]]
) -> None:
    found, wanted = in_one(tmp_path_factory.mktemp("merge"), parts)
    assert_same_forms(found, wanted)


@settings(max_examples=examples(25), deadline=None)
@given(articles(WORDS))
def test_merging_merged_segments_equals_one_merge(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[list[Article], set[int]]]
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    once = [merged(folder, [(written(folder, each), set())]) for each, _ in parts]
    found = merged(folder, [(data, deleted) for data, (_, deleted) in zip(once, parts, strict=True)])
    assert_same(found, in_one(folder, parts)[1])
    twice = merged(folder, [(found, set()), (found, set())])
    kept = [each for part, deleted in parts for at, each in enumerate(part) if at not in deleted]
    assert_forms_hold(twice, written(folder, [*kept, *kept]))


FORMS = "aimer aimons aimé aimés aimée aimées aimera aimez aimaient aimeront aimait aimais aimerait aimerais".split()
"""Forms of one term: enough for two segments with seven different own bits each."""


def forms_of_articles(*bodies: Sequence[str]) -> list[Article]:
    return articles_of(*(" ".join(body) for body in bodies))


def test_a_form_with_a_shared_bit_keeps_sharing(tmp_path: Path) -> None:
    often, seldom = FORMS[:7], FORMS[7:9]
    first, second = forms_of_articles(often, [*often, *seldom]), forms_of_articles(seldom, often[:1])
    found, _ = in_one(tmp_path, [(first, set()), (second, set())])
    assert set(found.forms_of(0)[:OTHER_FORMS]) == set(often)
    assert shared_forms(found, 0) == set(seldom)
    assert forms_by_posting(found, 0) == [{*often}, {*often, "*"}, {"*"}, {often[0]}]


def test_a_free_bit_goes_to_a_form_with_its_own_bit(tmp_path: Path) -> None:
    first, second = forms_of_articles(FORMS[:7], FORMS), forms_of_articles(FORMS[3:10], FORMS)
    found, _ = in_one(tmp_path, [(first, set()), (second, set())])
    own = found.forms_of(0)[:OTHER_FORMS]
    assert (set(own), own[3:]) == (set(FORMS[3:7]), [own[3]] * 4)
    assert sorted(shared_forms(found, 0)) == sorted(set(FORMS) - set(own))
    assert found["form_bits"].tolist() == [0xFF] * 4  # each has all four forms, and others


def test_if_no_form_can_have_its_own_bit_all_share_one(tmp_path: Path) -> None:
    first, second = forms_of_articles(FORMS[:7], FORMS), forms_of_articles(FORMS[7:], FORMS)
    found, _ = in_one(tmp_path, [(first, set()), (second, set())])
    one = found.forms_of(0)[0]
    assert found.forms_of(0)[: OTHER_FORMS + 1] == [one] * (OTHER_FORMS + 1)
    assert shared_forms(found, 0) == set(FORMS)
    assert found["form_bits"].tolist() == [0xFF, 0xFF, 1 << OTHER_FORMS, 0xFF]  # not in the third


def test_terms_of_deleted_documents_are_gone(tmp_path: Path) -> None:
    one, other = articles_of("aimer", "aimée rare", prefix="a"), articles_of("aimer", "aimée rare", prefix="b")
    found, wanted = in_one(tmp_path, [(one, {1}), (other, {1})])
    assert [term for _, term, _ in terms(found)] == [b"aimer", b"a0", b"b0"]
    assert found.forms_of(0) == ["aimer"]
    assert_same(found, wanted)
    assert_same_forms(found, wanted)


def test_a_merge_may_be_empty(tmp_path: Path) -> None:
    found = merged(tmp_path, [(written(tmp_path, articles_of("un", "deux")), {0, 1})])
    assert (found.manifest.documents, list(terms(found)), len(found["docs"])) == (0, [], 0)


def test_deleted_documents_may_be_an_array(tmp_path: Path) -> None:
    data = written(tmp_path, articles_of("un", "deux", "trois"))
    assert records(merged(tmp_path, [(data, np.array([1], np.uint32))])) == [records(data)[at] for at in (0, 2)]


@pytest.mark.parametrize("deleted", [set(), {0, 2}])
def test_high_frequencies_and_distant_positions_survive_a_merge(tmp_path: Path, deleted: set[int]) -> None:
    long = "un " * 254, "deux un " * 255, "mot " * 20000 + "un", "un " * 300 + "deux", "un " * 255
    found, wanted = in_one(tmp_path, [(articles_of(*long), deleted), (articles_of(*long, "un", prefix="b"), deleted)])
    assert_same(found, wanted)


def test_more_documents_than_a_chunk_holds(tmp_path: Path) -> None:
    """One segment three times: old chunks are split."""
    data = written(tmp_path, articles_of(*(f"un {at % 7}" for at in range(30_000))))
    deleted = set(range(10_000, 20_000))
    found = merged(tmp_path, [(data, set()), (data, deleted), (data, set())])
    kept = np.setdiff1d(np.arange(90_000), np.arange(40_000, 50_000))
    for term in (b"un", b"3", b"6"):
        old = data.documents(data.term_number("body", term)).astype(np.int64)
        wanted = np.searchsorted(kept, np.intersect1d(np.concatenate([old, old + 30_000, old + 60_000]), kept))
        assert found.documents(found.term_number("body", term)).tolist() == wanted.tolist()
    number = found.term_number("body", b"un")
    assert found["chunk_number"][found["chunk_first"][number] : found["chunk_first"][number + 1]].tolist() == [0, 1]
    assert found.positions(number)[1].tolist() == [0] * 80_000
    assert records(found)[75_000] == records(data)[25_000]


def test_posting_blocks_are_joined_correctly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [
        (articles_of(*(" ".join(WORDS[at:]) for at in range(15)), prefix=name), {at}) for at, name in enumerate("ab")
    ]
    monkeypatch.setattr("kiosque.index.merge.postings.BLOCK", 10)
    assert_same(*in_one(tmp_path, parts))


def test_segments_may_have_different_fields(tmp_path: Path) -> None:
    titled = by_whoosh(tmp_path / "titled", Schema(title=press_text(), id=ID(stored=True)), title="été", id="b")
    dated = by_whoosh(tmp_path / "dated", Schema(body=press_text(), date=ID(sortable=True)), body="été", date="2022")
    found = merged(tmp_path, [(titled, set()), (dated, set())])
    assert list(found.manifest.fields) == ["body", "title", "date", "id"]
    assert postings(found) == {
        ("body", term_of("été").encode()): ([1], [1.0], [[1], [0]]),
        ("title", term_of("été").encode()): ([0], [1.0], [[1], [0]]),
        ("date", b"2022"): ([1], [1.0], []),
        ("id", b"b"): ([0], [1.0], []),
    }
    assert (found["length.title"].tolist(), found["length.body"].tolist()) == ([1, 0], [0, 1])
    assert (found["column.date"].tolist(), found["column.date.values"].tobytes()) == ([0, 1], b"2022")
    assert found["id_rank"].tolist() == [1, 0]


def test_skips_survive_a_merge_and_whoosh_segments_have_none(tmp_path: Path) -> None:
    long = written(tmp_path, articles_of("mot " * 100, "mot", "l’été " * 40))
    plain = by_whoosh(tmp_path / "plain", Schema(body=press_text()), body="mot " * 100)
    found = merged(tmp_path, [(plain, set()), (long, {1})])
    assert found["skips.body.bounds"].tolist() == [0, 0, 6, 8]
    assert [get_number(found["skips.body"], at)[0] for at in (0, 2, 4, 6)] == [128, 128, 128, 32 * 10 + 4]


@pytest.mark.parametrize(
    "field", [TEXT(stored=True, chars=True), ID(sortable=NumericColumn("i")), TEXT(vector=Positions())]
)
def test_segments_that_only_whoosh_can_merge_are_refused(tmp_path: Path, field: Any) -> None:
    data = by_whoosh(tmp_path / "other", Schema(field=field), field="un mot")
    with pytest.raises(ForeignArrays, match="field"):
        merge(tmp_path, [(data, set())], "M")
    assert not list(tmp_path.glob("M*"))


def test_a_segment_over_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(tmp_path, articles_of("un deux", "trois"))
    monkeypatch.setattr("kiosque.index.merge.merge_segments.LARGEST", 6)
    with pytest.raises(OversizedSegment):
        merge(tmp_path, [(data, set()), (data, {0})], "M")
    assert not list(tmp_path.glob("M.*"))
    assert merge(tmp_path, [(data, set())], "M") == 2


STRINGS = st.lists(
    st.binary(max_size=10) | st.sampled_from([b"prefixes", b"prefixes\0", b"prefixes-long"]), unique=True
)


@settings(deadline=None)
@given(st.lists(STRINGS.map(sorted), min_size=1, max_size=5))
def test_sorted_runs_are_merged_like_heapq(runs: list[list[bytes]]) -> None:
    parts = [string_arrays("part", run) for run in runs]
    joined_runs = sorted_runs([(part["parts"], part["part_bounds"]) for part in parts])
    joined = merge_runs(joined_runs)
    everything = [string for run in runs for string in run]
    wanted = sorted(set(everything))
    strings = take(joined_runs.strings, joined.representatives())
    assert [strings.data[a:b].tobytes() for a, b in pairwise(strings.bounds.tolist())] == wanted
    assert joined.numbers().tolist() == [wanted.index(string) for string in everything]
    assert joined.sums(np.ones(len(everything), np.uint32)).tolist() == [everything.count(string) for string in wanted]
