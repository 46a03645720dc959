"""TEI: an edition is one article, or one for each of its divisions that says so; a corpus has many editions."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.xml_parts import below, first, local, paragraphs, value, words

_PRINTED = ("bibl", "biblStruct", "biblFull")
_ARTICLES = ("article", "Article", "news", "dispatch", "depeche", "dépêche")


def tei(tree: etree._Element) -> Iterator[Draft]:
    """The articles of a <TEI> or of all in a <teiCorpus>. See https://tei-c.org/guidelines/p5/"""
    for edition in below(tree, "TEI", "TEI.2"):
        whole = _edition(edition)
        divisions = [part for part in below(edition, "div", "div1", "div2") if part.get("type") in _ARTICLES]
        for division in divisions:
            yield _division(division, whole)
        if not divisions:
            text = first(edition, "text", "body")
            yield _with_text(whole, text if text is not None else first(edition, "text"))


def _edition(edition: etree._Element) -> Draft:
    header = first(edition, "teiHeader")
    header = edition if header is None else header
    origin = first(header, "sourceDesc")
    origin = header if origin is None else origin
    title = first(header, "titleStmt", "title")
    # Of a paper, publicationStmt names the library that put it on line, and the day of that.
    is_printed = next(below(origin, *_PRINTED), None) is not None
    publication = None if is_printed else first(header, "publicationStmt")
    return Draft(
        title=words(title),
        date=_date(origin) or _date(first(header, "creation")) or _date(publication),
        source=_journal(origin)
        or words(first(origin, "publisher"))
        or words(None if publication is None else first(publication, "publisher")),
        author=", ".join(filter(None, map(words, below(_or(first(header, "titleStmt"), header), "author")))) or None,
        section=words(first(header, "textClass", "term")),
    )


def _division(division: etree._Element, whole: Draft) -> Draft:
    """An article of an edition; what it does not say itself, the edition says."""
    head = first(division, "head")
    draft = _with_text(whole, division)
    draft.id = division.get("{http://www.w3.org/XML/1998/namespace}id")
    draft.title = words(head)
    draft.author = words(first(division, "byline")) or draft.author
    draft.date = _date(first(division, "dateline")) or draft.date
    return draft


def _with_text(whole: Draft, text: etree._Element | None) -> Draft:
    skipped = ("head",) if text is not None and local(text).startswith("div") else ()
    return Draft(
        title=whole.title,
        body=paragraphs(text, *skipped, "fw", "teiHeader"),  # fw: running heads, page numbers
        date=whole.date,
        source=whole.source,
        author=whole.author,
        section=whole.section,
    )


def _date(element: etree._Element | None) -> str | None:
    """The first <date> below, as its attributes have it, else as it is written."""
    return value(first(element, "date"), "when", "when-iso", "notBefore", "from") if element is not None else None


def _journal(origin: etree._Element) -> str | None:
    """The title of the paper: level="j", or that of a monograph or series."""
    titles = {title.get("level", ""): words(title) for title in reversed(list(below(origin, "title")))}
    return titles.get("j") or titles.get("m") or titles.get("s")


def _or(element: etree._Element | None, other: etree._Element) -> etree._Element:
    return other if element is None else element
