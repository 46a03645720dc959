"""The facets of a result, one row each, from the kernels that count their columns to the boxes of the page.

A new facet is a row here, a field of SearchRequest and TrendsRequest for the wanted values, and a field of Facets for
the counts. Its column is one of index.segment.schema; its URL parameter, filter, counts, links and box follow.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Facet(NamedTuple):
    """A row: the column, which names the URL parameter too, the field of the wanted values, the heading on the page.

    `listed` is the path of the page that lists all values: their French name, a feminine plural in -s.
    `dated` facets have days instead of values. `most` is how many values an answer lists beside the wanted ones. `help`
    is that of the parameter, in French.
    """

    column: str
    field: str
    heading: str
    listed: str = ""
    dated: bool = False
    most: int = 100
    help: str = ""


MOST_SOURCES: Final = 10_000

MOST_WANTED: Final = 200
"""Values of one facet that a request may want: each link of a page repeats them all."""

FACETS: Final = (
    # of a million sources a page would take a second and a hundred megabytes
    Facet("source", "sources", "Source", "sources", most=MOST_SOURCES, help="une source voulue ; répétable"),
    Facet("date", "", "Date", dated=True),
    Facet("section", "sections", "Rubrique", "rubriques", most=1000, help="une rubrique voulue ; répétable"),
)

VALUED: Final = tuple(row for row in FACETS if not row.dated)
"""Facets whose buckets are values."""


def wanted_values(request: Any) -> dict[str, list[str]]:
    """The wanted values of a SearchRequest or TrendsRequest, by column."""
    return {row.column: getattr(request, row.field) for row in VALUED}
