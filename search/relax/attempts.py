"""What to try where a query finds nothing, or its words hardly anything: an ordered list of attempts.

An engine answers the query as typed, then goes through LADDER: of each rung it runs the attempts in turn until one is
good, which then is the answer. Nothing here runs a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from kiosque.corpus.french import typeset
from kiosque.search.execute.search_result import SearchResult
from kiosque.search.model import Match, Note
from kiosque.search.query.lexer import typed_words
from kiosque.search.query.parse import ParsedQuery, parse
from kiosque.search.query.words import Words
from kiosque.search.relax.relaxation import most_words, some_words
from kiosque.search.relax.spelling import RARE, Vocabulary, mended, mends, note_of

CORRECTED: Final = typeset("Aucun article n’a {} : voici les résultats pour « {} ».")
QUOTED: Final = typeset("« {} »")


class Question(NamedTuple):
    """A query text, how many of its words a match needs, and what is known of the index's words."""

    q: str
    match: Match
    words: Words
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Answer:
    """A query that was run, and what it found."""

    parsed: ParsedQuery
    result: SearchResult

    def noting(self, note: Note) -> Answer:
        """The same answer with one more note."""
        return replace(self, parsed=self.parsed._replace(notes=[*self.parsed.notes, note]))


def finds_more(result: SearchResult, before: SearchResult) -> bool:
    """Whether more articles match than before, whatever the facets' selections."""
    return result.unfiltered_total > before.unfiltered_total


def finds_any(result: SearchResult, before: SearchResult) -> bool:
    """Whether any article is found."""
    return result.total > 0


class Attempt(NamedTuple):
    """A query to run. It is good if `accepts` says so of its result and of the one before.

    note: what to tell the reader where it is good. is_offer: then the answer stays, and its note offers the query.
    """

    parsed: ParsedQuery
    note: Note
    accepts: Callable[[SearchResult, SearchResult], bool]
    is_offer: bool = False

    def replacing(self, answer: Answer, result: SearchResult) -> Answer:
        """What the answer becomes where the attempt is good."""
        return (answer if self.is_offer else Answer(self.parsed, result)).noting(self.note)


def as_typed(question: Question) -> ParsedQuery:
    """The query that is answered first."""
    return parse(question.q, question.words, question.match)


def corrections(question: Question, typed: Answer) -> Iterator[Attempt]:
    """The query with its words corrected, where one of them is rare. Good if it finds more.

    Words that no article has are replaced: they found nothing themselves. Rare words are only offered a correction.
    """
    if _is_common(question, typed.result):
        return
    q = question.q
    found = mends(typed_words(q), question.vocabulary)
    unknown = [mend for mend in found if mend.unknown]
    if unknown:
        better = mended(q, unknown)
        missing = ", ".join(QUOTED.format(mend.word.surface) for mend in unknown)
        message = CORRECTED.format(missing, better)
        note = Note(kind="corrected", message=message, position=unknown[0].word.start)
        yield Attempt(parse(better, question.words, question.match), note, finds_more)
    offer = note_of(q, found)
    if offer is not None:
        yield Attempt(parse(mended(q, found), question.words, question.match), offer, finds_more, is_offer=True)


def _is_common(question: Question, result: SearchResult) -> bool:
    """Whether no word of the query is rare."""
    documents = question.vocabulary.documents
    # Where all the words are in so many articles together, none of them is rare: no need to look each up.
    if question.match == "all" and result.unfiltered_total * RARE > documents:
        return True
    return result.terms.rarest() * RARE > documents


def relaxations(question: Question, answer: Answer) -> Iterator[Attempt]:
    """Where nothing has all the words: most of them, then any. Good if it finds an article."""
    if answer.result.unfiltered_total or question.match == "any":
        return
    parsed = answer.parsed
    note = some_words(question.q, parsed.words, question.words.dictionary.frequency)
    for tree in most_words(parsed.tree):
        yield Attempt(parsed._replace(tree=tree), note, finds_any)
    yield Attempt(parse(question.q, question.words, "any"), note, finds_any)


LADDER: Final = (corrections, relaxations)
