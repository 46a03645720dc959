"""The explanation of a score, computed independently of the kernels."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest
from kiosque.search.__main__ import main
from kiosque.search.engines.embedded import EmbeddedEngine
from kiosque.search.execute.explanation import as_text
from kiosque.search.model import Explanation, Match
from kiosque.search.settings import Settings
from tests.effort import examples
from tests.search.conftest import EngineOver

CLOSE = 1e-4
WORDS = ["gaz", "gazs", "Vent", "mer", "élection", "elections", "nord"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
PIECES = st.sampled_from(
    [*WORDS, '"gaz vent"', '"gaz mer"~2', "titre:mer", "el*", "=Vent", "gaz~1", "-nord", "date:2022", "(gaz ET mer)"]
)
QUERIES = st.lists(PIECES, min_size=1, max_size=4).flatmap(lambda pieces: st.sampled_from([" ", " OU "]).map(
    lambda join: join.join(pieces)
))  # fmt: skip


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6), QUERIES, st.sampled_from(["all", "any"]))
def test_the_parts_of_a_score_add_up(
    engine_over: EngineOver, texts: list[tuple[str, str]], q: str, match: Match
) -> None:
    engine = engine_over(*(Article(id=f"a{at}", title=title, body=body) for at, (title, body) in enumerate(texts)))
    request = SearchRequest(q=q, match=match, copies="all")
    page, found = engine.search(request), engine.explain(request)
    assert [(hit.id, hit.rank) for hit in found.hits] == [(hit.id, hit.rank) for hit in page.hits]
    for hit, shown in zip(found.hits, page.hits, strict=True):
        assert hit.base + sum(part.score for part in hit.parts) == pytest.approx(shown.score, abs=CLOSE)
        assert hit.score == pytest.approx(shown.score, abs=CLOSE)


ARTICLES = [
    Article(id="a", title="Le gaz", body="Les élections et le gaz de la mer.", source="AFP", date="2022"),
    Article(id="b", title="Élection", body="Le gaz, la mer, une élection ; la mer encore.", source="AFP", date="2021"),
]


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(*ARTICLES)


def folder_of(engine: Engine) -> str:
    assert isinstance(engine, EmbeddedEngine)
    return str(engine._directory)


def test_each_factor_is_explained(engine: Engine) -> None:
    first, second = engine.explain(SearchRequest(q="texte:élections", copies="all")).hits
    [term], [other] = (part.terms[0] for part in first.parts), (part.terms[0] for part in second.parts)
    assert (first.id, term.field, term.frequency, term.bonus, other.bonus) == ("a", "body", 1, 0.4, 0)
    assert term.score == pytest.approx(1.4 * term.idf * 1.9 / (1 + term.norm))


def test_the_tree_and_the_plan_are_shown(engine: Engine) -> None:
    request = SearchRequest(q='titre:gaz "la mer" -nord date:2022', sources=["AFP"])
    found: Explanation = engine.explain(request)
    assert (found.total, found.tree.name) == (1, "And")
    assert found.plan.groups == [["title:gaz^0.5"], ['title:"la mer"^0.5', 'body:"la mer"']]
    assert found.plan.excluded == ["title:nord^0.5", "body:nord"]
    assert [name.partition("(")[0] for name in found.plan.filters] == ["Dated", "ValueIs"]
    assert found.plan.without_kernel == []


def test_the_accepted_attempt_is_explained(engine: Engine) -> None:
    found = engine.explain(SearchRequest(q="gaz absent"))
    assert [note.kind for note in found.notes] == ["some_words"]
    assert found.tree.name == "Or"
    assert len(found.hits) == 2


def test_the_neighbour_bonus_is_explained(engine: Engine) -> None:
    near = EmbeddedEngine(folder_of(engine), Settings(ranking="near"))
    hits = near.explain(SearchRequest(q="gaz mer", copies="all")).hits
    assert any('"gaz mer"~4' in part.leaf for hit in hits for part in hit.parts)
    for hit in hits:
        assert sum(part.score for part in hit.parts) == pytest.approx(hit.score, abs=CLOSE)


def test_everything_scores_one(engine: Engine) -> None:
    assert [(hit.score, hit.base, hit.parts) for hit in engine.explain(SearchRequest()).hits] == [(1, 1, [])] * 2


def test_the_command_prints_the_explanation(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    index = folder_of(engine)
    assert main(["gaz", "--index", index, "--explain", "--size", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == list("\n".join(as_text(engine.explain(SearchRequest(q="gaz", size=1)))).splitlines())
    assert lines[0] == "arbre\u00a0:"
    assert any(line.strip().startswith("title:gaz = ") for line in lines)
    assert main(["gaz", "--index", index, "--explain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"][0]["id"] == "a"
