"""The reference for `kiosque.search.snippets.passages`: the same rules over a str, with regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kiosque.index.text.analyzer import tokenize
from kiosque.search.snippets.passages import LENGTHS, NEAR
from kiosque.search.snippets.sentences import ABBREVIATIONS

ABBREVIATION = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)}|[A-Z]|[0-9]{{1,2}})\.$")
STOP, STOPS = re.compile(r"[.!?…\n]"), re.compile(r"[.!?…]+|\n")
SENTENCE_END = re.compile(r"[.!?…]++(?:\s*[»”]|[\"')])*+(?=\s+[^\sa-zß-öø-ÿœ]|\s*$)|\n\s*\n")
CLOSING = set('.!?…»”"')


class Occurrence(NamedTuple):
    """The first and last token of a match, and the number of its word or phrase."""

    first: int
    last: int
    what: int


class Passage(NamedTuple):
    text: str
    marks: list[tuple[int, int]]
    cut_before: bool
    cut_after: bool


def passages(body: str, found: Sequence[Occurrence], most: int) -> list[Passage]:
    """The passages of one text, as `kiosque.search.snippets.passages` must cut them."""
    tokens = list(tokenize(body))
    marks = [(tokens[one.first].start, tokens[one.last].end) for one in found]
    if not found:
        return [_passage(body, _span(body, (0, 0), marks, LENGTHS[0]), marks)]
    best, most_covered = list[tuple[int, int]](), 0
    for length in LENGTHS[:most]:
        spans, covered = _spans(body, found, marks, length, LENGTHS.index(length) + 1)
        if covered > most_covered:
            best, most_covered = spans, covered
    return [_passage(body, span, marks) for span in sorted(best)]


def _spans(
    body: str, found: Sequence[Occurrence], marks: list[tuple[int, int]], length: int, most: int
) -> tuple[list[tuple[int, int]], int]:
    """Passages that each add a missing word, and the number of different words that they contain."""
    spans, covered, missing = list[tuple[int, int]](), set[int](), list(range(len(found)))
    while missing and len(spans) < most:
        densest = missing[_densest([found[at] for at in missing])]
        first, last = marks[densest]
        if not any(start < last and first < stop for start, stop in spans):
            floor = max((stop for _, stop in spans if stop <= first), default=0)
            ceiling = min((start for start, _ in spans if start >= last), default=len(body))
            shifted = [(start - floor, stop - floor) for start, stop in marks]
            start, stop = (floor + at for at in _span(body[floor:ceiling], shifted[densest], shifted, length))
            spans.append((start, stop))
            covered |= {one.what for one, (a, b) in zip(found, marks, strict=True) if start <= a and b <= stop}
        missing = [at for at in missing if at != densest and found[at].what not in covered]
    return spans, len(covered)


def _passage(body: str, span: tuple[int, int], marks: Sequence[tuple[int, int]]) -> Passage:
    start, end = span
    inside = [(a - start, b - start) for a, b in marks if start <= a and b <= end]
    before, text = body[:start], body[start:end]
    blank = before[len(before.rstrip()) :]
    opens = "\n" in blank or before.rstrip()[-1:] in CLOSING
    return Passage(text, inside, bool(start) and not opens, end < len(body) and text[-1:] not in CLOSING)


def sentences(text: str) -> list[str]:
    """The sentences of `text`. "M. Macron", "1,5", "art. 49" and « » do not end one."""
    bounds = [0, *_sentence_ends(text, 0, len(text)), len(text)]
    spans = (_stripped(text, start, end) for start, end in pairwise(bounds))
    return [text[start:end] for start, end in spans if start < end]


def _sentence_ends(text: str, begin: int, end: int) -> Iterator[int]:
    passed = begin
    for stop in STOP.finditer(text, begin, end):
        at = stop.start()
        if at < passed:
            continue
        match = SENTENCE_END.match(text, at) or STOPS.match(text, at)
        assert match is not None
        passed = match.end()
        if match.re is SENTENCE_END and passed <= end and not ABBREVIATION.search(text, max(0, at - 6), at + 1):
            yield passed


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip()) if inner.strip() else end


def _densest(found: Sequence[Occurrence]) -> int:
    """The first occurrence with the most different words within NEAR, then with the most words."""
    near = [
        [one, *(other for other in found[at + 1 :] if other.last - one.first <= NEAR)] for at, one in enumerate(found)
    ]
    worth = [(len({other.what for other in others}), len(others)) for others in near]
    return worth.index(max(worth))


def _span(body: str, first: tuple[int, int], marks: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    start = _sentence_start(body, first[0], length // 2)
    if len(body) <= start + length:
        return _stripped(body, start, len(body))
    ends = [end for end in _sentence_ends(body, first[1], start + length) if end > start]
    return _stripped(body, start, ends[-1] if ends else min(_cut(body, start, length, marks), len(body)))


def _sentence_start(body: str, at: int, furthest: int) -> int:
    begin = max(0, at - furthest)
    starts = list(_sentence_ends(body, begin, at))
    if starts or not begin:
        return starts[-1] if starts else 0
    return body.find(" ", begin, at) + 1 or begin


def _cut(body: str, start: int, length: int, marks: Sequence[tuple[int, int]]) -> int:
    middle, end = start + length // 2, start + length
    space = body.rfind(" ", middle, end)
    end = space if space >= 0 else end
    over = [mark for mark in marks if mark[0] < end]
    if not over or over[-1][1] <= end:
        return end
    return over[-1][0] if over[-1][0] > middle else over[-1][1]
