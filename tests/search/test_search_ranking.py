"""What only ranks: it lifts articles, and never lets one in or out."""

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


def test_neighbours_stand_beside_the_first_of_them() -> None:
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
def test_what_has_no_neighbours_stays(tree: Query) -> None:
    assert ranked(tree, NEAR) == tree


def test_with_the_extras_off_the_tree_is_untouched() -> None:
    tree = And([word("gaz"), word("mer")])
    assert ranked(tree, PLAIN) is tree


def test_alternatives_of_one_word_are_no_neighbours() -> None:
    alternatives = Or([Term("body", "cote"), Term("body", "cot")])
    assert ranked(alternatives, NEAR) is alternatives


def test_words_near_each_other_in_their_order_lift_an_article(snapshot: Snapshot) -> None:
    tree = parse("gaz naturel", words(snapshot)).tree
    plain, lifted = scores(snapshot, tree), scores(snapshot, ranked(tree, NEAR))
    assert {number for number in plain if lifted[number] > plain[number]} == {0, 2}
    assert plain.keys() == lifted.keys() == {0, 1, 2, 3}


def test_a_pasted_text_does_not_cost_a_phrase_a_word() -> None:
    tree = Or([word(f"mot{at}") for at in range(100)])
    phrases = [leaf for leaf in ranked(tree, NEAR).leaves() if isinstance(leaf, Phrase)]
    assert len(phrases) == 2 * MOST_PAIRS


WORDS = st.lists(st.sampled_from(["gaz", "naturel", "mer", "vent", "OU", "-hiver", "(", ")", "titre:mer", "texte:gaz"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=WORDS.map(" ".join), match=st.sampled_from(["all", "any"]))
def test_no_match_is_changed(snapshot: Snapshot, q: str, match: str) -> None:
    tree = parse(q, words(snapshot), match).tree  # type: ignore[arg-type]
    plain, lifted = scores(snapshot, tree), scores(snapshot, ranked(tree, NEAR))
    assert plain.keys() == lifted.keys()
    assert all(lifted[number] >= plain[number] - 1e-4 for number in plain)
