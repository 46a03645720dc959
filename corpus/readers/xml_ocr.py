"""Scanned pages: ALTO (versions 1 to 4) and PAGE, one article a page, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from kiosque.corpus.clean.printed import joined_words
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.xml_parts import below, first, local, words


def alto(tree: etree._Element) -> Iterator[Draft]:
    """The text of each page of an ALTO file. See https://www.loc.gov/standards/alto/"""
    for page in below(tree, "Page"):
        blocks = _in_order(list(below(page, "TextBlock")), "ID", _order(tree))
        if text := "\n".join(filter(None, map(_block, blocks))):
            yield Draft(body=text)


def page(tree: etree._Element) -> Iterator[Draft]:
    """The text of each page of a PAGE file. See https://github.com/PRImA-Research-Lab/PAGE-XML"""
    for scan in below(tree, "Page"):
        regions = _in_order(list(below(scan, "TextRegion")), "id", _order(scan))
        if text := "\n".join(filter(None, map(_region, regions))):
            yield Draft(body=text)


def _order(tree: etree._Element) -> list[str]:
    """The identifiers of blocks in their reading order, where the file says one."""
    order = first(tree, "ReadingOrder")
    named = below(order, "ElementRef", "RegionRefIndexed", "RegionRef") if order is not None else ()
    return [str(ref.get("REF") or ref.get("regionRef") or "") for ref in named]


def _in_order(blocks: list[etree._Element], name: str, order: list[str]) -> list[etree._Element]:
    """The blocks in that order; those that it does not name come after, as they stand."""
    places = {one: place for place, one in enumerate(order)}
    return sorted(blocks, key=lambda block: places.get(str(block.get(name)), len(places)))


def _block(block: etree._Element) -> str:
    return _unbroken(" ".join(filter(None, _strings(line))) for line in below(block, "TextLine"))


def _strings(line: etree._Element) -> Iterator[str]:
    """The words of a line. The first half of a parted word is the whole where the file tells it ("SUBS_CONTENT")."""
    told = False
    for part in line:
        if local(part) == "HYP" and not told:
            yield "\b¬"
        elif local(part) == "String":
            kind, whole = part.get("SUBS_TYPE"), part.get("SUBS_CONTENT")
            told = bool(whole) and kind == "HypPart1"
            half = bool(whole) and kind == "HypPart2"
            yield "" if half else str(whole if told else part.get("CONTENT") or "")


def _region(region: etree._Element) -> str:
    """The text of a region's lines; its own where only the whole region has one."""
    lines = [words(first(line, "TextEquiv", "Unicode")) or "" for line in below(region, "TextLine")]
    return _unbroken(lines) if any(lines) else words(first(region, "TextEquiv", "Unicode")) or ""


def _unbroken(lines: Iterable[str]) -> str:
    """The lines as one paragraph, with the words joined that a line's end parted."""
    text = "\n".join(filter(None, lines)).replace(" \b", "")
    return " ".join(joined_words(text).split())
