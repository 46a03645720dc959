from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kiosque.corpus.article import Article, Confidence, Cut, Duplicate, Origin, Precision
from kiosque.corpus.french import ORIGINS, counted, number
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk import report as reports
from kiosque.corpus.walk.read_corpus import read_corpus
from kiosque.corpus.walk.report import SHOWN, CutLine, Report, refusal_line

MakeCorpus = Callable[[dict[str, str | bytes]], Path]

DATED = Article(id="a", title="t", body="", date="2022", date_origin=Origin.FOLDER, format="texte")
SOURCED = Article(id="b", title="t", body="", source="La Vigie", source_origin=Origin.TEXT)
CUT = msgspec.structs.replace(SOURCED, cuts=[Cut(0, "Twitter"), Cut(0, "Facebook")])


def report(*items: Article | Duplicate | Refusal) -> Report:
    made = Report()
    for item in items:
        made.add(item)
    return made


def test_counts_origins_and_confidence() -> None:
    made = report(DATED, SOURCED, CUT, Refusal("x.txt", "fichier vide"), Refusal("y.txt", "fichier vide"))
    made.files.update(["texte", "zip", "texte"])
    assert msgspec.to_builtins(made.summary()) == {
        "files": {"texte": 2, "zip": 1},
        "articles": 3,
        "copies": 0,
        "formats": {"texte": 1},
        "undated": 2,
        "dates": dict.fromkeys(Origin, 0) | {"folder": 1},
        "date_confidence": {"sure": 0, "likely": 1, "uncertain": 0},
        "without_source": 1,
        "sources": dict.fromkeys(Origin, 0) | {"text": 2},
        "source_confidence": {"sure": 0, "likely": 2, "uncertain": 0},
        "cut_articles": 1,
        "cut_lines": 2,
        "most_cut": [
            {"line": "Facebook", "source": "La Vigie", "times": 1},
            {"line": "Twitter", "source": "La Vigie", "times": 1},
        ],
        "unread": {},
        "refused": 2,
        "reasons": {"fichier vide": 2},
    }


def test_a_duplicate_counts_as_read_and_as_a_copy() -> None:
    made = report(DATED, Duplicate(DATED, of="a"), Duplicate(DATED, of="a"))
    assert (made.articles, made.copies) == (3, 2)
    assert made.lines()[1] == "dont 2 copies exactes écartées"


def test_report_lines_are_french() -> None:
    made = report(DATED, SOURCED, CUT, CUT, Refusal("depot.jsonl", "JSON illisible", 1234))
    made.files["texte"] += 1200
    assert made.lines() == [
        "4 articles lus",
        "fichiers\u00a0: texte 1\u202f200",
        "formats\u00a0: texte 1",
        "dates\u00a0: dossier 1, sans date 3 (probables 1)",
        "sources\u00a0: texte 3, sans source 1 (probables 3)",
        "4 lignes écartées de 2 articles, le plus souvent\u00a0:",
        "  «\u00a0Facebook\u00a0» (La Vigie) 2",
        "  «\u00a0Twitter\u00a0» (La Vigie) 2",
        "1 refus\u00a0:",
        "  depot.jsonl, ligne 1\u202f234\u00a0: JSON illisible",
    ]
    assert report().lines() == [
        "0 article lu",
        "dates\u00a0: sans date 0",
        "sources\u00a0: sans source 0",
        "aucun refus",
    ]


def test_reports_add_up() -> None:
    items: list[Article | Duplicate | Refusal] = [DATED, SOURCED, CUT, Refusal("x.txt", "fichier vide"), CUT, DATED]
    parts = [report(*items[:2]), report(*items[2:])]
    whole = Report()
    for part in parts:
        whole.absorb(part)
    assert whole.summary() == report(*items).summary()
    assert whole.refusals == report(*items).refusals


def test_sources_are_counted_by_their_unified_name() -> None:
    made = report(CUT, msgspec.structs.replace(CUT, source="la vigie"))
    made.rename({"la vigie": "La Vigie"})
    assert made.summary().most_cut == [CutLine("Facebook", "La Vigie", 2), CutLine("Twitter", "La Vigie", 2)]


def test_the_most_frequent_removed_lines_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_COUNTED", 10)
    links = [msgspec.structs.replace(SOURCED, cuts=[Cut(0, f"Lire aussi : {n}"), Cut(0, "X")]) for n in range(500)]
    made = report(*links)
    assert made.summary().most_cut[0] == CutLine("X", "La Vigie", 500)
    assert made.cut_lines == 1000
    assert len(made.cuts) <= 20


def test_files_are_counted_by_format(make_corpus: MakeCorpus) -> None:
    lines = b'{"title": "t", "body": "b"}\n' * 40_000
    root = make_corpus({"a.jsonl": lines, "b/c.txt": "Le pont", "b/d.txt": "", "e.xyz": "?"})
    made = Report()
    for item in read_corpus([root], made.meet):
        made.add(item)
    assert made.summary().files == {"texte": 2, "JSON lines": 1, "autre": 1}
    assert (made.articles, len(made.refusals)) == (40_001, 2)


def test_many_refusals_are_kept_and_twenty_are_printed() -> None:
    made = report(*(Refusal(f"{n}.txt", "fichier vide") for n in range(SHOWN + 2)))
    assert len(made.refusals) == SHOWN + 2
    assert made.lines()[-2:] == [f"  {SHOWN - 1}.txt\u00a0: fichier vide", "  … et 2 autres"]
    assert not report(*made.refusals[:SHOWN]).lines()[-1].startswith("  …")


def test_a_refusal_is_one_row_of_three_cells() -> None:
    made = report(Refusal("a\tb\nc  d.txt", "illisible\n(tout)"), Refusal("x.jsonl", "JSON illisible", 7))
    assert made.refusals_table().split("\n") == [
        "chemin\tligne\traison",
        "a b c  d.txt\t\tillisible (tout)",
        "x.jsonl\t7\tJSON illisible",
        "",
    ]


def test_numbers() -> None:
    assert [number(n) for n in (0, 999, 1000, 1234567)] == ["0", "999", "1\u202f000", "1\u202f234\u202f567"]
    assert [counted(n, "mot", "mots") for n in (0, 1, 2)] == ["0 mot", "1 mot", "2 mots"]


def test_a_refusal_without_a_line() -> None:
    assert refusal_line(Refusal("x.txt", "fichier vide")) == "x.txt\u00a0: fichier vide"


@pytest.mark.parametrize("origin", Origin)
def test_every_origin_has_a_label_and_a_confidence(origin: Origin) -> None:
    assert ORIGINS[origin].label
    for date in ("2022", "2022-01", "2022-01-19"):
        article = Article(id="a", title="", body="", date=date, date_origin=origin, source="A", source_origin=origin)
        assert article.date_confidence in list(Confidence) and article.source_confidence in list(Confidence)


def test_a_year_in_a_file_name_is_uncertain() -> None:
    named = msgspec.structs.replace(DATED, date_origin=Origin.FILE_NAME)
    assert named.precision is Precision.YEAR
    assert named.date_confidence is Confidence.UNCERTAIN
    assert msgspec.structs.replace(named, date="2022-01").date_confidence is Confidence.LIKELY
    assert SOURCED.date_confidence is None and DATED.source_confidence is None


def test_unreadable_fields_are_counted() -> None:
    made = report(msgspec.structs.replace(SOURCED, unread=["author"]), msgspec.structs.replace(CUT, unread=["author"]))
    assert made.summary().unread == {"author": 2}
    assert "champs illisibles, articles lus sans eux\u00a0: author 2" in made.lines()
