"""The facets of a result, one row each: the kernel counts these columns, and everything after it goes by this table.

A new facet is a row here, its field in SearchRequest (the wanted values) and in Facets (the counts). The column must
be one of index.segment.schema. Its URL parameter, filter, counts, links and box on the page follow.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Facet(NamedTuple):
    """A row: the column, the field of SearchRequest with its wanted values, and its heading on the page.

    `dated` facets have days instead of values. `most` is how many values an answer lists, besides the wanted ones.
    """

    column: str
    field: str
    heading: str
    dated: bool = False
    most: int = 100
    help: str = ""


MOST_SOURCES: Final = 10_000

FACETS: Final = (
    # of a million sources a page would take a second and a hundred megabytes
    Facet("source", "sources", "Source", most=MOST_SOURCES, help="une source voulue ; répétable"),
    Facet("date", "", "Date", dated=True),
    Facet("section", "sections", "Rubrique", most=50, help="une rubrique voulue ; répétable"),
)

COLUMNS: Final = tuple(row.column for row in FACETS)
VALUED: Final = tuple(row for row in FACETS if not row.dated)
"""Facets whose buckets are values."""
