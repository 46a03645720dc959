"""The term dictionary against plain references over the same texts."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment
from kiosque.index.commit.transaction import NAME
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.merge.merge_segments import merge
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import folded_form, normalize, term_of, tokenize
from kiosque.search.lexicon.term_dictionary import FuzzyForm, SegmentForms, TermDictionary
from kiosque.search.suggest.completions import Context
from tests.effort import examples

Commit = Callable[[Path, list[Article]], None]
WORDS = "école écoles ecole écolier lycée lycées lycee côte côté coté cote mer mers Mer".split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
CORPORA = st.lists(st.lists(TEXTS, min_size=1, max_size=5), min_size=1, max_size=3)


def segment(folder: Path, bodies: list[str]) -> SegmentData:
    name = KiosqueSegment(NAME).segment_id()
    writer = BulkWriter(folder)
    writer.add([Article(id=f"{name}-{at}", title="", body=body) for at, body in enumerate(bodies)])
    writer.flush(name)
    return open_segment(folder, name)


def counted(bodies: list[str]) -> dict[str, int]:
    """The number of texts with each form."""
    counts: dict[str, int] = defaultdict(int)
    for body in bodies:
        for form in {normalize(token.surface) for token in tokenize(body)}:
            counts[form] += 1
    return counts


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(corpora=CORPORA, prefix=st.sampled_from(["", "e", "é", "ecol", "lyc", "cot", "COTÉ", "mer", "x"]))
def test_completions_equal_those_of_the_reference(corpora: list[list[str]], prefix: str) -> None:
    with TemporaryDirectory() as folder:
        segments = [segment(Path(folder), bodies) for bodies in corpora]
        found = list(TermDictionary(segments).completions(prefix))
    counts = counted([body for bodies in corpora for body in bodies])
    begun = {form: n for form, n in counts.items() if folded_form(form).startswith(folded_form(normalize(prefix)))}
    best: dict[str, tuple[str, int]] = {}
    for form, count in sorted(begun.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(term_of(form), (form, count))
    assert found == list(best.values())


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(corpora=CORPORA, word=st.text("celotymrséôÉ", min_size=1, max_size=7), distance=st.integers(0, 2))
def test_corrections_equal_those_of_the_reference(corpora: list[list[str]], word: str, distance: int) -> None:
    with TemporaryDirectory() as folder:
        segments = [segment(Path(folder), bodies) for bodies in corpora]
        found = TermDictionary(segments).corrections(word, distance)
    counts = counted([body for bodies in corpora for body in bodies])
    apart = {form: steps(folded_form(normalize(word)), folded_form(form)) for form in counts}
    expected = [FuzzyForm(form, apart[form], n) for form, n in counts.items() if apart[form] <= distance]
    assert sorted(found) == sorted(expected)


def steps(one: str, other: str) -> int:
    """The optimal string alignment distance, by its definition."""
    table = [[i + j for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            changed = table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, changed)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def test_the_count_of_a_very_frequent_form_is_estimated(tmp_path: Path) -> None:
    forms = SegmentForms(segment(tmp_path, ["école"] * 600 + ["écoles"] * 300))
    shares = dict(forms.counted(np.arange(2)))
    assert abs(shares["école"] - 600) < 10
    assert abs(shares["écoles"] - 300) < 10


def test_forms_of_a_merged_segment_are_counted(tmp_path: Path) -> None:
    parts = [segment(tmp_path, ["école écoles", "écoles"]), segment(tmp_path, ["école", "école"])]
    name = KiosqueSegment(NAME).segment_id()
    merge(tmp_path, [(part, set()) for part in parts], name)
    forms = SegmentForms(open_segment(tmp_path, name))
    assert forms.counted(np.arange(2)) == [("école", 3), ("écoles", 2)]


def test_a_word_counts_the_articles_of_its_terms(tmp_path: Path) -> None:
    dictionary = TermDictionary([segment(tmp_path, ["les élections", "une élection", "la mer"])])
    assert dictionary.articles("Élection") == dictionary.articles("elections") == 2
    assert dictionary.articles("electrion") == 0
    assert dictionary.frequencies(["mer", "rien"]) == [1, 0]


@pytest.mark.parametrize(
    ("typed", "forms", "terms", "articles"),
    [
        ("securite", ["securite", "sécurité"], {"sécurité"}, 3),
        ("sécurite", ["sécurité"], {"sécurité"}, 3),
        ("Sécurité", ["sécurité"], {"sécurité"}, 3),
        ("sècurite", [], {"sècurite"}, 0),
        ("absent", [], {"absent"}, 0),
    ],
)
def test_typed_accents_must_match_and_missing_ones_may_differ(
    tmp_path: Path, typed: str, forms: list[str], terms: set[str], articles: int
) -> None:
    """The same rule holds for searches, completions and the counts of corrections."""
    dictionary = TermDictionary([segment(tmp_path, ["La sécurité"]), segment(tmp_path, ["Securite", "Sécurité"])])
    assert dictionary.forms(typed) == forms
    assert set(dictionary.terms(typed)) == terms
    assert dictionary.articles(typed) == articles


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(bodies=st.lists(TEXTS, min_size=1, max_size=9), words=st.lists(st.sampled_from(["mer", "côte", "lycée"])))
def test_a_context_counts_terms_in_texts_with_all_words(bodies: list[str], words: list[str]) -> None:
    with TemporaryDirectory() as folder:
        context = Context(segment(Path(folder), bodies), [[term_of(word)] for word in words], np.empty(0, np.bool_))
        counts = {term: context.count(term) for term in {term_of(word) for word in WORDS}}
    terms = [{term_of(token.surface) for token in tokenize(body)} for body in bodies]
    having = [found for found in terms if {term_of(word) for word in words} <= found] if words else []
    assert len(context) == len(having)
    assert counts == {term: sum(term in found for found in having) for term in counts}
