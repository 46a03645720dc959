"""Documents of word processors: one article, its title styled as one or on the first line; or those of an export."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator

import msgspec
from lxml import etree

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import tidy
from kiosque.corpus.draft.draft import finished
from kiosque.corpus.location import Location
from kiosque.corpus.markup.xml_parts import attribute, below, first, local, words
from kiosque.corpus.packed.zip_parts import document, has_part, tree
from kiosque.corpus.readers.text import article_of_text
from kiosque.corpus.readers.text_exports import export_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

_TITLES = ("title", "titre", "titreprincipal")
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "line-break": "\n", "s": " ", "noBreakHyphen": "-", "soft-page-break": ""}


def read_docx(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .docx file, with its notes; its day of creation is no day of publication. Raises OSError."""
    return _read(location, "docProps/core.xml", _docx_paragraphs)


def read_odt(location: Location) -> Iterator[Article | Refusal]:
    """The article of an .odt file; its day of creation is no day of publication. Raises OSError."""
    return _read(location, "meta.xml", _odt_paragraphs)


def _read(
    location: Location, properties: str, paragraphs: Callable[[zipfile.ZipFile], Iterator[tuple[str, str]]]
) -> Iterator[Article | Refusal]:
    try:
        with document(location) as archive:
            styled = [(style.lower().replace(" ", ""), text) for style, text in paragraphs(archive)]
            author = words(first(tree(archive, properties), "creator")) if has_part(archive, properties) else None
        title = next((text.strip() for style, text in styled if style in _TITLES and text.strip()), "")
        lines = [text for _, text in styled]
        if export := export_of_text(tidy("\n".join(lines))):
            yield from finished(list(export), location)
        else:
            found = article_of_text(tidy("\n".join([title, *lines])), location)
            yield msgspec.structs.replace(found, author=found.author or author, format=None)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))


def _docx_paragraphs(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph, those of tables and notes too."""
    for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name == "word/document.xml" or has_part(archive, name):
            for paragraph in _paragraphs(tree(archive, name)):
                style = first(paragraph, "pStyle")
                yield attribute(style, "val") if style is not None else "", "".join(_pieces(paragraph, "t"))


def _paragraphs(part: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs, without the second form that Word keeps of a text box for older programs ("Fallback")."""
    walk = etree.iterwalk(part, events=("start",))
    for _, element in walk:
        if local(element) == "Fallback":
            walk.skip_subtree()
        elif local(element) == "p":
            yield element


def _odt_paragraphs(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    body = first(tree(archive, "content.xml"), "body", "text")
    if body is None:
        raise Unreadable("document sans texte (présentation, dessin) : l’enregistrer en PDF")
    for change in list(below(body, "tracked-changes", "annotation")):
        change.tag = "removed"
        del change[:]
    for paragraph in below(body, "p", "h"):
        yield attribute(paragraph, "style-name"), "".join(_all_pieces(paragraph))


def _pieces(paragraph: etree._Element, text: str) -> Iterator[str]:
    """The text in the runs of a paragraph; what was deleted under tracked changes has another name.

    Paragraphs inside it, as in a text box, come by themselves: nested 240 deep they would give the square of the text.
    """
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, part in walk:
        if part is not paragraph and local(part) in ("p", "Fallback"):
            walk.skip_subtree()
        else:
            yield (part.text or "") if local(part) == text else _SIGNS.get(local(part), "")


def _all_pieces(paragraph: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, part in walk:
        if event == "start" and part is not paragraph and local(part) in ("p", "h"):
            walk.skip_subtree()
        elif event == "start":
            yield _SIGNS.get(local(part), "") + (part.text or "")
        elif part is not paragraph:
            yield part.tail or ""
