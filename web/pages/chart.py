"""A chart of lines over periods, as numbers for an SVG. Lines differ by dashes and markers, not only by colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosque.corpus.french import number
from kiosque.web import french

TOP: Final = 6.0
FOOT: Final = 88.0
LEFT: Final = 1.0
RIGHT: Final = 99.0
"""Percent of the drawing that the lines have; below them are the labels."""

MOST_MARKERS: Final = 24
"""Markers on one line; more would hide it."""

MOST_TICKS: Final = 6
STEPS: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Label:
    """A word beside an axis, at a percentage of the drawing; `anchor` is SVG's text-anchor."""

    text: str
    at: float
    anchor: str = "start"


@dataclass(frozen=True)
class Line:
    """One line: points for a polyline and for its markers, in percent."""

    name: str
    total: int
    points: str
    markers: list[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """Lines with the labels of both axes."""

    title: str
    lines: list[Line]
    heights: list[Label]
    ticks: list[Label]


def chart(title: str, periods: Sequence[str], series: Sequence[tuple[str, int, Sequence[float]]], share: bool) -> Chart:
    """The chart of some series (name, total, one value a period); values are percentages where `share`."""
    highest = ceiling(max((max(values, default=0) for _, _, values in series), default=0), whole=not share)
    xs = [_x(at, len(periods)) for at in range(len(periods))]
    lines = [_line(name, total, xs, values, highest) for name, total, values in series]
    heights = [Label(_written(highest * part, share), _y(highest * part, highest)) for part in (0, 0.5, 1)]
    return Chart(title, lines, heights, _ticks(periods, xs))


def ceiling(value: float, whole: bool) -> float:
    """The next round number, whose half can be read too: 87 -> 100, 0.31 -> 0.4."""
    if value < 1e-6:
        return 2.0 if whole else 1.0
    scale = 10.0 ** math.floor(math.log10(value))
    rounded = next(step * scale for step in STEPS if step * scale >= value * (1 - 1e-9))
    return max(2.0, float(math.ceil(rounded / 2) * 2)) if whole else rounded


def _line(name: str, total: int, xs: Sequence[float], values: Sequence[float], highest: float) -> Line:
    places = [(x, _y(value, highest)) for x, value in zip(xs, values, strict=True)]
    every = max(1, math.ceil(len(places) / MOST_MARKERS))
    return Line(name, total, " ".join(f"{x},{y}" for x, y in places), places[::every])


def _x(at: int, count: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * (at / (count - 1) if count > 1 else 0.5), 2)


def _y(value: float, highest: float) -> float:
    return round(FOOT - (FOOT - TOP) * value / highest, 2)


def _written(value: float, share: bool) -> str:
    if share:
        return french.percent(value)
    return number(int(value)) if value == int(value) else f"{value:.1f}".replace(".", ",")


def _ticks(periods: Sequence[str], xs: Sequence[float]) -> list[Label]:
    """Some periods with their places, evenly far apart; the outermost stay inside."""
    count = min(MOST_TICKS, len(periods))
    places = sorted({round(at * (len(periods) - 1) / max(count - 1, 1)) for at in range(count)})
    return [Label(french.short(periods[at]), xs[at], _anchor(at, len(periods))) for at in places]


def _anchor(at: int, count: int) -> str:
    if count == 1:
        return "middle"
    return "start" if at == 0 else "end" if at == count - 1 else "middle"
