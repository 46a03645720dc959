"""What a damaged index does to an answer: an exception from deep inside that says nothing of damage."""

from __future__ import annotations

from collections.abc import Iterable

from kiosque.index.errors import DamagedIndex
from kiosque.index.segment.segment_data import SegmentData


def damage_of(segments: Iterable[SegmentData]) -> DamagedIndex | None:
    """What is wrong with the first segment that is not as it was written, None where all are.

    Reads every byte, the first time. A segment whose files a newer commit has removed is still mapped, and not damaged.
    """
    for data in segments:
        try:
            data.check(everything=True)
        except DamagedIndex as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                return error
    return None
