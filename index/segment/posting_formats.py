"""The value bytes of a posting, as Whoosh's writers and readers pass them on."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from whoosh.formats import Format, Frequency, Positions, tokens
from whoosh.system import pack_uint

from kiosque.index.text.analyzer import normalize

_encode = msgspec.msgpack.encode
_decoder = msgspec.msgpack.Decoder(tuple[list[int], list[str]])


class PressPositions(Positions):  # type: ignore[misc]
    """Positions, and the forms in which the document writes the term.

    Value bytes are msgpack: the positions ascending, the forms sorted. Whoosh hands value bytes from reader to writer
    when it merges segments, so they survive a merge.
    """

    def word_values(self, value: Any, analyzer: Any, **options: Any) -> Iterator[tuple[str, int, float, bytes]]:
        """For each term of `value`: the term, its occurrences, its weight, its value bytes."""
        positions: dict[str, list[int]] = defaultdict(list)
        forms: dict[str, set[str]] = defaultdict(set)
        weights: dict[str, float] = defaultdict(float)
        for token in tokens(value, analyzer, {**options, "positions": True, "boosts": True}):
            positions[token.text].append(token.pos)
            forms[token.text].add(normalize(getattr(token, "original", token.text)))
            weights[token.text] += token.boost
        for term, found in positions.items():
            yield term, len(found), weights[term] * self.field_boost, self.encode(found, forms[term])

    def encode(self, positions: Sequence[int], forms: Iterable[str] = ()) -> bytes:
        """The value bytes of a posting."""
        return _encode((positions, sorted(forms)))

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions, ascending."""
        return _decoder.decode(value)[0]

    def decode_forms(self, value: bytes) -> list[str]:
        """The forms, sorted."""
        return _decoder.decode(value)[1]

    def decode_frequency(self, value: bytes) -> int:
        """How often the term occurs."""
        return len(self.decode_positions(value))

    def combine(self, values: Iterable[bytes]) -> bytes:
        """Combines the value bytes of several postings of one document."""
        pairs = [_decoder.decode(value) for value in values]
        return self.encode(
            sorted({position for positions, _ in pairs for position in positions}),
            {form for _, forms in pairs for form in forms},
        )


def rebuilt_value(format_: Format, weight: float, positions: Sequence[int], forms: Iterable[str]) -> bytes:
    """The value bytes of a posting, as far as they follow from weight, positions and forms."""
    if isinstance(format_, PressPositions):
        return format_.encode(positions, forms)
    if type(format_) is Positions:
        return format_.encode(positions)  # type: ignore[no-any-return]
    if type(format_) is Frequency:
        return _frequency(weight)
    return b""


def _frequency(weight: float) -> bytes:
    """Empty if the weight is not a count (0.5, -1): the value then means something else."""
    try:
        return pack_uint(int(weight))  # type: ignore[no-any-return]
    except (struct.error, ValueError, OverflowError):
        return b""
