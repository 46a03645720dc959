"""Repairs printed text: page numbers, running heads, lines that end where the page did. No I/O here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

_EDGE = 3  # lines at the top and at the bottom of a page that can be a head; fewer of a short page
_SHARE = 0.5  # least share of pages with the same running head
_FEWEST_PAGES = 3  # on two pages a repeated line may be a refrain
_MOST_PAGES = 10_000  # of a text; more form feeds are no pages
_PAGE_NUMBER = re.compile(
    r"[\s–—|·-]*(?:p(?:age|\.)?\s*)?(?P<number>\d{1,4})(?:\s*(?:/|sur)\s*\d{1,4})?[\s–—|·-]*", re.IGNORECASE
)
_HYPHENS = "-\u00ad\ufffe¬‐"
_LETTERS = "[a-zà-öø-ÿœ]"
_BROKEN = re.compile(rf"(?P<left>[^\W\d_]{{2,}})(?P<sign>[{_HYPHENS}])[^\S\n]*\n\s*(?P<right>{_LETTERS}+)")
# As OCR writes the lines of a page into one: "gouverne- ment"; in "le pont- enfin- rouvre" they are dashes.
_BROKEN_IN_LINE = re.compile(
    rf"(?<!-)\b(?P<left>[^\W\d_]{{2,}})(?P<sign>[{_HYPHENS}]) (?P<right>{_LETTERS}{{2,}})(?![-–—\w])"
)
# "Quoti- Quotidien": OCR that writes a parted word whole, and its first half before it.
_REPEATED = re.compile(rf"\b(?P<half>[^\W\d_]{{4,}})[{_HYPHENS}]\s+(?P=half)(?P<rest>{_LETTERS}{{2,}})")
_FEWEST_BREAKS = 8  # of words in the lines of a text; fewer may be slips of somebody who typed it
_WORD = re.compile(r"(?<!-)\b[^\W\d_]{2,}\b(?!-)")
_COMPOUND = re.compile(r"\b[^\W\d_]{2,}-[^\W\d_]{2,}\b")

# Of these the hyphen is the word's own: "peut-être", "dit-il", "celui-ci", "vice-président", "franco-allemand".
_LEFT = frozenset(
    """peut celui celle ceux celles vice ex non demi mi semi quasi avant après contre entre sous grand grands petit
    petits soi franco anglo germano russo sino israélo austro gréco américano belgo hispano luso nippo judéo syro turco
    serbo algéro maroco tuniso finno nord sud quelques vingt trente quarante cinquante soixante quatre""".split()
)
# Words that stand alone: "pro- et anti-européens", and the hyphen that OCR sees in a speck, "tout- le monde". "que",
# "les" and "son" are ends of words too: "politi-", "que".
_ALONE_LEFT = frozenset("et les une dans avec nos vos aux plus tout très même".split())
_ALONE_RIGHT = frozenset("et ou un dans pour avec au aux cette".split())
_RIGHT = frozenset("il elle on ils elles je tu nous vous ce moi toi lui leur là ci même mêmes être".split())
_SHORT_LINE = 0.6  # of the longest lines; a shorter one ends its paragraph
_ENDS = (".", "!", "?", ":", "»", "…", ";")
_WRAPPED = 5  # lines; fewer do not show whether text is wrapped


def running_text(pages: Sequence[Sequence[str]]) -> str:
    """The text of pages without heads and numbers, with broken words and paragraphs rejoined."""
    lines = [line for page in without_heads(pages) for line in page]
    return unwrapped(joined_words("\n".join(lines)))


def without_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without page numbers and without lines repeated at the edge of most pages."""
    heads = _Heads(pages)
    return [[line.strip() for line in heads.without(page, place) if line.strip()] for place, page in enumerate(pages)]


def without_breaks(text: str) -> str:
    """The text without the heads and numbers of pages (separated by form feeds), with broken words rejoined.

    All other lines stay unchanged, empty ones too: a poem or a list does not suffer.
    """
    if text.count("\f") > _MOST_PAGES:
        text = text.replace("\f", "\n")
    elif "\f" in text:
        pages = [page.split("\n") for page in text.split("\f")]
        heads = _Heads(pages)
        text = "\n".join(line for place, page in enumerate(pages) for line in heads.without(page, place))
    return joined_words(text) if _may_be_broken(text) else text


def joined_words(text: str) -> str:
    """The text with words broken at line ends rejoined ("gouverne-", "ment"); "peut-être" keeps its hyphen."""
    text = _REPEATED.sub(r"\g<half>\g<rest>", text)
    joiner = _Joiner(text)
    if sum(1 for _ in _BROKEN_IN_LINE.finditer(text)) >= _FEWEST_BREAKS:
        text = _BROKEN_IN_LINE.sub(joiner.joined_in_line, text)
    return _BROKEN.sub(joiner.joined, text)


def _may_be_broken(text: str) -> bool:
    """Whether it is worth a look: most texts have no hyphen at the end of a line."""
    return "- " in text or any(f"{sign}\n" in text for sign in _HYPHENS)


class _Joiner:
    """Joins words as the text itself writes them elsewhere."""

    def __init__(self, text: str) -> None:
        self._words = Counter(word.casefold() for word in _WORD.findall(text))
        self._compounds = {word.casefold() for word in _COMPOUND.findall(text)}

    def joined(self, match: re.Match[str]) -> str:
        """The word on one line: whole, with the hyphen that is its own, or two words as they stood."""
        left, right = match["left"], match["right"]
        if self._has_hyphen(left.casefold(), right):
            return f"{left}-{right}"
        two = match["sign"] == "-" and self._are_two(left.casefold(), right)
        return f"{left}- {right}" if two else left + right

    def joined_in_line(self, match: re.Match[str]) -> str:
        """As `joined`; where both are words and together none, the text stays as it is."""
        left, right = match["left"].casefold(), match["right"]
        both = self._words[left] and self._words[right] and not self._words[left + right]
        return match[0] if both and not self._has_hyphen(left, right) else self.joined(match)

    def _are_two(self, left: str, right: str) -> bool:
        return not self._words[left + right] and (left in _ALONE_LEFT or right in _ALONE_RIGHT)

    def _has_hyphen(self, left: str, right: str) -> bool:
        if self._words[left + right]:
            return False
        return left in _LEFT or right in _RIGHT or f"{left}-{right}" in self._compounds


def unwrapped(text: str) -> str:
    """The text with each paragraph on one line, where lines were wrapped to the width of the page."""
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
    """Whether a line continues the sentence of the line before it."""
    start = line.strip()[:1]
    if not before.strip() or not start or len(before.strip()) < full:
        return False
    return start.islower() or not before.rstrip().endswith(_ENDS)


class _Heads:
    """Lines at the edges of pages that are not text: those repeated on most pages, and page numbers."""

    def __init__(self, pages: Sequence[Sequence[str]]) -> None:
        filled = [[line.strip() for line in page if line.strip()] for page in pages]
        edges = [[line for at, line in enumerate(page) if _is_edge(at, page)] for page in filled]
        seen = Counter(key for page in edges for key in {_key(line) for line in page})
        self._keys = {key for key, count in seen.items() if count >= max(_FEWEST_PAGES, _SHARE * len(pages)) and key}
        self._first = Counter(first for place, page in enumerate(edges) for first in {*_firsts(page, place)})
        self._alone = len(pages) == 1

    def without(self, page: Sequence[str], place: int) -> list[str]:
        """The lines of the page of that place, as they are, without heads and numbers."""
        filled = [number for number, line in enumerate(page) if line.strip()]
        edge = {number for at, number in enumerate(filled) if _is_edge(at, filled)}
        return [
            line for number, line in enumerate(page) if number not in edge or not self._is_head(line.strip(), place)
        ]

    def _is_head(self, line: str, place: int) -> bool:
        if _key(line) in self._keys:
            return place > 0 or any(map(str.isdigit, line))  # on the first page it may be the title
        return any(self._alone or self._first[one] > 1 for one in _firsts([line], place))


def _firsts(lines: Iterable[str], place: int) -> Iterator[int]:
    """The number the first page would have if these lines number this one: two pages that agree confirm it."""
    for match in filter(None, map(_PAGE_NUMBER.fullmatch, lines)):
        yield int(match["number"]) - place


def _key(line: str) -> str:
    """What a running head shares from page to page: all but its numbers."""
    return " ".join(re.sub(r"\d+", "", line).split()).casefold()


def _is_edge(place: int, page: Sequence[object]) -> bool:
    edge = min(_EDGE, max(1, len(page) // 4))
    return place < edge or place >= len(page) - edge
