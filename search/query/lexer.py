"""Query text -> lexemes. Never raises, on any text; each character is read once."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from kiosque.index.text.analyzer import THOUSANDS
from kiosque.search.query.fields import FIELD_NAMES


class Kind(Enum):
    """What a lexeme is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    EXACT = auto()
    FIELD = auto()
    WORD = auto()
    PHRASE = auto()
    UNCLOSED = auto()
    NEAR = auto()


class Lexeme(NamedTuple):
    """A piece of a query: its text without what only sets it (quotes, the colon, `~`), and its offset."""

    kind: Kind
    text: str
    position: int


OPERATORS = {
    "ET": Kind.AND, "AND": Kind.AND,
    "OU": Kind.OR, "OR": Kind.OR,
    "SAUF": Kind.NOT, "NON": Kind.NOT, "NOT": Kind.NOT,
}  # fmt: skip
SIGNS = {"open": Kind.OPEN, "close": Kind.CLOSE, "minus": Kind.NOT, "exact": Kind.EXACT}
CLOSING = {'"': '"', "«": "»", "“": "”", "”": "”", "„": "”", "»": "»"}
QUOTES = "".join(CLOSING)
INSIDE = rf"[^\s(){QUOTES}]"
GROUPED = rf"[0-9]{{1,3}}(?P<blank>[{THOUSANDS.strip('.')}])[0-9]{{3}}(?![0-9])(?:(?P=blank)[0-9]{{3}}(?![0-9]))*"
"""A number that a text would hold as one token: "10 000"."""

LEXEME = re.compile(
    rf"(?P<open>\()|(?P<close>\))|(?P<quote>[{QUOTES}])|(?P<minus>-+(?=[^\s-]))|(?P<exact>=+(?=[^\s=]))"
    rf"|(?P<field>(?i:{'|'.join(FIELD_NAMES)})):(?=\S)|(?P<word>{GROUPED}{INSIDE}*|{INSIDE}+)"
)
NEAR = re.compile(r"~([0-9]{1,3})(?![^\s()])")
"""Behind a closing quote: how far the words of the phrase may be from each other."""


def lex(text: str) -> list[Lexeme]:
    """The lexemes of `text` in order. A quote that nothing closes runs to the end, as UNCLOSED."""
    lexemes: list[Lexeme] = []
    position, search = 0, LEXEME.search
    while match := search(text, position):
        name, position = match.lastgroup, match.end()
        if name == "word":
            found = match.group()
            lexemes.append(Lexeme(OPERATORS.get(found, Kind.WORD), found, match.start()))
        elif name == "quote":
            position = _phrase(text, match.start(), lexemes)
        elif name == "field":
            lexemes.append(Lexeme(Kind.FIELD, FIELD_NAMES[match["field"].lower()], match.start()))
        else:
            lexemes.append(Lexeme(SIGNS[str(name)], match.group(), match.start()))
    return lexemes


def _phrase(text: str, start: int, into: list[Lexeme]) -> int:
    """Reads the phrase whose quote is at `start`, with the `~3` behind it; gives where the next lexeme may begin."""
    end = text.find(CLOSING[text[start]], start + 1)
    if end < 0:
        into.append(Lexeme(Kind.UNCLOSED, text[start + 1 :], start))
        return len(text)
    into.append(Lexeme(Kind.PHRASE, text[start + 1 : end], start))
    near = NEAR.match(text, end + 1)
    if near:
        into.append(Lexeme(Kind.NEAR, near[1], end + 1))
    return near.end() if near else end + 1
