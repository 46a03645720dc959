"""What a search does about words that no article has, or hardly one: correct them, or offer to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosque.search.execute.search_result import SearchResult
from kiosque.search.model import Match, Note
from kiosque.search.query.lexer import typed_words
from kiosque.search.query.parse import ParsedQuery
from kiosque.search.relax.spelling import RARE, Mend, Words, mended, mends, note_of


@dataclass(frozen=True)
class Answer:
    """A query that was run."""

    parsed: ParsedQuery
    outcome: SearchResult

    def noting(self, note: Note) -> Answer:
        """The same answer with one more note."""
        return replace(self, parsed=self.parsed._replace(notes=[*self.parsed.notes, note]))


def corrected(q: str, match: Match, answer: Answer, vocabulary: Words, run: Callable[[str], Answer]) -> Answer:
    """`answer`, or that of `q` mended, with a note; `run` answers a query text.

    Words that no article has are replaced where that finds more: they found nothing themselves. Rare words are only
    offered. Nothing is offered that finds no more than what was typed.
    """
    if match == "all" and answer.outcome.matched * RARE > vocabulary.documents:
        return answer  # where all words were found so often, none of them is rare
    if answer.outcome.terms.rarest() * RARE > vocabulary.documents:
        return answer
    found = mends(typed_words(q), vocabulary)
    unknown = [mend for mend in found if mend.unknown]
    return _replaced(q, unknown, answer, run) or _offered(q, found, answer, run) or answer


def _replaced(q: str, unknown: list[Mend], answer: Answer, run: Callable[[str], Answer]) -> Answer | None:
    better = run(mended(q, unknown)) if unknown else None
    if better is None or better.outcome.matched <= answer.outcome.matched:
        return None
    missing = ", ".join(f"« {mend.word.surface} »" for mend in unknown)
    message = f"Aucun article n’a {missing} : voici les résultats pour « {mended(q, unknown)} »."
    return better.noting(Note(kind="corrected", message=message, position=unknown[0].word.start))


def _offered(q: str, found: list[Mend], answer: Answer, run: Callable[[str], Answer]) -> Answer | None:
    note = note_of(q, found)
    if note is None or run(mended(q, found)).outcome.matched <= answer.outcome.matched:
        return None
    return answer.noting(note)
