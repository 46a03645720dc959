"""The pieces of a cluster's query, as plain JSON, for leaves to say how a cluster finds them. Nothing is sent here.

The cluster holds our own terms at our own positions (see `index.cluster.mapping`), so that each piece matches there
what its leaf matches here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from kiosque.index.cluster.document import token_text
from kiosque.index.cluster.mapping import FORMS, WRITTEN
from kiosque.search.leaves.surfaces import is_cased

Json = dict[str, Any]

Weight = Callable[[tuple[str, str]], float]
"""The weight of a term of a field: its inverse document frequency times the factor k1 + 1 of BM25."""

MOST_WAYS = 100
"""Ways of three words or more to be near one another that are listed one by one."""


class Scoring(NamedTuple):
    """What to score beside plain words. `exact`: the form as typed; `leaves`: phrases and forms of words.

    `ways`: how many ways of three words or more to be near one another are listed one by one.
    """

    weight: Weight
    exact: bool = True
    leaves: bool = True
    ways: int = MOST_WAYS

    def least(self, keys: Iterable[tuple[str, str]]) -> float:
        """The weight of the most frequent of some terms."""
        return min(map(self.weight, keys))


def unscored(query: Json | None) -> Json:
    """Matches without a score."""
    return {"bool": {"filter": [query]}}


def scored_by(matches: Json, score: Sequence[Json]) -> Json:
    """What matches by one query and scores by others."""
    return {"bool": {"filter": [matches], "should": list(score)}}


def one_or(many: Json, parts: Sequence[Json]) -> Json:
    """The only part, or all together."""
    return parts[0] if len(parts) == 1 else many


def any_of(queries: list[Json]) -> Json:
    """Any of some queries."""
    return one_or({"bool": {"should": queries, "minimum_should_match": 1}}, queries)


def term(name: str, text: str, weight: float) -> Json:
    """A term with its weight."""
    return {"term": {name: {"value": token_text(text), "boost": weight}}}


def row(name: str, words: Iterable[str]) -> Json:
    """Words one after the other."""
    return {"match_phrase": {name: " ".join(map(token_text, words))}}


def in_order(spans: list[Json], slop: int) -> Json:
    """Spans in this order, at most `slop` tokens between them."""
    return {"span_near": {"clauses": spans, "slop": slop, "in_order": True}}


def form_field(name: str, form: str) -> str:
    """The field in which a cluster has a form: those with capitals have one of their own, at the same places."""
    return name + (WRITTEN if is_cased(form) else FORMS)


def row_of_forms(name: str, forms: Sequence[str]) -> Json:
    """Forms one after the other."""
    fields = {form_field(name, form) for form in forms}
    if len(fields) == 1:
        return row(fields.pop(), forms)
    return in_order([_form_span(name, form) for form in forms], 0)


def _form_span(name: str, form: str) -> Json:
    span = {"span_term": {form_field(name, form): token_text(form)}}
    return {"field_masking_span": {"query": span, "field": name + FORMS}} if is_cased(form) else span
