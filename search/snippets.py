"""Cuts the passage of an article that shows best why it matched."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from markupsafe import escape

from search.marks import Mark, Wanted, marks
from search.model import Snippet, Span

LONGEST = 280
"""Code points of a passage, about three lines; a longer sentence is cut between words."""

ABBREVIATION = re.compile(r"\b(?:M|MM|Mme|Mmes|Mlle|Dr|Me|Pr|St|Ste|art|av|cf|env|etc|ex|n|p|vol|[A-Z]|\d{1,2})\.$")
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++(?:\s*[»”]|[\"')])*+(?=\s+[^\sa-zß-öø-ÿœ]|\s*$)|\n\s*\n")
"""No end before a small letter: « Non ! » dit-il."""


def snippet(body: str, asked: Wanted) -> Snippet:
    """The passage with the most different asked words, then the most, then the first; the beginning if none."""
    found = marks(body, asked)
    start, end = _passage(body, found)
    text = body[start:end]
    inside = [(mark.start - start, mark.end - start) for mark in _inside(found, (start, end))]
    return _trimmed(text, inside, start > 0 and not _opens_sentence(body, start), end < len(body) and not _closed(text))


def highlight(text: str, spans: Iterable[Span]) -> str:
    """`text` escaped for HTML, its spans in <mark>: escaping comes first, so an article cannot smuggle a tag."""
    parts, at = [], 0
    for start, end in spans:
        parts.append(f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>")
        at = end
    return "".join(parts) + str(escape(text[at:]))


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as spans. "M. Macron", "1,5", "art. 49" and « » do not end one."""
    found, start = [], 0
    for match in SENTENCE_END.finditer(text):
        if not ABBREVIATION.search(text, max(0, match.start() - 6), match.start() + 1):
            found.append((start, match.end()))
            start = match.end()
    found.append((start, len(text)))
    return [span for span in (_stripped(text, *span) for span in found) if span[0] < span[1]]


def _stripped(text: str, start: int, end: int) -> Span:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())


def _passage(body: str, found: Sequence[Mark]) -> Span:
    windows = _windows(body, found)
    return max(windows, key=lambda window: (_worth(found, window), -window[0]), default=(0, 0))


def _windows(body: str, found: Sequence[Mark]) -> list[Span]:
    """From each sentence that has a mark, or else from the first, as many whole sentences as fit."""
    cut = [piece for sentence in sentences(body) for piece in _pieces(body, sentence)]
    pieces = list(_unsplit(cut, found))
    marked = [at for at, piece in enumerate(pieces) if _inside(found, piece)]
    return [_grown(pieces, at) for at in (marked or [0]) if pieces]


def _grown(pieces: Sequence[Span], at: int) -> Span:
    start, end = pieces[at]
    for _, further in pieces[at + 1 :]:
        if further - start > LONGEST:
            break
        end = further
    return start, end


def _pieces(body: str, sentence: Span) -> Iterable[Span]:
    """A sentence in pieces that fit, cut between words."""
    start, end = sentence
    while end - start > LONGEST:
        cut = body.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        yield start, cut
        start = cut
    yield start, end


def _unsplit(pieces: Iterable[Span], found: Sequence[Mark]) -> Iterator[Span]:
    """The pieces again; where a mark lies over the end of one, the next begins with that mark."""
    moved: int | None = None
    for start, end in pieces:
        start = start if moved is None else moved
        over = bisect_left(found, end, key=lambda mark: mark.start) - 1
        moved = found[over].start if over >= 0 and found[over].end > end else None
        stop = end if moved is None else moved
        if start < stop:
            yield start, stop


def _inside(found: Sequence[Mark], span: Span) -> Sequence[Mark]:
    """The marks that lie in the span as a whole. Marks are in order and apart, their starts and ends alike."""
    first = bisect_left(found, span[0], key=lambda mark: mark.start)
    return found[first : bisect_right(found, span[1], key=lambda mark: mark.end)]


def _worth(found: Sequence[Mark], window: Span) -> tuple[int, int]:
    inside = [mark.what for mark in _inside(found, window)]
    return len(set(inside)), len(inside)


def _opens_sentence(body: str, start: int) -> bool:
    return body[:start].rstrip()[-1:] in set('.!?…»”"') or "\n" in body[max(0, start - 2) : start]


def _closed(text: str) -> bool:
    return text.rstrip()[-1:] in set('.!?…»”"')


def _trimmed(text: str, inside: list[Span], cut_before: bool, cut_after: bool) -> Snippet:
    """The passage on one line, with "…" where the article goes on; one code point is changed for one, marks hold."""
    flat = re.sub(r"\s", lambda space: " " if space.group() in "\n\r\t" else space.group(), text)
    lead = "… " if cut_before else ""
    text = lead + flat + (" …" if cut_after else "")
    spans = [(start + len(lead), end + len(lead)) for start, end in inside]
    return Snippet(text=text, marks=spans, html=highlight(text, spans))
