"""The grammar of queries: lexemes -> a tree of Whoosh's query classes. Lenient: it never raises, on any text.

either   = both (OU both)*
both     = operand ([ET] operand)*
operand  = (SAUF | NON | - | = | field:) operand | "(" either ")" | word | "phrase" [~3]
"""

from __future__ import annotations

from typing import NamedTuple

from whoosh.query import Not, NullQuery, Query

from kiosque.index.segment.schema import FIELDS
from kiosque.index.text.analyzer import normalize
from kiosque.search.dates import range_days
from kiosque.search.leaves.filters import ColumnValueFilter, Dated, Undated, Unscored, ValueIs
from kiosque.search.lexicon.word_kinds import is_lone_capital
from kiosque.search.model import Match
from kiosque.search.query.lexer import CLOSING, Kind, Lexeme
from kiosque.search.query.notes import Notes
from kiosque.search.query.synonym_expander import QueryWord, SynonymExpander, all_of
from kiosque.search.query.words import WordQuery, Words, any_of

UNKNOWN = {row.name: row.unknown for row in FIELDS if row.unknown}
"""The fields whose values are found by name, each with the note where no article has the name."""

ENDS = (None, Kind.OR, Kind.CLOSE)
BEFORE_A_WORD = (Kind.NOT, Kind.FIELD, Kind.EXACT)


class Scope(NamedTuple):
    """What holds for all words of a group: the field that was named, and whether they are exact or excluded."""

    name: str | None = None
    exact: bool = False
    negative: bool = False


EVERYWHERE = Scope()


class Parser:
    """Reads the lexemes of one text. `asked` collects the words that every match must have."""

    def __init__(self, text: str, lexemes: list[Lexeme], words: Words, match: Match) -> None:
        self.notes = Notes(text)
        self.asked: list[QueryWord] = []
        self._text, self._lexemes, self._words, self._match = text, lexemes, words, match
        self._synonyms = SynonymExpander(words, self.notes, text)
        self._shouts = text.upper() == text
        self._kinds: list[Kind | None] = [*(lexeme.kind for lexeme in lexemes), None]
        self._at = self._depth = self._count = 0

    def whole(self) -> Query | None:
        """The tree of the whole text; None where there is nothing to search."""
        tree = self._either(EVERYWHERE)
        if self._peek() is None:
            return tree
        parts = [tree]
        while self._peek() is not None:
            at = self._take().position
            message = "Une parenthèse fermante est de trop : elle est ignorée."
            self.notes.mend("parenthesis", message, at, (at, at + 1, " "))
            parts.append(self._either(EVERYWHERE))
        return all_of([part for part in parts if part is not None])

    def _peek(self) -> Kind | None:
        return self._kinds[self._at]

    def _take(self) -> Lexeme:
        self._at += 1
        return self._lexemes[self._at - 1]

    def _either(self, scope: Scope) -> Query | None:
        begun = len(self.asked)
        parts = [self._both(scope)]
        while self._peek() is Kind.OR:
            operator = self._take()
            parts.append(self._both(scope))
            if parts[-1] is None or parts[-2] is None:
                self._dangling(operator)
        if len(parts) > 1:
            del self.asked[begun:]
        return any_of(parts)

    def _both(self, scope: Scope) -> Query | None:
        operands = _Operands()
        while (kind := self._peek()) not in ENDS:
            if kind is Kind.WORD:
                self._leaf(scope, False, operands, self._lexemes[self._at].position)
            elif kind is Kind.AND:
                operator = self._take()
                if operands.empty or self._peek() in ENDS:
                    self._dangling(operator)
                operands.run += 1
            else:
                self._operand(scope, operands)
        return self._joined(operands, scope)

    def _dangling(self, operator: Lexeme) -> None:
        message = f"« {operator.text} » n’a pas un mot de chaque côté : il est ignoré."
        self.notes.mend("operator", message, operator.position, _without(operator))

    def _operand(self, scope: Scope, into: _Operands) -> None:
        """Reads one operand with its prefixes into `into`."""
        negative, first = False, self._at
        while self._peek() in BEFORE_A_WORD:
            lexeme = self._take()
            into.run += 1
            if lexeme.kind is Kind.FIELD:
                scope = scope._replace(name=lexeme.text)
            elif lexeme.kind is Kind.EXACT:
                scope = scope._replace(exact=True)
            else:
                negative = not negative
        kind = self._peek()
        if kind in ENDS or kind is Kind.AND:
            at, end = self._lexemes[first].position, self._end_of(self._at - 1)
            self.notes.mend("operator", "Un opérateur n’est suivi d’aucun mot : il est ignoré.", at, (at, end, " "))
        elif kind is Kind.OPEN:
            self._group_operand(scope, negative, into)
        else:
            self._leaf(scope, negative, into, self._lexemes[first].position)

    def _group_operand(self, scope: Scope, negative: bool, into: _Operands) -> None:
        opening = self._take()
        into.run += 1
        group = self._group(opening, scope._replace(negative=scope.negative ^ negative))
        if negative or group is None:
            into.exclude(group)
        else:
            at = opening.position
            into.words.append(QueryWord(WordQuery(group), opening, None, into.run, False, at, at))

    def _end_of(self, place: int) -> int:
        """An end of that lexeme that is certain: where the next begins."""
        return self._lexemes[place + 1].position if place + 1 < len(self._lexemes) else len(self._text)

    def _end_of_word(self, lexeme: Lexeme) -> int:
        if lexeme.kind is Kind.WORD:
            return lexeme.position + len(lexeme.text)
        end = self._end_of(self._at - 1)
        return lexeme.position + len(self._text[lexeme.position : end].rstrip())

    def _leaf(self, scope: Scope, negative: bool, into: _Operands, start: int) -> None:
        lexeme = self._take()
        self._count += 1
        between = int(self._take().text) if self._peek() is Kind.NEAR else 0
        if self._count > self._words.settings.most_words:
            message = f"Au-delà de {self._words.settings.most_words} mots, le reste est ignoré."
            self.notes.mend("too_many_words", message, lexeme.position, (start, self._end_of(self._at - 1), " "))
        elif scope.name in UNKNOWN:
            into.filter(self._named(str(scope.name), lexeme), negative)
        elif scope.name == "date":
            into.filter(self._date(lexeme, start), negative)
        else:
            self._text_leaf(scope, lexeme, between, negative, into, start)

    def _text_leaf(
        self, scope: Scope, lexeme: Lexeme, between: int, negative: bool, into: _Operands, start: int
    ) -> None:
        if lexeme.kind is Kind.WORD:
            asked = self._words.word(lexeme.text, scope.name, scope.exact)
        else:
            asked = self._words.phrase(lexeme.text, scope.name, scope.exact, between)
            into.run += 1
        if lexeme.kind is Kind.UNCLOSED:
            closing = CLOSING[self._text[lexeme.position]]
            message = "Un guillemet n’est pas fermé : la phrase va jusqu’à la fin."
            self.notes.mend("quote", message, lexeme.position, (len(self._text), len(self._text), closing))
        if asked.query is None:
            return
        for kind, message in asked.notes:
            self.notes.add(kind, message, lexeme.position)
        if negative:
            into.exclude(asked.query)
        else:
            function, end = self._is_function_word(asked, lexeme, into), self._end_of_word(lexeme)
            into.words.append(QueryWord(asked, lexeme, scope.name, into.run, function, start, end))

    def _is_function_word(self, asked: WordQuery, lexeme: Lexeme, into: _Operands) -> bool:
        """A single capital after a word is not a function word ("vitamine D"), unless all words are in capitals."""
        if not asked.is_function_word:
            return False
        return not (into.words and is_lone_capital(lexeme.text) and not self._shouts)

    def _group(self, opening: Lexeme, scope: Scope) -> Query | None:
        deepest = self._words.settings.deepest
        if self._depth >= deepest:
            message = f"Au-delà de {deepest} parenthèses l’une dans l’autre, elles sont ignorées."
            self.notes.add("too_deep", message, opening.position)
            return None
        self._depth += 1
        query = self._either(scope)
        self._depth -= 1
        if self._peek() is Kind.CLOSE:
            self._take()
        else:
            end, message = len(self._text), "Une parenthèse n’est pas fermée : elle l’est à la fin."
            self.notes.mend("parenthesis", message, opening.position, (end, end, ")"))
        return query

    def _named(self, name: str, lexeme: Lexeme) -> Query:
        values = self._words.dictionary.named(name, lexeme.text)
        if not values:
            self.notes.add(name, UNKNOWN[name].format(lexeme.text), lexeme.position)
            return NullQuery
        return ValueIs(name, values) if name == "source" else ColumnValueFilter(name, values)

    def _date(self, lexeme: Lexeme, start: int) -> Query | None:
        if normalize(lexeme.text) in ("aucune", "none"):
            return Undated()
        try:
            return Dated(range_days(lexeme.text))
        except ValueError:
            wrong = f"« date:{lexeme.text} » n’est pas une date : "
            message = f"{wrong}essayez date:2022, date:2022-01 ou date:2022-01-19."
            self.notes.mend("date", message, lexeme.position, (start, self._end_of(self._at - 1), " "))
            return None

    def _joined(self, operands: _Operands, scope: Scope) -> Query | None:
        """The tree of all operands. Function words count only where there is nothing else ("qui est qui")."""
        telling = [
            item
            for at, item in enumerate(operands.words)
            if not item.is_function_word or self._synonyms.is_half(operands.words[at : at + 2])
        ]
        items = telling or operands.words
        if scope.negative:
            asked = [item.asked.query for item in items]
        else:
            asked = self._synonyms.expanded(items, self._match)
            self.asked += items
        joined = any_of(asked) if self._match == "any" else all_of(asked)
        # Not Whoosh's AndNot: where the excluded matches begin before the others, it lets the first one pass.
        excluded = Unscored(Not(any_of(operands.without))) if operands.without else None
        return all_of([joined, *operands.filters, excluded])


class _Operands:
    """The operands of one conjunction, by kind. Words of the same `run` are adjacent."""

    __slots__ = ("filters", "run", "without", "words")

    def __init__(self) -> None:
        self.words: list[QueryWord] = []
        self.filters: list[Query] = []
        self.without: list[Query] = []
        self.run = 0

    @property
    def empty(self) -> bool:
        return not (self.words or self.filters or self.without)

    def exclude(self, query: Query | None) -> None:
        if query is not None:
            self.without.append(query)

    def filter(self, query: Query | None, negative: bool) -> None:
        if negative or query is None:
            self.exclude(query)
        else:
            self.filters.append(query)


def _without(lexeme: Lexeme) -> tuple[int, int, str]:
    return lexeme.position, lexeme.position + len(lexeme.text), " "
