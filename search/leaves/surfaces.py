"""Reads stored articles again, to see how a word is written in them where the postings do not tell."""

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
"""Surfaces that are remembered; about 100 MB. Beyond, the memory begins anew."""

STEP = 256
"""Articles that are read at a time: their tokens fit the processor's cache."""

MOST_CHARACTERS = 1 << 24
"""Of the articles that are read at a time; one that is longer is read alone."""


def typed_form(surface: str) -> str:
    """What `=surface` asks for: the surface with its capitals where it has some, else its normalized form."""
    written = bare(surface)
    return written if written != written.lower() else normalize(surface)


def is_cased(form: str) -> bool:
    """Whether a form asks for capitals."""
    return form != form.lower()


@lru_cache(1 << 14)
def written_as(surface: str) -> frozenset[str]:
    """The forms that a surface is: as it stands, and in lower case, which is meant where no capitals are asked for."""
    return frozenset((bare(surface), normalize(surface)))


def is_written(surface: str, forms: frozenset[str]) -> bool:
    """Whether a surface is one of some forms: those with capitals as they are, the others in any case."""
    return not forms.isdisjoint(written_as(surface))


def holding(data: SegmentData, name: str, documents: Sequence[int], forms: frozenset[str]) -> NDArray[np.bool_]:
    """Whether the text field of each of some documents has a token that is one of the forms."""
    found = np.zeros(len(documents), np.bool_)
    for first, judged, offsets in _judged(data, name, documents, [forms]):
        found[first + _texts_of(np.flatnonzero(judged[0]), offsets)] = True
    return found


def holding_row(data: SegmentData, name: str, documents: Sequence[int], forms: Sequence[str]) -> NDArray[np.bool_]:
    """Whether the text field of each of some documents has tokens in a row that are these forms, one after another."""
    found = np.zeros(len(documents), np.bool_)
    for first, judged, offsets in _judged(data, name, documents, [frozenset({form}) for form in forms]):
        starts = np.arange(max(judged.shape[1] - len(forms) + 1, 0))
        for place in range(len(forms)):
            starts = starts[judged[place, starts + place]]
        inside = _texts_of(starts, offsets) == _texts_of(starts + len(forms) - 1, offsets)
        found[first + _texts_of(starts[inside], offsets)] = True
    return found


def _texts_of(tokens: NDArray[np.int64], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """The texts that some tokens belong to."""
    return np.searchsorted(offsets, tokens, "right") - 1


def _judged(
    data: SegmentData, name: str, documents: Sequence[int], asked: Sequence[frozenset[str]]
) -> Iterator[tuple[int, NDArray[np.bool_], NDArray[np.int64]]]:
    """For one batch of documents after the other: the place of its first, for each of `asked` whether each token is
    one of its forms, and where the tokens of each text begin."""
    first = 0
    for texts in _texts_at_a_time(data, name, documents):
        batch = texts_of(texts)
        tokens = scan(batch)
        yield first, np.stack([_are_written(batch, tokens, forms) for forms in asked]), tokens.offsets
        first += len(texts)


def _texts_at_a_time(data: SegmentData, name: str, documents: Sequence[int]) -> Iterator[list[str]]:
    """The text field of some documents, a few at a time: so many articles may be long ones. Raises QueryTimeout."""
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


def _are_written(batch: Texts, tokens: Tokens, forms: frozenset[str]) -> NDArray[np.bool_]:
    """Whether each token's surface is one of the forms (see `is_written`)."""
    lower = {normalize(form) for form in forms}
    candidates = _may_begin(batch, tokens, lower)
    places = np.flatnonzero(candidates)
    candidates[places] = _memory.in_lower_case(batch, _some(tokens, places), lower)
    cased = [form for form in forms if is_cased(form)]
    if not cased:
        return candidates
    places = np.flatnonzero(candidates)
    surfaces = (batch.data[tokens.starts[at] : tokens.ends[at]].tobytes().decode() for at in places.tolist())
    candidates[places] = [is_written(surface, forms) for surface in surfaces]
    return candidates


def _may_begin(batch: Texts, tokens: Tokens, forms: set[str]) -> NDArray[np.bool_]:
    """Whether each token begins as a form may be written: few do, and only those are looked at any further."""
    table = np.ones(256, np.bool_)
    table[:128] = False
    for letter in {fold(form)[0] for form in forms if form}:
        table[[ord(case) for case in (letter.lower(), letter.upper()) if case.isascii()]] = True
    return table[batch.data[tokens.starts]]


def _some(tokens: Tokens, places: NDArray[np.int64]) -> Tokens:
    return tokens._replace(starts=tokens.starts[places], ends=tokens.ends[places], hashes=tokens.hashes[places])


class _Memory:
    """The surfaces that were met in texts, so that each is analysed once."""

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


_memory = _Memory()
