"""Query text -> lexemes. Never raises, on any text; each character is read once."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from index.analysis import THOUSANDS
from search.fields import FIELD_NAMES


class Kind(Enum):
    """What a lexeme is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    FIELD = auto()
    WORD = auto()
    PHRASE = auto()
    UNCLOSED = auto()


class Lexeme(NamedTuple):
    """A piece of a query: its text without what only sets it (quotes, the colon), and its offset."""

    kind: Kind
    text: str
    position: int


OPERATORS = {
    "ET": Kind.AND, "AND": Kind.AND,
    "OU": Kind.OR, "OR": Kind.OR,
    "SAUF": Kind.NOT, "NON": Kind.NOT, "NOT": Kind.NOT,
}  # fmt: skip
CLOSING = {'"': '"', "«": "»", "“": "”", "”": "”", "„": "”", "»": "»"}
QUOTES = "".join(CLOSING)
INSIDE = rf"[^\s(){QUOTES}]"
GROUPED = rf"[0-9]{{1,3}}(?P<blank>[{THOUSANDS.strip('.')}])[0-9]{{3}}(?![0-9])(?:(?P=blank)[0-9]{{3}}(?![0-9]))*"
"""A number that a text would hold as one token: "10 000"."""

LEXEME = re.compile(
    rf"(?P<open>\()|(?P<close>\))|(?P<quote>[{QUOTES}])|(?P<minus>-+(?=[^\s-]))"
    rf"|(?P<field>(?i:{'|'.join(FIELD_NAMES)})):(?=\S)|(?P<word>{GROUPED}{INSIDE}*|{INSIDE}+)"
)


def lex(text: str) -> list[Lexeme]:
    """The lexemes of `text` in order. A quote that nothing closes runs to the end, as UNCLOSED."""
    lexemes, position = [], 0
    while match := LEXEME.search(text, position):
        lexeme, position = _lexeme(match, text)
        lexemes.append(lexeme)
    return lexemes


def _lexeme(match: re.Match[str], text: str) -> tuple[Lexeme, int]:
    found, start, end = match.group(), match.start(), match.end()
    match match.lastgroup:
        case "quote":
            return _phrase(text, start)
        case "field":
            return Lexeme(Kind.FIELD, FIELD_NAMES[match["field"].lower()], start), end
        case "open":
            return Lexeme(Kind.OPEN, found, start), end
        case "close":
            return Lexeme(Kind.CLOSE, found, start), end
        case "minus":
            return Lexeme(Kind.NOT, found, start), end
    return Lexeme(OPERATORS.get(found, Kind.WORD), found, start), end


def _phrase(text: str, start: int) -> tuple[Lexeme, int]:
    end = text.find(CLOSING[text[start]], start + 1)
    if end < 0:
        return Lexeme(Kind.UNCLOSED, text[start + 1 :], start), len(text)
    return Lexeme(Kind.PHRASE, text[start + 1 : end], start), end + 1
