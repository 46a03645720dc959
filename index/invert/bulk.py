"""Writes articles to segments, without a Python object per token.

Batches of articles are scanned, interned and compressed as they come; once enough tokens are buffered, they are
inverted and written as a segment, so memory is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kiosque.corpus.article import Article
from kiosque.index.invert.inversion import Column, invert
from kiosque.index.segment.arrays import Array, smallest, write_arrays
from kiosque.index.segment.postings import OTHER_FORMS, count_terms
from kiosque.index.segment.schema import COLUMNS, LONG_TEXTS, TEXTS, VALUES, stored
from kiosque.index.segment.segment_data import Field, Manifest, write_manifest
from kiosque.index.segment.skips import skips_of
from kiosque.index.segment.store import StoreWriter
from kiosque.index.text.lexicon import Lexicon
from kiosque.index.text.scanner import Bytes, scan, texts_of
from kiosque.index.text.signatures import signatures_of

Numbers = NDArray[np.int32]

ARTICLE_BYTES = 500
"""Memory of a buffered article besides its tokens and its frame: its values, and a row in each array."""

MOST_SURFACES = 1 << 18
"""Surfaces that a lexicon keeps for the next segment, at about 400 bytes each: new words never end, but most that occur
again are among the first."""


class FieldBuffer:
    """The tokens of one text field since the last segment."""

    def __init__(self) -> None:
        self.numbers: list[Numbers] = []
        self.lengths: list[NDArray[np.int64]] = []
        self.skips: list[Bytes] = []
        self.skip_sizes: list[NDArray[np.int64]] = []

    def take_column(self) -> tuple[Numbers, NDArray[np.int64]]:
        """The surface numbers of all tokens, which leave the buffer, and where each document's begin."""
        lengths = np.concatenate([np.zeros(1, np.int64), *self.lengths])
        numbers = np.concatenate([np.empty(0, np.int32), *self.numbers])
        self.numbers.clear()
        return numbers, np.cumsum(lengths)

    def skip_arrays(self, name: str) -> dict[str, Array]:
        """See `skips`."""
        bounds = np.cumsum(np.concatenate([np.zeros(1, np.int64), *self.skip_sizes]))
        skips = np.concatenate([np.empty(0, np.uint8), *self.skips])
        return {f"skips.{name}": skips, f"skips.{name}.bounds": smallest(bounds)}


class BulkWriter:
    """Writes segments into a folder. They join the index when they are committed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lexicon, self._store = Lexicon(), StoreWriter()
        self._begin()

    def _begin(self) -> None:
        self.documents = self._tokens = 0
        self._texts = {name: FieldBuffer() for name in TEXTS}
        self._values: dict[str, list[str]] = {name: [] for name in VALUES}
        self._signatures: list[Bytes] = []

    def add(self, articles: Sequence[Article]) -> None:
        """Adds a batch. With a few hundred articles, the scanner's arrays stay in the processor's cache."""
        self._add(articles, [stored(article) for article in articles])

    def _add(self, articles: Sequence[Article], records: Sequence[bytes]) -> None:
        for name in TEXTS:
            self._add_texts(name, [getattr(article, name) for article in articles])
        for name, values in self._values.items():
            values += [getattr(article, name) or "" for article in articles]
        self._store.add(records)
        self.documents += len(articles)

    def _add_texts(self, name: str, texts: list[str]) -> None:
        batch = texts_of(texts)
        tokens = scan(batch)
        buffer = self._texts[name]
        buffer.numbers.append(self._lexicon.intern(batch, tokens))
        buffer.lengths.append(np.diff(tokens.offsets))
        if name in LONG_TEXTS:
            skips, sizes = skips_of(batch, tokens)
            buffer.skips.append(skips)
            buffer.skip_sizes.append(sizes)
            self._signatures.append(signatures_of(tokens))
        self._tokens += len(tokens.starts)

    @property
    def held(self) -> int:
        """About how many bytes are buffered; writing them takes twice as many for a while."""
        return self._tokens * np.dtype(np.int32).itemsize + self._store.held + self.documents * ARTICLE_BYTES

    def flush(self, segment: str) -> None:
        """Writes the buffer as the segment of that name and empties it. The lexicon stays until it is large."""
        entries = self._store.write(self._directory, segment)  # first: this frees memory for the inversion
        parts = _Parts(self._lexicon, self._texts, self._values, self.documents)
        signatures = np.concatenate([np.empty(0, np.uint8), *self._signatures])
        entries |= write_arrays(self._directory, segment, {**parts.arrays(), "signatures": signatures})
        manifest = Manifest(
            documents=self.documents, fields=parts.fields, columns=dict.fromkeys(COLUMNS, "bytes"), arrays=entries
        )
        write_manifest(self._directory, segment, manifest)
        if len(self._lexicon) > MOST_SURFACES:
            self._lexicon = Lexicon()
        self._begin()


def warm_up() -> None:
    """Loads the kernels that read texts; the first time ever, compiles them."""
    batch = texts_of(["mot"])
    tokens = scan(batch)
    Lexicon().intern(batch, tokens)
    signatures_of(tokens)


class _Parts:
    """The arrays of a segment, from the buffers."""

    def __init__(
        self, lexicon: Lexicon, texts: dict[str, FieldBuffer], values: dict[str, list[str]], documents: int
    ) -> None:
        self._lexicon, self._documents = lexicon, documents
        self._texts = {name: buffer.take_column() for name, buffer in texts.items()}
        self._skips = [texts[name].skip_arrays(name) for name in LONG_TEXTS]
        self._values = values
        self._terms: list[bytes] = []
        self.fields: dict[str, Field] = {}

    def arrays(self) -> dict[str, Array]:
        """Every array but the store's."""
        columns, forms = self._text_columns()
        columns += [self._value_column(name) for name in sorted(self._values)]
        postings = invert(columns)
        return {
            **postings._asdict(),
            **string_arrays("term", self._terms),
            **forms,
            **self._lengths(),
            **{key: array for skips in self._skips for key, array in skips.items()},
            "id_rank": self._id_rank(),
            **{key: array for name in COLUMNS for key, array in _column_arrays(name, self._values[name]).items()},
        }

    def _text_columns(self) -> tuple[list[Column], dict[str, Array]]:
        """The columns of the text fields, and the arrays of forms."""
        table = _FormTable(self._lexicon, [numbers for numbers, _ in self._texts.values()])
        columns, term_forms, counts = [], [], []
        for name in sorted(self._texts):
            numbers, offsets = self._texts[name]
            rank, bit, rows, per_term = table.of_field(numbers)
            columns.append(Column(numbers, offsets, rank, bit, positions=True))
            self._add_field(name, table.field_terms, positions=True, length=len(numbers))
            term_forms.append(rows)
            counts.append(per_term)
        first = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate(counts))])
        return columns, {
            **table.arrays(),
            "term_forms": np.concatenate(term_forms).astype(np.uint32),
            "term_form_first": first.astype(np.uint32),
        }

    def _value_column(self, name: str) -> Column:
        values = self._values[name]
        terms = sorted({value.encode() for value in values if value})
        number_of = {term.decode(): number for number, term in enumerate(terms)}
        lengths = np.array([value != "" for value in values], np.int64)
        numbers = np.array([number_of[value] for value in values if value], np.int32)
        self._add_field(name, terms, positions=False, length=0)
        rank = np.arange(len(terms), dtype=np.int32)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        return Column(numbers, offsets, rank, np.zeros(len(terms), np.uint8), positions=False)

    def _add_field(self, name: str, terms: list[bytes], positions: bool, length: int) -> None:
        first = len(self._terms)
        self._terms += terms
        self.fields[name] = Field(first, len(self._terms), positions, scored=positions, length=length)

    def _lengths(self) -> dict[str, Array]:
        return {f"length.{name}": smallest(np.diff(offsets)) for name, (_, offsets) in self._texts.items()}

    def _id_rank(self) -> Array:
        rank = np.empty(self._documents, np.uint32)
        rank[sorted(range(self._documents), key=self._values["id"].__getitem__)] = np.arange(self._documents)
        return rank


class _FormTable:
    """The forms of some tokens, and field by field the terms and bits that they give."""

    def __init__(self, lexicon: Lexicon, numbers: Sequence[Numbers]) -> None:
        self._form_of_surface = lexicon.form_of_surface[: len(lexicon)]
        self._term_of_surface = lexicon.term_of_surface[: len(lexicon)]
        self._term_texts, form_texts = list(lexicon.terms), list(lexicon.forms)
        self._row_of_form = np.zeros(len(form_texts), np.int64)
        self._term_of_form = np.zeros(len(form_texts), np.int64)
        self._term_of_form[self._form_of_surface] = self._term_of_surface
        used = np.sum([self._counts(each) for each in numbers], axis=0).nonzero()[0].tolist()
        # A segment of a long build uses a part of the lexicon: sort only that.
        terms = np.unique(self._term_of_form[used]).tolist()
        self._term_order = np.array(sorted(terms, key=self._term_texts.__getitem__), np.int64)
        self._forms = [form_texts[form] for form in used]
        folded = lexicon.folded()
        self._folded = [folded[form] for form in used]
        # No form has a zero byte: sorting the joined texts sorts by the first, then the second.
        keys = list(map("\0".join, zip(self._folded, self._forms, strict=True)))
        self._order = sorted(range(len(keys)), key=keys.__getitem__)
        self._row_of_form[np.array(used, np.int64)[self._order]] = np.arange(len(used))
        self.field_terms: list[bytes] = []

    def _counts(self, numbers: Numbers) -> NDArray[np.int64]:
        """How many tokens each form has."""
        counts = np.zeros(len(self._row_of_form) + 1, np.int64)
        count_terms(numbers, self._form_of_surface, counts)
        return counts[1:]

    def of_field(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """For the tokens of a field: rank and bit by surface, the form rows of its terms, the rows per term."""
        counts = self._counts(numbers)
        forms = counts.nonzero()[0]
        used = np.zeros(len(self._term_texts), np.bool_)
        used[self._term_of_form[forms]] = True
        terms = self._term_order[used[self._term_order]]
        self.field_terms = _encoded(self._term_texts, terms.tolist())
        rank_of_term = np.full(len(self._term_texts), -1, np.int32)
        rank_of_term[terms] = np.arange(len(terms), dtype=np.int32)
        ranks = rank_of_term[self._term_of_form[forms]]
        order = np.lexsort((self._row_of_form[forms], -counts[forms], ranks))
        forms, ranks = forms[order], ranks[order]
        per_term = np.bincount(ranks, minlength=len(terms))
        place = np.arange(len(forms)) - np.repeat(np.cumsum(per_term) - per_term, per_term)
        bit_of_form = np.zeros(len(self._row_of_form), np.uint8)
        bit_of_form[forms] = np.minimum(place, OTHER_FORMS)
        return (
            rank_of_term[self._term_of_surface],
            bit_of_form[self._form_of_surface],
            self._row_of_form[forms],
            per_term,
        )

    def arrays(self) -> dict[str, Array]:
        """The forms and their folded texts."""
        return {
            **string_arrays("form", _encoded(self._forms, self._order)),
            **string_arrays("folded_form", _encoded(self._folded, self._order)),
        }


def _encoded(texts: Sequence[str], places: Sequence[int]) -> list[bytes]:
    """The texts at these places in UTF-8."""
    return list(map(str.encode, map(texts.__getitem__, places)))


def string_arrays(name: str, strings: Sequence[bytes]) -> dict[str, Array]:
    """Strings as an array of bytes and one of offsets: "terms" and "term_bounds"."""
    bounds = np.zeros(len(strings) + 1, np.uint32)
    np.cumsum(np.fromiter(map(len, strings), np.uint32, len(strings)), out=bounds[1:], dtype=np.uint32)
    return {f"{name}s": np.frombuffer(b"".join(strings), np.uint8), f"{name}_bounds": bounds}


def _column_arrays(name: str, values: list[str]) -> dict[str, Array]:
    distinct = sorted({value.encode() for value in values})
    place = {value.decode(): number for number, value in enumerate(distinct)}
    strings = string_arrays(f"column.{name}.value", distinct)
    return {f"column.{name}": np.array([place[value] for value in values], np.uint32), **strings}
