"""Attempts without an engine: which are tried after a query, and when one is accepted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kiosque.search.lexicon.term_dictionary import FuzzyForm
from kiosque.search.model import Match
from kiosque.search.query.words import Words
from kiosque.search.relax.attempts import Answer, Question, as_typed, corrections, relaxations
from tests.search.test_search_query_words import FewWords
from tests.search.test_search_spelling import Known

VOCABULARY = Known({"gaz": 50, "rare": 1}, {"gazz": [FuzzyForm("gaz", 1, 50)], "rare": [FuzzyForm("rame", 1, 900)]})


def found(unfiltered_total: int, total: int | None = None, rarest: int = 0) -> Any:
    """A result with this many matches, before and after the filters."""
    total = unfiltered_total if total is None else total
    return SimpleNamespace(unfiltered_total=unfiltered_total, total=total, terms=SimpleNamespace(rarest=lambda: rarest))


def asked(q: str, match: Match = "all") -> Question:
    return Question(q, match, Words(FewWords()), VOCABULARY)


def kinds(q: str, result: Any, match: Match = "all") -> list[str]:
    question = asked(q, match)
    answer = Answer(as_typed(question), result)
    return [attempt.note.kind for rung in (corrections, relaxations) for attempt in rung(question, answer)]


@pytest.mark.parametrize(
    ("q", "result", "match", "tried"),
    [
        ("gazz", found(0), "all", ["corrected", "did_you_mean", "some_words"]),
        ("gazz", found(0), "any", ["corrected", "did_you_mean"]),
        ("gaz rare", found(1), "all", ["did_you_mean"]),
        ("gaz vent rare", found(0), "all", ["did_you_mean", "some_words", "some_words"]),  # two of three, then any
        ("gaz rare", found(200), "all", []),  # not rare: both are found together often
        ("gaz", found(90, rarest=200), "all", []),
    ],
)
def test_attempts_are_tried_in_order(q: str, result: Any, match: Match, tried: list[str]) -> None:
    assert kinds(q, result, match) == tried


def test_a_correction_replaces_the_answer_and_did_you_mean_adds_a_note() -> None:
    question = asked("gazz")
    typed = Answer(as_typed(question), found(0))
    corrected, offer = corrections(question, typed)
    assert corrected.replacing(typed, found(7)).result.unfiltered_total == 7
    offered = offer.replacing(typed, found(7))
    assert (offered.result, offered.parsed.tree) == (typed.result, typed.parsed.tree)
    assert [note.query for note in offered.parsed.notes] == ["gaz"]


@pytest.mark.parametrize(("before", "after", "good"), [(0, 1, True), (1, 1, False), (2, 1, False)])
def test_a_correction_is_accepted_if_it_finds_more(before: int, after: int, good: bool) -> None:
    question = asked("gazz")
    for attempt in corrections(question, Answer(as_typed(question), found(before))):
        assert attempt.accepts(found(after, total=0), found(before)) is good


def test_fewer_words_are_accepted_if_an_article_passes_the_filters() -> None:
    question = asked("gaz vent rare")
    for attempt in relaxations(question, Answer(as_typed(question), found(0))):
        assert not attempt.accepts(found(5, total=0), found(0))
        assert attempt.accepts(found(5, total=1), found(0))
