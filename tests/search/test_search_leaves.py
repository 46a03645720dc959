"""A new kind of leaf is one class: executor, marker, notes and cluster use it unchanged."""

from collections.abc import Callable, Hashable
from pathlib import Path

import pytest
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import open_reader
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.cluster.compile import compiled
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.leaves.cluster_query import Json, Scoring, term
from kiosque.search.leaves.doc_set_query import DocSetQuery
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_forms import ExactForms
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.filters import ColumnValueFilter, Dated, Undated, Unscored, ValueIs
from kiosque.search.leaves.leaf import Documents, Key, Leaf, MarkTargets, Weights
from kiosque.search.leaves.nodes import add_marks, is_possible, leaves_of, most_documents, scored_leaves, term_keys
from kiosque.search.snippets.marks import targets_of

GAZ, VENT = ("body", "gaz"), ("body", "vent")


class Repeated(DocSetQuery):
    """The documents with a term at least twice: an operator that exists only here."""

    def __init__(self, fieldname: str, text: str) -> None:
        self.fieldname, self.text = fieldname, text

    def key(self) -> Hashable:
        return self.fieldname, self.text

    def term_keys(self) -> list[Key]:
        return [(self.fieldname, self.text)]

    def find(self, data: SegmentData) -> tuple[Documents, Weights]:
        number = data.term_number(self.fieldname, self.text.encode())
        documents, weights = data.documents(number), data.weights(number)
        return documents[weights >= 2], weights[weights >= 2]

    def add_marks(self, targets: MarkTargets) -> None:
        targets.words.add(self.text)

    def cluster_query(self, scoring: Scoring) -> Json:
        return term(self.fieldname, self.text, scoring.weight((self.fieldname, self.text)))


def test_a_new_leaf_is_searched_excluded_marked_and_compiled(
    commit: Callable[[Path, list[Article]], None], tmp_path: Path
) -> None:
    bodies = ["gaz gaz", "gaz", "gaz gaz vent", "vent"]
    commit(tmp_path, [Article(id=str(at), title="", body=body) for at, body in enumerate(bodies)])
    snapshot, leaf = Snapshot(open_reader(tmp_path)), Repeated("body", "gaz")

    def matching(tree: Query) -> set[str]:
        found = execute(snapshot, tree, Filters(), "relevance", 10).best
        return {snapshot.article(number).id for number, _ in found}

    assert matching(leaf) == {"0", "2"}
    assert matching(And([leaf, Term("body", "vent")])) == {"2"}
    assert matching(And([Term("body", "vent"), Unscored(Not(leaf))])) == {"3"}
    assert targets_of(And([leaf, Unscored(Not(Repeated("body", "vent")))]))["body"] == MarkTargets(words={"gaz"})
    assert compiled(leaf, lambda key: 2.0) == {"term": {"body": {"value": "gaz", "boost": 2.0}}}


@pytest.mark.parametrize(
    ("node", "keys", "most"),
    [
        (Term(*GAZ), [GAZ], 5),
        (ExactFormBoost(*GAZ, "gaz", 0.4), [GAZ], 5),
        (Phrase("body", ["gaz", "vent"]), [GAZ, VENT], 3),
        (ExactPhrase("body", ("gaz", "vent"), ("Gaz", "vent")), [GAZ, VENT], 8),
        (ExactForms("body", {"gaz": ("Gaz",), "vent": ()}), [GAZ, VENT], 8),
        (ColumnValueFilter("author", frozenset({"Anne"})), [], 100),
        (ValueIs("source", frozenset({"AFP"})), [], 100),
        (Dated((1, 2)), [], 100),
        (Undated(), [], 100),
        (NullQuery, [], 100),
        (Or([Term(*GAZ)]), [], 100),
    ],
)
def test_a_node_gives_its_terms_and_an_upper_bound(node: Query, keys: list[Key], most: int) -> None:
    frequencies = {GAZ: 5, VENT: 3}
    assert term_keys(node) == keys
    assert most_documents(node, lambda *key: frequencies[key], 100) == most


@pytest.mark.parametrize(
    ("node", "possible"),
    [
        (Term(*GAZ), True),
        (Term(*VENT), False),
        (Phrase("body", ["gaz", "vent"]), False),
        (ExactPhrase("body", ("gaz", "vent"), ("Gaz", "vent")), False),
        (ExactForms("body", {"gaz": ("Gaz",), "vent": ()}), True),
        (ExactForms("body", {"vent": ("Vent",)}), False),
        (Or([Term(*VENT), Term(*GAZ)]), True),
        (And([Term(*VENT), Term(*GAZ)]), False),
        (Undated(), True),
        (NullQuery, False),
    ],
)
def test_a_node_is_possible_if_the_index_has_its_terms(node: Query, possible: bool) -> None:
    assert is_possible(node, lambda *key: int(key == GAZ)) is possible


def test_a_filter_marks_nothing_and_is_not_scored() -> None:
    targets = MarkTargets()
    for leaf in (Undated(), ColumnValueFilter("author", frozenset({"Anne"})), NullQuery):
        add_marks(leaf, targets)
    assert targets == MarkTargets()
    assert list(scored_leaves(And([Term(*GAZ), Unscored(Undated()), Not(Term(*VENT))]))) == [Term(*GAZ)]


def test_a_subclass_answers_like_its_nearest_base_class() -> None:
    class Near(Phrase):  # type: ignore[misc]
        """A subclass of Phrase."""

    class Any(Or):  # type: ignore[misc]
        """A subclass of Or."""

    node, targets = Any([Near("body", ["gaz", "vent"], slop=3), Term(*VENT)]), MarkTargets()
    assert [term_keys(leaf) for leaf in (node, *leaves_of(node))] == [[], [VENT], [GAZ, VENT]]
    assert is_possible(node, lambda *key: int(key == VENT))
    add_marks(node.subqueries[0], targets)
    assert targets == MarkTargets(near={(("gaz", "vent"), 3)})


def test_the_default_leaf_is_a_filter_that_may_match_everything() -> None:
    assert (Leaf().term_keys(), Leaf().cluster_filter()) == ([], None)
    assert Leaf().is_possible(lambda *key: 0)
    assert Leaf().most_documents(lambda *key: 0, 7) == 7
