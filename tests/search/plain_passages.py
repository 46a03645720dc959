"""The plain twin of `search.passages`: the same rules over a str, with regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.analysis import tokenize
from search.passages import FURTHEST_AHEAD, LONGEST, NEAR
from search.sentences import ABBREVIATIONS

ABBREVIATION = re.compile(rf"\b(?:{'|'.join(ABBREVIATIONS)}|[A-Z]|[0-9]{{1,2}})\.$")
STOP, STOPS = re.compile(r"[.!?…\n]"), re.compile(r"[.!?…]+|\n")
SENTENCE_END = re.compile(r"[.!?…]++(?:\s*[»”]|[\"')])*+(?=\s+[^\sa-zß-öø-ÿœ]|\s*$)|\n\s*\n")
CLOSING = set('.!?…»”"')


class Occurrence(NamedTuple):
    """First and last token of a word or phrase, and which it is."""

    first: int
    last: int
    what: int


class Passage(NamedTuple):
    text: str
    marks: list[tuple[int, int]]
    cut_before: bool
    cut_after: bool


def passage(body: str, found: Sequence[Occurrence]) -> Passage:
    """What `passages` cuts out of one text."""
    tokens = list(tokenize(body))
    marks = [(tokens[one.first].start, tokens[one.last].end) for one in found]
    densest = marks[_densest(found)] if found else (0, 0)
    start, end = _span(body, densest, marks)
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
    """The first of those that are most near one another: most different, then most."""
    near = [[other for other in found[at:] if other.last - one.first <= NEAR] for at, one in enumerate(found)]
    if len(near[0]) == len(found):
        return 0
    worth = [(len({other.what for other in others}), len(others)) for others in near]
    return worth.index(max(worth))


def _span(body: str, first: tuple[int, int], marks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    start = _sentence_start(body, first[0])
    if len(body) <= start + LONGEST:
        return _stripped(body, start, len(body))
    ends = [end for end in _sentence_ends(body, first[1], start + LONGEST) if end > start]
    return _stripped(body, start, ends[-1] if ends else _cut(body, start, start + LONGEST, marks))


def _sentence_start(body: str, at: int) -> int:
    begin = max(0, at - FURTHEST_AHEAD)
    starts = list(_sentence_ends(body, begin, at))
    if starts or not begin:
        return starts[-1] if starts else 0
    return body.find(" ", begin, at) + 1 or begin


def _cut(body: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> int:
    middle = start + LONGEST // 2
    space = body.rfind(" ", middle, end)
    end = space if space >= 0 else end
    over = [mark for mark in marks if mark[0] < end]
    if not over or over[-1][1] <= end:
        return end
    return over[-1][0] if over[-1][0] > middle else over[-1][1]
