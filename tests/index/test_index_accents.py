"""Words typed without accents."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article
from index.accents import SEPARATOR, accent_pairs, accented_terms
from index.analysis import term_of
from index.reader import open_reader

Lookup = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def lookup(commit: Callable[[Path, list[Article]], None], tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    """What an index of one article knows of a word."""
    directory = tmp_path_factory.mktemp("accents")
    body = "La sécurité de l’Élysée. Après le lycée, la première pâte, un pâté et une pate de chat."
    commit(directory, [Article(id="a", title="Sécurité", body=body)])
    reader = open_reader(directory)
    return lambda word: accented_terms(reader, word)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("securite", "sécurité"), ("elysee", "élysée"), ("apres", "après"), ("lycee", "lycée"), ("premiere", "première")],
)
def test_a_word_typed_without_accents_means_the_accented_one(lookup: Lookup, typed: str, written: str) -> None:
    assert term_of(written) in [term_of(typed), *lookup(typed)]


@pytest.mark.parametrize("typed", ["SECURITE", "Securite", "sécurité"])
def test_case_and_accents_of_the_typed_word_do_not_matter(lookup: Lookup, typed: str) -> None:
    assert lookup(typed) == lookup("securite") == [term_of("sécurité")]


def test_the_start_of_a_word_is_not_the_word(lookup: Lookup) -> None:
    assert lookup("secur") == lookup("elys") == []


def test_a_word_that_the_index_does_not_hold_means_nothing_more(lookup: Lookup) -> None:
    assert lookup("liberte") == []


def test_only_words_whose_accents_change_the_term_leave_a_pair() -> None:
    assert accent_pairs(["chat", "grève", "Grève"]) == []
    assert accent_pairs(["sécurité", "Sécurité", "SÉCURITÉ"]) == [f"securite{SEPARATOR}{term_of('sécurité')}"]


def test_a_word_can_mean_itself_and_an_accented_one(lookup: Lookup) -> None:
    assert accent_pairs(["maïs", "mais"]) == [f"mais{SEPARATOR}{term_of('maïs')}"]
    assert term_of("maïs") != term_of("mais")


def test_an_index_without_any_accent_answers_too(commit: Callable[..., None], tmp_path: Path) -> None:
    commit(tmp_path, [Article(id="a", title="Gaz", body="Le gaz manque.")])
    assert accented_terms(open_reader(tmp_path), "securite") == []
