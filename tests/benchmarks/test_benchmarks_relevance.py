"""Judging the ranking: measures computed by hand, the scorer against the engine."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import open_reader
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.lexicon.synonyms import Synonyms
from kiosque.search.query.parse import parse
from kiosque.search.ranking import PLAIN
from kiosque.search.settings import Settings

pytest.importorskip("ir_measures", reason="needs the extra `bench`")
pytest.importorskip("scipy", reason="needs the extra `bench`")

from benchmarks.degraded import with_an_error, without_accents
from benchmarks.judged import held_back
from benchmarks.metrics import evaluate, mean, p_value
from benchmarks.scorer import Recipe, Scorer

Commit = Callable[[Path, list[Article]], None]

ARTICLES = [
    Article(id="a", title="Le gaz naturel", body="Le gaz naturel, dit-on, manque. Les réserves de gaz baissent."),
    Article(id="b", title="La réserve", body="Une réserve naturelle ouvre. " + "On la visite. " * 40),
    Article(id="c", title="Du vent", body="Le naturel revient. Loin de là, bien plus tard, un réservoir de gaz."),
    Article(id="d", title="", body="Quel vent ! Le vent."),
]


def test_measures_equal_their_definitions() -> None:
    run = {"q1": ["x", "a", "y", "b"], "q2": ["x", *(f"n{at}" for at in range(10)), "c"], "q3": []}
    qrels = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}, "q4": {"e": 1}}
    figures = evaluate(run, qrels)
    gained, best = 1 / math.log2(3) + 1 / math.log2(5), 1 + 1 / math.log2(3)
    assert figures["nDCG@10"] == pytest.approx({"q1": gained / best, "q2": 0, "q3": 0, "q4": 0})
    assert figures["MRR@10"] == {"q1": 0.5, "q2": 0, "q3": 0, "q4": 0}
    assert figures["R@100"] == {"q1": 1, "q2": 1, "q3": 0, "q4": 0}
    assert mean(figures["R@100"], ["q1", "q3"]) == 0.5


def test_a_consistent_difference_is_significant() -> None:
    worse = {f"q{at}": 0.1 * (at % 5) for at in range(40)}
    better = {query: value + 0.1 + 0.001 * at for at, (query, value) in enumerate(worse.items())}
    assert p_value(better, worse, worse) < 1e-6


def test_halves_are_fixed_and_even() -> None:
    back = [held_back(f"k-orange-{at}") for at in range(1000)]
    assert back[:8] == [held_back(f"k-orange-{at}") for at in range(8)]
    assert 450 < sum(back) < 550


@pytest.fixture(scope="module")
def snapshot(commit: Commit, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("judged")
    commit(folder, ARTICLES)
    return Snapshot(open_reader(folder), PLAIN)


@pytest.mark.parametrize("q", ["gaz naturel", "réserve", "reserve de gaz", "le la", "vent absent", "rien"])
def test_the_plain_recipe_scores_like_the_engine(snapshot: Snapshot, q: str) -> None:
    found = execute(
        snapshot, parse(q, snapshot.words(Settings(), Synonyms()), "any").tree, Filters(), "relevance", 10
    ).best
    scores = Scorer(snapshot).scores(q, Recipe())
    assert {at: score for at, score in enumerate(scores.tolist()) if score} == pytest.approx(dict(found), rel=1e-5)


@pytest.mark.parametrize(
    ("idea", "q", "lifted"),
    [
        ({"exact": 0.3}, "réserves", "a"),
        ({"near": 0.1}, "gaz naturel", "a"),
        ({"near": 0.1, "near_slop": 1}, "naturel manque", ""),
        ({"near": 0.1, "near_slop": 8, "near_behind": 0.1, "near_by": "pair"}, "naturel gaz", "a"),
        ({"lead": 0.1, "lead_length": 3}, "naturel", "abc"),
        ({"lead": 0.1, "lead_length": 2}, "naturel", "c"),
        ({"family": 0.2}, "réserves", "c"),
        ({"per_word": 1.0}, "vent", "cd"),
    ],
)
def test_each_option_raises_the_intended_articles(
    snapshot: Snapshot, idea: dict[str, Any], q: str, lifted: str
) -> None:
    scorer = Scorer(snapshot)
    plain, with_idea = scorer.scores(q, Recipe()), scorer.scores(q, replace(Recipe(), **idea))
    assert "".join(article.id for at, article in enumerate(ARTICLES) if with_idea[at] > plain[at]) == lifted


def test_coordination_lowers_articles_that_lack_words(snapshot: Snapshot) -> None:
    scorer = Scorer(snapshot)
    plain, shared = scorer.scores("gaz vent", Recipe()), scorer.scores("gaz vent", Recipe(coordination=1.0))
    assert shared.tolist() == pytest.approx([plain[0] / 2, 0, plain[2], plain[3] / 2])


def test_question_words_can_be_dropped(snapshot: Snapshot) -> None:
    scorer = Scorer(snapshot)
    assert (
        scorer.scores("quel vent", Recipe(dropped="and questions")).tolist() == scorer.scores("vent", Recipe()).tolist()
    )
    assert scorer.scores("le vent", Recipe(dropped="nothing"))[0] > 0


def test_accents_can_be_removed() -> None:
    assert without_accents("L’été à Nîmes", "1") == "L'ete a Nimes"


@given(q=st.text("abcdefé ’", max_size=30), seed=st.text(max_size=4))
def test_a_typing_error_is_one_deterministic_edit_in_a_long_word(q: str, seed: str) -> None:
    wrong = with_an_error(q, seed)
    assert wrong == with_an_error(q, seed)
    assert abs(len(wrong) - len(q)) <= 1
    start = next((at for at, (a, b) in enumerate(zip(q, wrong, strict=False)) if a != b), min(len(q), len(wrong)))
    assert q[start + 2 :] in (wrong[start + 1 :], wrong[start + 2 :], wrong[start + 3 :])
