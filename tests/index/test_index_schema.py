"""Everything about a field comes from its row in the table of fields."""

from whoosh.fields import ID, TEXT

from kiosque.corpus.article import Article
from kiosque.index.cluster.mapping import PRESS, mapping
from kiosque.index.segment.posting_formats import PressPositions
from kiosque.index.segment.schema import COLUMNS, FIELDS, K1, LONG_TEXTS, TEXTS, VALUES, B, Kind, schema
from kiosque.search.query.lexer import FIELD_NAMES
from kiosque.search.query.parser import UNKNOWN
from kiosque.search.ranking import RANKING

ROWS = {row.name: row for row in FIELDS}


def test_every_field_of_an_article_has_one_row() -> None:
    assert sorted(row.name for row in FIELDS) == sorted(Article.__struct_fields__)


def test_derived_tuples_list_the_rows_of_their_kind() -> None:
    assert (TEXTS, LONG_TEXTS) == (("title", "body"), ("body",))
    assert VALUES == ("id", "source", "date", "author", "section")
    assert COLUMNS == ("source", "date", "author", "section")
    assert set(COLUMNS) <= set(VALUES)
    assert set(LONG_TEXTS) <= set(TEXTS)


def test_the_whoosh_schema_follows_the_table() -> None:
    made = schema()
    assert set(made.names()) == ROWS.keys()
    for name, row in ROWS.items():
        field = made[name]
        assert field.stored
        assert isinstance(field, TEXT) == isinstance(field.format, PressPositions) == (row.kind is Kind.TEXT)
        assert isinstance(field, ID) == (row.kind is Kind.VALUE)
        assert bool(field.unique) == row.unique
        assert (field.column_type is not None) == row.column


def test_the_mapping_of_a_cluster_has_each_indexed_field() -> None:
    properties = mapping()["properties"]
    kinds = {Kind.TEXT: "text", Kind.VALUE: "keyword", Kind.STORED: None}
    assert {name: properties.get(name, {}).get("type") for name in ROWS} == {
        name: kinds[row.kind] for name, row in ROWS.items()
    }


def test_query_names_of_fields_come_from_the_table() -> None:
    assert {name: row.name for row in FIELDS for name in row.query_names} == FIELD_NAMES
    assert sum(len(row.query_names) for row in FIELDS) == len(FIELD_NAMES), "no name belongs to two fields"
    assert {name: note.replace("\u00a0", " ") for name, note in UNKNOWN.items()} == {
        name: row.unknown for name, row in ROWS.items() if row.unknown
    }
    assert set(UNKNOWN) <= {row.name for row in FIELDS if row.query_names}


def test_ranking_weights_come_from_the_table() -> None:
    assert {name: RANKING.weight(name) for name in TEXTS} == {name: ROWS[name].weight for name in TEXTS}


def test_folder_and_cluster_use_the_same_bm25_constants() -> None:
    assert (RANKING.k1, RANKING.b) == (K1, B)
    numbers = [float(word.strip("()")) for word in PRESS.split() if word.strip("()").replace(".", "").isdigit()]
    assert numbers == [K1, 1 - B, B]
