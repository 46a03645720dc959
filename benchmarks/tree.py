"""An engine-neutral query tree, and its text in each engine's syntax."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


class Word(msgspec.Struct, frozen=True, tag=True):
    text: str


class Phrase(msgspec.Struct, frozen=True, tag=True):
    words: tuple[str, ...]


class AllOf(msgspec.Struct, frozen=True, tag=True):
    parts: tuple[Node, ...]


class AnyOf(msgspec.Struct, frozen=True, tag=True):
    parts: tuple[Node, ...]


class Without(msgspec.Struct, frozen=True, tag=True):
    """Only inside AllOf, after what it takes from."""

    part: Word | Phrase


Node = Word | Phrase | AllOf | AnyOf | Without


@dataclass(frozen=True)
class Syntax:
    """How an engine wants its operators, with the blanks around them, and its words."""

    both: str
    either: str
    without: str
    quoted_words: bool = False

    def write(self, node: Node, inside: bool = False) -> str:
        """The text of a query; a nested query gets parentheses if it needs them."""
        if isinstance(node, Word):
            return f'"{node.text}"' if self.quoted_words else node.text
        if isinstance(node, Phrase):
            return f'"{" ".join(node.words)}"'
        if isinstance(node, Without):
            raise TypeError("Without stands only inside AllOf")
        text = self._all(node) if isinstance(node, AllOf) else self.either.join(self.write(p, True) for p in node.parts)
        return f"({text})" if inside and len(node.parts) > 1 else text

    def _all(self, node: AllOf) -> str:
        wanted = [part for part in node.parts if not isinstance(part, Without)]
        unwanted = [part.part for part in node.parts if isinstance(part, Without)]
        text = self.both.join(self.write(part, inside=True) for part in wanted)
        return text + "".join(self.without + self.write(part) for part in unwanted)


KIOSQUE = Syntax(both=" ", either=" OU ", without=" -")
TANTIVY = Syntax(both=" ", either=" OR ", without=" -")
FTS5 = Syntax(both=" AND ", either=" OR ", without=" NOT ", quoted_words=True)
WHOOSH = Syntax(both=" AND ", either=" OR ", without=" AND NOT ")
