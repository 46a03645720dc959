"""Ranking extras: they change scores and never the matches."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.query import And, Every, Or, Phrase, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import open_reader
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.lexicon.synonyms import Synonyms
from kiosque.search.model import Match
from kiosque.search.query.parse import parse
from kiosque.search.query.words import Words
from kiosque.search.ranking import MOST_PAIRS, PLAIN, ranked
from kiosque.search.settings import Settings

Commit = Callable[[Path, list[Article]], None]

NEAR = replace(PLAIN, near=0.5, near_slop=2)
BODIES = [
    "gaz naturel liquide",
    "naturel est le gaz",
    "gaz dit naturel",
    "gaz cher en hiver, naturel",
    "vent de mer",
    "mer sans vent ni gaz",
    "naturel",
]


@pytest.fixture(scope="module")
def snapshot(commit: Commit, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("ranking")
    commit(folder, [Article(id=f"a{at}", title="", body=body) for at, body in enumerate(BODIES)])
    return Snapshot(open_reader(folder), PLAIN)


def words(snapshot: Snapshot) -> Words:
    return snapshot.words(Settings(), Synonyms())


def scores(snapshot: Snapshot, tree: Query) -> dict[int, float]:
    return dict(execute(snapshot, tree, Filters(), "relevance", snapshot.documents).best)


def word(text: str) -> Query:
    return Or([Term("title", text, boost=2.0), Term("body", text)])


def test_neighbours_are_added_to_the_first_word() -> None:
    tree = And([word("gaz"), word("mer"), word("gaz")])
    expected = And(
        [
            Or([*word("gaz"), *near("gaz", "mer")]),
            Or([*word("mer"), *near("mer", "gaz")]),
            word("gaz"),
        ]
    )
    assert ranked(tree, NEAR) == expected


def near(first: str, second: str) -> list[Query]:
    return [Phrase("title", [first, second], slop=2, boost=1.0), Phrase("body", [first, second], slop=2, boost=0.5)]


@pytest.mark.parametrize("tree", [Every(), word("gaz"), And([word("gaz"), word("gaz")]), And([word("gaz"), Every()])])
def test_a_query_without_neighbours_is_unchanged(tree: Query) -> None:
    assert ranked(tree, NEAR) == tree


def test_without_the_setting_the_tree_is_unchanged() -> None:
    tree = And([word("gaz"), word("mer")])
    assert ranked(tree, PLAIN) is tree


def test_alternatives_of_one_word_are_not_neighbours() -> None:
    alternatives = Or([Term("body", "cote"), Term("body", "cot")])
    assert ranked(alternatives, NEAR) is alternatives


def test_adjacent_words_in_order_raise_the_score(snapshot: Snapshot) -> None:
    tree = parse("gaz naturel", words(snapshot)).tree
    plain, lifted = scores(snapshot, tree), scores(snapshot, ranked(tree, NEAR))
    assert {number for number in plain if lifted[number] > plain[number]} == {0, 2}
    assert plain.keys() == lifted.keys() == {0, 1, 2, 3}


def test_neighbours_of_a_long_query_are_bounded() -> None:
    tree = Or([word(f"mot{at}") for at in range(100)])
    phrases = [leaf for leaf in ranked(tree, NEAR).leaves() if isinstance(leaf, Phrase)]
    assert len(phrases) == 2 * MOST_PAIRS


WORDS = st.lists(st.sampled_from(["gaz", "naturel", "mer", "vent", "OU", "-hiver", "(", ")", "titre:mer", "texte:gaz"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=WORDS.map(" ".join), match=st.sampled_from(["all", "any"]))
def test_neighbours_do_not_change_the_matches(snapshot: Snapshot, q: str, match: Match) -> None:
    tree = parse(q, words(snapshot), match).tree
    plain, lifted = scores(snapshot, tree), scores(snapshot, ranked(tree, NEAR))
    assert plain.keys() == lifted.keys()
    assert all(lifted[number] >= plain[number] - 1e-4 for number in plain)
