"""Limits on input to XML and HTML parsers, counted in the bytes before parsing can take all memory or hours."""

from __future__ import annotations

import re

from kiosque.corpus.refusal import Unreadable

MOST_NODES = 4_000_000
"""Tags and attributes of an XML file: a parser takes up to 200 bytes of memory for each."""

MOST_ATTRIBUTES = 5_000
"""Attributes of one tag: what looks at each of them takes the square of their number."""

_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{10000,}")


def check_nodes(data: bytes) -> None:
    """Counts them before they are parsed. Raises Unreadable for more than MOST_NODES, or MOST_ATTRIBUTES in a tag."""
    if data.count(b"<") + data.count(b'="') + data.count(b"='") > MOST_NODES:
        raise Unreadable(f"XML de plus de {MOST_NODES // 10**6} millions de balises et d’attributs : le couper")
    check_tags(data, b"=", MOST_ATTRIBUTES)


def check_tags(data: bytes, signs: bytes, most: int) -> None:
    """Raises Unreadable where one tag has more of these signs, of which each attribute has one."""
    tags = (tag[0] for tag in _LONG_TAG.finditer(data))
    if any(len(tag) - len(tag.translate(None, signs)) > most for tag in tags):
        raise Unreadable("balise de milliers d’attributs : les retirer")
