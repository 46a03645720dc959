"""Scanned pages: ALTO (versions 1 to 4) and PAGE, one article a page, in reading order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lxml import etree

from kiosque.corpus.clean.printed import joined_words
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.xml_parts import below, first, local, outermost, words
from kiosque.corpus.refusal import Unreadable


def alto(tree: etree._Element) -> Iterator[Draft]:
    """The text of each page of an ALTO file. See https://www.loc.gov/standards/alto/"""
    return (Draft(body=text) for text in page_texts(tree))


def page_texts(tree: etree._Element, without: Collection[str] = ()) -> Iterator[str]:
    """The text of each page that has any, but for the blocks of these identifiers."""
    for page in below(tree, "Page"):
        blocks = (block for block in outermost(page, _is_block) if not _is_named(block, without))
        ordered = _in_order(list(blocks), "ID", _order(tree))
        if text := joined_words("\n".join(filter(None, map(_block, ordered)))):  # a word may go on in the next column
            yield text


def block_texts(tree: etree._Element, named: Collection[str], most: int) -> dict[str, str]:
    """The text of the blocks, groups of blocks and lines of these identifiers, by identifier.

    Raises Unreadable for more than `most` characters: groups within one another repeat what is in them.
    """
    found: dict[str, str] = {}
    for part in below(tree, "TextBlock", "ComposedBlock", "TextLine"):
        if part.get("ID") in named:
            found[str(part.get("ID"))] = text = _text_of(part)
            most -= len(text)
            if most < 0:
                raise Unreadable("page ALTO dont les blocs se répètent : la reconnaître (OCR) de nouveau")
    return found


def _is_block(part: etree._Element) -> bool:
    return local(part) == "TextBlock"


def _text_of(part: etree._Element) -> str:
    if local(part) == "ComposedBlock":
        return "\n".join(filter(None, map(_block, outermost(part, _is_block))))
    return _block(part)


def _is_named(block: etree._Element, names: Collection[str]) -> bool:
    """Whether it, or a group around it, or one of its lines has one of these identifiers."""
    near = (block, *block.iterancestors("{*}ComposedBlock"), *below(block, "TextLine"))
    return bool(names) and any(part.get("ID") in names for part in near)


def page(tree: etree._Element) -> Iterator[Draft]:
    """The text of each page of a PAGE file. See https://github.com/PRImA-Research-Lab/PAGE-XML"""
    for scan in below(tree, "Page"):
        regions = _in_order(list(below(scan, "TextRegion")), "id", _order(scan))
        if text := joined_words("\n".join(filter(None, map(_region, regions)))):
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
    """The text of a region's own lines; its own where only the whole region has one. Regions inside it come apart."""
    lines = [_transcription(part) for part in region if local(part) == "TextLine"]
    return _unbroken(lines) if any(lines) else _transcription(region)


def _transcription(part: etree._Element) -> str:
    """The transcription of a line or a region; of several the one of the lowest index."""
    own = [child for child in part if local(child) == "TextEquiv"]
    best = min(own, key=lambda child: int(index) if (index := str(child.get("index"))).isdecimal() else 0, default=None)
    return (words(first(best, "Unicode")) or "") if best is not None else ""


def _unbroken(lines: Iterable[str]) -> str:
    """The lines as one paragraph, with the words joined that a line's end parted."""
    text = "\n".join(filter(None, lines)).replace(" \b", "")
    return " ".join(joined_words(text).split())
