"""Exports of other tools: wikis, Evernote, spreadsheets, RTF, Nexis, Gallica."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.readers.xml_dumps import text_of_wiki
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(name: str, content: str | bytes) -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: content}) / name]))

    return read_content


def articles(items: list[Article | Refusal]) -> list[Article]:
    assert all(isinstance(item, Article) for item in items), items
    return [item for item in items if isinstance(item, Article)]


CODES = """<reponse><article><headline><p>Le pont rouvre</p></headline><leadParagraph><p>Les bus passent depuis ce
matin sur le pont de la Lune.</p></leadParagraph><tailParagraphs><p>Les vélos attendront.</p></tailParagraphs>
<publicationDate><dateTime>2022-01-19T08:12:00Z</dateTime></publicationDate><sourceName>La Vigie</sourceName>
<region code="fra"><name>France</name></region><region code="bret"><name>Bretagne</name></region></article></reponse>"""


def test_code_elements_next_to_an_article_are_not_articles(read: Read) -> None:
    [article] = articles(read("factiva.xml", CODES))
    assert article.title == "Le pont rouvre"
    assert article.body.endswith("Les vélos attendront.")
    assert (article.source, article.date) == ("La Vigie", "2022-01-19")


def test_an_element_with_a_field_name_is_not_an_article(read: Read) -> None:
    [refusal] = read("x.xml", "<a>" + "".join(f'<w id="{n}" content="mot"/>' for n in range(50)) + "</a>")
    assert isinstance(refusal, Refusal)
    assert "sans champ connu" in refusal.reason


WIKI = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"><siteinfo><sitename>Wikinews</sitename></siteinfo>
<page><title>Le pont rouvre</title><ns>0</ns><revision><timestamp>2022-01-18T08:00:00Z</timestamp>
<text>Brouillon.</text></revision><revision><timestamp>2022-01-19T08:12:00Z</timestamp><text>{text}</text></revision></page>
<page><title>Discussion</title><ns>1</ns><revision><text>Non.</text></revision></page>
<page><title>Pont</title><ns>0</ns><redirect title="x"/><revision><text>#R</text></revision></page></mediawiki>"""


def test_a_wiki_dump_gives_the_last_revision_of_each_article(read: Read) -> None:
    text = "{{date|19|{{n}}}}\n'''Le pont''' de la [[Lune (ville)|Lune]] rouvre.<ref>x</ref>\n== Suite ==\n* Enfin."
    [article] = articles(read("wiki.xml", WIKI.format(text=escape(text))))
    assert (article.title, article.date, article.source) == ("Le pont rouvre", "2022-01-19", "Wikinews")
    assert article.body == "Le pont de la Lune rouvre.\nSuite\nEnfin."


def test_unclosed_wiki_markup_does_not_hang() -> None:
    """A pattern that looks to the end of the text from each opening mark would take hours here."""
    opening = [
        "{{",
        "[[",
        "''",
        "{|",
        "[[Image:",
        "[[a|",
        "[http://x ",
        "[http://",
        "<ref",
        "<ref>",
        "<!--",
        "= ",
        "=x",
    ]
    for hostile in (mark * 50_000 + end for mark in opening for end in ("", "</ref>-->|} x")):
        assert len(text_of_wiki(hostile)) <= len(hostile)


def test_marks_without_an_end_and_marks_in_marks() -> None:
    assert text_of_wiki("Le pont<ref name='a' /> rouvre<ref>Un<!-- </ref> -->\n{{x|{{y}}}}</ref>.") == "Le pont rouvre."
    assert text_of_wiki("{| class=a\n| {{n|1}}\n|}\nLe pont <!-- <ref> -->rouvre.") == "Le pont rouvre."
    assert text_of_wiki("Fin. <!-- reste").startswith("Fin.")
    assert text_of_wiki("=== Le pont = quai ===\nIl [http://x.example rouvre].") == "Le pont = quai\nIl rouvre."


def test_evernote(read: Read) -> None:
    note = "<en-note><div>Le pont rouvre.</div><div>Enfin !</div></en-note>"
    [article] = articles(
        read(
            "notes.enex",
            f'<?xml version="1.0"?><en-export><note><title>Le pont</title><content><![CDATA[{note}]]></content>'
            "<created>20220119T081200Z</created><note-attributes><source-url>https://vigie.example/pont</source-url>"
            "</note-attributes></note></en-export>",
        )
    )
    assert (article.title, article.date, article.url) == ("Le pont", "2022-01-19", "https://vigie.example/pont")
    assert article.body == "Le pont rouvre.\nEnfin !"


NEXIS = """                               1 of 2 DOCUMENTS

La Vigie

19 janvier 2022 mercredi

Le pont rouvre ce matin

AUTEUR: Ana Roy

RUBRIQUE: VILLE; Pg. 4

LONGUEUR: 12 mots

Les bus passent. Les vélos attendront.

Le maire est content.

LANGUE: FRENCH

                               2 of 2 DOCUMENTS

Le Courrier

January 20, 2022 Thursday

Le bac ferme

LENGTH: 4 words

Il était temps.

Copyright 2022 Le Courrier
"""


def test_nexis_gives_one_article_per_document(read: Read) -> None:
    first, second = articles(read("nexis.txt", NEXIS))
    assert (first.title, first.source, first.date) == ("Le pont rouvre ce matin", "La Vigie", "2022-01-19")
    assert (first.author, first.section) == ("Ana Roy", "VILLE; Pg. 4")
    assert first.body == "Les bus passent. Les vélos attendront.\n\nLe maire est content."
    assert (second.title, second.date, second.body) == ("Le bac ferme", "2022-01-20", "Il était temps.")


def test_gallica_gives_the_text_without_its_notice(read: Read) -> None:
    notice = "Rappel de votre demande:\nFormat de téléchargement: : Texte\nNotice complète:\n"
    titled = (
        "Titre : La Vigie du Port (Lanvec. 1866)\nDate d'édition : 1882-02-08\nDate de mise en ligne : 15/10/2007\n"
    )
    [article] = articles(read("gallica.txt", f"{notice}{titled}Le pont de la Lune rouvre ce matin.\nEnfin."))
    assert (article.source, article.date) == ("La Vigie du Port", "1882-02-08")
    assert article.body.startswith("Le pont de la Lune rouvre")


def test_rtf(read: Read) -> None:
    rtf = r"{\rtf1\ansi\ansicpg1252 Le pont rouvre \'e0 Lanvec\par Publi\'e9 le 19 janvier 2022\par Les bus passent.}"
    [article] = articles(read("a.rtf", rtf))
    assert (article.title, article.date, article.body) == ("Le pont rouvre à Lanvec", "2022-01-19", "Les bus passent.")


SHEET = "application/vnd.oasis.opendocument.spreadsheet"


def ods(*rows: tuple[str, ...], names: tuple[str, ...] = ("Feuille1",)) -> bytes:
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        for row in rows
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    tables = "".join(f'<table:table table:name="{name}">{table}</table:table>' for name in names)
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0"'
        f' xmlns:text="{space}text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", SHEET)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return packed.getvalue()


ROWS = (
    ("Revue de presse", "", "", ""),
    ("Titre", "Support", "Date de diffusion", "Extrait"),
    ("Le pont rouvre", "La Vigie", "19/01/2022", "Les bus passent depuis ce matin."),
    ("", "", "", ""),
    ("Le bac ferme", "Le Courrier", "20/01/22", "Il était temps."),
)


@pytest.mark.parametrize("name", ["veille.ods", "veille.zip", "veille"])
def test_a_spreadsheet_gives_one_article_per_row(read: Read, name: str) -> None:
    first, second = articles(read(name, ods(*ROWS)))
    assert (first.title, first.source, first.date) == ("Le pont rouvre", "La Vigie", "2022-01-19")
    assert (second.date, second.body) == ("2022-01-20", "Il était temps.")
    assert first.format == ("zip" if name.endswith(".zip") else "tableur" if "." in name else first.format)


def test_every_sheet_with_known_columns_is_read(read: Read) -> None:
    items = read("a.ods", ods(*ROWS, names=("Janvier", "Février")))
    assert len(items) == 4  # two of them duplicates: the sheets are equal
    assert not [item for item in items if isinstance(item, Refusal)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ods(("a", "b"), ("1", "2")), "sans colonne connue"),
        (b"PK\x03\x04" + bytes(100), "abîm"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "composé"),
    ],
)
def test_a_spreadsheet_without_articles_is_refused_once(read: Read, content: bytes, said: str) -> None:
    [refusal] = read("a.xlsx", content)
    assert isinstance(refusal, Refusal)
    assert said in refusal.reason


def test_a_date_cell_dates_its_article() -> None:
    from kiosque.corpus.readers.spreadsheet import _text

    assert _text(datetime.datetime(2022, 1, 19)) == "2022-01-19"
    assert (_text(12.0), _text(1.5), _text(True)) == ("12", "1.5", "True")
