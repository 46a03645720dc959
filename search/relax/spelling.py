"""Did you mean: words that no article has, or hardly one, and the words near them that articles do have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple, Protocol

from kiosque.corpus.french import typeset
from kiosque.index.text.analyzer import Occurrence, folded_surface, normalize
from kiosque.search.lexicon.term_dictionary import FuzzyForm
from kiosque.search.lexicon.word_kinds import is_function_word
from kiosque.search.model import Note

SHORTEST, SHORT = 4, 6
"""Letters of a word below which it is not mended, and below which one letter may differ and not two."""

RARE = 10_000
"""A word in one article of so many, or in fewer, may be a misprint of that article."""

MOST_WORDS, MOST_RARE = 32, 4
"""Words of a query that are looked up, and rare ones among them that are mended: nobody mistypes a pasted text."""

COMMONER = 100
"""How many times more articles an offered word must have than the rare one, so that names are left alone."""

OFFER: Final = typeset("Essayez « {} ».")


class Vocabulary(Protocol):
    """What spelling needs of an index: see search.lexicon.term_dictionary.TermDictionary."""

    documents: int

    def articles(self, surface: str) -> int:
        """How many documents have the word."""

    def corrections(self, surface: str, distance: int) -> list[FuzzyForm]:
        """The forms at most `distance` letters away."""

    def family(self, surface: str) -> str | None:
        """The commonest form of the word's family, if the index has one."""


class Mend(NamedTuple):
    """A word of a query, and the form to put in its place; `unknown` says that no article has the word."""

    word: Occurrence
    form: str
    unknown: bool


def note_of(q: str, found: Sequence[Mend]) -> Note | None:
    """The note that offers `q` with these mends, all else as typed; None without mends.

    Run the mended query before showing the note: no article may have these words together.
    """
    if not found:
        return None
    query = mended(q, found)
    return Note(kind="did_you_mean", message=OFFER.format(query), position=found[0].word.start, query=query)


def mends(words: Iterable[Occurrence], vocabulary: Vocabulary) -> list[Mend]:
    """The words that have a likelier form near them, in order. A word with enough articles costs one look-up."""
    looked_at = islice((word for word in words if _can_be_wrong(word.surface)), MOST_WORDS)
    found = ((word, vocabulary.articles(word.surface)) for word in looked_at)
    rare = islice((one for one in found if one[1] * RARE <= vocabulary.documents), MOST_RARE)
    nearest = ((word, articles, _nearest(word.surface, articles, vocabulary)) for word, articles in rare)
    return [Mend(word, form, articles == 0) for word, articles, form in nearest if form is not None]


def mended(q: str, found: Iterable[Mend]) -> str:
    """`q` with words replaced by forms; operators, fields, quotes and blanks stay as typed."""
    parts, at = [], 0
    for word, form, _ in found:
        parts += [q[at : word.start], _capitals_of(word.surface, form)]
        at = word.end
    return "".join(parts) + q[at:]


def _can_be_wrong(surface: str) -> bool:
    """Not numbers ("2022"), codes ("A320") nor words too short to tell from their neighbours."""
    return len(surface) >= SHORTEST and normalize(surface).isalpha() and not is_function_word(surface)


def _nearest(surface: str, articles: int, vocabulary: Vocabulary) -> str | None:
    """The form probably meant: of a word that no article has its family; else the nearest, then with the same first
    letter (few mistype it), then the commonest.
    """
    if not articles and (kin := vocabulary.family(surface)):
        return kin
    folded = folded_surface(surface)
    furthest = 1 if len(folded) < SHORT or articles else 2
    wanted = max(1, articles * COMMONER)
    for distance in range(1, furthest + 1):
        near = [one for one in vocabulary.corrections(surface, distance) if one.distance and one.articles >= wanted]
        if near:
            return min(near, key=lambda one: (folded_surface(one.form)[:1] != folded[:1], -one.articles, one.form)).form
    return None


def _capitals_of(surface: str, form: str) -> str:
    """`form`, which is in lower case, with the capitals of `surface`: "MACRNO", "Macrno"."""
    if surface.isupper():
        return form.upper()
    return form.capitalize() if surface[:1].isupper() else form
