from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosque.corpus.article import Article, Cut
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk import learned_boilerplate as learning
from kiosque.corpus.walk.read_corpus import read_corpus
from kiosque.corpus.walk.report import Report

MakeCorpus = Callable[[dict[str, str | bytes]], Path]

FOOT = "Rejoignez-nous au kiosque du quai, tous les matins"


def articles(root: Path) -> dict[str, Article]:
    return {item.id: item for item in read_corpus([root]) if isinstance(item, Article)}


def texts(count: int, folder: str, foot: str = FOOT) -> dict[str, str | bytes]:
    return {f"{folder}/{n}.txt": f"Le pont n° {n}\n\nIl rouvre le {n}.\n\n{foot}\n\nFin {n}." for n in range(count)}


def test_lines_shared_by_many_articles_of_a_source_are_removed(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(texts(6, "la-vigie") | {"le-phare/a.txt": f"Le phare\n\n{FOOT}\n\nIl brille."}))
    assert found["la-vigie/3"].body == "Il rouvre le 3.\n\nFin 3."
    assert found["la-vigie/3"].cuts == [Cut(1, FOOT)]
    assert found["le-phare/a"].body == f"{FOOT}\n\nIl brille."  # learned from another source


def test_learned_lines_match_in_any_case_and_spacing(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(texts(5, "v") | {"v/x.txt": f"Titre\n\n  {FOOT.upper()} \n\nUn texte."}))
    assert found["v/x"].body == "Un texte."


def test_too_few_articles_teach_nothing(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(texts(learning.FEWEST - 1, "la-vigie")))
    assert all(FOOT in item.body and not item.cuts for item in found.values())


def test_just_enough_articles_teach(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(texts(learning.FEWEST, "la-vigie")))
    assert not any(FOOT in item.body for item in found.values())


@pytest.mark.parametrize(("having", "cut"), [(6, False), (8, False), (9, True)])  # a fifth of 40 is 8
def test_lines_in_a_small_share_of_articles_stay(make_corpus: MakeCorpus, having: int, cut: bool) -> None:
    files = {f"v/{n}.txt": f"Le pont n° {n}\n\nIl rouvre le {n}.\n\n{FOOT if n < having else n}" for n in range(40)}
    assert (FOOT not in articles(make_corpus(dict(files)))["v/3"].body) == cut


def test_an_article_is_never_emptied(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus({f"v/{n}.txt": f"Titre {n}\n\n{FOOT}" for n in range(8)}))
    assert {item.body for item in found.values()} == {FOOT}


def test_paragraphs_and_symbols_are_never_learned(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(texts(8, "v", foot="***\n\n" + "Un long paragraphe du quai. " * 20)))
    assert "***" in found["v/3"].body and "long paragraphe" in found["v/3"].body


def test_exports_lose_no_learned_lines(make_corpus: MakeCorpus) -> None:
    lines = "".join(f'{{"title": "t{n}", "body": "Un.\\n{FOOT}", "source": "La Vigie"}}\n' for n in range(9))
    assert FOOT in articles(make_corpus({"a.jsonl": lines}))["a:3"].body


def test_pages_lose_the_learned_lines_of_their_site(make_corpus: MakeCorpus) -> None:
    paragraph = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés."
    body = "<article><h1>Le pont {0}</h1><p>{1} Jour {0}.</p><p>{1} Nuit {0}.</p><p>{2}</p></article>"
    pages = {f"v/{n}.html": f"<html><body>{body.format(n, paragraph, FOOT)}</body></html>" for n in range(6)}
    assert FOOT not in articles(make_corpus(dict(pages)))["v/3"].body


def test_learning_reads_a_bounded_sample(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_corpus(texts(40, "v"))
    read: list[Path] = []
    monkeypatch.setattr(learning, "SAMPLE", 8)

    def count(path: Path) -> Iterator[Article | Refusal]:
        read.append(path)
        return iter(())

    learning.learn(sorted(root.rglob("*.txt")), count)
    assert len(read) == 8


def test_the_report_counts_articles_with_removed_lines(make_corpus: MakeCorpus) -> None:
    report = Report()
    for item in read_corpus([make_corpus(texts(6, "v"))]):
        report.add(item)
    assert report.summary().cut_articles == 6
    assert any("de 6 articles, le plus souvent" in line for line in report.lines())


def test_a_single_archive_teaches_through_its_members(make_corpus: MakeCorpus) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in texts(6, "la-vigie").items():
            archive.writestr(name, content)
    root = make_corpus({"a.zip": packed.getvalue()})
    assert articles(root / "a.zip")["a/la-vigie/3"].body == "Il rouvre le 3.\n\nFin 3."
    assert articles(root / "a.zip") == articles(root)


def with_foot(foot: str, count: int = 8, folder: str = "v") -> dict[str, str | bytes]:
    return {f"{folder}/{n}.txt": f"Le pont n° {n}\n\nIl rouvre le {n}.\n\n{foot.format(n)}" for n in range(count)}


@pytest.mark.parametrize("foot", ["Note : {}", "Brève n° {} du quai", "Lu {0} fois · {0} partages"])
def test_lines_that_differ_only_in_numbers_are_learned(make_corpus: MakeCorpus, foot: str) -> None:
    found = articles(make_corpus(with_foot(foot)))
    assert found["v/3"].body == "Il rouvre le 3."
    assert found["v/3"].cuts == [Cut(1, foot.format(3))]


@pytest.mark.parametrize(
    "foot",
    [
        "Le marché a vu {} bateaux.",
        "Quai {0} : {0} bateaux\nQuai 1{0} : 4 bateaux",
        "Au marché du quai, {0} bateaux sont venus ce matin, et {0} de plus hier soir",
    ],
    ids=["sentence", "table", "long"],
)
def test_sentences_and_tables_with_numbers_are_not_learned(make_corpus: MakeCorpus, foot: str) -> None:
    assert articles(make_corpus(with_foot(foot)))["v/3"].body.endswith(foot.format(3))


def test_a_constant_line_with_numbers_is_learned_next_to_similar_ones(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(with_foot("Standard : 01 23\nService n° {0} : 04 5{0}\nService n° 1{0} : 06 7{0}")))
    assert found["v/3"].body.splitlines()[-2:] == ["Service n° 3 : 04 53", "Service n° 13 : 06 73"]


def test_a_label_is_removed_with_the_line_below_it(make_corpus: MakeCorpus) -> None:
    files = with_foot(FOOT) | {"v/x.txt": f"Titre\n\nIl brille.\n\nRédactrices :\n{FOOT}"}
    assert articles(make_corpus(files))["v/x"].body == "Il brille."


@pytest.mark.parametrize("last", ["Le quai vend\u00a0:", f"{FOOT}\n\nLe quai vend :"], ids=["nothing below", "above"])
def test_a_label_stays_if_nothing_below_it_was_removed(make_corpus: MakeCorpus, last: str) -> None:
    files = with_foot(FOOT) | {"v/x.txt": f"Titre\n\nIl brille.\n\n{last}"}
    assert articles(make_corpus(files))["v/x"].body.endswith(last.rpartition("\n")[2])


def test_a_label_that_is_the_whole_text_stays(make_corpus: MakeCorpus) -> None:
    files = with_foot(FOOT) | {"v/x.txt": f"Titre\n\nRédactrices :\n{FOOT}"}
    assert articles(make_corpus(files))["v/x"].body == "Rédactrices :"
