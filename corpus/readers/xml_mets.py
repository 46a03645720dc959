"""METS: an issue of a paper, whose pages are ALTO files beside it. See https://www.loc.gov/standards/mets/

Its logical structure gives articles, each a list of areas: blocks of pages, in their reading order. Without one, each
page is an article. The paper and the day come from its MODS or Dublin Core. `walk` leaves out the pages of an issue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec
from lxml import etree

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import same_letters
from kiosque.corpus.clean.printed import joined_words
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location, legible
from kiosque.corpus.markup.xml_parts import attribute, below, local
from kiosque.corpus.markup.xml_trees import tree_of
from kiosque.corpus.readers.xml_bibliographic import Issue, issue_of
from kiosque.corpus.readers.xml_ocr import block_texts, page_texts
from kiosque.corpus.refusal import Refusal, Unreadable

MOST_PAGES = 2_000
LARGEST_PAGE = 64 * 2**20  # bytes
LONGEST = 32 * 2**20
"""Characters of an issue: areas may name the same block again and again, within one another."""

_ITEM = "article"
_TITLES = (frozenset(("title", "headline")), frozenset(("heading",)))
"""The TYPEs of a title, the surest first: a heading may hold a title and what stands above and below it."""

_AUTHORS = ("author", "byline")
_SECTION = "section"
_LEAST_REST = 200  # characters of a page that no article names; fewer are running heads


class Area(NamedTuple):
    """A block of a page that a part of an issue names; `kinds` are the TYPEs of the elements around it."""

    file: str
    block: str
    kinds: frozenset[str]


def page_paths(data: bytes) -> list[str]:
    """The ALTO files that a METS names. Raises Unreadable."""
    return list(page_files(tree_of(data)[0]).values())


def page_files(mets: etree._Element) -> dict[str, str]:
    """The ALTO files of an issue in their order, as relative paths by identifier."""
    files = ((str(file.get("ID")), _path(file)) for file in below(mets, "file"))
    named = {name: path for name, path in files if path and path.lower().endswith(".xml")}
    order = [
        str(pointer.get("FILEID")) for pages in _maps(mets, "physical") for pointer in below(pages, "fptr", "area")
    ]
    return {name: named[name] for name in dict.fromkeys([*order, *named]) if name in named}


def _path(file: etree._Element) -> str | None:
    """The relative path of a file; None for an address, or where there is none."""
    href = next((attribute(place, "href") for place in below(file, "FLocat")), "")
    parts = urlsplit(href.removeprefix("file://").replace("\\", "/"))
    return unquote(parts.path) if parts.path and not parts.netloc and not parts.scheme else None


def read_mets(mets: etree._Element, location: Location) -> Iterator[Article | Refusal]:
    """The articles of an issue, and a Refusal for each page that is not there. Raises Unreadable, OSError."""
    if location.opener and not location.member:
        raise Unreadable("METS dans une archive dont les pages ne se lisent pas avec lui : la décompresser")
    files = page_files(mets)
    if len(files) > MOST_PAGES:
        raise Unreadable(f"METS de plus de {MOST_PAGES} pages : le couper par numéro")
    items = list(_items(mets))
    pages, missing = _read_pages(files, items, location)
    if not pages:
        raise Unreadable("METS sans aucune de ses pages ALTO : les remettre dans son dossier, ou dans la même archive")
    issue = issue_of(mets)
    drafts = [draft for draft in _drafts(items, pages, issue) if draft.title or draft.body]
    if not drafts:
        raise Unreadable("METS dont les pages ALTO n’ont aucun texte : les reconnaître (OCR) d’abord")
    for number, draft in enumerate(drafts, 1):
        yield finish(draft, location, number)
    if missing:
        said = counted(len(missing), "page ALTO manque", "pages ALTO manquent")
        names = legible(", ".join(missing)[:100])
        yield Refusal(location.shown, f"{said} à côté du METS, ou ne se lisent pas : les remettre ({names})")


class _Item(NamedTuple):
    """An article of the logical structure."""

    div: etree._Element
    section: str | None
    areas: list[Area]


def _items(mets: etree._Element) -> Iterator[_Item]:
    """The articles of the structure, and what stands beside them (advertisements); nothing where it has no article."""
    for logical in _maps(mets, "logical"):
        if any(_kind(div) == _ITEM for div in below(logical, "div")):
            yield from _items_below(logical)
            return


def _items_below(logical: etree._Element) -> Iterator[_Item]:
    section = None
    holders = {above for div in below(logical, "div") if _kind(div) == _ITEM for above in div.iterancestors()}
    walk = etree.iterwalk(logical, events=("start",))
    for _, div in walk:
        if local(div) != "div":
            continue
        if div in holders and _kind(div) != _ITEM:
            section = (str(div.get("LABEL") or "") or None) if _kind(div) == _SECTION else section
        elif areas := list(_areas(div)):
            walk.skip_subtree()
            yield _Item(div, section if _is_in_section(div) else None, areas)


def _is_in_section(div: etree._Element) -> bool:
    return any(local(above) == "div" and _kind(above) == _SECTION for above in div.iterancestors())


def _areas(div: etree._Element) -> Iterator[Area]:
    """The blocks below an element, in the order in which they are read."""
    kinds: list[str] = []
    for event, part in etree.iterwalk(div, events=("start", "end")):
        if local(part) == "div" and part is not div:
            if event == "start":
                kinds.append(_kind(part))
            else:
                kinds.pop()
        elif event == "start" and local(part) == "area" and part.get("FILEID") and part.get("BEGIN"):
            yield Area(str(part.get("FILEID")), str(part.get("BEGIN")), frozenset(kinds))


def _maps(mets: etree._Element, kind: str) -> Iterator[etree._Element]:
    """The structures of a kind; one that says none may be either."""
    for each in below(mets, "structMap"):
        said = f"{each.get('TYPE') or ''} {each.get('LABEL') or ''}".lower()
        if kind in said or not said.strip():
            yield each


def _kind(div: etree._Element) -> str:
    return str(div.get("TYPE") or "").lower()


class _Page(msgspec.Struct):
    """The texts of a page: of its blocks that articles name, by identifier, and of the others in a piece."""

    blocks: dict[str, str]
    rest: str


def _read_pages(
    files: dict[str, str], items: Sequence[_Item], location: Location
) -> tuple[dict[str, _Page], list[str]]:
    """The pages by the identifier of their file, and the paths of those that cannot be read."""
    pages: dict[str, _Page] = {}
    missing, named = [], defaultdict[str, set[str]](set)
    for area in chain.from_iterable(item.areas for item in items):
        named[area.file].add(area.block)
    for name, path in files.items():
        try:
            pages[name] = _page(location.neighbour(path), named[name])
        except (Unreadable, FileNotFoundError):
            missing.append(path)
    return pages, missing


def _page(location: Location | None, named: set[str]) -> _Page:
    if location is None:
        raise FileNotFoundError
    tree, _ = tree_of(location.read(LARGEST_PAGE))
    if local(tree) != "alto":
        raise Unreadable("pas une page ALTO")
    return _Page(block_texts(tree, named, LONGEST), "\n".join(page_texts(tree, without=named)))


def _drafts(items: Sequence[_Item], pages: dict[str, _Page], issue: Issue) -> Iterator[Draft]:
    left = LONGEST
    for item in items:
        draft = _draft(item, pages, issue)
        left -= len(draft.body or "")
        if left < 0:
            raise Unreadable("METS dont les articles répètent les mêmes blocs : n’en garder que les pages ALTO")
        yield draft
    for page in pages.values():
        if page.rest and (not items or len(page.rest) >= _LEAST_REST):
            yield Draft(body=page.rest, date=issue.date, source=issue.paper, contested=issue.is_guess)


def _draft(item: _Item, pages: dict[str, _Page], issue: Issue) -> Draft:
    texts = [(area.kinds, pages[area.file].blocks.get(area.block, "")) for area in item.areas if area.file in pages]
    texts = [(kinds, text) for kinds, text in texts if text]
    titles = next((one for one in _TITLES if any(not kinds.isdisjoint(one) for kinds, _ in texts)), frozenset[str]())
    heading = " ".join(text for kinds, text in texts if not kinds.isdisjoint(titles))
    own = issue.parts.get(str(item.div.get("DMDID") or ""))
    title = (own and own.title) or str(item.div.get("LABEL") or "") or heading
    body = [text for kinds, text in texts if kinds.isdisjoint((*titles, *_AUTHORS))]
    above = heading if heading and not same_letters(heading, title) else ""
    authors = [text for kinds, text in texts if not kinds.isdisjoint(_AUTHORS)]
    return Draft(
        title=title if any(map(str.isalnum, title)) else None,
        body=joined_words("\n".join(filter(None, [above, *body]))),
        date=issue.date,
        source=issue.paper,
        author=(own and own.author) or ", ".join(authors) or None,
        section=item.section,
        contested=issue.is_guess,
    )
