"""The kernels of wildcards and fuzzy words against plain Python, and the expansions of the term dictionary."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import open_reader
from kiosque.index.invert.bulk import string_arrays
from kiosque.index.text.analyzer import term_of
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.lexicon.column_names import words_of_name, words_of_names
from kiosque.search.lexicon.expansion import fuzzy, globbed
from kiosque.search.lexicon.term_dictionary import Expansion, TermDictionary

LETTERS = st.text("abé", max_size=6)
STRINGS = st.sets(st.one_of(LETTERS, st.text(max_size=5)), max_size=25).map(
    lambda found: sorted((text for text in found if "[" not in text and text.isprintable()), key=str.encode)
)


def arrays(strings: list[str]) -> tuple[np.ndarray, np.ndarray]:
    packed = string_arrays("form", [text.encode() for text in strings])
    return packed["forms"], packed["form_bounds"]


def run(strings: list[str], kernel: Callable[..., int], *options: object) -> list[str]:
    found = np.empty(len(strings), np.int64)
    return [strings[row] for row in found[: kernel(*arrays(strings), *options, found)]]


def encoded(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


@settings(deadline=None)
@given(strings=STRINGS, pattern=st.text("abé*?", max_size=6))
def test_wildcards_match_like_fnmatch(strings: list[str], pattern: str) -> None:
    expected = [text for text in strings if fnmatchcase(text, pattern)]
    assert run(strings, globbed, 0, len(strings), encoded(pattern)) == expected


@settings(deadline=None)
@given(strings=STRINGS, word=LETTERS, most=st.integers(0, 2))
def test_fuzzy_matches_equal_those_of_rapidfuzz(strings: list[str], word: str, most: int) -> None:
    expected = [text for text in strings if OSA.distance(text.encode(), word.encode()) <= most]
    assert run(strings, fuzzy, encoded(word), most) == expected


def test_a_pattern_of_many_stars_does_not_hang() -> None:
    assert run(["a" * 64], globbed, 0, 1, encoded("*a" * 30 + "*b")) == []


@pytest.fixture(scope="module")
def dictionary(
    commit: Callable[[Path, list[Article]], None], tmp_path_factory: pytest.TempPathFactory
) -> TermDictionary:
    directory = tmp_path_factory.mktemp("index")
    bodies = ["manif manifeste manifestes"] * 3 + ["manifestation", "élysée Elysée élise", "Zelensky Zelenska 𐤀lpha"]
    commit(directory, [Article(id=str(at), title="", body=body) for at, body in enumerate(bodies)])
    return Snapshot(open_reader(directory)).dictionary


def forms(expansion: Expansion) -> set[str]:
    return {form for each in expansion.forms.values() for form in each}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("manif*", {"manif", "manifeste", "manifestes", "manifestation"}),
        ("manifest?", {"manifeste"}),
        ("el*", {"élysée", "elysée", "élise"}),
        ("él*", {"élysée", "élise"}),
        ("*e", {"manifeste", "élysée", "elysée", "élise"}),
        ("*z*", {"zelensky", "zelenska"}),
        ("zz*", set()),
    ],
)
def test_unaccented_letters_of_a_pattern_match_any_accent(
    dictionary: TermDictionary, pattern: str, expected: set[str]
) -> None:
    assert forms(dictionary.wildcard(pattern, 100)) == expected


def test_an_exact_pattern_matches_accents_exactly(dictionary: TermDictionary) -> None:
    assert forms(dictionary.wildcard("el*", 100, exact=True)) == {"elysée"}


def test_a_cut_expansion_keeps_the_most_frequent_forms(dictionary: TermDictionary) -> None:
    cut = dictionary.wildcard("manif*", 2)
    assert cut.cut and forms(cut) <= {"manif", "manifeste", "manifestes"} and len(forms(cut)) == 2
    assert not dictionary.wildcard("manif*", 4).cut


@pytest.mark.parametrize(
    ("word", "edits", "expected"),
    [
        ("zelinsky", 1, {"zelensky"}),
        ("zelenksy", 1, {"zelensky"}),
        ("zelensk", 1, {"zelensky", "zelenska"}),
        ("elisee", 1, {"élysée", "elysée", "élise"}),
        ("élisée", 1, {"élysée", "élise"}),
        ("élisée", 2, {"élysée", "elysée", "élise"}),
    ],
)
def test_fuzzy_distance_counts_only_typed_accents(
    dictionary: TermDictionary, word: str, edits: int, expected: set[str]
) -> None:
    assert forms(dictionary.fuzzy(word, edits, 100)) == expected


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("elysee", ["élysée", "elysée"]),
        ("Élysee", ["élysée"]),
        ("Elysée", ["élysée", "elysée"]),
        ("èlysee", ["èlysee"]),
        ("zelenska", ["zelenska"]),
    ],
)
def test_a_partly_accented_word_matches_forms_with_its_accents(
    dictionary: TermDictionary, typed: str, forms: list[str]
) -> None:
    assert set(dictionary.terms(typed)) == set(map(term_of, forms))


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["L’Été nº 7", "LA DÉPÊCHE", "İzmir"]))
)
def test_words_of_column_values_are_indexed(names: list[str]) -> None:
    assert words_of_names(names) == [words_of_name(name) for name in names]
