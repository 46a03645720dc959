"""The exports of agencies: NITF, NewsML-G2, and NewsML 1, which AFP sent for years."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.xml_parts import below, first, local, paragraphs, value, words


def nitf(tree: etree._Element) -> Iterator[Draft]:
    """The article of an <nitf>. See https://iptc.org/std/NITF/"""
    body = first(tree, "body.content")
    yield Draft(
        title=words(first(tree, "hedline", "hl1")) or words(first(tree, "hedline")) or words(first(tree, "title")),
        body=paragraphs(body if body is not None else first(tree, "body")),
        date=value(first(tree, "date.issue"), "norm")
        or value(first(tree, "pubdata"), "date.publication")
        or value(first(tree, "story.date"), "norm"),
        source=value(first(tree, "pubdata"), "name")
        or words(first(tree, "distributor"))
        or value(first(tree, "doc.copyright"), "holder"),
        url=value(first(tree, "pubdata"), "ex-ref"),
        author=_author(words(first(tree, "byline", "person")) or words(first(tree, "byline"))),
        section=value(first(tree, "pubdata"), "position.section"),
    )


def newsml_g2(tree: etree._Element) -> Iterator[Draft]:
    """The articles of a <newsItem> or of all in a <newsMessage>. See https://iptc.org/std/NewsML-G2/"""
    for item in below(tree, "newsItem"):
        meta, content = first(item, "itemMeta"), first(item, "contentMeta")
        meta = item if meta is None else meta
        content = item if content is None else content
        yield Draft(
            id=item.get("guid"),
            title=words(first(content, "headline")) or words(first(meta, "title")),
            body=_inline(item),
            date=words(first(content, "contentCreated"))
            or words(first(meta, "firstCreated"))
            or words(first(meta, "versionCreated")),
            source=words(first(meta, "provider", "name"))
            or value(first(meta, "provider"), "literal", "qcode", "uri")
            or words(first(content, "creditline")),
            author=_author(words(first(content, "by")) or words(first(content, "creator", "name"))),
            section=words(first(content, "subject", "name")),
        )


def newsml_1(tree: etree._Element) -> Iterator[Draft]:
    """The articles of NewsML 1: each <NewsItem>."""
    for item in below(tree, "NewsItem"):
        yield Draft(
            id=words(first(item, "PublicIdentifier")),
            title=words(first(item, "HeadLine")),
            body=paragraphs(first(item, "DataContent"), "media", "media-caption"),
            date=words(first(item, "DateId")) or words(first(item, "FirstCreated")),
            source=value(first(item, "Provider", "Party"), "FormalName")
            or words(first(item, "CreditLine"))
            or words(first(item, "ProviderId")),
            author=_author(words(first(item, "ByLine"))),
            section=value(first(item, "DescriptiveMetadata", "SubjectMatter"), "FormalName"),
        )


def _inline(item: etree._Element) -> str:
    """The text of the item's first content: NITF, XHTML or plain text."""
    for content in below(item, "inlineXML", "inlineData"):
        inner = first(content, "body.content")
        inner = first(content, "body") if inner is None else inner
        text = (
            paragraphs(inner if inner is not None else content) if local(content) == "inlineXML" else content.text or ""
        )
        if text.strip():
            return text
    return ""


def _author(line: str | None) -> str | None:
    """The people of a byline: "Par Ana Roy" is "Ana Roy"."""
    for word in ("Par ", "par ", "By ", "PAR "):
        line = line.removeprefix(word) if line else None
    return line
