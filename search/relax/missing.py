"""Which words of a query no article has: what to say where nothing has all the words."""

from __future__ import annotations

from collections.abc import Sequence

from kiosque.corpus.french import typeset
from kiosque.search.leaves.leaf import Frequency
from kiosque.search.leaves.nodes import is_possible
from kiosque.search.model import Note
from kiosque.search.query.lexer import Kind
from kiosque.search.query.notes import edited
from kiosque.search.query.synonym_expander import QueryWord

SOME_WORDS = "Aucun article n’a tous ces mots\u00a0: voici ceux qui en ont une partie."
MISSING = "Aucun article n’a {}\u00a0: voici ceux qui ont {}."


def some_words(text: str, items: Sequence[QueryWord], frequency: Frequency) -> Note:
    """The note on a result that has not all the words of the query `text`: it names those that no article has.

    `items` are the words (`ParsedQuery.words`); the note offers the query without those that are missing.
    """
    words = [item for item in items if item.lexeme.kind is not Kind.OPEN]
    missing = [item for item in words if item.asked.query is None or not is_possible(item.asked.query, frequency)]
    if not missing or len(missing) == len(items):
        return Note(kind="some_words", message=typeset(SOME_WORDS))
    spans = [(item.start, item.end) for item in missing]
    names = [f"«\u00a0{text[start:end]}\u00a0»" for start, end in spans]
    rest = "l’autre mot" if len(items) - len(missing) == 1 else "les autres"
    named = names[0] if len(names) == 1 else f"ni {', ni '.join(names)}"
    without = edited(text, [(start, end, "") for start, end in spans])
    message = typeset(MISSING.format(named, rest))
    return Note(kind="some_words", message=message, position=spans[0][0], query=without)
