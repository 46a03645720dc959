"""The note on a query for days without any article: "date:2023" over the articles of 2020."""

from __future__ import annotations

from datetime import date

from whoosh.query import Query

from kiosque.corpus.french import MONTHS, typeset
from kiosque.search.dates import Days
from kiosque.search.execute.plan import plan
from kiosque.search.leaves.filters import UNDATED, Dated, Values
from kiosque.search.model import Note

OUTSIDE = "Aucun article n’est de ces jours : ils vont du {} au {}."


def outside(tree: Query, days: Days, dates: Values) -> list[Note]:
    """The note on days, of the query or of the facet, without any article; it tells which days have some."""
    asked = [query for query, passing in plan(tree).filters if passing and isinstance(query, Dated)]
    selected = [Dated(days)] if days != (None, None) else []
    if all(query.passes(dates).any() for query in [*asked, *selected]):
        return []
    dated = dates.first != UNDATED
    if not dated.any():
        return [Note(kind="outside", message="Aucun article n’est daté.")]
    message = OUTSIDE.format(_spoken(dates.first[dated].min()), _spoken(dates.last[dated].max()))
    return [Note(kind="outside", message=typeset(message))]


def _spoken(day: int) -> str:
    """A day as "1er mars 2022"."""
    on = date.fromordinal(int(day))
    return f"{'1er' if on.day == 1 else on.day} {MONTHS[on.month - 1]} {on.year}"
