"""Reads a corpus without deduplication: short texts made for tests are often the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kiosque.corpus.article import Article, Duplicate
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk import read_corpus as walk
from kiosque.corpus.walk.parts import Part


def read_corpus(paths: Iterable[Path], met: Callable[[Part], None] = lambda part: None) -> Iterator[Article | Refusal]:
    """As `kiosque.corpus.walk.read_corpus.read_corpus`, with each exact duplicate given as its article."""
    return (item.article if isinstance(item, Duplicate) else item for item in walk.read_corpus(paths, met))
