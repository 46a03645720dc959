"""Zotero RDF: an article an item, with its notes and the text of the page that was kept with it.

An export "with files" has the pages in folders "files/12/" beside the .rdf file. A page that is no item's text is
read by itself; `walk` leaves them all to this reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import msgspec
from lxml import etree

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.markup.html_tree import LARGEST as LARGEST_PAGE
from kiosque.corpus.markup.text_of_markup import text_of_markup
from kiosque.corpus.markup.xml_parts import below, first, local, paragraphs, words
from kiosque.corpus.markup.xml_trees import tree_of
from kiosque.corpus.readers.dispatch import read
from kiosque.corpus.readers.formats import suffix_of
from kiosque.corpus.readers.html import page_draft
from kiosque.corpus.readers.references import Reference, articles_of, names_joined, text_joined
from kiosque.corpus.refusal import Refusal, Unreadable

NAMESPACE = "http://www.zotero.org/namespaces/export#"

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PAGES = (".html", ".htm", ".xhtml", ".shtml")
_OTHERS = ("Attachment", "Collection", "Memo")


def page_paths(data: bytes) -> list[str]:
    """The pages that a library names, from its folder. Raises Unreadable."""
    tree, _ = tree_of(decode_declared(data))
    return [path for child in tree if (path := _path(child))]


def read_zotero(text: str, location: Location) -> Iterator[Article | Refusal]:
    """The articles of a library, and of its pages that are no item's text. Raises Unreadable, OSError."""
    tree, damage = tree_of(text)
    library = _Library(tree, location)
    read_items = 0
    for item in articles_of(library.references(), location):
        read_items += isinstance(item, Article)
        yield item
    for path in library.paths_left():
        page = location.neighbour(path)
        yield from read(page, suffix_of(path)) if page else ()
    if damage or not read_items:
        found = counted(read_items, "référence lue", "références lues")
        yield Refusal(location.shown, f"RDF de Zotero vide ou abîmé : {found}, l’exporter de nouveau")


class _Library:
    """The items of a library by the names that they refer to one another by."""

    def __init__(self, tree: etree._Element, location: Location) -> None:
        self._children, self._location = list(tree), location
        self._known = {str(child.get(f"{_RDF}about")): child for child in tree if child.get(f"{_RDF}about")}
        self._read: set[str] = set()
        self._tried: set[str] = set()

    def references(self) -> Iterator[Reference]:
        """The items, and the notes that belong to none."""
        items = [child for child in self._children if local(child) not in _OTHERS and _is_item(child)]
        noted = {name for item in items for name in _references(item, "isReferencedBy")}
        for item in items:
            yield self._reference(item)
        for about, child in self._known.items():
            if local(child) == "Memo" and about not in noted:
                yield Reference(Draft(body=_note(child)), ["note"])

    def paths_left(self) -> list[str]:
        """The pages that became no item's text, each once."""
        paths = dict.fromkeys(path for child in self._children if (path := _path(child)))
        return [path for path in paths if path not in self._read]

    def _reference(self, item: etree._Element) -> Reference:
        notes = [_note(self._known[name]) for name in _references(item, "isReferencedBy") if name in self._known]
        page = self._page(item) or Draft()
        text = max(page.body or "", paragraphs(_child(item, "abstract")), key=len)
        own: dict[str, Any] = {
            "title": words(_child(item, "title")),
            "date": words(_child(item, "date")),
            "source": self._container(item) or words(first(item, "publisher", "name")),
            "url": _address(item),
            "author": _authors(item),
            "section": words(_child(item, "section")),
        }
        said = {name: value for name, value in own.items() if value}
        return Reference(
            msgspec.structs.replace(page, body=text_joined([text, *notes]), **said), [local(child) for child in item]
        )

    def _page(self, item: etree._Element) -> Draft | None:
        """The first page with a text of those that were kept with an item. Raises OSError."""
        kept = (self._known[name] for name in _references(item, "link") if name in self._known)
        for path in filter(None, map(_path, kept)):
            page = self._location.neighbour(path) if path not in self._tried else None
            self._tried.add(path)
            if draft := page and _page_draft(page):
                self._read.add(path)
                return draft
        return None

    def _container(self, item: etree._Element) -> str | None:
        """The paper that an item is part of, which is inside it, or elsewhere where several items share it."""
        part = _child(item, "isPartOf")
        if part is None:
            return None
        shared = self._known.get(str(part.get(f"{_RDF}resource")))
        return words(_child(shared, "title") if shared is not None else first(part, "title"))


def _page_draft(page: Location) -> Draft | None:
    try:
        return page_draft(decode_declared(page.read(LARGEST_PAGE)))
    except Unreadable:
        return None


def _is_item(child: etree._Element) -> bool:
    return words(_child(child, "itemType")) not in (None, "attachment", "note")


def _path(child: etree._Element) -> str | None:
    """The page that an attachment is, as a path from the folder of the library; None where it is none."""
    resource = _child(child, "resource") if local(child) == "Attachment" else None
    path = unquote(str(resource.get(f"{_RDF}resource") or "")) if resource is not None else ""
    return path if path.lower().endswith(_PAGES) and "://" not in path else None


def _child(item: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in item if local(child) == name), None)


def _references(item: etree._Element, name: str) -> list[str]:
    """The names that an item refers to: "#item_12"."""
    found = (child.get(f"{_RDF}resource") for child in item if local(child) == name)
    return [str(each) for each in found if each]


def _note(memo: etree._Element) -> str | None:
    """The text of a note, which is HTML in a text."""
    value = _child(memo, "value")
    return text_of_markup("".join(map(str, value.itertext()))) if value is not None else None


def _address(item: etree._Element) -> str | None:
    about = str(item.get(f"{_RDF}about") or "")
    written = (words(first(each, "URI", "value")) for each in item if local(each) == "identifier")
    return next(filter(None, written), about if about.startswith("http") else None)


def _authors(item: etree._Element) -> str | None:
    authors = _child(item, "authors")
    if authors is None:
        return None
    people = below(authors, "Person")
    parts = (((first(one, "givenName"), first(one, "givenname")), first(one, "surname")) for one in people)
    return names_joined(" ".join(filter(None, (*map(words, given), words(last)))) for given, last in parts)
