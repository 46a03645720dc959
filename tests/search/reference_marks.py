"""The reference for the marker: every token of a text is a Python object."""

from kiosque.index.text.analyzer import term_of, tokenize
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.snippets.marks import Mark, Word, covers


def marks(text: str, targets: MarkTargets) -> list[Mark]:
    """The marks on `text`, in order and without overlap. A phrase gets one mark; its words elsewhere get none."""
    tokens = list(tokenize(text))
    words = [Word(at, term_of(token.surface), token.surface) for at, token in enumerate(tokens)]
    return [Mark(tokens[first].start, tokens[last].end, what) for first, last, what in covers(words, targets)]
