"""The histogram of the dates: its bars, their links, and the links that widen a selection. Runs no search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from kiosque.corpus.french import NBSP
from kiosque.search import SearchPage, SearchRequest
from kiosque.search.model import DateBucket, Unit
from kiosque.web import french
from kiosque.web.urls.links import Link, search_url
from kiosque.web.urls.params import changed

TOP: Final = 14.0
FOOT: Final = 80.0
"""Top of the tallest bar and foot of all bars, in percent of the drawing's height; the labels are below."""

FLOOR: Final = 3.0
"""Minimum height in percent: one article beside ten thousand must be visible and clickable."""

WIDEST: Final = 20.0
"""Maximum width of a bar with its gap, in percent; style.css has the same for the links over them."""

FILLED: Final = 0.84
"""The share of its slot that a bar fills."""

TICKS: Final = 3
"""Labels that fit under the drawing in the side column."""


class Bar(NamedTuple):
    """A bucket, and the URL that picks or releases it; `height` is in percent of the drawing."""

    label: str
    at: str
    articles: int
    selected: bool
    url: str
    height: float


@dataclass(frozen=True)
class Tick:
    """A label under the bars; `anchor` is SVG's text-anchor."""

    label: str
    x: float
    anchor: str


@dataclass(frozen=True)
class Histogram:
    """Bars, the count of the tallest, the labels under them, and the links that widen the dates.

    `drawn` and `picked` are SVG paths over 100 by 100; `items` is the list of links over them.
    """

    bars: list[Bar]
    tallest: int
    ticks: list[Tick]
    path: list[Link]
    drawn: str
    picked: str
    items: Markup
    top: float = TOP
    foot: float = FOOT


def histogram(request: SearchRequest, page: SearchPage) -> Histogram:
    """The histogram of a page; without bars where no article has a date."""
    buckets = page.facets.date.buckets
    tallest = max((bucket.count for bucket in buckets), default=0)
    width = min(WIDEST, 100 / max(len(buckets), 1))
    bars = [_bar(bucket, url, tallest) for bucket, url in zip(buckets, _urls(request, buckets), strict=True)]
    ticks = _ticks(buckets, page.facets.date.unit, width)
    drawn, picked = (_path(bars, width, selected) for selected in (False, True))
    return Histogram(bars, tallest, ticks, date_path(request), drawn, picked, _items(bars))


def _urls(request: SearchRequest, buckets: Sequence[DateBucket]) -> list[str]:
    """The URL that picks or releases each bucket; made from one URL with the dates replaced, as there are sixty."""
    # in an encoded value "=" and "&" are escaped, so only the parameters can match this text
    head, _, tail = search_url(changed(request, since="0", until="0", undated=False)).partition("from=0&to=0")
    free = search_url(changed(request, since=None, until=None, undated=False))
    picked = None if request.undated else (request.since, request.until)
    return [
        free if picked == (bucket.since, bucket.until) else f"{head}from={bucket.since}&to={bucket.until}{tail}"
        for bucket in buckets
    ]


def _bar(bucket: DateBucket, url: str, tallest: int) -> Bar:
    height = round(max(FLOOR, (FOOT - TOP) * bucket.count / tallest), 1) if bucket.count else 0.0
    return Bar(french.period(bucket.since, bucket.until), bucket.since, bucket.count, bucket.selected, url, height)


def _path(bars: Sequence[Bar], width: float, selected: bool) -> str:
    """One path for all bars: an element each would be half of the page."""
    gap, wide = width * (1 - FILLED) / 2, round(width * FILLED, 2)
    return "".join(
        f"M{at * width + gap:.2f} {FOOT}v-{bar.height}h{wide}v{bar.height}z"
        for at, bar in enumerate(bars)
        if bar.selected == selected and bar.articles
    )


def _items(bars: Sequence[Bar]) -> Markup:
    """The list's items; not in the template, because a page has up to sixty."""
    return Markup("".join(_item(number, bar) for number, bar in enumerate(bars, 1)))


def _item(number: int, bar: Bar) -> str:
    if not bar.articles:
        return f'<li data-at="{bar.at}"></li>'
    current = ' aria-current="true"' if bar.selected else ""
    title = f"{bar.label}{NBSP}: {french.count(bar.articles, 'article')}"
    return f'<li data-at="{bar.at}"><a id="bar-{number}" href="{escape(bar.url)}" title="{title}"{current}></a></li>'


def _ticks(buckets: Sequence[DateBucket], unit: Unit, width: float) -> list[Tick]:
    """Labels of the first, the middle and the last bucket; of all where they are few."""
    if not buckets:
        return []
    few = len(buckets) <= TICKS + 2 and unit == "year"
    places = range(len(buckets)) if few else sorted({0, (len(buckets) - 1) // 2, len(buckets) - 1})
    last = len(buckets) - 1
    return [
        Tick(
            french.short(buckets[at].since),
            *(_anchored(at, last, width) if not few else (_middle(at, width), "middle")),
        )
        for at in places
    ]


def _middle(at: int, width: float) -> float:
    return round((at + 0.5) * width, 2)


def _anchored(at: int, last: int, width: float) -> tuple[float, str]:
    """The place and anchor of a label; the outermost stay inside the drawing."""
    if at == 0:
        return 0.0, "start"
    return (round((last + 1) * width, 2), "end") if at == last and width < WIDEST else (_middle(at, width), "middle")


def date_path(request: SearchRequest) -> list[Link]:
    """From all dates to the picked ones, as "Toutes les dates › 2019 › mars 2019"; empty without picked dates."""
    if request.undated or not (request.since or request.until):
        return []
    spans: list[tuple[str | None, str | None]] = [(None, None), *_around(request), (request.since, request.until)]
    return [
        Link(
            french.period(*span) or "Toutes les dates",
            search_url(changed(request, since=span[0], until=span[1])),
            span == spans[-1],
        )
        for span in spans
    ]


def _around(request: SearchRequest) -> list[tuple[str, str]]:
    """The year and the month that have both ends, if wider than the picked dates."""
    since, until = request.since or "", request.until or ""
    shared = [since[:length] for length in (4, 7) if len(since) >= length and since[:length] == until[:length]]
    return [(name, name) for name in shared if (name, name) != (since, until)]
