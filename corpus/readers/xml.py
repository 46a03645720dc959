"""XML: feeds, exports of agencies (NITF, NewsML), editions (TEI), scanned pages, and records named as fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from html.entities import html5

from lxml import etree

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import Draft, finished
from kiosque.corpus.draft.field_map import field_map
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.markup.tag_limits import check_nodes
from kiosque.corpus.readers.feed import read_feed
from kiosque.corpus.readers.html import read_html
from kiosque.corpus.readers.xml_dumps import evernote, mediawiki
from kiosque.corpus.readers.xml_factiva import factiva_xml, is_factiva_xml
from kiosque.corpus.readers.xml_news import newsml_1, newsml_g2, nitf
from kiosque.corpus.readers.xml_ocr import alto, page
from kiosque.corpus.readers.xml_records import records
from kiosque.corpus.readers.xml_tei import tei
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 128 * 2**20  # bytes
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))

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
    if root in ("rss", "feed", "RDF"):
        yield from read_feed(data, location)
    elif root == "html":
        yield from read_html(location)
    else:
        any_records = partial(records, fields=field_map(location.settings.fields))
        other = factiva_xml if is_factiva_xml(text) else any_records
        yield from _read(text, _KINDS.get(root, other), location)


def _root(text: str) -> str:
    """The name of the first element."""
    match = _ROOT.search(re.sub(r"<!--.*?-->", "", text[:20_000], flags=re.DOTALL))
    return match[2] if match else ""


def _read(
    text: str, drafts: Callable[[etree._Element], Iterator[Draft]], location: Location
) -> Iterator[Article | Refusal]:
    tree, damage = _parse(text)
    found = list(drafts(tree))
    yield from finished(found, location)
    if not found:
        yield Refusal(location.shown, f"XML sans article connu (racine <{_root(text)}>)")
    elif damage:
        read = counted(len(found), "article lu", "articles lus")
        yield Refusal(location.shown, f"XML abîmé : {read}, peut-être pas tous ({damage})")


def _parse(text: str) -> tuple[etree._Element, str]:
    """The tree of what can be read, and the first damage. Entities are no text here: bombs are made of them."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    whole = _ENTITY.sub(_character, _DECLARATION.sub("", text, count=1))
    data = whole.replace("\0", "").encode("utf-8", "replace")
    check_nodes(data)
    tree = etree.fromstring(data, parser) if data.strip() else None  # which lxml does not recover from
    if tree is None:
        raise Unreadable("XML illisible")
    damage = parser.error_log[0] if len(parser.error_log) else None
    return tree, f"ligne {damage.line}" if damage else ""


def _character(match: re.Match[str]) -> str:
    """The character of "&eacute;", which XML knows only from a DTD that is not fetched; other names stay."""
    return match[0] if match[1] in _OWN else html5.get(f"{match[1]};", f"&amp;{match[1]};")
