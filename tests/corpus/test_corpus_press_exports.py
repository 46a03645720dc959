"""Exports of press databases in their usual forms: Factiva, Nexis, Europresse, Gallica."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.readers.gallica import cover_of
from kiosque.corpus.readers.text_exports import EXPORTS, export_of_text
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[[str, str | bytes], list[Article]]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(name: str, content: str | bytes) -> list[Article]:
        items = list(read_corpus([make_corpus({name: content}) / name]))
        assert not [item for item in items if isinstance(item, Refusal)], items
        return [item for item in items if isinstance(item, Article)]

    return read_content


def rtf(text: str) -> str:
    """The text as rich text, its letters beyond ASCII escaped."""
    escaped = text.encode("cp1252", "replace").decode("latin-1")
    body = "".join(f"\\'{ord(sign):02x}" if ord(sign) > 126 else sign for sign in escaped)
    return "{\\rtf1\\ansi\\ansicpg1252 " + body.replace("\n", "\\par\n") + "}"


def docx(text: str) -> bytes:
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.split("\n"))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
        )
    return packed.getvalue()


def odt(text: str) -> bytes:
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
    office, words = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "text"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}" xmlns:text="{words}"><office:body><office:text>'
            f"{paragraphs}</office:text></office:body></office:document-content>",
        )
    return packed.getvalue()


FORMS = [("a.txt", str), ("a.rtf", rtf), ("a.docx", docx), ("a.odt", odt)]
forms = pytest.mark.parametrize(("name", "form"), FORMS, ids=[name for name, _ in FORMS])

CODES = {
    "SE": "Ville",
    "HD": "Le pont de la Lune rouvre",
    "BY": "Par Ana Roy",
    "WC": "1 234 mots",
    "PD": "19 janvier 2022",
    "ET": "08:12",
    "SN": "La Vigie du Port",
    "SC": "VIGIE",
    "PG": "5",
    "LA": "Français",
    "CY": "Copyright 2022. La Vigie du Port. Tous droits réservés.",
    "LP": "Les bus passent depuis ce matin sur le pont.",
    "TD": "Les vélos attendront le printemps.\nLA MAIRIE S’EN RÉJOUIT\nSE DIT CONTENT le maire.",
    "CO": "lanvec : Ville de Lanvec | bac : Compagnie des bacs",
    "IN": "i72 : Transports",
    "NS": "gtrans : Transports | gcat : Actualités",
    "RE": "bret : Bretagne | fra : France",
    "PUB": "La Vigie SA",
    "AN": "Document VIGIE00020220119ei1j00001",
}
SECOND = {
    "HD": "Le bac ferme",
    "WC": "12 mots",
    "PD": "20 janvier 2022",
    "SN": "Le Courrier",
    "LP": "Il était temps.",
    "NS": "gpol : Politique | gcat : Actualités",
    "AN": "Document COUR000020220120ei1k00002",
}


def coded(gap: str) -> str:
    rows = [f"{code}{gap}{value}" for fields in (CODES, SECOND) for code, value in fields.items()]
    return "Résultats de Factiva\n\n" + "\n".join(rows) + "\n\nRecherche\nTexte : pont\n"


@forms
@pytest.mark.parametrize("gap", ["\n", "  ", " ", "|"])
def test_factiva_with_its_codes(read: Read, name: str, form: Callable[[str], str | bytes], gap: str) -> None:
    first, second = read(name, form(coded(gap)))
    assert (first.title, first.author, first.source) == ("Le pont de la Lune rouvre", "Ana Roy", "La Vigie du Port")
    assert (first.date, first.date_confidence) == ("2022-01-19", "sure")
    assert (first.section, first.id) == ("Ville", "VIGIE00020220119ei1j00001")
    assert first.body.split("\n") == [
        "Les bus passent depuis ce matin sur le pont.",
        "Les vélos attendront le printemps.",
        "LA MAIRIE S’EN RÉJOUIT",  # LA and SE are codes, but not after TD
        "SE DIT CONTENT le maire.",
    ]
    assert (second.title, second.section, second.body) == ("Le bac ferme", "Politique", "Il était temps.")


def test_factiva_in_tables_of_rich_text(read: Read) -> None:
    rows = "".join(f"\\trowd {code}\\cell {value}\\cell\\row\n" for code, value in SECOND.items())
    [article] = read("a.rtf", rtf("").replace("}", rows + "}"))
    assert (article.title, article.source, article.date) == ("Le bac ferme", "Le Courrier", "2022-01-20")


LINES = """Ville
Le pont de la Lune rouvre

Par Ana Roy
1 234 mots
19 janvier 2022
08:12
La Vigie du Port
VIGIE
5
Français
Copyright 2022. La Vigie du Port. Tous droits réservés.

Les bus passent depuis ce matin sur le pont.

Les vélos attendront le printemps.

Document VIGIE00020220119ei1j00001

Page 1 sur 2 © 2022 Factiva, Inc. Tous droits réservés.

Le bac ferme
12 words
20 January 2022
Le Courrier
COUR
English
(c) 2022 Le Courrier

Il était temps.

Document COUR000020220120ei1k00002
"""


@forms
def test_factiva_without_codes(read: Read, name: str, form: Callable[[str], str | bytes]) -> None:
    first, second = read(name, form(LINES))
    assert (first.title, first.section, first.author) == ("Le pont de la Lune rouvre", "Ville", "Ana Roy")
    assert (first.source, first.date) == ("La Vigie du Port", "2022-01-19")
    assert first.body.split() == (
        "Les bus passent depuis ce matin sur le pont. Les vélos attendront le printemps.".split()
    )
    assert (second.title, second.source, second.date) == ("Le bac ferme", "Le Courrier", "2022-01-20")
    assert (second.body, second.id) == ("Il était temps.", "COUR000020220120ei1k00002")


ELEMENTS = """<?xml version="1.0"?><PPSResponse><ppsArticleResponse xmlns="http://global.factiva.com/pps/2.0">
<ppsarticleResultSet count="2"><ppsarticle><article><accessionNo>VIGIE00020220119ei1j00001</accessionNo>
<headline><paragraph>Le <hlt>pont</hlt> rouvre</paragraph></headline><byline>Par Ana Roy</byline>
<leadParagraph><paragraph>Les bus passent.</paragraph></leadParagraph>
<tailParagraphs><paragraph>Les vélos attendront.</paragraph><paragraph>Enfin !</paragraph></tailParagraphs>
<publicationDate><dateTime>2022-01-19T08:12:00Z</dateTime></publicationDate><sourceName>La Vigie du Port</sourceName>
<newsSubject code="gtrans"><name>Transports</name></newsSubject><newsSubject code="gcat"><name>Tout</name></newsSubject>
</article></ppsarticle><ppsarticle><article><headline><paragraph>Le bac ferme</paragraph></headline>
<leadParagraph><paragraph>Il était temps.</paragraph></leadParagraph><publicationDate><date>2022-01-20</date>
</publicationDate><sectionName>Ville</sectionName></article></ppsarticle></ppsarticleResultSet></ppsArticleResponse>
</PPSResponse>"""


def test_factiva_xml_with_named_elements(read: Read) -> None:
    first, second = read("a.xml", ELEMENTS)
    assert (first.title, first.author, first.source) == ("Le pont rouvre", "Ana Roy", "La Vigie du Port")
    assert first.body == "Les bus passent.\nLes vélos attendront.\nEnfin !"
    assert (first.date, first.section, first.id) == ("2022-01-19", "Transports", "VIGIE00020220119ei1j00001")
    assert (second.title, second.date, second.section) == ("Le bac ferme", "2022-01-20", "Ville")


FEED = """<?xml version="1.0"?><DistDoc an="VIGIE00020220119ei1j00001" doctype="article"><ReplyItem lang="fr">
<AccessionNo fid="an" value="VIGIE00020220119ei1j00001"/><Num fid="wc" value="12"/><Date fid="pd" value="20220119"/>
<SrcName fid="sn">La Vigie du Port</SrcName><Title fid="hl"><Headline fid="hd"><Para>Le pont rouvre</Para></Headline>
</Title></ReplyItem><ArchiveDoc><Article><LeadPara fid="lp"><Para>Les bus passent.</Para></LeadPara>
<TailParas fid="td"><Para>Les vélos attendront.</Para><Para>Enfin !</Para></TailParas></Article></ArchiveDoc>
</DistDoc>"""


def test_factiva_xml_of_a_feed(read: Read) -> None:
    [article] = read("a.xml", FEED)
    assert (article.title, article.source, article.date) == ("Le pont rouvre", "La Vigie du Port", "2022-01-19")
    assert (article.body, article.id) == (
        "Les bus passent.\nLes vélos attendront.\nEnfin !",
        "VIGIE00020220119ei1j00001",
    )


OLDER = """Demande : tous les documents
Le 3 mars 2022

                               1 of 2 DOCUMENTS


                 Copyright 2022 Société de la Vigie
                        Tous droits réservés
                          La Vigie du Port

                     19 janvier 2022 mercredi
                          Édition du soir

SECTION: VILLE; Pg. 4

LENGTH: 12 mots

HEADLINE: Le pont de la Lune rouvre

BYLINE: Ana Roy; Jo Vidal

BODY:

Les bus passent depuis ce matin sur le pont de la Lune, que la ville avait fermé
en hiver.

NOTE: le pont reste fermé aux camions.

Le maire est content.

LANGUAGE: FRENCH

SUBJECT: PONTS (90%); VILLES (80%);
TRANSPORTS (70%)

LOAD-DATE: 19 janvier 2022


                               2 of 2 DOCUMENTS


                           Le Courrier

                   January 20, 2022 Thursday

Le bac ferme

LENGTH: 4 mots

Il était temps.
"""


@forms
def test_nexis_of_the_older_site(read: Read, name: str, form: Callable[[str], str | bytes]) -> None:
    first, second = read(name, form(OLDER))
    assert (first.title, first.source, first.date) == ("Le pont de la Lune rouvre", "La Vigie du Port", "2022-01-19")
    assert (first.author, first.section) == ("Ana Roy; Jo Vidal", "VILLE; Pg. 4")
    opening = "Les bus passent depuis ce matin sur le pont de la Lune, que la ville avait fermé en hiver."
    assert first.body.startswith(opening)
    assert "NOTE: le pont reste fermé aux camions." in first.body  # a name of no field is text
    assert first.body.endswith("Le maire est content.")
    assert (second.title, second.source, second.body) == ("Le bac ferme", "Le Courrier", "Il était temps.")


def test_nexis_in_a_page(read: Read) -> None:
    parts = OLDER.split("\n\n")
    blocks = "".join(
        f"<DIV CLASS='c5'><P CLASS='c6'><SPAN>{part}</SPAN></P>\n</DIV>\n" for part in parts if part.strip()
    )
    marks = '<A NAME="DOC_ID_0_0"></A><!-- Hide XML section from browser\n<DOC NUMBER=1>\n<DOCFULL> -->'
    lines = (
        blocks.replace("Vigie\n", "Vigie<BR>")
        .replace("réservés\n", "réservés<BR>")
        .replace("mercredi\n", "mercredi<BR>")
    )
    first, second = read("nexis.html", f"<HTML><BODY>{marks}{lines}</BODY></HTML>")
    assert (first.title, first.source, first.date) == ("Le pont de la Lune rouvre", "La Vigie du Port", "2022-01-19")
    assert first.body.endswith("Le maire est content.")
    assert (second.title, second.body) == ("Le bac ferme", "Il était temps.")


NEWER = """Date and Time: lundi 7 mars 2022 09:31:00 CET
Documents (2)
1. Le pont de la Lune rouvre
Search Terms: pont

Le pont de la Lune rouvre
La Vigie du Port
mercredi 19 janvier 2022 08:12 AM GMT

Copyright 2022 Société de la Vigie Tous droits réservés

{section}: VILLE; Pg. 4
{length}: 12 mots
{author}: Ana Roy
{body}

Les bus passent depuis ce matin.

Le maire : « Enfin ! »

Classification

{language}: FRENCH
Load-Date: January 19, 2022

{end}

Le bac ferme
Le Courrier
January 20, 2022 Thursday

{body}

Il était temps.

{end}
"""
LANGUAGES = {
    "en": ("Section", "Length", "Byline", "Body", "Language", "End of Document"),
    "fr": ("Rubrique", "Longueur", "Auteur", "Corps", "Langue", "Fin du document"),
}


@forms
@pytest.mark.parametrize("language", LANGUAGES)
def test_nexis_of_the_newer_site(read: Read, name: str, form: Callable[[str], str | bytes], language: str) -> None:
    words = dict(zip(("section", "length", "author", "body", "language", "end"), LANGUAGES[language], strict=True))
    first, second = read(name, form(NEWER.format(**words)))
    assert (first.title, first.source, first.date) == ("Le pont de la Lune rouvre", "La Vigie du Port", "2022-01-19")
    assert (first.author, first.section) == ("Ana Roy", "VILLE; Pg. 4")
    assert first.body == "Les bus passent depuis ce matin.\n\nLe maire : « Enfin ! »"
    assert (second.title, second.source, second.date) == ("Le bac ferme", "Le Courrier", "2022-01-20")
    assert second.body == "Il était temps."


EUROPRESSE = """La Vigie du Port, no. 2345
Société, mercredi 19 janvier 2022, p. 5

Le pont de la Lune rouvre

Par Ana Roy

Les bus passent depuis ce matin.

Les vélos attendront.

© 2022 La Vigie du Port. Tous droits réservés.
Le présent document est protégé par les lois et conventions internationales sur le droit d'auteur.
Certificat émis le 3 mars 2022 à LANVEC à des fins de visualisation personnelle et temporaire.
news·20220119·VIG·2345001

Nom de la source
Le Courrier
Type de source
Presse • Journaux
Jeudi 20 janvier 2022
Le Courrier • p. 3 • 4 mots

Le bac ferme

Il était temps.

© 2022 Le Courrier. Tous droits réservés.
news·20220120·COU·99
"""


@forms
def test_europresse_in_text(read: Read, name: str, form: Callable[[str], str | bytes]) -> None:
    first, second = read(name, form(EUROPRESSE))
    assert (first.title, first.source, first.date) == ("Le pont de la Lune rouvre", "La Vigie du Port", "2022-01-19")
    assert (first.author, first.section) == ("Ana Roy", "Société")
    assert first.body == "Les bus passent depuis ce matin.\n\nLes vélos attendront."
    assert (second.title, second.source, second.date) == ("Le bac ferme", "Le Courrier", "2022-01-20")
    assert (second.body, second.id) == ("Il était temps.", "news·20220120·COU·99")


CELL = """<table><tr><td><table><tr><td><img src="x.gif"></td></tr></table><span class="DocPublicationName"
>{paper}</span><br><span class="DocHeader">Ville, </span
><span class="DocHeader">jeudi </span><span class="DocHeader">5 mai 2011</span>
<br><br>{above}<span class="TitreArticleVisu">Le pont <b>rouvre</b></span><br><br>Ana Roy<br><p></p>Les bus passent.
<p></p>Les vélos attendront.<p></p><b><i>© 2011 La Vigie. Tous droits réservés.</i></b><p></p>Numéro de document :
news·20110505·VI·{number}<br><table><tr><td>news·20110505·VI·{number}</td></tr><tr><td>Date d'émission :
<b>2012-10-05</b></td></tr></table></td></tr></table>"""


def test_europresse_before_2013_is_a_table(read: Read) -> None:
    cells = CELL.format(paper="La Vigie du Port", number=1, above="")
    cells += CELL.format(paper="Le Courrier", number=2, above="Transports<br>")
    first, second = read("a.html", f"<html><body>{cells}</body></html>")
    assert (first.title, first.source, first.date) == ("Le pont rouvre", "La Vigie du Port", "2011-05-05")
    assert (first.author, first.section) == ("Ana Roy", "Ville")
    assert first.body.split() == "Les bus passent. Les vélos attendront.".split()
    assert (second.title, second.source) == ("Le pont rouvre", "Le Courrier")
    assert second.body.split()[-6:] == "Les bus passent. Les vélos attendront.".split()


NOTICE = """Rappel de votre demande:
Format de téléchargement: : Texte
Vues 1 à 4 sur 4
Notice complète:
Titre : La Vigie du Port : journal du soir / dir. Ana Roy
Éditeur : La Vigie (Lanvec)
Date d'édition : 1882-02-08
Source : Bibliothèque nationale de France
"""


def test_gallica_in_a_page(read: Read) -> None:
    rows = "".join(f"<p>{row}</p>" for row in NOTICE.split("\n"))
    text = "<hr><p>Le pont de la Lune rouvre ce matin.</p><p>Enfin.</p>"
    [article] = read("bpt6k1.html", f"<html><head><title>Gallica</title></head><body>{rows}{text}</body></html>")
    assert (article.source, article.date) == ("La Vigie du Port", "1882-02-08")
    assert article.body.split("\n")[0] == "Le pont de la Lune rouvre ce matin."


@pytest.mark.parametrize("online", ["Date de mise en ligne : 15/10/2007\n", ""])
@pytest.mark.parametrize("between", ["", "Le texte affiché peut comporter des erreurs. Le taux est de 87 %.\n"])
def test_a_text_of_gallica_loses_no_line_that_looks_like_its_notice(read: Read, online: str, between: str) -> None:
    if not online and not between:
        text = "Le maire a dit ceci en public.\nLe maire : « Enfin ! »"
    else:
        text = "Lanvec : le pont rouvre.\nLe maire : « Enfin ! »" if online else "Oui.\nLe maire : « Enfin ! »"
    [article] = read("a.txt", f"{NOTICE}{online}{between}{text}\n" + "Une ligne : une autre.\n" * 40)
    assert article.body.startswith(text)


TERMS = "1/ Les contenus accessibles sur le site\nGallica sont pour la plupart des reproductions numériques."
CREDIT = "Source gallica.bnf.fr / Bibliothèque nationale de France"


@pytest.mark.parametrize(
    ("pages", "taken", "paper", "day"),
    [
        ([f"{CREDIT}\nLa Vigie du Port (Lanvec. 1866). 1882/02/08.\n{TERMS}"], 1, "La Vigie du Port", "1882-02-08"),
        ([f"{CREDIT}\nLa Vigie : journal du soir\n1882/02/08 (Numéro 12).", TERMS], 2, "La Vigie", "1882-02-08"),
        ([f"{CREDIT}\nLa Vigie. 8 février 1882.\n{TERMS}"], 1, "La Vigie", "1882-02-08"),
        ([f"{CREDIT}\nLa Vigie (Lanvec). 1882.\n{TERMS}"], 1, "La Vigie", "1882"),
    ],
)
def test_the_cover_of_a_pdf_of_gallica(pages: list[str], taken: int, paper: str, day: str) -> None:
    assert cover_of([*pages, "Le pont rouvre."]) == (taken, paper, day)


def test_a_pdf_that_speaks_of_gallica_has_no_cover() -> None:
    assert cover_of(["Le site gallica.bnf.fr a vingt ans.", "Ses contenus sont gratuits."]) is None
    assert cover_of([]) is None


@pytest.mark.parametrize(
    "text",
    [
        "Le pont rouvre\n\nHD et 4K : les écrans de la fête\nPD\nSN",
        "HD\nLe titre seul d’une liste",
        "Le pont\n\n12 mots\n\nDocument joint au dossier VIGIE0002022",
        "Rapport\n\nBody\n\nLe corps du texte.",
        "Fin du document\n\nIl ne reste rien.",
        "Le pont · 2022\n© La Vigie\nnews·20220119·VIG",
        "1 of 2 DOCUMENTARIES",
    ],
)
def test_a_text_resembling_an_export_is_not_one(text: str) -> None:
    assert export_of_text(text) is None


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "HD\n",
            "HD x\nPD 2022\nTD x\n",
            "1 of 2 DOCUMENTS\n",
            "A: b\n\n",
            "Body\n\nEnd of Document\n",
            "1 mot\n2022\n",
        ),
        *(
            "1 mot\n2022\n",
            "Document VIGIE00020220119ei1j00001\n",
            "© x\nnews·20220119·A·1\n",
            "Titre : x\n",
            " \n",
            "[" * 40 + "\n",
        ),
    ],
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = "Rappel de votre demande\n" + unit * 20_000
    for export in EXPORTS:
        if export.recognises(text[:200_000]):
            assert len(list(export.read(text[:200_000]))) <= len(text)
