"""Which words of a query no article has: what to say where nothing has all the words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from whoosh.query import And, NullQuery, Or, Phrase, Query, Term

from kiosque.corpus.french import typeset
from kiosque.search.leaves.exact_phrase import WrittenPhrase
from kiosque.search.leaves.forms import Written
from kiosque.search.model import Note
from kiosque.search.query.lexer import Kind
from kiosque.search.query.neighbours import Item
from kiosque.search.query.notes import edited

SOME_WORDS = "Aucun article n’a tous ces mots\u00a0: voici ceux qui en ont une partie."
MISSING = "Aucun article n’a {}\u00a0: voici ceux qui ont {}."

Frequency = Callable[[str, str], int]
"""In how many documents a field has a term."""


def some_words(text: str, items: Sequence[Item], frequency: Frequency) -> Note:
    """The note on a result that has not all the words of the query `text`: it names those that no article has.

    `items` are the words (`ParsedQuery.words`); the note offers the query without those that are missing.
    """
    words = [item for item in items if item.lexeme.kind is not Kind.OPEN]
    missing = [item for item in words if not can_be_had(item.asked.query, frequency)]
    if not missing or len(missing) == len(items):
        return Note(kind="some_words", message=typeset(SOME_WORDS))
    spans = [(item.start, item.end) for item in missing]
    names = [f"«\u00a0{text[start:end]}\u00a0»" for start, end in spans]
    rest = "l’autre mot" if len(items) - len(missing) == 1 else "les autres"
    named = names[0] if len(names) == 1 else f"ni {', ni '.join(names)}"
    without = edited(text, [(start, end, "") for start, end in spans])
    message = typeset(MISSING.format(named, rest))
    return Note(kind="some_words", message=message, position=spans[0][0], query=without)


def can_be_had(query: Query | None, frequency: Frequency) -> bool:
    """Whether any article may answer: every term that it needs is in the index. A phrase may still stand nowhere."""
    if isinstance(query, (Term, Written)):
        terms = (query.text,) if isinstance(query, Term) else query.scored_terms()
        return any(frequency(query.fieldname, term) for term in terms)
    if isinstance(query, (Phrase, WrittenPhrase)):
        terms = query.words if isinstance(query, Phrase) else query.scored_terms()
        return all(frequency(query.fieldname, term) for term in terms)
    if isinstance(query, Or):
        return any(can_be_had(child, frequency) for child in query.subqueries)
    if isinstance(query, And):
        return all(can_be_had(child, frequency) for child in query.subqueries)
    return query is not None and query != NullQuery
