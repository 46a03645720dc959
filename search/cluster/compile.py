"""A query tree -> a query of the cluster. Pure: nothing here sends anything.

The cluster holds our own terms at our own positions (see `index.cluster.mapping`), so each node means there what it
means to the embedded engine. Scores are made equal too: the similarity of the text fields gives the part of BM25 that
depends on the document alone, and what a word weighs (`search.execute.terms`) is sent with it as its boost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from itertools import chain, product
from math import comb
from typing import Any, NamedTuple

from whoosh.query import And, ConstantScoreQuery, Every, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.index.cluster.document import token_text
from kiosque.index.cluster.mapping import FORMS, WRITTEN
from kiosque.search.leaves.column_value_filter import ColumnValueFilter
from kiosque.search.leaves.doc_set_query import DocSetQuery
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_phrase import WrittenPhrase
from kiosque.search.leaves.filters import Dated, SourceIs, Undated, Unscored
from kiosque.search.leaves.forms import Written
from kiosque.search.leaves.surfaces import is_cased
from kiosque.search.lexicon.term_info import Key

Json = dict[str, Any]
Weight = Callable[[Key], float]
"""What a term of a field weighs: its inverse document frequency times what BM25 is multiplied by."""

MOST_CLAUSES = 1000
"""Leaves of a query: a cluster refuses more than 1,024 unless it is configured otherwise."""

MOST_WAYS = 100
"""Ways in which three words or more can stand near one another that are asked for one by one."""

LEAVES = frozenset(
    ("term", "terms", "span_term", "span_gap", "match_phrase", "range", "exists", "match_all", "match_none")
)


class Scoring(NamedTuple):
    """What is scored beside plain words. `typed`: the form as it was typed; `leaves`: phrases, forms of words.

    `ways`: how many ways of three words or more to stand near one another are asked for one by one.
    """

    weight: Weight
    typed: bool = True
    leaves: bool = True
    ways: int = MOST_WAYS

    def least(self, leaf: DocSetQuery) -> float:
        """What the most frequent of its terms weighs."""
        return min(self.weight((leaf.fieldname, term)) for term in leaf.scored_terms())


def compiled(tree: Query, weight: Weight) -> Json:
    """The query that matches what `tree` matches, with its scores.

    Where that is more than a cluster takes, first what ranks by typed forms is left out, then what ranks phrases: it
    matches the same all the same. Last, words that may be anywhere near one another are asked for less exactly.
    """
    plain = Scoring(weight, typed=False, leaves=False)
    ways = (Scoring(weight), Scoring(weight, typed=False), plain, plain._replace(ways=1))
    queries = (scored(tree, scoring) for scoring in ways)
    query = next(queries)
    while clauses(query) > MOST_CLAUSES and (smaller := next(queries, None)):
        query = smaller
    return query


def clauses(query: Any) -> int:
    """The leaves of a query, as a cluster counts them."""
    if isinstance(query, list):
        return sum(map(clauses, query))
    if not isinstance(query, dict):
        return 0
    return sum(1 if name in LEAVES else clauses(value) for name, value in query.items())


@singledispatch
def scored(tree: Query, scoring: Scoring) -> Json:
    """The query of one node, with its score. Raises TypeError for a node that no query text makes."""
    if tree == NullQuery:
        return {"match_none": {}}
    if filter_of(tree) is not None:
        return _only(filter_of(tree))
    raise TypeError(f"no query of a cluster for {type(tree).__name__}")


def filter_of(tree: Query) -> Json | None:
    """The query of a node that only filters; None for any other."""
    if isinstance(tree, (SourceIs, ColumnValueFilter)):
        return {"terms": {tree.field(): sorted(tree.asked)}}
    if isinstance(tree, Dated):
        return _dated(*tree.asked)
    if isinstance(tree, Undated):
        return {"bool": {"must_not": [{"exists": {"field": "date_first"}}]}}
    return None


def _dated(since: int | None, until: int | None) -> Json:
    ends = [{"range": {"date_first": {"lte": until}}}] if until is not None else []
    ends += [{"range": {"date_last": {"gte": since}}}] if since is not None else []
    return _one({"bool": {"filter": ends}}, ends) if ends else {"exists": {"field": "date_first"}}


def _one(many: Json, parts: Sequence[Json]) -> Json:
    return parts[0] if len(parts) == 1 else many


def _only(query: Json | None) -> Json:
    """What matches and gives no score."""
    return {"bool": {"filter": [query]}}


@scored.register
def _(tree: Every, scoring: Scoring) -> Json:
    return {"match_all": {"boost": tree.boost}}


@scored.register
def _(tree: And, scoring: Scoring) -> Json:
    """Filters and exclusions stand where a cluster expects them: it keeps their matches for the next query."""
    parts: dict[str, list[Json]] = {}
    for child in tree.subqueries:
        narrowing = filter_of(child)
        if narrowing is not None:
            parts.setdefault("filter", []).append(narrowing)
        elif isinstance(child, Unscored) and isinstance(child.child, Not):
            parts.setdefault("must_not", []).append(_matching(child.child.query, scoring))
        else:
            parts.setdefault("must", []).append(scored(child, scoring))
    return {"bool": parts} if tree.boost == 1.0 else {"bool": parts | {"boost": tree.boost}}


@scored.register
def _(tree: Or, scoring: Scoring) -> Json:
    words, most = _most_of(tree)
    should = [scored(word, scoring) for word in words]
    boost = {} if tree.boost == 1.0 else {"boost": tree.boost}
    return {"bool": {"should": should, "minimum_should_match": most} | boost}


def _most_of(tree: Or) -> tuple[list[Query], int]:
    """The alternatives, and how many of them are asked for; of all ways to take so many of some words (see
    `most_words`), the words: written out, they would be hundreds of clauses."""
    ways = list(tree.subqueries)
    if not all(isinstance(way, And) for way in ways) or not ways:
        return ways, 1
    words = list(dict.fromkeys(chain.from_iterable(way.subqueries for way in ways)))
    sizes = {len(set(way.subqueries)) for way in ways}
    if len(sizes) == 1 and len(ways) == len(set(ways)) == comb(len(words), kept := sizes.pop()) > 1:
        return words, kept
    return ways, 1


@scored.register
def _(tree: ConstantScoreQuery, scoring: Scoring) -> Json:
    if isinstance(tree, Unscored):
        if isinstance(tree.child, Not):
            return {"bool": {"must_not": [_matching(tree.child.query, scoring)]}}
        return _only(_matching(tree.child, scoring))
    return {"constant_score": {"filter": _matching(tree.child, scoring), "boost": tree.score}}


@scored.register
def _(tree: Not, scoring: Scoring) -> Json:
    return {"bool": {"must_not": [_matching(tree.query, scoring)]}}


def _matching(tree: Query, scoring: Scoring) -> Json:
    """What `tree` matches, where its score is not asked for."""
    narrowing = filter_of(tree)
    if narrowing is not None:
        return narrowing
    return scored(tree, scoring._replace(typed=False, leaves=False))


@scored.register
def _(leaf: Term, scoring: Scoring) -> Json:
    return _term(leaf, leaf.boost, scoring)


@scored.register
def _(leaf: ExactFormBoost, scoring: Scoring) -> Json:
    """The word once more, at the weight of the bonus, in texts that have the form."""
    word = _term(leaf, leaf.boost, scoring)
    if not (leaf.bonus and scoring.typed):
        return word
    typed = _term(leaf, leaf.boost * leaf.bonus, scoring)
    again = {"bool": {"must": [typed], "filter": [{"term": {leaf.fieldname + FORMS: token_text(leaf.form)}}]}}
    return {"bool": {"must": [word], "should": [again]}}


def _term(leaf: Term, boost: float, scoring: Scoring) -> Json:
    weight = boost * scoring.weight((leaf.fieldname, leaf.text))
    return {"term": {leaf.fieldname: {"value": token_text(leaf.text), "boost": weight}}}


@scored.register
def _(leaf: Phrase, scoring: Scoring) -> Json:
    """The phrase says what matches, its words give the score: the sum of theirs."""
    row = _row(leaf.fieldname, leaf.words) if leaf.slop <= 1 else _near(leaf, scoring.ways)
    if not scoring.leaves:
        return _only(row)
    words = [_term(Term(leaf.fieldname, word), leaf.boost, scoring) for word in leaf.words]
    return {"bool": {"filter": [row], "should": words}}


def _row(name: str, words: Iterable[str]) -> Json:
    """Words that stand one behind the other."""
    return {"match_phrase": {name: " ".join(map(token_text, words))}}


def _near(leaf: Phrase, most: int) -> Json:
    """Words in this order, each at most `slop` places behind the one before.

    A cluster tries for each place of a word only the nearest place of the next one, which is enough for the last step
    alone. So the steps before it are asked for one by one; where there are more than `most`, a text may be missed.
    """
    name, slop = leaf.fieldname, leaf.slop
    *first, last = ({"span_term": {name: token_text(word)}} for word in leaf.words)
    steps = len(first) - 1
    if slop**steps > most:
        return _any_of([_nested(first, last, slop), _nested_backwards(first, last, slop)])
    ways = product(range(slop), repeat=steps)
    return _any_of([_in_order([_apart(name, first, gaps), last], slop - 1) for gaps in ways])


def _any_of(queries: list[Json]) -> Json:
    return _one({"bool": {"should": queries, "minimum_should_match": 1}}, queries)


def _apart(name: str, words: Sequence[Json], gaps: Sequence[int]) -> Json:
    """Words with exactly so many others between them."""
    parts = [words[0]]
    for gap, word in zip(gaps, words[1:], strict=True):
        parts += [{"span_gap": {name: gap}}, word] if gap else [word]
    return _one(_in_order(parts, 0), parts)


def _in_order(spans: list[Json], slop: int) -> Json:
    return {"span_near": {"clauses": spans, "slop": slop, "in_order": True}}


def _nested(first: Sequence[Json], last: Json, slop: int) -> Json:
    span = first[0]
    for word in (*first[1:], last):
        span = _in_order([span, word], slop - 1)
    return span


def _nested_backwards(first: Sequence[Json], last: Json, slop: int) -> Json:
    span = last
    for word in reversed(first):
        span = _in_order([word, span], slop - 1)
    return span


@scored.register
def _(leaf: Written, scoring: Scoring) -> Json:
    """The forms say what matches; the terms give the score, as one word that occurs as often as all of them."""
    matches = _any_of(list(_in_forms(leaf)))
    if not scoring.leaves:
        return _only(matches)
    return {"bool": {"filter": [matches], "should": [_as_one_word(leaf, scoring)]}}


def _in_forms(leaf: Written) -> Iterable[Json]:
    forms = sorted(leaf.forms())
    asked = {
        leaf.fieldname: [term for term, own in leaf.words if not own],
        leaf.fieldname + FORMS: [form for form in forms if not is_cased(form)],
        leaf.fieldname + WRITTEN: [form for form in forms if is_cased(form)],
    }
    for name, texts in asked.items():
        if texts:
            yield {"terms": {name: [token_text(text) for text in texts]}}


def _as_one_word(leaf: Written, scoring: Scoring) -> Json:
    """The score of whichever term gives most: spans would count all as one, but a shard multiplies theirs by how many
    of the terms it has."""
    name, boost = leaf.fieldname, leaf.boost * scoring.least(leaf)
    terms: list[Json] = [{"term": {name: {"value": token_text(term), "boost": boost}}} for term in leaf.scored_terms()]
    return _one({"dis_max": {"queries": terms}}, terms)


@scored.register
def _(leaf: WrittenPhrase, scoring: Scoring) -> Json:
    """The forms in a row say what matches; how often the terms stand in a row gives the score."""
    matches = _written_row(leaf.fieldname, leaf.forms)
    if not scoring.leaves:
        return _only(matches)
    # A scripted similarity is asked once for each word of a phrase, and what it says is added up.
    boost = leaf.boost * scoring.least(leaf) / len(leaf.terms_in_row)
    words = " ".join(map(token_text, leaf.terms_in_row))
    return {
        "bool": {"filter": [matches], "should": [{"match_phrase": {leaf.fieldname: {"query": words, "boost": boost}}}]}
    }


def _written_row(name: str, forms: Sequence[str]) -> Json:
    """Forms in a row. Those with capitals stand in a field of their own, at the same places."""
    if not any(map(is_cased, forms)):
        return _row(name + FORMS, forms)
    if all(map(is_cased, forms)):
        return _row(name + WRITTEN, forms)
    return _in_order([_form_span(name, form) for form in forms], 0)


def _form_span(name: str, form: str) -> Json:
    if not is_cased(form):
        return {"span_term": {name + FORMS: token_text(form)}}
    written = {"span_term": {name + WRITTEN: token_text(form)}}
    return {"field_masking_span": {"query": written, "field": name + FORMS}}
