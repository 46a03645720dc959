"""Records of reference managers: RIS, BibTeX, CSL JSON, as Zotero, Cairn, Crossref and others write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.readers.bibtex import text_of_tex
from kiosque.corpus.readers.references import direct_name
from kiosque.corpus.readers.sniffing import sniff
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
TEXT = "Le pont de Lanvec rouvre mardi aux voitures, après onze mois de travaux."

RIS = f"""TY  - NEWS
ID  - 41
TI  - Le pont rouvre
AU  - Dupré, Anne
AU  - Kerbrat,Yann
T2  - La Vigie du Port
DA  - 2022/01/19/
PY  - 2022
SE  - Économie
UR  - https://vigie.example/pont
AB  - {TEXT}
Les bus suivront.
N1  - À relire
ER  -

"""

BIBTEX = r"""@article{dupre2022,
  title = {{Le pont} rouvre {\`a} Lanvec},
  author = "Dupr{\'e}, Anne and Kerbrat, Yann and {AFP, Paris}",
  journal = vigie,
  year = 2022, month = jan, day = 19,
  url = {https://vigie.example/le\_pont},
  abstract = {Le pont rouvre. D'apr\`es la mairie,
      100\,\% des voies, soit 5 % de plus.

      Les bus suivront.},
}
@string{vigie = "La Vigie du Port"}
"""


def read(make_corpus: MakeCorpus, name: str, content: str | bytes) -> tuple[list[Article], list[Refusal]]:
    items = list(read_corpus([make_corpus({name: content})]))
    return [one for one in items if isinstance(one, Article)], [one for one in items if isinstance(one, Refusal)]


@pytest.mark.parametrize("name", ["biblio.ris", "biblio.txt", "biblio"])
def test_ris(make_corpus: MakeCorpus, name: str) -> None:
    [article], refused = read(make_corpus, name, RIS.replace("\n", "\r\n"))
    assert (article.id, article.title, article.format) == ("41", "Le pont rouvre", "RIS")
    assert (article.source, article.date, article.section) == ("La Vigie du Port", "2022-01-19", "Économie")
    assert (article.author, article.url) == ("Anne Dupré, Yann Kerbrat", "https://vigie.example/pont")
    assert article.body == f"{TEXT}\nLes bus suivront.\n\nÀ relire"
    assert not refused


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("DA  - 2022/01/19/Édition du soir", "2022-01-19"),
        ("DA  - 2022/01//\nPY  - 2022", "2022-01"),
        ("Y1  - 2022///", "2022"),
        ("PY  - 2022/3/5", "2022-03-05"),
        ("DA  - 19 janvier 2022", "2022-01-19"),
        ("DA  - 19 févr.\nPY  - 2022///", "2022-02-19"),
        ("DA  - Jan 19\nPY  - 2022", "2022-01-19"),
        ("DA  - sans date", None),
    ],
)
def test_dates_of_ris(make_corpus: MakeCorpus, lines: str, date: str | None) -> None:
    [article], _ = read(make_corpus, "a.ris", f"TY  - NEWS\nTI  - Le pont\n{lines}\nER  - \n")
    assert article.date == date


def test_other_tags_of_ris(make_corpus: MakeCorpus) -> None:
    """As Cairn and older programs write it: a single blank, after lines of the provider."""
    text = f"Provider: Exemple\n\nTY - JOUR\nT1 - Le pont\nA1 - Anne Dupré\nJF - La Revue\nN2 - {TEXT}\n  Fin.\nER -\n"
    [article], refused = read(make_corpus, "a.ris", text)
    assert (article.author, article.source) == ("Anne Dupré", "La Revue")
    assert article.body == f"{TEXT} Fin."
    assert not refused


def test_records_without_a_text_are_refused(make_corpus: MakeCorpus) -> None:
    text = f"{RIS}TY  - NEWS\nAU  - Dupré, Anne\nPY  - 2022\nER  - \nTY  - NEWS\nTI  - Sans résumé\nER  - \n"
    articles, [refused] = read(make_corpus, "a.ris", text)
    assert [one.title for one in articles] == ["Le pont rouvre", "Sans résumé"]
    assert "TY, AU, PY" in refused.reason


def test_a_truncated_file_says_so(make_corpus: MakeCorpus) -> None:
    articles, [refused] = read(make_corpus, "a.ris", RIS.rpartition("ER")[0])
    assert [one.title for one in articles] == ["Le pont rouvre"]
    assert "exporter de nouveau" in refused.reason
    assert not read(make_corpus, "a.ris", "Rien de tel ici")[0]


@pytest.mark.parametrize("name", ["biblio.bib", "biblio.txt", "biblio"])
def test_bibtex(make_corpus: MakeCorpus, name: str) -> None:
    [article], refused = read(make_corpus, name, BIBTEX)
    assert (article.id, article.title, article.format) == ("dupre2022", "Le pont rouvre à Lanvec", "BibTeX")
    assert (article.source, article.date) == ("La Vigie du Port", "2022-01-19")
    assert article.author == "Anne Dupré, Yann Kerbrat, AFP, Paris"
    assert article.url == "https://vigie.example/le_pont"
    body = article.body.replace("\u202f", " ").replace("\u2009", " ")
    assert body == "Le pont rouvre. D'après la mairie, 100 % des voies, soit 5 % de plus.\n\nLes bus suivront."
    assert not refused


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("date = {2022-01-19}", "2022-01-19"),
        ("date = {2022-01-19/2022-01-21}", "2022-01-19"),
        ("year = {2022}, month = {12}", "2022-12"),
        ("year = {2022}, month = août", "2022-08"),
        ("year = 2022, month = feb", "2022-02"),
        ("year = {à paraître}", None),
    ],
)
def test_dates_of_bibtex(make_corpus: MakeCorpus, fields: str, date: str | None) -> None:
    [article], _ = read(make_corpus, "a.bib", f"@article{{a, title = {{Le pont}}, {fields}}}")
    assert article.date == date


def test_entries_with_equal_keys_and_around_a_broken_one_are_read(make_corpus: MakeCorpus) -> None:
    text = (
        "@misc{a, title = {Un}}\n@misc{a, title = {Deux}, title = {Deux encore}}\n"
        "@misc{b, title = {jamais fermée\n@misc{c, title = {Trois}}\n@book{d, year = 2020}\n"
    )
    articles, refused = read(make_corpus, "a.bib", text)
    assert [(one.id, one.title) for one in articles] == [("a", "Un"), ("a~2", "Deux"), ("c", "Trois")]
    assert [one.line for one in refused if one.line] == [3]
    assert any("champs : year" in one.reason.replace("\u00a0", " ") for one in refused)
    assert not read(make_corpus, "a.bib", "Rien de tel ici")[0]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"L'{\'e}t{\'e} \`a No{\"e}l", "L'été à Noël"),
        (r"\c{c}a, {\oe}uvre, \'{\i}le", "ça, œuvre, íle"),
        (r"R\&D, 5\,\$, a\_b, \{x\}", "R&D, 5\u2009$, a_b, {x}"),
        (r"une ligne\\ et l'autre", "une ligne\net l'autre"),
        ("une ligne\n  pliée", "une ligne pliée"),
        ("un paragraphe\n \n  l'autre", "un paragraphe\n\nl'autre"),
        (r"\emph{Le Monde} -- suite", "Le Monde – suite"),
        ("déjà en lettres, 5 %", "déjà en lettres, 5 %"),
        (r"\textasciicircum{}\textasciitilde{}\textbackslash{}", "^~\\"),
    ],
)
def test_tex(tex: str, text: str) -> None:
    assert text_of_tex(tex).replace("\u2009", " ") == text.replace("\u2009", " ")


def test_endlessly_nested_tex_is_kept_unchanged() -> None:
    assert "a" in text_of_tex("{" * 5000 + "a")


CSL = {
    "id": "http://zotero.org/items/AB",
    "type": "article-newspaper",
    "title": "Le <i>pont</i> rouvre",
    "container-title": "La Vigie du Port",
    "abstract": f"{TEXT}\nLes bus suivront.",
    "URL": "https://vigie.example/pont",
    "section": "Économie",
    "author": [
        {"family": "Dupré", "given": "Anne"},
        {"literal": "AFP"},
        {"family": "Gogh", "non-dropping-particle": "van"},
    ],
    "issued": {"date-parts": [["2022", 1, 19]]},
}


@pytest.mark.parametrize("content", [[CSL], CSL, {"items": [CSL]}])
def test_csl_json(make_corpus: MakeCorpus, content: object) -> None:
    [article], refused = read(make_corpus, "biblio.json", json.dumps(content))
    assert (article.title, article.source, article.date) == ("Le pont rouvre", "La Vigie du Port", "2022-01-19")
    assert (article.author, article.section) == ("Anne Dupré, AFP, van Gogh", "Économie")
    assert article.body == f"{TEXT}\nLes bus suivront."
    assert not refused


def test_an_answer_of_crossref(make_corpus: MakeCorpus) -> None:
    work = {
        "type": "journal-article",
        "title": ["Le pont"],
        "container-title": ["La Revue"],
        "abstract": f"<jats:p>{TEXT}</jats:p><jats:p>Fin.</jats:p>",
        "issued": {"date-parts": [[2022, 1]]},
    }
    [article], _ = read(make_corpus, "a.json", json.dumps({"message": {"items": [work]}}))
    assert (article.title, article.source, article.date) == ("Le pont", "La Revue", "2022-01")
    assert article.body == f"{TEXT}\nFin."


def test_csl_without_title_and_text_is_refused_with_its_fields(make_corpus: MakeCorpus) -> None:
    record = {"type": "book", "author": [{"family": "Dupré"}], "issued": {"date-parts": [[2022]]}}
    articles, [refused] = read(make_corpus, "a.json", json.dumps([record]))
    assert not articles
    assert "type, author, issued" in refused.reason


def test_other_json_is_not_csl(make_corpus: MakeCorpus) -> None:
    record = {"type": "article", "title": "Le pont", "text": TEXT, "author": {"name": "Anne"}, "issued": "2022-01-19"}
    [article], _ = read(make_corpus, "a.json", json.dumps(record))
    assert (article.body, article.author, article.date) == (TEXT, "Anne", "2022-01-19")


@pytest.mark.parametrize(
    ("written", "signed"),
    [
        ("Dupré, Anne", "Anne Dupré"),
        ("Dupré,Anne", "Anne Dupré"),
        ("Martin, Jean, fils", "Jean Martin, fils"),
        ("Anne Dupré", "Anne Dupré"),
        ("Dupré,", "Dupré,"),
        ("a, b, c, d", "a, b, c, d"),
    ],
)
def test_names_are_reordered(written: str, signed: str) -> None:
    assert direct_name(written) == signed


@pytest.mark.parametrize(
    "head",
    [
        "TY  - le pont\n\nRouvre.",
        "@anne{vigie} a écrit :\nle pont rouvre",
        "@media{screen, print}\n",
        "AB  - Un résumé seul\nTI  - Un titre\n",
        "@article sur le pont, titre = rien",
    ],
)
def test_texts_resembling_records_are_not_records(head: str) -> None:
    assert sniff(head.encode()) is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("a.ris", "TY  - NEWS\n"),
        ("a.ris", "TY  - NEWS\nTI  - "),
        ("a.ris", "TY  - NEWS\nAB  - x\n \n"),
        ("a.bib", "@a{b,"),
        ("a.bib", "@a{b, c = {"),
        ("a.bib", '@a{b, title = "'),
        ("a.bib", "@a{b, title = {\\'"),
    ],
)
def test_hostile_records_do_not_hang(make_corpus: MakeCorpus, name: str, unit: str) -> None:
    items = list(read_corpus([make_corpus({name: unit * 3000})]))
    assert items
    assert len(items) <= 6001


@pytest.mark.parametrize("content", ["@a{b,c={d}}\n" * 50_001, "@a{b,title={" + "\\'e" * 500_001 + "}}"])
def test_a_library_of_too_much_says_to_cut_it(make_corpus: MakeCorpus, content: str) -> None:
    articles, [refused] = read(make_corpus, "a.bib", content)
    assert not articles
    assert "couper" in refused.reason
