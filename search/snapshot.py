"""One committed state of the index, opened for searching: its segments with what the kernels need of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from corpus.article import Article
from index.analysis import fold, folded_surface, term_of, tokenize
from index.codec import segment_data
from index.schema import TEXTS, article_of
from index.segment import SegmentData, lower_bound
from index.stats import Stats, stats_of
from index.store import StoreReader
from search.filters import UNDATED, Values

LAST_DAY = float(1 << 30)
"""Later than every day."""

K1, B = 1.2, 0.75
"""The parameters of BM25, which are Whoosh's defaults."""


@dataclass
class View:
    """One segment of a snapshot.

    base: the number of its first document in the snapshot. norms: float32 of shape (text fields, documents).
    sources, dates: the place of each of its values among the snapshot's.
    """

    data: SegmentData
    base: int
    deleted: NDArray[np.uint8]
    norms: NDArray[np.float32]
    sources: NDArray[np.int64]
    dates: NDArray[np.int64]

    @cached_property
    def store(self) -> StoreReader:
        """Its stored articles."""
        return StoreReader(*(self.data[name] for name in ("store", "store_bounds", "store_dictionaries")))

    @cached_property
    def longest(self) -> int:
        """The tokens of its longest text."""
        return max((int(self.data.lengths(name).max(initial=0)) for name in TEXTS), default=0)

    @property
    def documents(self) -> int:
        """How many documents it holds, deleted ones included."""
        return self.data.manifest.documents


class Snapshot:
    """A commit, opened by Whoosh's reader, which stays for what the kernels do not know.

    `views` are its segments; `sources` and `dates` the values of all of them, sorted.
    """

    def __init__(self, reader: IndexReader) -> None:
        self.reader = reader
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        opened = [segment_data(leaf) for leaf in leaves]
        self.documents = sum(data.manifest.documents for data in opened)
        self.sources, self.dates = _values(opened, "source"), _values(opened, "date")
        averages = {name: self._average(opened, name) for name in TEXTS}
        self.views: list[View] = []
        for leaf, data in zip(leaves, opened, strict=True):
            base = self.views[-1].base + self.views[-1].documents if self.views else 0
            self.views.append(self._view(data, leaf.segment().deletions(), base, averages))

    def _average(self, opened: list[SegmentData], name: str) -> float:
        """Whoosh's average length: over all documents, those without the field and deleted ones included."""
        lengths = sum(data.manifest.fields[name].length for data in opened if name in data.manifest.fields)
        return lengths / (self.documents or 1) or 1.0

    def _view(self, data: SegmentData, deleted: NDArray[np.bool_], base: int, averages: dict[str, float]) -> View:
        flags = deleted.view(np.uint8) if deleted.any() else np.empty(0, np.uint8)
        norms = np.stack([_norms(data, name, average) for name, average in averages.items()])
        places = [_places(data, name, values) for name, values in (("source", self.sources), ("date", self.dates))]
        return View(data, base, flags, norms, *places)

    @cached_property
    def searcher(self) -> Searcher:
        """Whoosh's searcher over it."""
        return Searcher(self.reader, weighting=BM25F(B=B, K1=K1))

    @cached_property
    def stats(self) -> Stats:
        """What it holds."""
        return stats_of(self.reader)

    @lru_cache(maxsize=3)  # noqa: B019  a snapshot lives as long as its commit
    def date_keys(self, oldest: bool) -> NDArray[np.float64]:
        """What is compared for a date, by its place: later is more, or earlier where the oldest come first.

        What has no date is least in both orders.
        """
        if oldest:
            return np.where(self.dates.first == UNDATED, -LAST_DAY, -self.dates.first.astype(np.float64))
        return self.dates.last.astype(np.float64)

    def idf(self, document_frequency: int) -> float:
        """Whoosh's inverse document frequency."""
        return math.log(self.documents / (document_frequency + 1)) + 1

    def article(self, document: int) -> Article:
        """The article of a document number of the snapshot."""
        view = next(view for view in reversed(self.views) if view.base <= document)
        return article_of(view.store[document - view.base])

    def number_of(self, id: str) -> int | None:
        """The document number of an article's id."""
        for view in self.views:
            term = view.data.term_number("id", id.encode())
            for number in view.data.documents(term).tolist() if term >= 0 else ():
                if not len(view.deleted) or not view.deleted[number]:
                    return int(view.base + number)
        return None

    @lru_cache(maxsize=1 << 12)  # noqa: B019  a snapshot lives as long as its commit
    def forms(self, folded: str) -> tuple[str, ...]:
        """The forms in the texts that someone without accents types as `folded`."""
        wanted = np.frombuffer(folded.encode(), np.uint8)
        return tuple(sorted({form for view in self.views for form in _forms(view.data, wanted)}))

    def terms(self, surface: str) -> list[str]:
        """See Lexicon. A word typed with accents means itself; one typed without, all that it can be."""
        own = term_of(surface)
        if not surface.isascii():
            return [own]
        known = {term_of(form): None for form in self.forms(folded_surface(surface))}
        known |= {own: None} if self.has_term(own) else {}
        return sorted(known) or [own]

    def named(self, name: str) -> list[str]:
        """See Lexicon: the sources so named, whatever the case and accents; else those whose names have the words."""
        names = [source for source in self.sources.texts if source]
        exact = [source for source in names if _words(source) == _words(name)]
        return exact or [source for source in names if f" {_words(name)} " in f" {_words(source)} "]

    def has_term(self, term: str) -> bool:
        """Whether any text has the term."""
        text = term.encode()
        return any(view.data.term_number(name, text) >= 0 for view in self.views for name in TEXTS)


@lru_cache(maxsize=1 << 14)
def _words(name: str) -> str:
    """The words of a source's name, folded: what two spellings of it share."""
    return " ".join(fold(token.surface) for token in tokenize(name))


def _norms(data: SegmentData, name: str, average: float) -> NDArray[np.float32]:
    """K1 * (1 - B + B * length / average) by document, float32."""
    lengths = data.lengths(name)
    if not len(lengths):
        return np.full(data.manifest.documents, K1 * (1 - B), np.float32)
    norms = lengths.astype(np.float32)
    norms *= np.float32(K1 * B / average)
    norms += np.float32(K1 * (1 - B))
    return norms


def _values(opened: list[SegmentData], name: str) -> Values:
    texts = sorted({text for data in opened for text in data.column_values(name)})
    return Values(texts, dated=name == "date")


def _places(data: SegmentData, name: str, values: Values) -> NDArray[np.int64]:
    place = {text: number for number, text in enumerate(values.texts)}
    return np.array([place[text] for text in data.column_values(name)], np.int64)


def _forms(data: SegmentData, wanted: NDArray[np.uint8]) -> list[str]:
    bounds, folded, text = data["folded_form_bounds"], data["folded_forms"], wanted.tobytes()
    last = len(bounds) - 1
    first = end = int(lower_bound(folded, bounds, wanted, 0, last))
    while end < last and folded[bounds[end] : bounds[end + 1]].tobytes() == text:
        end += 1
    forms, starts = data["forms"], data["form_bounds"]
    return [forms[starts[at] : starts[at + 1]].tobytes().decode() for at in range(first, end)]
