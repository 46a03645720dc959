"""The corpus page and its JSON; the original text of an article."""

from __future__ import annotations

import re
from html import unescape

import msgspec
import pytest

from kiosque.corpus.article import Cut, Origin
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.report import Report
from kiosque.search.model import SourceYears
from kiosque.web.pages.corpus import MOST_SOURCES, bars, summed, yearly_counts
from tests.web.fake_engine import ARTICLES, FakeEngine, NoIndex, article, visit

SCRIPT = "<script>alert(1)</script>"


class Reported(FakeEngine):
    """An engine whose index has a reading report."""

    def __init__(self) -> None:
        super().__init__(ARTICLES)
        report = Report()
        report.files.update({"texte": 1200, "zip": 1})
        for one in ARTICLES:
            report.add(msgspec.structs.replace(one, format="texte", cuts=[Cut(0, f"À lire aussi {SCRIPT}")]))
        report.add(Refusal("/chemin/privé.txt", f"fichier {SCRIPT}"))
        self.reading = report.summary()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows(html: str) -> dict[str, list[str]]:
    """The cells of each table row, by row heading."""
    found = re.findall(r'<tr[^>]*>\s*<th scope="row">(.*?)</th>(.*?)</tr>', html, re.DOTALL)
    return {
        words(name): [words(cell) for cell in re.findall(r"<td.*?</td>", cells, re.DOTALL)] for name, cells in found
    }


def test_counts_by_source_and_year_link_to_the_articles() -> None:
    html = visit().get("/corpus").text
    assert re.findall(r'<th scope="col">(.*?)</th>', html)[:6] == [
        "Source",
        "Au fil du temps",
        "Total",
        "2023",
        "2022",
        "Sans date",
    ]
    assert rows(html)["Toutes les sources"][1:] == ["4", "1", "2", "1"]
    assert rows(html)["AFP"][1:] == ["2", "1", "1", ""]
    assert 'href="/search?source=AFP&amp;from=2023&amp;to=2023&amp;sort=newest">1</a>' in html
    assert 'href="/search?source=La+Gazette&amp;undated=1&amp;sort=newest">1</a>' in html


def test_an_index_without_a_reading_report_still_shows_counts() -> None:
    html = visit().get("/corpus").text
    assert "n’a pas de rapport de lecture" in html and "<code>make index</code>" in html
    assert "AFP" in rows(html) and "Ce qui a été lu" not in html


def test_the_reading_report_is_shown() -> None:
    html = visit(engine=Reported()).get("/corpus").text
    found = rows(html)
    assert found["texte"] == ["1 200", "4"] and found["zip"] == ["1", ""]
    assert found["Ensemble"] == ["1 201", "4"]
    assert found["Métadonnées"] == ["3", "4"] and found["Inconnues"] == ["1", "0"]
    assert found["Sûres"] == ["3", "4"]
    assert found[f"fichier {SCRIPT}"] == ["1"]
    assert "4\u00a0lignes écartées" in html and "1\u00a0refus" in html and "refusals.1.tsv" in html
    assert SCRIPT not in html
    assert "chemin/privé" not in html, "paths are for the operator, not for readers"


def test_the_api_returns_the_same_counts() -> None:
    found = visit(engine=Reported()).get("/api/v1/corpus").json
    assert found is not None
    assert (found["all"]["total"], found["sources"][0]["years"]) == (4, {"2022": 1, "2023": 1})
    assert (found["reading"]["refused"], found["reading"]["files"]) == (1, {"texte": 1200, "zip": 1})
    unread = visit().get("/api/v1/corpus").json
    assert unread is not None and unread["reading"] is None


@pytest.mark.parametrize("path", ["/corpus", "/api/v1/corpus"])
def test_without_an_index_the_answer_names_the_repair(path: str) -> None:
    answer = visit(engine=NoIndex()).get(path)
    assert (answer.status_code, "make index" in answer.text) == (503, True)


def test_every_page_links_to_the_corpus_page() -> None:
    assert '<a href="/corpus">Corpus</a>' in visit().get("/").text


def test_the_smallest_sources_share_one_row() -> None:
    many = [article(f"{n}", source=f"S{n:03}", date="2022") for n in range(MOST_SOURCES + 7)]
    found = rows(visit(*many, article("x", date="2021")).get("/corpus").text)
    assert found["7 autres sources"][1:] == ["7", "7", "", ""]
    assert found["Sans source"][1:] == ["1", "", "1", ""]
    assert len(found) == MOST_SOURCES + 3


def test_an_undated_corpus_has_no_years() -> None:
    assert rows(visit(article("a", source="AFP")).get("/corpus").text)["AFP"] == ["", "1", "1"]


def test_bars_leave_gaps_for_years_without_articles() -> None:
    assert yearly_counts({"2020": 1, "2023": 4}, ["2019", "2020", "2023"]) == [0, 1, 0, 0, 4]
    path = bars([2, 0, 1])
    assert re.findall(r"M([\d.]+) 100v-([\d.]+)", path) == [("0.00", "100.0"), ("66.67", "50.0")]
    assert bars([1000, 1]).count("v-6.0") == 1, "one article next to a thousand keeps a visible bar"
    assert (bars([]), bars([0])) == ("", "")


def test_sources_add_up() -> None:
    one = SourceYears(source="a", total=3, undated=1, years={"2020": 2})
    other = SourceYears(source="b", total=2, undated=0, years={"2020": 1, "2021": 1})
    assert summed([one, other]) == SourceYears(source=None, total=5, undated=1, years={"2020": 3, "2021": 1})


CUT = msgspec.structs.replace(
    article("a", body="Un pont.\n\nDeux ponts.", source="La Vigie", date="2022-01-19"),
    cuts=[Cut(0, "Facebook"), Cut(1, f"Lire {SCRIPT}"), Cut(2, "pont")],
    source_origin=Origin.FOLDER,
    date_origin=Origin.DATELINE,
)


def body(html: str) -> list[str]:
    inside = html.partition('<div class="body">')[2].partition("</div>")[0]
    return [words(p) for p in re.findall("<p.*?</p>", inside, re.DOTALL)]


def test_a_link_shows_and_hides_the_original_text() -> None:
    client = visit(CUT)
    html = client.get("/articles/a?q=pont").text
    assert body(html) == ["Un pont .", "Deux pont s."]
    assert '<a href="/articles/a?q=pont&amp;original=1">Afficher le texte d’origine</a>' in html
    original = client.get("/articles/a?q=pont&original=1").text
    cut = "Ligne écartée :"
    assert body(original) == [f"{cut} Facebook", "Un pont .", f"{cut} Lire {SCRIPT}", "Deux pont s.", f"{cut} pont"]
    assert '<a href="/articles/a?q=pont">Masquer</a>' in original
    assert original.count('class="cut"') == 3 and SCRIPT not in original
    assert original.count("<mark") == html.count("<mark"), "removed lines are not searched, so they have no marks"


def test_an_uncut_article_has_no_link_to_an_original() -> None:
    assert "texte d’origine" not in visit().get("/articles/greve").text
    assert 'class="cut"' not in visit().get("/articles/greve?original=1").text


def test_an_article_shows_confidence_with_the_origin() -> None:
    html = visit(CUT).get("/articles/a").text
    assert "d’après le nom du dossier, incertaine" in html
    assert "d’après l’en-tête de la dépêche, probable" in html


def test_the_api_returns_cuts_and_confidence() -> None:
    found = visit(CUT).get("/api/v1/articles/a").json
    assert found is not None
    assert found["article"]["cuts"][0] == {"above": 0, "line": "Facebook"}
    assert [found[name] for name in ("date_precision", "date_confidence", "source_confidence")] == [
        "day",
        "likely",
        "uncertain",
    ]
