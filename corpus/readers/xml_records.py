"""XML of any tool: elements whose children or attributes are named as the fields of an article."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.field_map import FieldMap
from kiosque.corpus.markup.xml_parts import local, paragraphs

_FEWEST = 2  # fields; a lone <title> stands in many places


def records(tree: etree._Element, fields: FieldMap) -> Iterator[Draft]:
    """The outermost elements that are records: <article><titre>…</titre><texte>…</texte></article>."""
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        values = {local(child): paragraphs(child) for child in element if local(child)} | dict(element.attrib)
        if len(values) >= _FEWEST and fields.knows(list(values)) and _is_record(element):
            walk.skip_subtree()
            yield fields.draft(values)


def _is_record(element: etree._Element) -> bool:
    """Whether no field of it stands twice: a list of articles, with a title of its own, is none."""
    names = [local(child) for child in element if local(child) and len(child)]
    return len(names) == len(set(names))
