"""The names that a query asks for a field by, in French and in English: derived from the table of fields."""

from kiosque.corpus.french import typeset
from kiosque.index.segment.schema import FIELDS

FIELD_NAMES = {name: row.name for row in FIELDS for name in row.query_names}
"""Each name, and the field that it stands for."""

UNKNOWN = {row.name: typeset(row.unknown) for row in FIELDS if row.unknown}
"""The fields that are asked for by a name, each with the note when no article has that name."""
