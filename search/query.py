"""Query text -> a Whoosh query tree and notes on what was mended. Lenient: it never raises, on any text.

either   = both (OU both)*
both     = operand ([ET] operand)*
operand  = (SAUF | NON | -) operand | field: operand | "(" either ")" | word | "phrase"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Protocol

from whoosh.query import And, Every, Not, NullQuery, Or, Phrase, Query, Term

from index.analysis import normalize, tokenize
from index.schema import TEXTS
from search.dates import range_days
from search.filters import Dated, SourceIs, Undated, Unscored
from search.lexer import Kind, Lexeme, lex
from search.model import Match, Note

DEEPEST = 30
"""Nested parentheses; deeper ones are read as if they were not there."""

MOST_WORDS = 100
"""Words and phrases in a query; the rest is left out, with a note."""

MOST_PHRASES = 16
"""Ways to write one phrase that was typed without accents."""

FUNCTION_WORDS = frozenset(
    "à au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me "
    "mes moi mon ne nos notre nous on ou où par pas pour qu que qui sa se ses si son sur ta te tes toi ton tu un une "
    "vos votre vous y d l c j m n s t est a ont sont".split()
)


class Lexicon(Protocol):
    """What a parser must know of an index."""

    def terms(self, surface: str) -> list[str]:
        """The indexed terms that a typed surface can mean; its own term alone where the index has none."""

    def named(self, name: str) -> list[str]:
        """The sources that a typed name can mean."""


@dataclass(frozen=True)
class ParsedQuery:
    """A query tree and what was mended to get it."""

    tree: Query
    notes: list[Note]


def parse(text: str, lexicon: Lexicon, match: Match = "all") -> ParsedQuery:
    """The tree of `text` over `lexicon`; with `match` "any", one word is enough. An empty text asks for everything."""
    if not text.strip():
        return ParsedQuery(Every(), [])
    parser = _Parser(lex(text), lexicon, match)
    tree = parser.whole()
    if tree is None:
        parser.note("nothing", "Il n’y a rien à chercher dans cette requête : il y faut au moins un mot.", None)
    return ParsedQuery(tree or NullQuery, parser.notes)


@dataclass
class _Parser:
    lexemes: list[Lexeme]
    lexicon: Lexicon
    match: Match
    at: int = 0
    depth: int = 0
    words: int = 0
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: str, message: str, position: int | None) -> None:
        if all(note.kind != kind for note in self.notes):
            self.notes.append(Note(kind=kind, message=message, position=position))

    def peek(self) -> Kind | None:
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else None

    def take(self) -> Lexeme:
        self.at += 1
        return self.lexemes[self.at - 1]

    def whole(self) -> Query | None:
        parts = [self.either(None)]
        while self.peek() is not None:
            self.note("parenthesis", "Une parenthèse fermante est de trop : elle est ignorée.", self.take().position)
            parts.append(self.either(None))
        return _all_of([part for part in parts if part is not None])

    def either(self, name: str | None) -> Query | None:
        parts = [self.both(name)]
        while self.peek() is Kind.OR:
            operator = self.take()
            parts.append(self.both(name))
            if parts[-1] is None or parts[-2] is None:
                self.dangling(operator)
        return _any_of([part for part in parts if part is not None])

    def both(self, name: str | None) -> Query | None:
        operands = _Operands()
        while self.peek() not in (None, Kind.OR, Kind.CLOSE):
            if self.peek() is Kind.AND:
                operator = self.take()
                if operands.empty or self.peek() in (None, Kind.OR, Kind.CLOSE):
                    self.dangling(operator)
                continue
            self.operand(name, operands)
        return operands.joined(self.match)

    def dangling(self, operator: Lexeme) -> None:
        message = f"« {operator.text} » n’a pas un mot de chaque côté : il est ignoré."
        self.note("operator", message, operator.position)

    def operand(self, name: str | None, into: _Operands) -> None:
        """Reads one operand, with what stands before it, into the side where it belongs."""
        negative = False
        while self.peek() in (Kind.NOT, Kind.FIELD):
            lexeme = self.take()
            name = lexeme.text if lexeme.kind is Kind.FIELD else name
            negative ^= lexeme.kind is Kind.NOT
        if self.peek() in (None, Kind.OR, Kind.CLOSE, Kind.AND):
            self.note("operator", "Un opérateur n’est suivi d’aucun mot : il est ignoré.", lexeme.position)
            return
        function_word = _is_function_word(self.lexemes[self.at])
        query = self.leaf(name)
        if query is not None:
            words = into.function_words if function_word else into.words
            (into.without if negative else into.filters if name in FILTERS else words).append(query)

    def leaf(self, name: str | None) -> Query | None:
        lexeme = self.take()
        if lexeme.kind is Kind.OPEN:
            return self.group(name, lexeme)
        if lexeme.kind is Kind.UNCLOSED:
            self.note("quote", "Un guillemet n’est pas fermé : la phrase va jusqu’à la fin.", lexeme.position)
        self.words += 1
        if self.words > MOST_WORDS:
            self.note("too_many_words", f"Au-delà de {MOST_WORDS} mots, le reste est ignoré.", lexeme.position)
            return None
        return FILTERS[name](self, lexeme) if name in FILTERS else self.text(name, lexeme)

    def group(self, name: str | None, opening: Lexeme) -> Query | None:
        if self.depth >= DEEPEST:
            message = f"Au-delà de {DEEPEST} parenthèses l’une dans l’autre, elles sont ignorées."
            self.note("too_deep", message, opening.position)
            return None
        self.depth += 1
        query = self.either(name)
        self.depth -= 1
        if self.peek() is Kind.CLOSE:
            self.take()
        else:
            self.note("parenthesis", "Une parenthèse n’est pas fermée : elle l’est à la fin.", opening.position)
        return query

    def text(self, name: str | None, lexeme: Lexeme) -> Query | None:
        """A word or phrase in one text field or in all; several tokens in a row ("Saint-Denis") are a phrase."""
        alternatives = [self.lexicon.terms(token.surface) for token in tokenize(lexeme.text)]
        if not alternatives:
            return None
        names = [name] if name else list(TEXTS)
        ways = list(islice(product(*alternatives), MOST_PHRASES))
        return _any_of([_exactly(field, way) for way in ways for field in names])

    def source(self, lexeme: Lexeme) -> Query:
        values = self.lexicon.named(lexeme.text)
        if not values:
            self.note("source", f"Aucune source ne s’appelle « {lexeme.text} ».", lexeme.position)
        return SourceIs(frozenset(values)) if values else NullQuery

    def date(self, lexeme: Lexeme) -> Query | None:
        if normalize(lexeme.text) in ("aucune", "none"):
            return Undated()
        try:
            return Dated(range_days(lexeme.text))
        except ValueError:
            message = f"« date:{lexeme.text} » n’est pas une date : essayez date:2022, date:2022-01 ou date:2022-01-19."
            self.note("date", message, lexeme.position)
            return None


FILTERS: dict[str | None, Callable[[_Parser, Lexeme], Query | None]] = {
    "source": _Parser.source,
    "date": _Parser.date,
}
"""The fields that narrow a result and give no score."""


@dataclass
class _Operands:
    words: list[Query] = field(default_factory=list)
    function_words: list[Query] = field(default_factory=list)
    filters: list[Query] = field(default_factory=list)
    without: list[Query] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.words or self.function_words or self.filters or self.without)

    def joined(self, match: Match) -> Query | None:
        """What all operands ask for. Function words count only where there is nothing else ("qui est qui")."""
        words = self.words or self.function_words
        asked = _any_of(words) if match == "any" else _all_of(words)
        # Not Whoosh's AndNot: where what is excluded begins before what is wanted, it lets the first match pass.
        excluded = Unscored(Not(_any_of(self.without))) if self.without else None
        return _all_of([query for query in (asked, *self.filters, excluded) if query is not None])


def _is_function_word(lexeme: Lexeme) -> bool:
    """Whether it is such a word alone: "les" and "les,", but not the "Est" of "l’Est"."""
    tokens = list(tokenize(lexeme.text)) if lexeme.kind is Kind.WORD else []
    return len(tokens) == 1 and tokens[0].start == 0 and normalize(tokens[0].surface) in FUNCTION_WORDS


def _exactly(name: str, terms: tuple[str, ...]) -> Query:
    if len(terms) == 1:
        return Term(name, terms[0], boost=TEXTS[name])
    return Phrase(name, list(terms), boost=TEXTS[name])


def _all_of(queries: list[Query]) -> Query | None:
    return queries[0] if len(queries) == 1 else And(queries) if queries else None


def _any_of(queries: list[Query]) -> Query | None:
    return queries[0] if len(queries) == 1 else Or(queries) if queries else None
