"""Cuts the passage of an article that shows best why it matched."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from search.marks import Mark
from search.model import Snippet, Span

LONGEST = 280
"""Code points of a passage, about three lines; a longer sentence is cut between words."""

FURTHEST_AHEAD = 140
"""Code points between the start of a passage and its first densest mark; a sentence that starts before is cut."""

NEAR = LONGEST - FURTHEST_AHEAD
"""Code points within which marks fit into a passage, wherever its sentence starts."""

NO_MARK = Mark(0, 0, "")

ABBREVIATION = re.compile(r"\b(?:M|MM|Mme|Mmes|Mlle|Dr|Me|Pr|St|Ste|art|av|cf|env|etc|ex|n|p|vol|[A-Z]|\d{1,2})\.$")
STOP, STOPS = re.compile(r"[.!?…\n]"), re.compile(r"[.!?…]+|\n")
"""One character is looked for much faster than what SENTENCE_END is."""

SENTENCE_END = re.compile(r"[.!?…]++(?:\s*[»”]|[\"')])*+(?=\s+[^\sa-zß-öø-ÿœ]|\s*$)|\n\s*\n")
"""No end before a small letter: « Non ! » dit-il."""


def snippet(body: str, found: Sequence[Mark]) -> Snippet:
    """The passage with the most different marked words, then the most, then the first; the beginning if none."""
    start, end = _passage(body, found)
    text = body[start:end]
    inside = [(mark.start - start, mark.end - start) for mark in _inside(found, (start, end))]
    return _trimmed(text, inside, start > 0 and not _opens_sentence(body, start), end < len(body) and not _closed(text))


def highlight(text: str, spans: Iterable[Span]) -> str:
    """`text` escaped for HTML, its spans in <mark>: escaping comes first, so an article cannot smuggle a tag."""
    parts, at = [], 0
    for start, end in spans:
        parts.append(f"{_escaped(text[at:start])}<mark>{_escaped(text[start:end])}</mark>")
        at = end
    return "".join(parts) + _escaped(text[at:])


def _escaped(text: str) -> str:
    """`text` as MarkupSafe escapes it; five replacements that find nothing cost less than one call of it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as spans. "M. Macron", "1,5", "art. 49" and « » do not end one."""
    bounds = [0, *_sentence_ends(text, 0, len(text)), len(text)]
    spans = (_stripped(text, start, end) for start, end in pairwise(bounds))
    return [span for span in spans if span[0] < span[1]]


def _sentence_ends(text: str, begin: int, end: int) -> Iterator[int]:
    """Where sentences end in text[begin:end]; the end of the text is one."""
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


def _stripped(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())


def _densest(found: Sequence[Mark]) -> Mark:
    """The first of the marks that are most near one another: most different, then most."""
    if found[-1].end <= found[0].start + NEAR:
        return found[0]
    best, worth, last = found[0], (0, 0), 0
    for first, mark in enumerate(found):
        while last < len(found) and found[last].end <= mark.start + NEAR:
            last += 1
        inside = (len({other.what for other in found[first:last]}), last - first)
        if inside > worth:
            best, worth = mark, inside
    return best


def _passage(body: str, found: Sequence[Mark]) -> Span:
    """From the start of the sentence that has the densest marks, as many whole sentences as fit."""
    first = _densest(found) if found else NO_MARK
    start = _sentence_start(body, first.start)
    if len(body) <= start + LONGEST:
        return _stripped(body, start, len(body))
    ends = [end for end in _sentence_ends(body, first.end, start + LONGEST) if end > start]
    return _stripped(body, start, ends[-1] if ends else _cut(body, start, start + LONGEST, found))


def _sentence_start(body: str, at: int) -> int:
    """Where the sentence starts that has `at`; where that is far ahead of it, a word that is not."""
    begin = max(0, at - FURTHEST_AHEAD)
    starts = list(_sentence_ends(body, begin, at))
    if starts or not begin:
        return starts[-1] if starts else 0
    return body.find(" ", begin, at) + 1 or begin


def _cut(body: str, start: int, end: int, found: Sequence[Mark]) -> int:
    """Where a passage ends that no sentence ends: between words, and not inside of a mark but the first."""
    if end >= len(body):
        return len(body)
    space = body.rfind(" ", start + LONGEST // 2, end)
    end = space if space > 0 else end
    over = bisect_left(found, (end,)) - 1
    if over < 0 or found[over].end <= end:
        return end
    return found[over].start if found[over].start > start + LONGEST // 2 else found[over].end


def _inside(found: Sequence[Mark], span: Span) -> Sequence[Mark]:
    """The marks that lie in the span as a whole. Marks are in order and apart."""
    first, last = bisect_left(found, (span[0],)), bisect_left(found, (span[1],))
    return found[first : last - 1 if last and found[last - 1].end > span[1] else last]


def _opens_sentence(body: str, start: int) -> bool:
    return body[:start].rstrip()[-1:] in set('.!?…»”"') or "\n" in body[max(0, start - 2) : start]


def _closed(text: str) -> bool:
    return text.rstrip()[-1:] in set('.!?…»”"')


def _trimmed(text: str, inside: list[Span], cut_before: bool, cut_after: bool) -> Snippet:
    """The passage on one line, with "…" where the article goes on; one code point is changed for one, marks hold."""
    flat = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    lead = "… " if cut_before else ""
    text = lead + flat + (" …" if cut_after else "")
    spans = [(start + len(lead), end + len(lead)) for start, end in inside]
    return Snippet(text=text, marks=spans, html=highlight(text, spans))
