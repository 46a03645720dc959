"""Query text -> lexemes, and the typed words among them. Never raises, on any text; reads each character once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from kiosque.index.segment.schema import FIELDS, TEXTS
from kiosque.index.text.analyzer import THOUSANDS, Occurrence, tokenize

FIELD_NAMES = {name: row.name for row in FIELDS for name in row.query_names}
"""The names that a query has for fields, in French and in English, and the field of each."""


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
    """A piece of a query: its text without its delimiters (quotes, the colon, `~`), and its offset."""

    kind: Kind
    text: str
    position: int


class CompletionPrefix(NamedTuple):
    """A query whose last word is being typed: the text before it, that word, and the words before it."""

    before: str
    last: str
    words: list[str]


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
"""A number that is one token in a text: "10 000"."""

LEXEME = re.compile(
    rf"(?P<open>\()|(?P<close>\))|(?P<quote>[{QUOTES}])|(?P<minus>-+(?=[^\s-]))|(?P<exact>=+(?=[^\s=]))"
    rf"|(?P<field>(?i:{'|'.join(FIELD_NAMES)})):(?=\S)|(?P<word>{GROUPED}{INSIDE}*|{INSIDE}+)"
)
NEAR = re.compile(r"~([0-9]{1,3})(?![^\s()])")
"""The slop of a phrase, after its closing quote: how far its words may be from each other."""

SEARCHED = (Kind.WORD, Kind.PHRASE, Kind.UNCLOSED)
SAYS_HOW = (Kind.EXACT, Kind.FIELD, Kind.NEAR)
WILD = frozenset("*~")
EXPLICIT = WILD | frozenset("?=")
"""A word with one of these says how to read it: it is neither completed nor corrected."""


def lex(text: str) -> list[Lexeme]:
    """The lexemes of `text` in order. A quote that nothing closes runs to the end, as UNCLOSED.

    Where all is in capitals, as in a pasted headline ("LE NON L’EMPORTE"), the names of operators are words.
    """
    lexemes = lex_operators(text)
    if not _is_in_capitals(lexemes):
        return lexemes
    return [lexeme._replace(kind=Kind.WORD) if _is_named(lexeme) else lexeme for lexeme in lexemes]


def lex_operators(text: str) -> list[Lexeme]:
    """`lex`, with operators that are operators whatever the rest is written in."""
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


def words_in_capitals(lexemes: list[Lexeme]) -> list[Lexeme]:
    """The words of `lex` that would be operators beside words in small letters."""
    return [lexeme for lexeme in lexemes if lexeme.kind is Kind.WORD and lexeme.text in OPERATORS]


def in_small_letters(text: str) -> str:
    """`text` in small letters but for the names of operators, which are operators again."""
    parts, at = [], 0
    for lexeme in filter(_is_named, lex_operators(text)):
        parts += [text[at : lexeme.position].lower(), lexeme.text]
        at = lexeme.position + len(lexeme.text)
    return "".join(parts) + text[at:].lower()


def _is_named(lexeme: Lexeme) -> bool:
    """Whether it is an operator with a name, and not the sign of one."""
    return OPERATORS.get(lexeme.text) is lexeme.kind


def _is_in_capitals(lexemes: list[Lexeme]) -> bool:
    """Whether all words are in capitals; not where a sign of the language says how to read them: "=OTAN OU =ONU"."""
    words = "".join(lexeme.text for lexeme in lexemes if not _is_named(lexeme))
    return words.isupper() and not any(lexeme.kind in SAYS_HOW for lexeme in lexemes) and not WILD & set(words)


def _phrase(text: str, start: int, into: list[Lexeme]) -> int:
    """Reads the phrase whose quote is at `start`, with a `~3` after it; returns where the next lexeme may begin."""
    end = text.find(CLOSING[text[start]], start + 1)
    if end < 0:
        into.append(Lexeme(Kind.UNCLOSED, text[start + 1 :], start))
        return len(text)
    into.append(Lexeme(Kind.PHRASE, text[start + 1 : end], start))
    near = NEAR.match(text, end + 1)
    if near:
        into.append(Lexeme(Kind.NEAR, near[1], end + 1))
    return near.end() if near else end + 1


def typed_words(q: str) -> list[Occurrence]:
    """The words that `q` searches, with their places in it: without exclusions and the values of filters."""
    return [token for lexeme in _searched(lex(q)) for token in _tokens(lexeme)]


def completion_prefix(q: str) -> CompletionPrefix | None:
    """None where `q` does not end in a word: in a blank, an operator, a closed phrase, the value of a filter."""
    lexemes = lex(q)
    if not lexemes or lexemes[-1].kind not in (Kind.WORD, Kind.UNCLOSED) or _filters(lexemes[-2:-1]):
        return None
    last = list(_tokens(lexemes[-1]))[-1:]
    if not last or last[0].end != len(q):
        return None
    before = [word.surface for word in typed_words(q) if word.end < len(q)]
    return CompletionPrefix(q[: last[0].start], last[0].surface, before)


def _searched(lexemes: list[Lexeme]) -> Iterator[Lexeme]:
    for at, lexeme in enumerate(lexemes):
        before = lexemes[max(at - 1, 0) : at]
        if (
            lexeme.kind in SEARCHED
            and not _filters(before)
            and all(one.kind not in (Kind.NOT, Kind.EXACT) for one in before)
        ):
            yield lexeme


def _filters(before: list[Lexeme]) -> bool:
    return any(lexeme.kind is Kind.FIELD and lexeme.text not in TEXTS for lexeme in before)


def _tokens(lexeme: Lexeme) -> Iterator[Occurrence]:
    """The tokens of a word or phrase, by their places in the query."""
    if lexeme.kind is Kind.WORD and EXPLICIT & set(lexeme.text):
        return
    first = lexeme.position + (lexeme.kind is not Kind.WORD)  # the text of a phrase begins after its quote
    for surface, start, end in tokenize(lexeme.text):
        yield Occurrence(surface, first + start, first + end)
