"""The tree of an XML file, of which only what is there is read: no entities, nothing fetched, within limits."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.markup.tag_limits import check_nodes
from kiosque.corpus.refusal import Unreadable

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))


def tree_of(content: bytes | str) -> tuple[etree._Element, str]:
    """The tree of what can be read, and the first damage. Entities are no text here: bombs are made of them.

    Raises Unreadable where there is no tree, or too many tags.
    """
    text = decode_declared(content) if isinstance(content, bytes) else content
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    whole = _ENTITY.sub(_character, _DECLARATION.sub("", text, count=1))
    data = whole.replace("\0", "").encode("utf-8", "replace")
    check_nodes(data)
    tree = etree.fromstring(data, parser) if data.strip() else None  # which lxml does not recover from
    if tree is None:
        raise Unreadable("XML illisible : le corriger, ou l’exporter de nouveau")
    damage = parser.error_log[0] if len(parser.error_log) else None
    return tree, f"ligne {damage.line}" if damage else ""


def _character(match: re.Match[str]) -> str:
    """The character of "&eacute;", which XML knows only from a DTD that is not fetched; other names stay."""
    return match[0] if match[1] in _OWN else html5.get(f"{match[1]};", f"&amp;{match[1]};")
