"""The codec under Whoosh: writers, readers, merges, deletions, damage, commits."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import whoosh.index
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as q
from whoosh.analysis import RegexTokenizer
from whoosh.codec.memory import MemoryCodec
from whoosh.fields import ID, NUMERIC, STORED, TEXT, Schema
from whoosh.index import FileIndex
from whoosh.matching import ReadTooFar
from whoosh.multiproc import SerialMpWriter
from whoosh.reading import IndexReader, TermNotFound
from whoosh.writing import BufferedWriter

from kiosque.corpus.article import Article, Cut, Origin
from kiosque.index.codec.matcher import TermPostings
from kiosque.index.codec.whoosh_codec import KiosqueCodec, KiosqueSegment, open_segment, segment_data
from kiosque.index.codec.writer import kiosque_writer
from kiosque.index.commit.storage import create_index, open_index
from kiosque.index.commit.transaction import commit_segments, write_lock
from kiosque.index.errors import BusyIndex, DamagedIndex, ForeignIndex, VanishedSegment
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.segment.arrays import array_path
from kiosque.index.segment.schema import COLUMNS, TEXTS, article_of, schema
from kiosque.index.segment.segment_data import SegmentData, write_manifest
from kiosque.index.segment.store import StoreReader, digest
from kiosque.index.segment.stored_values import UnstorableValue
from kiosque.index.text.analyzer import term_of
from tests.effort import examples

ARTICLES = [
    Article(id="b", title="L’Élysée", body="L’ONU à l’Élysée : l’O.N.U. élue", source="AFP", date="2022-01-19"),
    Article(id="c", title="Prix", body="", date="2022", date_origin=Origin.TEXT, author="A. Durand", section="Éco"),
    Article(
        id="a",
        title="",
        body="Les prix, le prix et l’Onu",
        source="Écho",
        source_written="echo.example",
        url="https://example.org/a",
        format="HTML",
        cuts=[Cut(0, "Publicité"), Cut(2, "À lire aussi")],
    ),
]
SMALL = Schema(id=ID(stored=True, unique=True), body=TEXT(RegexTokenizer(), stored=True), year=NUMERIC(sortable=True))


def bulk(directory: Path, articles: list[Article]) -> FileIndex:
    """An index of one segment, written in bulk."""
    with write_lock(directory):
        segment = KiosqueSegment("MAIN", len(articles))
        writer = BulkWriter(directory)
        writer.add(articles)
        writer.flush(segment.segment_id())
        commit_segments(directory, schema(), [segment])
    return open_index(directory)


def one_by_one(directory: Path, articles: list[Article]) -> FileIndex:
    """The same index, written by Whoosh's writer."""
    index = create_index(directory, schema())
    with kiosque_writer(index) as writer:
        for article in articles:
            writer.add_document(**msgspec.to_builtins(article))
    return index


def postings(reader: IndexReader) -> list[Any]:
    found = []
    for field, term in reader.all_terms():
        matcher = reader.postings(field, term)
        while matcher.is_active():
            found.append((field, term, matcher.id(), matcher.weight(), matcher.value()))
            matcher.next()
    return found


def everything(reader: IndexReader) -> dict[str, Any]:
    """Everything that two segments of the same articles have in common. Value bytes hold positions and forms."""
    documents = range(reader.doc_count_all())
    return {
        "postings": postings(reader),
        "stored": [reader.stored_fields(document) for document in documents],
        "lengths": {name: [reader.doc_field_length(document, name) for document in documents] for name in TEXTS},
        "totals": {name: reader.field_length(name) for name in TEXTS},
        "columns": {name: list(reader.column_reader(name)) for name in COLUMNS if reader.has_column(name)},
        "ranks": segment_data(reader)["id_rank"].tolist(),
        "ids": segment_data(reader).ids(),
        **{name: segment_data(reader)[name].tobytes() for name in ("forms", "folded_forms", "terms")},
    }


def small_index(directory: Path, *bodies: str) -> FileIndex:
    index = create_index(directory, SMALL)
    with kiosque_writer(index) as writer:
        for number, body in enumerate(bodies):
            writer.add_document(id=str(number), body=body, year=number)
    return index


# Segments written in bulk


def test_a_bulk_segment_is_a_whoosh_index(tmp_path: Path) -> None:
    bulk(tmp_path, ARTICLES)
    with whoosh.index.open_dir(str(tmp_path)).searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(q.Term("body", term_of("Onu")))] == ["b", "a"]
        assert [hit["id"] for hit in searcher.search(q.Phrase("body", [term_of("à"), term_of("Élysée")]))] == ["b"]
        assert [hit["id"] for hit in searcher.search(q.Every(), sortedby="date")] == ["a", "c", "b"]


def test_every_field_of_an_article_is_in_the_schema() -> None:
    assert set(schema().names()) == set(Article.__struct_fields__)


def test_bulk_and_single_writes_give_the_same_index(tmp_path: Path) -> None:
    with bulk(tmp_path / "bulk", ARTICLES).reader() as ours, one_by_one(tmp_path / "slow", ARTICLES).reader() as theirs:
        assert everything(ours) == everything(theirs)


words = st.sampled_from(["l’Élysée", "Elysée", "élysées", "ONU", "O.N.U.", "onu", "le", "prix", "PRIX", "10 000"])
texts = st.lists(words, max_size=30).map(" ".join)
articles = st.builds(
    Article,
    id=st.text("abc", min_size=1, max_size=4),
    title=texts,
    body=texts,
    source=st.sampled_from([None, "AFP", "Écho"]),
    date=st.sampled_from([None, "2022", "2022-01-19"]),
)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(articles, min_size=1, max_size=8))
def test_bulk_and_single_writes_give_the_same_index_for_any_articles(
    tmp_path_factory: pytest.TempPathFactory, found: list[Article]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    with bulk(folder / "bulk", found).reader() as ours, one_by_one(folder / "slow", found).reader() as theirs:
        ours_known, theirs_known = everything(ours), everything(theirs)
        assert theirs_known.pop("columns").items() <= ours_known.pop("columns").items()
        assert ours_known == theirs_known


def test_both_writers_store_a_record_that_is_an_article(tmp_path: Path) -> None:
    for index in (bulk(tmp_path / "bulk", ARTICLES), one_by_one(tmp_path / "slow", ARTICLES)):
        with index.reader() as reader:
            store = reader._perdoc._store
            assert [article_of(store[document]) for document in range(3)] == ARTICLES


def test_both_writers_store_the_digest_of_the_record(tmp_path: Path) -> None:
    articles = [Article(id=id, title="Titre", body=f"gaz {id}") for id in ("b", "é", "a")]
    for index in (bulk(tmp_path / "bulk", articles), one_by_one(tmp_path / "slow", articles)):
        with index.reader() as reader:
            data = segment_data(reader)
            store = StoreReader(data["store"], data["store_bounds"], data["store_dictionaries"])
            assert data.digests() == [digest(store[document]) for document in range(3)]
            assert data.ids() == ["b", "é", "a"]


def test_a_document_without_an_id_has_an_empty_one(tmp_path: Path) -> None:
    index = create_index(tmp_path, schema())
    with kiosque_writer(index) as writer:
        for document in ({"id": "b"}, {"title": "Titre"}, {"id": "a"}):
            writer.add_document(**document)
    with index.reader() as reader:
        assert segment_data(reader).ids() == ["b", "", "a"]


def test_forms_survive_a_merge_by_whoosh(tmp_path: Path) -> None:
    index = bulk(tmp_path, ARTICLES)
    with index.reader() as reader:
        before = everything(reader)
    kiosque_writer(index).commit(optimize=True)
    with index.reader() as reader:
        assert everything(reader) == before
        assert forms(reader, "body", term_of("ONU")) == [["onu"], ["onu"]]


def forms(reader: IndexReader, field: str, term: str) -> list[list[str]]:
    return [reader.schema[field].format.decode_forms(value) for _, value in reader.postings(field, term).all_items()]


def test_forms_from_the_eighth_on_share_a_bit(tmp_path: Path) -> None:
    """Nine forms of one term: seven have their own bit, the two rarest share the eighth."""
    variants = "chanter chantons chantez chantait chantaient chanteront chantera chanté chantée".split()
    (term,) = {term_of(variant) for variant in variants}
    found = [Article(id=str(rank), title="", body=" ".join(variants[:rank])) for rank in range(1, 10)]
    index = bulk(tmp_path, found)
    for _ in range(2):
        with index.reader() as reader:
            known = forms(reader, "body", term)
            assert [set(these) for these in known[:7]] == [set(variants[:rank]) for rank in range(1, 8)]
            assert [set(these) for these in known[7:]] == [set(variants)] * 2
        kiosque_writer(index).commit(optimize=True)


def test_a_form_listed_twice_after_a_merge_is_given_once(tmp_path: Path) -> None:
    variants = "chanter chantons chantez chantait chantaient chanteront chantera chanté chantée".split()
    term = term_of(variants[0])
    with bulk(tmp_path, [Article(id="a", title="", body=" ".join(variants))]).reader() as reader:
        data, number = segment_data(reader), segment_data(reader).term_number("body", term.encode())
        data._arrays["term_forms"] = data["term_forms"].copy()
        row = int(data["term_form_first"][number])
        data._arrays["term_forms"][row + 1] = data["term_forms"][row]
        [known] = forms(reader, "body", term)
        assert len(known) == len(set(known)) == 8


# Whoosh's writer


def test_updates_replace_and_deletions_remove(tmp_path: Path) -> None:
    index = small_index(tmp_path, "un", "deux", "trois")
    with kiosque_writer(index) as writer:
        writer.update_document(id="1", body="un deux")
        assert writer.delete_by_term("body", "trois") == 1
    with index.searcher() as searcher:
        assert {hit["body"] for hit in searcher.search(q.Every())} == {"un", "un deux"}
        assert index.doc_count() == 2


def test_optimize_leaves_one_segment_and_no_other_files(tmp_path: Path) -> None:
    index = small_index(tmp_path, "un", "deux")
    for body in ("trois", "quatre"):
        with kiosque_writer(index) as writer:
            writer.merge = False
            writer.add_document(id=body, body=body)
            writer.delete_by_term("id", "0")
    assert len(index._segments()) == 3
    kiosque_writer(index).commit(optimize=True)
    [segment] = index._segments()
    assert segment.doc_count_all() == 3
    left = {path.name.split(".")[0] for path in tmp_path.iterdir() if path.is_file()}
    assert left == {segment.segment_id(), f"_MAIN_{index.latest_generation()}", "MAIN_WRITELOCK"}


def test_an_empty_commit_and_an_empty_document(tmp_path: Path) -> None:
    index = create_index(tmp_path, SMALL)
    kiosque_writer(index).commit()
    with kiosque_writer(index) as writer:
        writer.add_document()
    with index.searcher() as searcher:
        assert searcher.doc_count() == 1
        assert searcher.stored_fields(0) == {}
        assert list(searcher.reader().all_terms()) == []
        assert len(searcher.search(q.Or([q.Term("body", "un"), q.Prefix("body", "u")]))) == 0
    kiosque_writer(index).commit(optimize=True)
    assert index.doc_count() == 1


def test_a_cancelled_writer_changes_nothing(tmp_path: Path) -> None:
    index = small_index(tmp_path, "un")
    writer = kiosque_writer(index)
    writer.add_document(id="x", body="deux")
    writer.cancel()
    assert index.refresh().doc_count() == 1
    kiosque_writer(index).commit()
    assert {path.name.split(".")[0] for path in tmp_path.glob("MAIN_*.npy")} == {index._segments()[0].segment_id()}


@pytest.mark.parametrize("value", [object(), {1, 2}, ("a",), 1 << 64, "\ud800", [1, {"k": 2j}]])
def test_values_that_msgpack_cannot_store_are_refused(tmp_path: Path, value: Any) -> None:
    index = create_index(tmp_path, Schema(id=ID(stored=True), note=STORED()))
    writer = kiosque_writer(index)
    with pytest.raises(UnstorableValue, match="«\u00a0note\u00a0»"):
        writer.add_document(id="un", note=value)
    writer.add_document(id="deux", note="x")
    writer.commit()
    with index.reader() as reader:
        assert list(reader.all_stored_fields()) == [{"id": "deux", "note": "x"}]
        assert list(reader.all_terms()) == [("id", b"deux")]  # Whoosh's own writer also indexes "un"


def test_a_refused_document_leaves_no_postings(tmp_path: Path) -> None:
    index = create_index(tmp_path, Schema(id=ID(stored=True), note=STORED()))
    writer = index.writer(codec=KiosqueCodec())
    writer.add_document(id="un")
    with pytest.raises(UnstorableValue):
        writer.add_document(id="deux", note=object())
    writer.commit()
    with index.reader() as reader:
        assert list(reader.all_terms()) == [("id", b"un")]


def test_segments_of_the_whoosh_codec_are_merged(tmp_path: Path) -> None:
    index = create_index(tmp_path, SMALL)
    with index.writer() as writer:
        writer.add_document(id="w", body="un deux", year=3)
    with kiosque_writer(index) as writer:
        writer.optimize = True
        writer.add_document(id="k", body="deux un", year=4)
    assert [type(segment) for segment in index._segments()] == [KiosqueSegment]
    with index.searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(q.Phrase("body", ["un", "deux"]))] == ["w"]
        assert [hit["id"] for hit in searcher.search(q.NumericRange("year", 4, 9))] == ["k"]


def test_buffered_and_async_writers_of_whoosh_work(tmp_path: Path) -> None:
    index = create_index(tmp_path, SMALL)
    several = SerialMpWriter(index, procs=3, codec=KiosqueCodec(), compound=False)
    for number in range(2):
        several.add_document(id=str(number), body=f"mot {number}", year=number)
    several.commit()
    buffered = BufferedWriter(index, period=None, limit=10, writerargs={"codec": KiosqueCodec(), "compound": False})
    buffered.add_document(id="2", body="mot 2", year=2)
    buffered.close()
    with index.searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(q.Term("body", "mot"), sortedby="year")] == ["0", "1", "2"]
        assert len(searcher.search(q.Phrase("body", ["mot", "1"]))) == 1


def test_a_reader_of_another_codec_can_be_merged(tmp_path: Path) -> None:
    memory = MemoryCodec()
    with memory.writer(SMALL) as writer:
        writer.add_document(id="m", body="un deux deux")
    index = create_index(tmp_path, SMALL)
    with kiosque_writer(index) as writer:
        writer.add_reader(memory.reader(SMALL))
    with index.reader() as reader:
        assert reader.frequency("body", "deux") == 2
        assert reader.doc_field_length(0, "body") == 3


# Readers and matchers


def test_a_matcher_skips_to_any_document(tmp_path: Path) -> None:
    index = small_index(tmp_path, *("mot" if number % 3 else "rien" for number in range(40)))
    with index.reader() as reader:
        documents = [number for number in range(40) if number % 3]
        assert list(reader.postings("body", "mot").all_ids()) == documents
        for start in range(5):
            for wanted in range(41):
                matcher = reader.postings("body", "mot")
                for _ in range(start):
                    matcher.next()
                matcher.skip_to(wanted)
                expected = [number for number in documents[start:] if number >= wanted]
                assert (matcher.id() if matcher.is_active() else None) == next(iter(expected), None)


def test_a_matcher_at_its_end_stays_there(tmp_path: Path) -> None:
    with small_index(tmp_path, "mot").reader() as reader:
        matcher = reader.postings("body", "mot")
        twin = matcher.copy()
        matcher.next()
        assert not matcher.is_active()
        with pytest.raises(ReadTooFar):
            matcher.skip_to(1)
        assert twin.is_active()
        matcher.reset()
        assert matcher.id() == 0


def test_an_unknown_term_and_an_unknown_field(tmp_path: Path) -> None:
    with small_index(tmp_path, "mot").reader() as reader:
        assert ("body", "mots") not in reader
        assert reader.frequency("body", "mots") == reader.doc_frequency("body", "mots") == 0
        with pytest.raises(TermNotFound):
            reader.postings("body", "mots")
        with pytest.raises(TermNotFound):
            reader.term_info("title", "mot")


def test_a_cursor_moves_both_ways(tmp_path: Path) -> None:
    with small_index(tmp_path, "un deux trois", "deux").reader() as reader:
        cursor = reader.cursor("body")
        assert (cursor.text(), cursor.next(), cursor.find("trois"), cursor.next()) == ("deux", "trois", "trois", "un")
        assert (cursor.next(), cursor.is_valid(), cursor.term_info()) == (None, False, None)
        assert cursor.first() == "deux"
        assert cursor.term_info().doc_frequency() == 2
        assert cursor.find(b"u") == "un"


def test_long_lengths_are_exact_and_many_occurrences_are_kept(tmp_path: Path) -> None:
    index = small_index(tmp_path, "mot " * 1000 + "fin", "mot fin", "mot " * 255)
    for _ in range(2):
        with index.reader() as reader:
            assert [reader.doc_field_length(document, "body") for document in range(3)] == [1001, 2, 255]
            assert (reader.min_field_length("body"), reader.max_field_length("body")) == (2, 1001)
            matcher = reader.postings("body", "mot")
            assert list(matcher.items_as("positions")) == [
                (0, list(range(1000))),
                (1, [0]),
                (2, list(range(255))),
            ]
            assert reader.frequency("body", "mot") == 1256
        kiosque_writer(index).commit(optimize=True)


def test_positions_of_a_later_term_in_a_block(tmp_path: Path) -> None:
    with small_index(tmp_path, *["a b c a"] * 70).reader() as reader:
        postings_of_c = TermPostings(segment_data(reader), "body", segment_data(reader).term_number("body", b"c"))
        assert [postings_of_c.positions(at) for at in range(70)] == [[2]] * 70


def test_a_segment_can_be_removed_while_another_reader_is_open(tmp_path: Path) -> None:
    index = small_index(tmp_path, "un", "deux")
    with index.searcher() as before:
        kiosque_writer(index).commit(optimize=True)
        assert [hit["body"] for hit in before.search(q.Term("body", "deux"))] == ["deux"]
        assert before.search(q.Every(), sortedby="year", reverse=True)[0]["id"] == "1"


# Deletions


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans())))
def test_deletions_are_a_set_of_documents(steps: list[tuple[int, bool]]) -> None:
    segment, expected = KiosqueSegment("MAIN", 41), set[int]()
    for document, delete in steps:
        segment.delete_document(document, delete)
        expected = expected | {document} if delete else expected - {document}
    read = pickle.loads(pickle.dumps(segment))
    for found in (segment, read):
        assert list(found.deleted_docs()) == sorted(expected)
        assert (found.deleted_count(), found.doc_count()) == (len(expected), 41 - len(expected))
        assert {document for document in range(41) if found.is_deleted(document)} == expected
    assert read == segment


def test_deleting_an_unknown_document_fails() -> None:
    with pytest.raises(IndexError):
        KiosqueSegment("MAIN", 3).delete_document(3)


# Damage


def only_segment(index: FileIndex) -> str:
    [segment] = index._segments()
    return str(segment.segment_id())


@pytest.mark.parametrize("name", ["docs", "terms", "store", "id_rank"])
def test_a_truncated_file_is_detected_on_opening(tmp_path: Path, name: str) -> None:
    index = small_index(tmp_path, "un deux")
    path = array_path(tmp_path, only_segment(index), name)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedIndex, match="make index"):
        index.reader()


def test_a_missing_file_raises_an_error_that_whoosh_retries(tmp_path: Path) -> None:
    name = only_segment(small_index(tmp_path, "un deux"))
    array_path(tmp_path, name, "docs").unlink()
    with pytest.raises(VanishedSegment) as caught:
        open_segment(tmp_path, name)
    assert isinstance(caught.value, DamagedIndex)
    assert isinstance(caught.value, OSError)


def test_a_manifest_of_another_version_is_foreign(tmp_path: Path) -> None:
    index = small_index(tmp_path, "un deux")
    manifest = SegmentData(tmp_path, only_segment(index)).manifest
    write_manifest(tmp_path, only_segment(index), msgspec.structs.replace(manifest, format=99))
    with pytest.raises(ForeignIndex, match="99"):
        index.reader()


def test_a_changed_record_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosque.index.segment.segment_data.CHECKED", 0)  # as if the store were large
    index = small_index(tmp_path, "un deux")
    path = array_path(tmp_path, only_segment(index), "store")
    content = bytearray(path.read_bytes())
    content[-20:] = bytes(20)
    path.write_bytes(content)
    with index.reader() as reader, pytest.raises(DamagedIndex):
        reader.stored_fields(0)


# Commits


def test_the_write_lock_is_exclusive(tmp_path: Path) -> None:
    with write_lock(tmp_path / "new"), pytest.raises(BusyIndex), write_lock(tmp_path / "new"):
        raise AssertionError("held twice")
    with write_lock(tmp_path / "new"):
        assert (tmp_path / "new").is_dir()


def test_a_commit_replaces_the_index_and_removes_the_old_files(tmp_path: Path) -> None:
    first = bulk(tmp_path, ARTICLES[:1])
    old, generation = only_segment(first), first.latest_generation()
    with first.reader() as before:
        index = bulk(tmp_path, ARTICLES)
        assert (before.doc_count(), index.doc_count()) == (1, 3)
    assert index.latest_generation() == generation + 1
    assert not list(tmp_path.glob(f"{old}*"))
    assert index.schema.names() == schema().names()


def test_two_segments_that_share_a_lexicon_are_one_index(tmp_path: Path) -> None:
    with write_lock(tmp_path):
        segments, writer = [], BulkWriter(tmp_path)
        for article in ARTICLES:
            segments.append(KiosqueSegment("MAIN", 1))
            writer.add([article])
            writer.flush(segments[-1].segment_id())
        commit_segments(tmp_path, schema(), segments)
    with open_index(tmp_path).searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(q.Term("body", term_of("ONU")))] == ["b", "a"]
        ranks = [segment_data(reader)["id_rank"].tolist() for reader, _ in searcher.reader().leaf_readers()]
        assert ranks == [[0]] * 3


def test_id_ranks_follow_the_ids(tmp_path: Path) -> None:
    with bulk(tmp_path, ARTICLES).reader() as reader:
        assert segment_data(reader)["id_rank"].tolist() == [1, 2, 0]
        assert segment_data(reader)["id_rank"].dtype == np.uint32
