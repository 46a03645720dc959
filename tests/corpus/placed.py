"""What a corpus holds, each article in its place: texts made for a test are short, and often the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpus import walk
from corpus.article import Article
from corpus.duplicate import Duplicate
from corpus.parts import Part
from corpus.refusal import Refusal


def read_corpus(paths: Iterable[Path], met: Callable[[Part], None] = lambda part: None) -> Iterator[Article | Refusal]:
    """As `corpus.walk.read_corpus`, where an exact copy is an article like any other."""
    return (item.article if isinstance(item, Duplicate) else item for item in walk.read_corpus(paths, met))
