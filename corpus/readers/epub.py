"""EPUB: one article a chapter, as e-readers get a newspaper; covers and tables of contents are none."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec
from lxml import etree

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.location import Location
from kiosque.corpus.markup.html_text import heading_and_text
from kiosque.corpus.markup.html_tree import parse_page
from kiosque.corpus.markup.xml_parts import below, first, local, words
from kiosque.corpus.packed.zip_parts import document, part, tree
from kiosque.corpus.refusal import Refusal, Unreadable
from kiosque.corpus.sources.source import is_source, split_title

_SHORTEST = 200  # characters; a cover, a page of rights or a section's title has fewer


def read_epub(location: Location) -> Iterator[Article | Refusal]:
    """The articles of an .epub file. Raises OSError."""
    try:
        with document(location) as archive:
            yield from _read(archive, location)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))


def _read(archive: zipfile.ZipFile, location: Location) -> Iterator[Article | Refusal]:
    rootfile = first(tree(archive, "META-INF/container.xml"), "rootfile")
    if rootfile is None:
        raise Unreadable("EPUB sans sommaire")
    path = rootfile.get("full-path") or ""
    package = tree(archive, path)
    count, known = 0, _metadata(package)
    chapters = dict.fromkeys(_chapters(package, posixpath.dirname(path)))  # one named a million times is read once
    for number, name in enumerate(chapters, 1):
        try:
            draft = _draft(part(archive, name), known)
            if draft is not None:
                count += 1
                yield finish(draft, location, number)
        except Unreadable as error:
            yield Refusal(location.part(name), str(error))
    if not count:
        raise Unreadable("EPUB sans texte")


def _chapters(package: etree._Element, folder: str) -> Iterator[str]:
    """The names of the parts, in the order of reading, without the table of contents."""
    items = {item.get("id"): item for item in below(package, "item") if "nav" not in (item.get("properties") or "")}
    for reference in below(package, "itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and "html" in (item.get("media-type") or ""):
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _metadata(package: etree._Element) -> Draft:
    """What the whole says of the source and the day of its chapters."""
    metadata = first(package, "metadata")
    said = {local(one): words(one) for one in reversed(list(metadata))} if metadata is not None else {}
    house = split_title(said.get("title") or "")[0].split("[")[0].strip()
    return Draft(
        source=house if is_source(house) else said.get("publisher"),
        date=said.get("date"),
        author=None if is_source(said.get("creator") or "") else said.get("creator"),
    )


def _draft(data: bytes, known: Draft) -> Draft | None:
    """A chapter, with what is known of the whole; None where it is too short for an article."""
    title, body = heading_and_text(parse_page(decode_declared(data)))
    return msgspec.structs.replace(known, title=title, body=body) if len(body) >= _SHORTEST else None
