"""Posting values of every format survive writing, reading and merging."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whoosh import columns, formats
from whoosh import query as q
from whoosh.analysis import DelimitedAttributeFilter, RegexTokenizer, StandardAnalyzer, StemmingAnalyzer, Token
from whoosh.fields import NUMERIC, TEXT, FieldType, Schema
from whoosh.index import FileIndex

from kiosque.index.codec.document_writer import default_value
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.codec.writer import kiosque_writer
from kiosque.index.commit.storage import create_index
from kiosque.index.segment.posting_formats import PressPositions, rebuilt_value
from kiosque.index.text.analyzer import french_analyzer, term_of

ANALYZER = RegexTokenizer(r"\S+")


class Columned(FieldType):  # type: ignore[misc]
    """A field with a column and nothing else."""

    indexed = False

    def __init__(self, column: columns.Column) -> None:
        super().__init__(None, None, sortable=column)

    def to_column_value(self, value: Any) -> Any:
        return value


def written(directory: Path, field: FieldType, *values: Any, **more: Any) -> FileIndex:
    """An index of the field "f" with these values, merged once."""
    index = create_index(directory, Schema(f=field))
    for value in values:
        with kiosque_writer(index) as writer:
            writer.merge = False
            writer.add_document(f=value, **more)
    kiosque_writer(index).commit(optimize=True)
    return index


def decoded(index: FileIndex, term: str, way: str) -> list[Any]:
    with index.reader() as reader:
        return [value for _, value in reader.postings("f", term).items_as(way)]


def test_press_positions_keep_positions_and_forms() -> None:
    text = "L’Étoile, étoile, les Étoiles"
    found = PressPositions().word_values(text, french_analyzer())
    [(_, count, weight, value)] = [row for row in found if row[0] == term_of("étoile")]
    assert (count, weight) == (3, 3.0)
    assert PressPositions().decode_positions(value) == [0, 1, 3]
    assert PressPositions().decode_forms(value) == ["étoile", "étoiles"]
    assert PressPositions().decode_frequency(value) == PressPositions().decode_weight(value) == 3
    assert PressPositions().decode_position_boosts(value) == [(0, 1), (1, 1), (3, 1)]


def test_given_terms_are_their_own_forms() -> None:
    [(_, _, _, value)] = PressPositions().word_values(["ONU"], None)
    assert PressPositions().decode_forms(value) == ["onu"]


def test_press_positions_can_be_combined() -> None:
    format_ = PressPositions()
    both = format_.combine([format_.encode([1, 4], ["onu"]), format_.encode([2, 4], ["o"])])
    assert (format_.decode_positions(both), format_.decode_forms(both)) == ([1, 2, 4], ["o", "onu"])


@pytest.mark.parametrize("weight", [0.5, -1.0, float("nan"), float("inf"), 1e20])
def test_a_weight_that_is_not_a_count_gives_no_frequency(weight: float) -> None:
    assert rebuilt_value(formats.Frequency(), weight, (), ()) in (b"", b"\0\0\0\0")


def test_characters_keep_offsets(tmp_path: Path) -> None:
    index = written(tmp_path, TEXT(ANALYZER, chars=True), "un deux un", "deux")
    assert decoded(index, "un", "characters") == [[(0, 0, 2), (2, 8, 10)]]
    assert decoded(index, "deux", "positions") == [[1], [0]]
    with index.searcher() as searcher:
        [hit] = searcher.search(q.Phrase("f", ["un", "deux"]))
        assert hit.docnum == 0


def test_position_boosts_keep_each_boost(tmp_path: Path) -> None:
    analyzer = ANALYZER | DelimitedAttributeFilter("^", "boost", 1.0, float)
    index = written(tmp_path, FieldType(formats.PositionBoosts(), analyzer, scorable=True), "un^2.5 deux un", "un")
    assert decoded(index, "un", "position_boosts") == [[(0, 2.5), (2, 1.0)], [(0, 1.0)]]
    with index.reader() as reader:
        assert reader.frequency("f", "un") == 4.5


def test_a_boosted_field_keeps_positions_and_weights(tmp_path: Path) -> None:
    field = TEXT(ANALYZER, field_boost=2.0)
    index = written(tmp_path, field, "un deux un", _f_boost=0.75)
    with index.reader() as reader:
        matcher = reader.postings("f", "un")
        assert (matcher.weight(), matcher.value_as("positions"), matcher.value_as("weight")) == (3.0, [0, 2], 4.0)


def test_frequencies_are_rebuilt_unless_boosted(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain", TEXT(ANALYZER, phrase=False), "un deux un")
    boosted = written(tmp_path / "boosted", TEXT(ANALYZER, phrase=False, field_boost=1.5), "un deux un")
    for index, kept in ((plain, False), (boosted, True)):
        assert decoded(index, "un", "frequency") == [2]
        with index.reader() as reader:
            assert bool(len(segment_data(reader)["values.f"])) is kept


def test_existence_has_no_value(tmp_path: Path) -> None:
    index = written(tmp_path, FieldType(formats.Existence(), ANALYZER), "un un")
    assert decoded(index, "un", "frequency") == [1]
    with index.reader() as reader:
        assert reader.postings("f", "un").value() == b""


def backwards(value: str, **options: Any) -> Any:
    """An analyzer whose positions descend."""
    token = Token(positions=True)
    for place, word in enumerate(value.split()):
        token.text, token.pos, token.boost, token.stopped = word, 9 - place, 1.0, False
        yield token


def test_descending_positions_are_kept_in_order(tmp_path: Path) -> None:
    index = written(tmp_path, FieldType(formats.Positions(), backwards), "un un")
    assert decoded(index, "un", "positions") == [[9, 8]]


def test_numbers_with_a_common_prefix_give_one_posting(tmp_path: Path) -> None:
    """Whoosh adds the same document twice: 8 and 9 share their upper bits."""
    index = written(tmp_path, NUMERIC(), [8, 9], [9])
    with index.searcher() as searcher:
        assert [hit.docnum for hit in searcher.search(q.NumericRange("f", 8, 100))] == [0, 1]
        for field, term in searcher.reader().all_terms():
            documents = list(searcher.reader().postings(field, term).all_ids())
            assert documents == sorted(set(documents))


def test_spelling_words_are_counted(tmp_path: Path) -> None:
    field = TEXT(StemmingAnalyzer(), spelling=True)
    index = create_index(tmp_path, Schema(f=field))
    with kiosque_writer(index) as writer:
        for text in ("rendering", "rendering shading"):
            writer.add_document(f=text)
    with index.searcher() as searcher:
        assert searcher.reader().frequency("spell_f", "rendering") == 2
        assert searcher.corrector("f").suggest("rendring") == ["rendering"]


def test_vectors_survive_a_merge(tmp_path: Path) -> None:
    index = written(tmp_path, TEXT(StandardAnalyzer(), vector=formats.Frequency()), "deux mots deux", "", "mots")
    with index.reader() as reader:
        assert [reader.has_vector(document, "f") for document in range(3)] == [True, False, True]
        assert list(reader.vector(0, "f").items_as("frequency")) == [("deux", 2), ("mots", 1)]
        with pytest.raises(KeyError):
            reader.vector(1, "f")


@pytest.mark.parametrize(
    ("column", "default", "value"),
    [
        (columns.VarBytesColumn(), b"", b"x"),
        (columns.FixedBytesColumn(2), b"\0\0", b"xy"),
        (columns.RefBytesColumn(default=b"none"), b"none", b"x"),
        (columns.NumericColumn("i", default=-1), -1, 5),
        (columns.NumericColumn("d"), 0, 2.5),
        (columns.BitColumn(), False, True),
        (columns.CompressedBytesColumn(), b"", b"x" * 99),
        (columns.PickleColumn(columns.VarBytesColumn()), None, {"k": [1]}),
        (columns.VarBytesListColumn(), [], [b"a", b"b"]),
        (columns.FixedBytesListColumn(1), [], [b"a"]),
    ],
)
def test_every_kind_of_column_keeps_values_and_defaults(tmp_path: Path, column: Any, default: Any, value: Any) -> None:
    assert default_value(column) == default
    field = Columned(column)
    index = create_index(tmp_path, Schema(f=field))
    with kiosque_writer(index) as writer:
        writer.add_document()
        writer.add_document(f=value)
        writer.add_document(f=value)
    for _ in range(2):
        with index.reader() as reader:
            assert list(reader.column_reader("f", translate=False)) == [default, value, value]
        kiosque_writer(index).commit(optimize=True)
