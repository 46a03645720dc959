"""Query trees compiled to queries of a cluster."""

from typing import Any

import pytest
from whoosh.query import And, ConstantScoreQuery, Every, Not, NullQuery, Or, Phrase, Prefix, Query, Term

from kiosque.search.cluster.compile import MOST_CLAUSES, clauses, compiled
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_forms import ExactForms
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.filters import ColumnValueFilter, Dated, Undated, Unscored, ValueIs
from kiosque.search.leaves.leaf import Key
from kiosque.search.relax.relaxation import most_words

WEIGHTS = {("title", "gaz"): 2.0, ("body", "gaz"): 3.0, ("body", "vent"): 4.0, ("body", "mer"): 5.0}


Clause = dict[str, Any]
"""A clause of a cluster query."""


def weight(key: Key) -> float:
    return WEIGHTS.get(key, 1.0)


def term(name: str, text: str, boost: float) -> Clause:
    return {"term": {name: {"value": text, "boost": boost}}}


def span(text: str, name: str = "body") -> Clause:
    return {"span_term": {name: text}}


def near(slop: int, *spans: Clause) -> Clause:
    return {"span_near": {"clauses": list(spans), "slop": slop, "in_order": True}}


def gap(width: int) -> Clause:
    return {"span_gap": {"body": width}}


GAZ, VENT = Term("body", "gaz"), Term("body", "vent")
OF_GAZ, OF_VENT = term("body", "gaz", 3.0), term("body", "vent", 4.0)
BY_DAY = {"bool": {"filter": [{"range": {"date_first": {"lte": 20}}}, {"range": {"date_last": {"gte": 10}}}]}}
IN_AFP = {"terms": {"source": ["AFP"]}}
NO_DATE = {"bool": {"must_not": [{"exists": {"field": "date_first"}}]}}


@pytest.mark.parametrize(
    ("tree", "query"),
    [
        (NullQuery, {"match_none": {}}),
        (Every(), {"match_all": {"boost": 1.0}}),
        (GAZ, OF_GAZ),
        (Term("title", "gaz", boost=0.5), term("title", "gaz", 1.0)),
        (Term("body", "10 000"), term("body", "10\u00a0000", 1.0)),
        (
            ExactFormBoost("body", "gaz", "gazs", 0.5, boost=2.0),
            {
                "bool": {
                    "must": [term("body", "gaz", 6.0)],
                    "should": [
                        {
                            "bool": {
                                "must": [term("body", "gaz", 3.0)],
                                "filter": [{"term": {"body_forms": "gazs"}}],
                            }
                        }
                    ],
                }
            },
        ),
        (ExactFormBoost("body", "gaz", "gazs", 0.0), OF_GAZ),
        (And([GAZ, VENT]), {"bool": {"must": [OF_GAZ, OF_VENT]}}),
        (And([GAZ, VENT], boost=2.0), {"bool": {"must": [OF_GAZ, OF_VENT], "boost": 2.0}}),
        (Or([GAZ, VENT]), {"bool": {"should": [OF_GAZ, OF_VENT], "minimum_should_match": 1}}),
        (
            And([GAZ, ValueIs("source", frozenset({"AFP"})), Unscored(Not(VENT))]),
            {"bool": {"must": [OF_GAZ], "filter": [IN_AFP], "must_not": [OF_VENT]}},
        ),
        (Unscored(Not(Undated())), {"bool": {"must_not": [NO_DATE]}}),
        (Unscored(GAZ), {"bool": {"filter": [OF_GAZ]}}),
        (ConstantScoreQuery(GAZ, 2.0), {"constant_score": {"filter": OF_GAZ, "boost": 2.0}}),
        (Not(GAZ), {"bool": {"must_not": [OF_GAZ]}}),
        (Dated((10, 20)), {"bool": {"filter": [BY_DAY]}}),
        (Dated((10, None)), {"bool": {"filter": [{"range": {"date_last": {"gte": 10}}}]}}),
        (Dated((None, None)), {"bool": {"filter": [{"exists": {"field": "date_first"}}]}}),
        (Undated(), {"bool": {"filter": [NO_DATE]}}),
        (ColumnValueFilter("author", frozenset({"B", "A"})), {"bool": {"filter": [{"terms": {"author": ["A", "B"]}}]}}),
        (
            Or([GAZ, ValueIs("source", frozenset({"AFP"}))]),
            {"bool": {"should": [OF_GAZ, {"bool": {"filter": [IN_AFP]}}], "minimum_should_match": 1}},
        ),
    ],
)
def test_words_and_filters(tree: Query, query: Clause) -> None:
    assert compiled(tree, weight) == query


@pytest.mark.parametrize(
    ("phrase", "matches"),
    [
        (Phrase("body", ["gaz", "vent"]), {"match_phrase": {"body": "gaz vent"}}),
        (Phrase("body", ["gaz", "10 000"]), {"match_phrase": {"body": "gaz 10\u00a0000"}}),
        (Phrase("body", ["gaz", "vent"], slop=4), near(3, span("gaz"), span("vent"))),
        (
            Phrase("body", ["gaz", "vent", "mer"], slop=3),
            {
                "bool": {
                    "should": [
                        near(2, near(0, span("gaz"), span("vent")), span("mer")),
                        near(2, near(0, span("gaz"), gap(1), span("vent")), span("mer")),
                        near(2, near(0, span("gaz"), gap(2), span("vent")), span("mer")),
                    ],
                    "minimum_should_match": 1,
                }
            },
        ),
        (
            Phrase("body", ["gaz", "vent", "mer"], slop=500),
            {
                "bool": {
                    "should": [
                        near(499, near(499, span("gaz"), span("vent")), span("mer")),
                        near(499, span("gaz"), near(499, span("vent"), span("mer"))),
                    ],
                    "minimum_should_match": 1,
                }
            },
        ),
    ],
)
def test_a_phrase_matches_in_order_and_scores_as_its_words(phrase: Phrase, matches: Clause) -> None:
    words = [term("body", word.replace(" ", "\u00a0"), WEIGHTS.get(("body", word), 1.0)) for word in phrase.words]
    assert compiled(phrase, weight) == {"bool": {"filter": [matches], "should": words}}


def test_a_sloppy_phrase_of_four_words_has_every_combination_of_gaps() -> None:
    query = compiled(Phrase("body", ["gaz", "vent", "mer", "sel"], slop=2), weight)
    [matches] = query["bool"]["filter"]
    gaps = [
        tuple(
            part["span_gap"]["body"]
            for part in way["span_near"]["clauses"][0]["span_near"]["clauses"]
            if "span_gap" in part
        )
        for way in matches["bool"]["should"]
    ]
    assert gaps == [(), (1,), (1,), (1, 1)]


@pytest.mark.parametrize(
    ("leaf", "matches", "score"),
    [
        (
            ExactForms("body", {"gaz": ("gaz", "gazs"), "vent": ("vents",)}, boost=2.0),
            {"terms": {"body_forms": ["gaz", "gazs", "vents"]}},
            {"dis_max": {"queries": [term("body", "gaz", 6.0), term("body", "vent", 6.0)]}},
        ),
        (ExactForms("body", {"gaz": ()}), {"terms": {"body": ["gaz"]}}, OF_GAZ),
        (ExactForms("body", {"gaz": ("Gaz",)}), {"terms": {"body_written": ["Gaz"]}}, OF_GAZ),
        (
            ExactForms("body", {"gaz": ("Gaz", "gazs")}),
            {
                "bool": {
                    "should": [{"terms": {"body_forms": ["gazs"]}}, {"terms": {"body_written": ["Gaz"]}}],
                    "minimum_should_match": 1,
                }
            },
            OF_GAZ,
        ),
        (
            ExactPhrase("body", ("gaz", "vent"), ("gaz", "vents")),
            {"match_phrase": {"body_forms": "gaz vents"}},
            {"match_phrase": {"body": {"query": "gaz vent", "boost": 1.5}}},
        ),
        (
            ExactPhrase("body", ("gaz", "vent"), ("Gaz", "Vent")),
            {"match_phrase": {"body_written": "Gaz Vent"}},
            {"match_phrase": {"body": {"query": "gaz vent", "boost": 1.5}}},
        ),
        (
            ExactPhrase("body", ("gaz", "vent"), ("Gaz", "vent")),
            near(
                0,
                {"field_masking_span": {"query": span("Gaz", "body_written"), "field": "body_forms"}},
                span("vent", "body_forms"),
            ),
            {"match_phrase": {"body": {"query": "gaz vent", "boost": 1.5}}},
        ),
    ],
)
def test_forms_filter_and_terms_score(leaf: Query, matches: Clause, score: Clause) -> None:
    assert compiled(leaf, weight) == {"bool": {"filter": [matches], "should": [score]}}


def test_an_exclusion_is_not_scored() -> None:
    tree = Unscored(Not(ExactForms("body", {"gaz": ("gaz",), "vent": ("vent",)})))
    assert compiled(tree, weight) == {
        "bool": {"must_not": [{"bool": {"filter": [{"terms": {"body_forms": ["gaz", "vent"]}}]}}]}
    }


def test_most_words_become_minimum_should_match() -> None:
    words = [Term("body", word) for word in ("gaz", "vent", "mer", "sel", "nord")]
    asked = [term("body", word.text, weight(("body", word.text))) for word in words]
    found = [compiled(tree, weight) for tree in most_words(And([*words, Undated()]))]
    assert found == [
        {
            "bool": {
                "must": [{"bool": {"should": asked, "minimum_should_match": kept}}],
                "filter": [NO_DATE],
            }
        }
        for kept in (4, 3)
    ]


def test_other_alternatives_are_unchanged() -> None:
    tree = Or([And([GAZ, VENT]), And([GAZ, Term("body", "mer")])])
    assert compiled(tree, weight)["bool"]["minimum_should_match"] == 1


def test_a_query_over_the_clause_limit_matches_the_same_with_simpler_scores() -> None:
    forms = {f"gaz{number}": (f"gaz{number}",) for number in range(100)}
    tree = And(
        [ExactForms("body", forms) for _ in range(5)]
        + [ExactFormBoost("body", f"mot{number}", "x", 0.4) for number in range(300)]
    )
    query = compiled(tree, weight)
    assert clauses(query) == 5 * 101 + 300
    assert len(query["bool"]["must"]) == 305
    more = And([tree, *tree.subqueries[:5]])
    assert clauses(compiled(more, weight)) == 10 + 300 < MOST_CLAUSES


def test_too_many_sloppy_phrases_are_approximated() -> None:
    phrase = Phrase("body", ["gaz", "vent", "mer", "sel"], slop=9)
    alone, many = compiled(phrase, weight), compiled(And([phrase] * 5), weight)
    assert len(alone["bool"]["filter"][0]["bool"]["should"]) == 81
    assert [clauses(each) for each in many["bool"]["must"]] == [8] * 5


def test_an_unknown_node_is_refused() -> None:
    with pytest.raises(TypeError, match="Prefix"):
        compiled(Prefix("body", "ga"), weight)
