"""Factiva's XML: articles of named elements, and a feed whose elements say the field code in an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.xml_parts import first, local, outermost, paragraphs, words
from kiosque.corpus.readers.factiva import CODES, author_of, draft_of_fields

_MARKS = re.compile(r"<(?:\w+:)?(?:leadParagraph|tailParagraphs)\b")


def is_factiva_xml(text: str) -> bool:
    """Whether an XML file of any root has articles of Factiva."""
    return _MARKS.search(text) is not None


def factiva_xml(tree: etree._Element) -> Iterator[Draft]:
    """The articles of Factiva's XML: named elements, or a feed's with the code in an attribute ("fid")."""
    feed = [tree] if local(tree) == "DistDoc" else list(outermost(tree, lambda part: local(part) == "DistDoc"))
    yield from (draft_of_fields(_fields_by_attribute(document)) for document in feed)
    for article in outermost(tree, lambda part: local(part) == "article") if not feed else ():
        yield _draft_of_elements(article)


def _fields_by_attribute(document: etree._Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in document.iter():
        code = str(part.get("fid") or "").upper()
        if code in CODES and code not in fields:
            fields[code] = str(part.get("value") or paragraphs(part))
    return fields


def _draft_of_elements(article: etree._Element) -> Draft:
    text = (paragraphs(first(article, name)) for name in ("leadParagraph", "tailParagraphs"))
    day = first(article, "publicationDate")
    return Draft(
        id=words(first(article, "accessionNo")),
        title=words(first(article, "headline")),
        body="\n".join(filter(None, text)),
        date=words(first(day, "dateTime") if day is not None and first(day, "dateTime") is not None else day),
        source=words(first(article, "sourceName")),
        author=author_of(words(first(article, "byline"))),
        section=words(first(article, "sectionName")) or words(first(article, "newsSubject", "name")),
    )
