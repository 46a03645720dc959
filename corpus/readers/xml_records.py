"""XML of any tool: elements whose children or attributes are named as the fields of an article."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.draft.field_map import FieldMap
from kiosque.corpus.markup.xml_parts import local, paragraphs

_FEWEST = 2  # fields; a lone <title> occurs in many places
_SENTENCE = 40  # characters; a shorter text without a title is a word or a code
_SHARE = 0.5  # of an element's letters that are those of its fields, where it is an article


def records(tree: etree._Element, fields: FieldMap) -> Iterator[Draft]:
    """The outermost elements that are records: <article><titre>…</titre><texte>…</texte></article>."""
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        values = {local(child): paragraphs(child) for child in element if local(child)} | dict(element.attrib)
        if len(values) >= _FEWEST and fields.knows(list(values)) and not _is_list(element, fields):
            draft = fields.draft(values)
            if _is_article(draft) and _share(draft, element) >= _SHARE:
                walk.skip_subtree()
                yield draft


def _is_list(element: etree._Element, fields: FieldMap) -> bool:
    """Whether a field occurs twice: a list of articles with a title of its own is not an article."""
    names = [name for child in element if len(child) and (name := local(child)) and fields.knows([name])]
    return len(names) != len(set(names))


def _is_article(draft: Draft) -> bool:
    """Whether it has a text, or a title with something beside it: <region code="fra"><name>France</name> is neither."""
    if len(draft.body or "") >= _SENTENCE:
        return True
    return bool(draft.title and (draft.body or draft.date or draft.source or draft.url or draft.author))


def _share(draft: Draft, element: etree._Element) -> float:
    """The share of an element's letters that its fields have: what surrounds articles has little of it."""
    fields = (draft.title, draft.body, draft.source, draft.url, draft.author, draft.section, draft.id, draft.date)
    own = sum(len("".join(str(text).split())) for text in fields if text)
    return own / max(1, len("".join("".join(map(str, element.itertext())).split())))
