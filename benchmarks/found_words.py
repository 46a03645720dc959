"""Words drawn from the titles of an index, what each finds there, and the verdict on it: see `benchmarks.matching`."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.french_forms import Judge, surfaces_of
from kiosque.index.commit.reader import open_reader
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.lexicon.synonyms import Synonyms
from kiosque.search.query.parse import parse
from kiosque.search.settings import Settings
from kiosque.search.snippets.marker import Marker
from kiosque.search.snippets.marks import targets_of

LOOKED_AT = 40
"""Articles of a wrong word that are read again, to name what it marks there."""

Documents = NDArray[np.bool_]
"""Whether each document is one of them."""


class Texts:
    """Texts cut by the judge: the words of their titles in order, and in which documents each surface stands."""

    def __init__(self, articles: Iterable[tuple[str, str]]) -> None:
        found: dict[str, list[int]] = defaultdict(list)
        self.titles: list[str] = []
        self.count = 0
        for number, (title, body) in enumerate(articles):
            of_title = list(surfaces_of(title))
            self.titles += of_title
            self.count += 1
            for surface in {*of_title, *surfaces_of(body)}:
                found[surface].append(number)
        self.documents = {surface: np.array(numbers, np.int64) for surface, numbers in found.items()}

    def having(self, surfaces: Iterable[str]) -> Documents:
        """The documents that have one of the surfaces."""
        documents = np.zeros(self.count, np.bool_)
        for surface in surfaces:
            documents[self.documents.get(surface, [])] = True
        return documents


class Score(NamedTuple):
    """How well one word does, or the mean of several."""

    precision: float
    recall: float


class Verdict(NamedTuple):
    """A word's score. forms: the wanted ones, of which some are in the `missed` documents."""

    word: str
    known: bool
    score: Score
    strictly: Score
    wrong: Documents
    missed: Documents
    forms: frozenset[str]


def drawn(titles: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` words, different in small letters too, by how often titles have them; none of one letter or of digits."""
    order = [word for word in titles if len(word) > 1 and not word.isdigit()]
    random.Random(seed).shuffle(order)
    first: dict[str, str] = {}
    for word in order:
        first.setdefault(word.lower(), word)
    return list(first.values())[:count]


def judged(word: str, found: Documents, judge: Judge, texts: Texts) -> Verdict:
    """The verdict on the documents that a word found."""
    readings = judge.readings(word)
    right = texts.having(judge.allowed(word))
    forms, wanted = max(
        ((reading.its_own, texts.having(reading.its_own)) for reading in readings),
        key=lambda one: _share(one[1], found),
    )
    exactly = texts.having(judge.allowed(word, accents_free=False))
    every = texts.having(frozenset().union(*(reading.forms for reading in readings)))
    score = Score(_share(found, right), _share(wanted, found))
    strictly = Score(_share(found, exactly), _share(every, found))
    return Verdict(word, judge.knows(word), score, strictly, found & ~right, wanted & ~found, forms)


def _share(these: Documents, those: Documents) -> float:
    """The share of `these` that are among `those`; 1 without any."""
    return float(those[these].mean()) if these.any() else 1.0


class Finder:
    """What words find in an index, and by what."""

    def __init__(self, directory: Path) -> None:
        self._snapshot, self._marker = Snapshot(open_reader(directory)), Marker()
        self._words = self._snapshot.words(Settings(synonyms=False), Synonyms())

    def texts(self) -> Texts:
        """Its texts, cut by the judge."""
        articles = map(self._snapshot.article, range(self._snapshot.documents))
        return Texts((article.title, article.body) for article in articles)

    def found(self, word: str) -> Documents:
        """The documents that a word finds."""
        tree, every = parse(word, self._words).tree, self._snapshot.documents
        found = np.zeros(every, np.bool_)
        found[[number for number, _ in execute(self._snapshot, tree, Filters(), "newest", every).best]] = True
        return found

    def marked(self, word: str, documents: Documents) -> Counter[str]:
        """What a word marks in some documents, of which it looks at the first: in how many places each form."""
        targets, forms = list(targets_of(parse(word, self._words).tree).values()), Counter[str]()
        for number in np.flatnonzero(documents)[:LOOKED_AT].tolist():
            article = self._snapshot.article(number)
            texts = [article.title, article.body]
            marks = self._marker.marks(texts, targets)
            forms.update(text[mark.start : mark.end] for text, of in zip(texts, marks, strict=True) for mark in of)
        return forms
