"""The forms of surfaces. Scans stored texts again where the postings do not tell in which form a word occurs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kiosque.index.segment.schema import article_of
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import bare, fold, normalize
from kiosque.index.text.lexicon import Lexicon
from kiosque.index.text.scanner import Texts, Tokens, scan, texts_of
from kiosque.search.deadline import check
from kiosque.search.stored_articles import Records

MOST_SURFACES = 1 << 19
"""Maximum cached surfaces, about 100 MB; then the cache starts again."""

STEP = 256
"""Articles scanned together: their tokens fit the processor's cache."""

MOST_CHARACTERS = 1 << 24
"""Maximum characters of the articles scanned together; a longer one is scanned alone."""


def exact_form(surface: str) -> str:
    """The form that `=surface` matches: the surface with its capitals where it has some, else its normalized form."""
    cased = bare(surface)
    return cased if is_cased(cased) else normalize(surface)


def is_cased(form: str) -> bool:
    """Whether a form has capitals, and so matches nothing else."""
    return form != form.lower()


@lru_cache(1 << 14)
def forms_of_surface(surface: str) -> frozenset[str]:
    """The forms of a surface: with its capitals, and in lower case."""
    return frozenset((bare(surface), normalize(surface)))


def has_form(surface: str, forms: frozenset[str]) -> bool:
    """Whether a surface has one of some forms: one with capitals as it is, the others in any case."""
    return not forms.isdisjoint(forms_of_surface(surface))


def having_form(data: SegmentData, name: str, documents: Sequence[int], forms: frozenset[str]) -> NDArray[np.bool_]:
    """Whether the text field of each document has a token in one of the forms."""
    found = np.zeros(len(documents), np.bool_)
    for first, matches, offsets in _scanned(data, name, documents, [forms]):
        found[first + _texts_of(np.flatnonzero(matches[0]), offsets)] = True
    return found


def having_row(data: SegmentData, name: str, documents: Sequence[int], forms: Sequence[str]) -> NDArray[np.bool_]:
    """Whether the text field of each document has tokens in a row in these forms, one after another."""
    found = np.zeros(len(documents), np.bool_)
    for first, matches, offsets in _scanned(data, name, documents, [frozenset({form}) for form in forms]):
        starts = np.arange(max(matches.shape[1] - len(forms) + 1, 0))
        for place in range(len(forms)):
            starts = starts[matches[place, starts + place]]
        inside = _texts_of(starts, offsets) == _texts_of(starts + len(forms) - 1, offsets)
        found[first + _texts_of(starts[inside], offsets)] = True
    return found


def _texts_of(tokens: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """The texts that some tokens belong to."""
    return np.searchsorted(offsets, tokens, "right") - 1


def _scanned(
    data: SegmentData, name: str, documents: Sequence[int], asked: Sequence[frozenset[str]]
) -> Iterator[tuple[int, NDArray[np.bool_], NDArray[np.int64]]]:
    """Scans documents in batches. Of each: the number of its first; for each of `asked`, whether each token has one of
    these forms; the offsets of the tokens of each text."""
    first = 0
    for texts in _batches(data, name, documents):
        batch = texts_of(texts)
        tokens = scan(batch)
        yield first, np.stack([_have_forms(batch, tokens, forms) for forms in asked]), tokens.offsets
        first += len(texts)


def _batches(data: SegmentData, name: str, documents: Sequence[int]) -> Iterator[list[str]]:
    """The text field of some documents in batches, which bounds their memory. Raises QueryTimeout."""
    store = Records(data)
    texts, room = list[str](), MOST_CHARACTERS
    for number in documents:
        text = getattr(article_of(store[number]), name)
        if texts and (len(texts) == STEP or len(text) > room):
            check()
            yield texts
            texts, room = [], MOST_CHARACTERS
        texts.append(text)
        room -= len(text)
    if texts:
        yield texts


def _have_forms(batch: Texts, tokens: Tokens, forms: frozenset[str]) -> NDArray[np.bool_]:
    """Whether each token has one of the forms."""
    lower = {normalize(form) for form in forms}
    candidates = _may_begin(batch, tokens, lower)
    places = np.flatnonzero(candidates)
    candidates[places] = _cache.in_lower_case(batch, _some(tokens, places), lower)
    cased = [form for form in forms if is_cased(form)]
    if not cased:
        return candidates
    places = np.flatnonzero(candidates)
    surfaces = (batch.data[tokens.starts[at] : tokens.ends[at]].tobytes().decode() for at in places.tolist())
    candidates[places] = [has_form(surface, forms) for surface in surfaces]
    return candidates


def _may_begin(batch: Texts, tokens: Tokens, forms: set[str]) -> NDArray[np.bool_]:
    """Whether each token begins as one of the forms may: few do, and only those are analysed."""
    table = np.ones(256, np.bool_)
    table[:128] = False
    for letter in {fold(form)[0] for form in forms if form}:
        table[[ord(case) for case in (letter.lower(), letter.upper()) if case.isascii()]] = True
    return table[batch.data[tokens.starts]]


def _some(tokens: Tokens, places: NDArray[np.int64]) -> Tokens:
    return tokens._replace(starts=tokens.starts[places], ends=tokens.ends[places], hashes=tokens.hashes[places])


class _SurfaceCache:
    """The surfaces met in texts, so that each is analysed once."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._lock = threading.Lock()

    def in_lower_case(self, batch: Texts, tokens: Tokens, forms: set[str]) -> NDArray[np.bool_]:
        """Whether the form of each token is one of these."""
        with self._lock:
            if len(self._lexicon) > MOST_SURFACES:
                self._lexicon = Lexicon()
            surfaces = self._lexicon.intern(batch, tokens)
            wanted = [self._lexicon.forms[form] for form in forms if form in self._lexicon.forms]
            return np.isin(self._lexicon.form_of_surface[surfaces], wanted)


_cache = _SurfaceCache()
