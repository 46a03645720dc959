"""Finds the values of a column by a typed name: `source:"le monde"`, `auteur:durand`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain, pairwise

from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import fold, fold_all, tokenize
from kiosque.index.text.scanner import scan, texts_of
from kiosque.search.weak_cache import weakly_cached

REMEMBERED = 1 << 14
"""Names whose answers are kept until the next commit."""

COLUMNS = 8
"""Columns whose names are kept: there are fewer."""


class ColumnNames:
    """The values of the columns of one commit, by the words of their names."""

    def __init__(self, segments: Sequence[SegmentData]) -> None:
        self._segments = list(segments)
        self.named: Callable[[str, str], frozenset[str]] = weakly_cached(self._named, REMEMBERED)
        self._names: Callable[[str], dict[str, list[str]]] = weakly_cached(self._names_of, COLUMNS)

    def _named(self, column: str, name: str) -> frozenset[str]:
        """The values with exactly this name, case and accents free; without any, those that contain its words."""
        names, wanted = self._names(column), words_of_name(name)
        exact = names.get(wanted)
        if exact is not None or not wanted:
            return frozenset(exact or ())
        return frozenset(chain(*(names[words] for words in names if f" {wanted} " in f" {words} ")))

    def _names_of(self, column: str) -> dict[str, list[str]]:
        values = sorted({value for data in self._segments for value in data.live_values(column)} - {""})
        names: dict[str, list[str]] = defaultdict(list)
        for words, value in zip(words_of_names(values), values, strict=True):
            names[words].append(value)
        return names


def words_of_name(name: str) -> str:
    """The folded words of a source's or an author's name, which all its spellings share."""
    return " ".join(fold(token.surface) for token in tokenize(name))


def words_of_names(names: Sequence[str]) -> list[str]:
    """`words_of_name` of each name, in one scan: a corpus may have a million sources."""
    batch = texts_of(names)
    tokens, data = scan(batch), batch.data.tobytes()
    surfaces = [
        data[start:end].decode() for start, end in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
    ]
    words = fold_all([surface.lower() if surface.isascii() else surface for surface in surfaces])
    return [" ".join(words[first:last]) for first, last in pairwise(tokens.offsets.tolist())]
