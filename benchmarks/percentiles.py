"""Percentiles, for few values too."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of them lie, interpolated between neighbours; ValueError where there is none.

    As numpy.percentile's default: position (n - 1) * percent / 100 in the sorted values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    low, high = ordered[floor(position)], ordered[ceil(position)]
    return low + (high - low) * (position - floor(position))


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)
