"""XML: feeds, exports of agencies (NITF, NewsML), editions (TEI), scanned pages, and records named as fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from lxml import etree

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import Draft, finished
from kiosque.corpus.draft.field_map import field_map
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.markup.xml_trees import tree_of
from kiosque.corpus.readers.feed import read_feed
from kiosque.corpus.readers.html import read_html
from kiosque.corpus.readers.xml_dumps import evernote, mediawiki
from kiosque.corpus.readers.xml_factiva import factiva_xml, is_factiva_xml
from kiosque.corpus.readers.xml_mets import read_mets
from kiosque.corpus.readers.xml_news import newsml_1, newsml_g2, nitf
from kiosque.corpus.readers.xml_ocr import alto, page
from kiosque.corpus.readers.xml_records import records
from kiosque.corpus.readers.xml_tei import tei
from kiosque.corpus.readers.zotero import NAMESPACE, read_zotero
from kiosque.corpus.refusal import Refusal

_HEAD = 20_000  # characters in which the first element is
LARGEST = 128 * 2**20  # bytes
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")

# For each root the function that gives the drafts of its tree; all other roots are searched for records.
_KINDS: dict[str, Callable[[etree._Element], Iterator[Draft]]] = {
    "nitf": nitf,
    "newsItem": newsml_g2,
    "newsMessage": newsml_g2,
    "NewsML": newsml_1,
    "NewsItem": newsml_1,
    "TEI": tei,
    "TEI.2": tei,
    "teiCorpus": tei,
    "alto": alto,
    "PcGts": page,
    "DistDoc": factiva_xml,
    "DistList": factiva_xml,
    "mediawiki": mediawiki,
    "en-export": evernote,
}


def read_xml(location: Location) -> Iterator[Article | Refusal]:
    """The articles of an XML file, and a Refusal for what gives none. Raises OSError."""
    data = location.read(LARGEST)
    text = decode_declared(data)
    root = _root(text)
    if root == "RDF" and NAMESPACE in text[:_HEAD]:
        yield from read_zotero(text, location)
    elif root in ("rss", "feed", "RDF"):
        yield from read_feed(data, location)
    elif root == "html":
        yield from read_html(location)
    elif root == "mets":
        yield from read_mets(tree_of(text)[0], location)
    else:
        yield from _read(text, _KINDS.get(root) or _kind_by_content(text, location), location)


def _kind_by_content(text: str, location: Location) -> Callable[[etree._Element], Iterator[Draft]]:
    return factiva_xml if is_factiva_xml(text) else partial(records, fields=field_map(location.settings.fields))


def _root(text: str) -> str:
    """The name of the first element."""
    match = _ROOT.search(re.sub(r"<!--.*?-->", "", text[:_HEAD], flags=re.DOTALL))
    return match[2] if match else ""


def _read(
    text: str, drafts: Callable[[etree._Element], Iterator[Draft]], location: Location
) -> Iterator[Article | Refusal]:
    tree, damage = tree_of(text)
    found = list(drafts(tree))
    yield from finished(found, location)
    if not found:
        yield Refusal(location.shown, f"XML sans champ connu (racine <{_root(text)}>) : les nommer dans kiosque.toml")
    elif damage:
        read = counted(len(found), "article lu", "articles lus")
        yield Refusal(location.shown, f"XML abîmé : {read}, peut-être pas tous ({damage})")
