"""Did you mean: words that the articles do not have, or hardly, and the words near them that they do have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from kiosque.index.text.analyzer import Occurrence, folded_surface, normalize
from kiosque.search.lexicon.term_dictionary import FuzzyForm
from kiosque.search.lexicon.word_kinds import is_function_word
from kiosque.search.model import Note

SHORTEST, SHORT = 4, 6
"""Letters of a word below which it is not mended, and below which one letter may differ and not two."""

RARE = 10_000
"""A word that stands in one article of so many, or in fewer, may be an error of who wrote them too."""

MOST_WORDS, MOST_RARE = 32, 4
"""Words of a query that are looked at, and rare ones among them that are mended: a pasted text is not a slip."""

COMMONER = 100
"""How many times more articles the word offered must have than a rare one, so that names are left alone."""


class Words(Protocol):
    """What spelling must know of an index: see search.lexicon.term_dictionary.TermDictionary."""

    documents: int

    def articles(self, surface: str) -> int:
        """How many documents have the word."""

    def corrections(self, surface: str, distance: int) -> list[FuzzyForm]:
        """The forms at most `distance` letters away."""


class Mend(NamedTuple):
    """A word of a query, and the form to put in its place; `unknown` says that no article has the word."""

    word: Occurrence
    form: str
    unknown: bool


def note_of(q: str, found: Sequence[Mend]) -> Note | None:
    """The note that offers `q` with these mends, all else as typed; None where there are none.

    Whoever shows the note looks first whether the mended query finds something: words that articles have may still
    stand in no article together.
    """
    if not found:
        return None
    query = mended(q, found)
    message = f"Essayez « {query} »."
    return Note(kind="did_you_mean", message=message, position=found[0].word.start, query=query)


def mends(words: Iterable[Occurrence], vocabulary: Words) -> list[Mend]:
    """The words that have a likelier form near them, in order. A word with enough articles costs one look-up."""
    looked_at = islice((word for word in words if _can_be_wrong(word.surface)), MOST_WORDS)
    found = ((word, vocabulary.articles(word.surface)) for word in looked_at)
    rare = islice((one for one in found if one[1] * RARE <= vocabulary.documents), MOST_RARE)
    nearest = ((word, articles, _nearest(word.surface, articles, vocabulary)) for word, articles in rare)
    return [Mend(word, form, articles == 0) for word, articles, form in nearest if form is not None]


def mended(q: str, found: Iterable[Mend]) -> str:
    """`q` with forms in the place of words; operators, fields, quotes and blanks stay as they were typed."""
    parts, at = [], 0
    for word, form, _ in found:
        parts += [q[at : word.start], _capitals_of(word.surface, form)]
        at = word.end
    return "".join(parts) + q[at:]


def _can_be_wrong(surface: str) -> bool:
    """Not numbers ("2022"), codes ("A320") nor words too short to tell from their neighbours."""
    return len(surface) >= SHORTEST and normalize(surface).isalpha() and not is_function_word(surface)


def _nearest(surface: str, articles: int, vocabulary: Words) -> str | None:
    """The form that was probably meant: nearest, of those with the same first letter, which few miss, the commonest."""
    folded = folded_surface(surface)
    furthest = 1 if len(folded) < SHORT or articles else 2
    wanted = max(1, articles * COMMONER)
    for distance in range(1, furthest + 1):
        near = [one for one in vocabulary.corrections(surface, distance) if one.distance and one.articles >= wanted]
        if near:
            return min(near, key=lambda one: (folded_surface(one.form)[:1] != folded[:1], -one.articles, one.form)).form
    return None


def _capitals_of(surface: str, form: str) -> str:
    """Forms are in lower case; "MACRNO" and "Macrno" are not."""
    if surface.isupper():
        return form.upper()
    return form.capitalize() if surface[:1].isupper() else form
