"""Text that was printed: page numbers, running heads, lines that end where the paper did. No I/O here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_EDGE = 3  # lines at the top and at the bottom of a page that can be a head; fewer of a short page
_SHARE = 0.5  # of the pages that a running head stands on, two at least
_PAGE_NUMBER = re.compile(r"[\s–—|·-]*(?:p(?:age|\.)?\s*)?\d{1,4}(?:\s*(?:/|sur)\s*\d{1,4})?[\s–—|·-]*", re.IGNORECASE)
_HYPHENS = "-\u00ad\ufffe¬‐"
_BROKEN = re.compile(rf"(?P<left>[^\W\d_]{{2,}})[{_HYPHENS}]\s*\n\s*(?P<right>[a-zà-öø-ÿœ]+)")

# Of these the hyphen is the word's own: "peut-être", "dit-il", "celui-ci", "vice-président".
_LEFT = frozenset("peut celui celle ceux celles vice ex non demi mi semi quasi avant après contre entre sous".split())
_RIGHT = frozenset("il elle on ils elles je tu nous vous ce moi toi lui leur là ci même mêmes être".split())
_SHORT_LINE = 0.6  # of the longest lines; a shorter one ends its paragraph
_ENDS = (".", "!", "?", ":", "»", "…", ";")
_WRAPPED = 5  # lines; in fewer nobody can tell


def running_text(pages: Sequence[Sequence[str]]) -> str:
    """The text of some pages without heads and numbers, with words and paragraphs in one piece again."""
    lines = [line for page in without_heads(pages) for line in page]
    return unwrapped(joined_words("\n".join(lines)))


def without_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of the pages without their numbers, and without the lines that stand at the edge of most pages."""
    filled = [[line.strip() for line in page if line.strip()] for page in pages]
    seen = Counter(
        key for page in filled for key in {_key(line) for place, line in enumerate(page) if _is_edge(place, page)}
    )
    heads = {key for key, count in seen.items() if count >= max(2, _SHARE * len(pages)) and key}
    return [
        [line for place, line in enumerate(page) if not (_is_edge(place, page) and _is_head(line, heads))]
        for page in filled
    ]


def joined_words(text: str) -> str:
    """The text with the words joined that a line end parted ("gouverne-", "ment"); "peut-être" keeps its hyphen."""
    return _BROKEN.sub(_joined, text)


def unwrapped(text: str) -> str:
    """The text with its paragraphs on one line each, where the lines end for the paper's sake."""
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line.strip())
    if len(lengths) < _WRAPPED:
        return text
    full = _SHORT_LINE * lengths[-len(lengths) // 10 - 1]
    out: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if out and _goes_on(before, line, full):
            out[-1] = f"{out[-1].rstrip()} {line.strip()}"
        else:
            out.append(line)
    return "\n".join(out)


def _goes_on(before: str, line: str, full: float) -> bool:
    """Whether a line goes on with the sentence of the one before it."""
    start = line.strip()[:1]
    if not before.strip() or not start or len(before.strip()) < full:
        return False
    return start.islower() or not before.rstrip().endswith(_ENDS)


def _joined(match: re.Match[str]) -> str:
    left, right = match["left"], match["right"]
    own = left.lower() in _LEFT or right in _RIGHT
    return f"{left}-{right}" if own else left + right


def _key(line: str) -> str:
    """What a running head shares from page to page: all but its numbers."""
    return " ".join(re.sub(r"\d+", "", line).split()).casefold()


def _is_edge(place: int, page: Sequence[str]) -> bool:
    edge = min(_EDGE, max(1, len(page) // 4))
    return place < edge or place >= len(page) - edge


def _is_head(line: str, heads: set[str]) -> bool:
    return _key(line) in heads or _PAGE_NUMBER.fullmatch(line) is not None
