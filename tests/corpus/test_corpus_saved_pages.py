"""Pages that people saved: archives of Safari, SingleFile, ScrapBook, HTTrack, libraries of Zotero with pages."""

from __future__ import annotations

import plistlib
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]

TEXT = "Le pont de Lanvec rouvre mardi aux voitures, après onze mois de travaux, annonce la mairie de la commune."
PAGE = f"<html><head><title>Le pont rouvre</title></head><body><article><h1>Le pont rouvre</h1><p>{TEXT}</p></article>"
FRAMES = (
    '<html><head><title>La Vigie</title></head><frameset><frame src="a.html"><frame src="b.html"></frameset></html>'
)
BODY = PAGE.removeprefix("<html>")
ADDRESS = "https://vigie.example/2022/01/19/pont.html"


def read(make_corpus: MakeCorpus, files: Mapping[str, str | bytes]) -> tuple[list[Article], list[Refusal]]:
    items = list(read_corpus([make_corpus(files)]))
    return [one for one in items if isinstance(one, Article)], [one for one in items if isinstance(one, Refusal)]


def resource(
    page: str | bytes, address: str = ADDRESS, kind: str = "text/html", charset: str = "UTF-8"
) -> dict[str, Any]:
    data = page if isinstance(page, bytes) else page.encode(charset)
    return {
        "WebResourceData": data,
        "WebResourceURL": address,
        "WebResourceMIMEType": kind,
        "WebResourceTextEncodingName": charset,
    }


def archive(main: dict[str, Any], *frames: dict[str, Any]) -> dict[str, Any]:
    return {"WebMainResource": main, "WebSubframeArchives": list(frames), "WebSubresources": []}


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
@pytest.mark.parametrize("charset", ["UTF-8", "windows-1252"])
def test_an_archive_of_safari(make_corpus: MakeCorpus, form: plistlib.PlistFormat, charset: str) -> None:
    advertisement = archive(
        resource("<p>Achetez ce vélo, il est beau, il est grand, il est à vous pour rien du tout.</p>")
    )
    data = plistlib.dumps(archive(resource(PAGE, charset=charset), advertisement), fmt=form)
    [article], refused = read(make_corpus, {"pont.webarchive": data})
    assert (article.title, article.body, article.url) == ("Le pont rouvre", TEXT, ADDRESS)
    assert (article.source, article.date) == ("vigie.example", "2022-01-19")
    assert article.format == "archive de Safari"
    assert not refused


def test_a_webarchive_is_recognized_by_content(make_corpus: MakeCorpus) -> None:
    [article], _ = read(make_corpus, {"pont": plistlib.dumps(archive(resource(PAGE)), fmt=plistlib.FMT_BINARY)})
    assert article.body == TEXT


def test_a_page_of_frames_is_its_longest_frame(make_corpus: MakeCorpus) -> None:
    menu = archive(resource("<ul><li>Une</li><li>Ville</li></ul>"))
    deep = archive(resource(FRAMES), archive(resource(PAGE)))
    [article], _ = read(make_corpus, {"a.webarchive": plistlib.dumps(archive(resource(FRAMES), menu, deep))})
    assert article.body == TEXT


def test_a_document_in_a_webarchive_is_read_by_its_own_reader(make_corpus: MakeCorpus) -> None:
    shown = resource(rb"{\rtf1 Le pont rouvre\par Il rouvre mardi.}", kind="text/rtf")
    [article], _ = read(make_corpus, {"a.webarchive": plistlib.dumps(archive(shown))})
    assert (article.title, article.body) == ("Le pont rouvre", "Il rouvre mardi.")


BINARY = plistlib.dumps(archive(resource(PAGE)), fmt=plistlib.FMT_BINARY)


def nested(depth: int) -> dict[str, Any]:
    found = archive(resource(FRAMES))
    for _ in range(depth):
        found = archive(resource(FRAMES), found)
    return found


@pytest.mark.parametrize(
    "data",
    [
        BINARY[:200],
        BINARY[:-20],
        BINARY[:-24] + b"\xff" * 24,  # of its trailer: as many objects as there are numbers
        b"bplist00" + bytes(100),
        plistlib.dumps(["rien"]),
        plistlib.dumps({"WebMainResource": {"WebResourceData": 2**40}}),
        plistlib.dumps({"WebMainResource": "rien"}),
        b'<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>',
    ],
)
def test_damaged_webarchives_name_the_repair(make_corpus: MakeCorpus, data: bytes) -> None:
    articles, [refused] = read(make_corpus, {"a.webarchive": data})
    assert not articles
    assert "enregistrer" in refused.reason


def test_nested_frames_are_read_up_to_a_depth(make_corpus: MakeCorpus) -> None:
    articles, [refused] = read(make_corpus, {"a.webarchive": plistlib.dumps(nested(60))})
    assert not articles
    assert "texte" in refused.reason


@pytest.mark.parametrize(
    "page",
    [
        f"<!DOCTYPE html> <html lang=fr><!--\n Page saved with SingleFile \n url: {ADDRESS} \n saved: x\n-->{BODY}",
        f"<!-- saved from url=(0042){ADDRESS} -->\n{PAGE}",
        f'<!DOCTYPE html>\n<html lang="fr" data-scrapbook-source="{ADDRESS}" data-scrapbook-create="20240101">{BODY}',
        f"<html><!-- Mirrored from vigie.example/2022/01/19/pont.html by HTTrack Website Copier/3.x -->{BODY}",
    ],
)
def test_a_saved_page_has_its_url(make_corpus: MakeCorpus, page: str) -> None:
    """The date comes from the URL, not from the time of saving."""
    [article], _ = read(make_corpus, {"pont.html": page})
    assert article.url is not None
    assert article.url.partition("://")[2] == ADDRESS.partition("://")[2]
    assert (article.source, article.date, article.body) == ("vigie.example", "2022-01-19", TEXT)


SCRAP = {"data/20240101/index.html": PAGE, "data/20240101/index.dat": f"id\t20240101\ntitle\tx\nsource\t{ADDRESS}\n"}


def test_scrapbook_gives_the_url_of_a_page(make_corpus: MakeCorpus) -> None:
    [article], _ = read(make_corpus, SCRAP)
    assert (article.url, article.date) == (ADDRESS, "2022-01-19")


def test_scrapbook_in_a_zip(make_corpus: MakeCorpus) -> None:
    [article], _ = read(make_corpus, {"scrap.zip": zipped(SCRAP)})
    assert article.url == ADDRESS


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


NAMES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" '
    'xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:link="http://purl.org/rss/1.0/modules/link/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/"'
)
ITEM = """<bib:Article rdf:about="#item_1"><z:itemType>newspaperArticle</z:itemType>
<dcterms:isPartOf><bib:Newspaper><dc:title>La Vigie du Port</dc:title></bib:Newspaper></dcterms:isPartOf>
<bib:authors><rdf:Seq>
<rdf:li><foaf:Person><foaf:surname>Dupré</foaf:surname><foaf:givenName>Anne</foaf:givenName></foaf:Person></rdf:li>
<rdf:li><foaf:Person><foaf:surname>AFP</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:authors>
<prism:section>Économie</prism:section><dc:title>Le pont, un récit</dc:title>
<dcterms:abstract>Un résumé.</dcterms:abstract><dc:date>2022-01-19</dc:date>
<dc:identifier><dcterms:URI><rdf:value>https://vigie.example/pont</rdf:value></dcterms:URI></dc:identifier>
<dcterms:isReferencedBy rdf:resource="#item_2"/><link:link rdf:resource="#item_3"/></bib:Article>"""
NOTE = '<bib:Memo rdf:about="#item_2"><rdf:value>&lt;p&gt;Une note à moi.&lt;/p&gt;</rdf:value></bib:Memo>'


def attachment(number: int, path: str) -> str:
    return (
        f'<z:Attachment rdf:about="#item_{number}"><z:itemType>attachment</z:itemType>'
        f'<rdf:resource rdf:resource="{path}"/><dc:title>Capture</dc:title></z:Attachment>'
    )


def library(*items: str) -> str:
    return f"<rdf:RDF\n {NAMES}>{''.join(items)}</rdf:RDF>"


PATH = "files/3/page%20une.html"
LIBRARY = {"Ma biblio.rdf": library(ITEM, NOTE, attachment(3, PATH)), "files/3/page une.html": PAGE}


@pytest.mark.parametrize("packed", [False, True])
def test_a_zotero_item_has_the_text_of_its_page(make_corpus: MakeCorpus, packed: bool) -> None:
    """The page is not a second article."""
    [article], refused = read(make_corpus, {"a.zip": zipped(LIBRARY)} if packed else LIBRARY)
    assert (article.title, article.date, article.section) == ("Le pont, un récit", "2022-01-19", "Économie")
    assert (article.source, article.author) == ("La Vigie du Port", "Anne Dupré, AFP")
    assert article.url == "https://vigie.example/pont"
    assert article.body == f"{TEXT}\n\nUne note à moi."
    assert not refused


def test_a_zotero_item_without_page_has_abstract_and_notes(make_corpus: MakeCorpus) -> None:
    [article], refused = read(make_corpus, {"a.rdf": LIBRARY["Ma biblio.rdf"]})
    assert article.body == "Un résumé.\n\nUne note à moi."
    assert not refused


def test_other_pages_of_a_library_are_articles(make_corpus: MakeCorpus) -> None:
    """A second page of an item, one that hangs on none, and one that is refused: nothing is lost."""
    other = PAGE.replace("rouvre", "ferme")
    files = {
        "a.rdf": library(
            ITEM.replace("</bib:Article>", '<link:link rdf:resource="#item_4"/></bib:Article>'),
            *(attachment(number, f"files/{number}/a.html") for number in (3, 4, 5, 6)),
        ),
        "files/3/a.html": PAGE,
        "files/4/a.html": other,
        "files/5/a.html": PAGE.replace("rouvre", "attend"),
        "files/6/a.html": "<html><body></body></html>",
    }
    articles, refused = read(make_corpus, files)
    assert [one.title for one in articles] == ["Le pont, un récit", "Le pont ferme", "Le pont attend"]
    assert [one.path.endswith("files/6/a.html") for one in refused] == [True]


def test_a_note_without_an_item_is_an_article(make_corpus: MakeCorpus) -> None:
    [article], _ = read(make_corpus, {"a.rdf": library(NOTE)})
    assert article.body == "Une note à moi."


def test_a_paper_shared_by_items_is_a_duplicate(make_corpus: MakeCorpus) -> None:
    shared = '<bib:Newspaper rdf:about="urn:issn:1"><dc:title>La Vigie du Port</dc:title></bib:Newspaper>'
    item = ITEM.replace(
        "<dcterms:isPartOf><bib:Newspaper><dc:title>La Vigie du Port</dc:title></bib:Newspaper></dcterms:isPartOf>",
        '<dcterms:isPartOf rdf:resource="urn:issn:1"/>',
    )
    [article], _ = read(make_corpus, {"a.rdf": library(item, shared)})
    assert article.source == "La Vigie du Port"


@pytest.mark.parametrize(
    "path", ["../secret.html", "/etc/secret.html", "https://vigie.example/a.html", "files/../../secret.html"]
)
def test_pages_outside_of_the_corpus_are_ignored(make_corpus: MakeCorpus, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.html").write_text(PAGE, encoding="utf-8")
    [article], _ = read(make_corpus, {"a.rdf": library(ITEM, attachment(3, path))})
    assert article.body == "Un résumé."


def test_a_truncated_library_gives_its_items_and_says_so(make_corpus: MakeCorpus) -> None:
    articles, [refused] = read(make_corpus, {"a.rdf": library(ITEM, NOTE)[:-60]})
    assert [one.title for one in articles] == ["Le pont, un récit"]
    assert "exporter de nouveau" in refused.reason
    assert not read(make_corpus, {"a.rdf": library()})[0]


def test_a_feed_is_not_a_library(make_corpus: MakeCorpus) -> None:
    feed = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://vigie.example/"><title>La Vigie</title></channel><item rdf:about="https://vigie.example/p">'
        f"<title>Le pont rouvre</title><link>https://vigie.example/p</link><description>{TEXT}</description></item></rdf:RDF>"
    )
    [article], _ = read(make_corpus, {"a.rdf": feed})
    assert (article.title, article.body) == ("Le pont rouvre", TEXT)


def test_an_unreadable_page_of_many_items_is_tried_once(make_corpus: MakeCorpus) -> None:
    """The page is read once."""
    kept = '<link:link rdf:resource="#item_3"/>'
    item = f"<bib:Article><z:itemType>webpage</z:itemType><dc:title>T</dc:title>{kept}</bib:Article>"
    page = "<html><body>" + "<div>" * 2_000
    articles, [refused] = read(make_corpus, {"a.rdf": library(attachment(3, "a.html"), item * 3_000), "a.html": page})
    assert len(articles) == 3_000
    assert refused.path.endswith("a.html")
