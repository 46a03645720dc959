from __future__ import annotations

from corpus.article import Article, Origin
from corpus.duplicate import Duplicate
from corpus.refusal import Refusal
from corpus.report import SHOWN, Report, counted, number, refusal_line

DATED = Article(id="a", title="t", body="", date="2022", date_origin=Origin.FOLDER, format="texte")
SOURCED = Article(id="b", title="t", body="", source="La Vigie", source_origin=Origin.TEXT)


def report(*items: Article | Duplicate | Refusal) -> Report:
    made = Report()
    for item in items:
        made.add(item)
    return made


def test_counts_and_origins() -> None:
    made = report(DATED, SOURCED, SOURCED, Refusal("x.txt", "fichier vide"))
    assert (made.articles, made.undated, made.unsourced) == (3, 2, 1)
    assert (made.dates, made.sources) == ({Origin.FOLDER: 1}, {Origin.TEXT: 2})
    assert made.summary() == {
        "articles": 3,
        "copies": 0,
        "refused": 1,
        "undated": 2,
        "without_source": 1,
        "formats": {"texte": 1},
        "cut": 0,
        "dates": {"metadata": 0, "file name": 0, "address": 0, "text": 0, "folder": 1},
        "sources": {"metadata": 0, "file name": 0, "address": 0, "text": 2, "folder": 0},
    }


def test_a_copy_is_an_article_that_was_read_and_one_that_is_not_kept() -> None:
    made = report(DATED, Duplicate(DATED, of="a"), Duplicate(DATED, of="a"))
    assert (made.articles, made.copies) == (3, 2)
    assert made.lines()[1] == "dont 2 copies exactes écartées"


def test_lines_are_french() -> None:
    assert report(DATED, SOURCED, Refusal("depot.jsonl", "JSON illisible", 1234)).lines() == [
        "2 articles lus",
        "formats\u00a0: texte 1",
        "dates\u00a0: dossier 1, sans date 1",
        "sources\u00a0: texte 1, sans source 1",
        "1 refus\u00a0:",
        "  depot.jsonl, ligne 1\u202f234\u00a0: JSON illisible",
    ]
    assert report().lines()[0] == "0 article lu" and report().lines()[-1] == "aucun refus"


def test_many_refusals_are_kept_and_twenty_are_printed() -> None:
    made = report(*(Refusal(f"{n}.txt", "fichier vide") for n in range(SHOWN + 2)))
    assert len(made.refusals) == SHOWN + 2
    assert made.lines()[-2:] == [f"  {SHOWN - 1}.txt\u00a0: fichier vide", "  … et 2 autres"]
    assert not report(*made.refusals[:SHOWN]).lines()[-1].startswith("  …")


def test_numbers() -> None:
    assert [number(n) for n in (0, 999, 1000, 1234567)] == ["0", "999", "1\u202f000", "1\u202f234\u202f567"]
    assert [counted(n, "mot", "mots") for n in (0, 1, 2)] == ["0 mot", "1 mot", "2 mots"]


def test_a_refusal_without_a_line() -> None:
    assert refusal_line(Refusal("x.txt", "fichier vide")) == "x.txt\u00a0: fichier vide"
