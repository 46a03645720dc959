"""Date, authors, title and URL of a page whose parts contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article, Confidence, Origin
from kiosque.corpus.markup import html_text
from kiosque.corpus.markup.html_tree import parse_page
from kiosque.corpus.readers.html_data import article_nodes
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str]], Path]
Read = Callable[..., Article]

TEXT = "".join(
    f"<p>{line}</p>" for line in ("Les bus passent sur le pont de la Lune depuis ce matin. " * 3, "Enfin. " * 9)
)


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_page(above: str = "", head: str = "", below: str = "", title: str = "Le pont rouvre") -> Article:
        page = (
            f"<html><head><title>{title}</title>{head}</head><body><article><h1>Le pont rouvre</h1>{above}{TEXT}"
            f"</article>{below}</body></html>"
        )
        [item] = read_corpus([make_corpus({"page.html": page})])
        assert isinstance(item, Article), item
        return item

    return read_page


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Publié le mer. 19 janv. 2022", "2022-01-19"),
        ("Publié le 19 Janvier 2022 par la rédaction", "2022-01-19"),
        ("PUBLIÉ LE 19 JANVIER 2022", "2022-01-19"),
        ("Publication : 19/01/2022 08:12", "2022-01-19"),
        ("Créé le 19/01/22", "2022-01-19"),
        ("Publié le 1 er mars 2022", "2022-03-01"),
        ("Article mis à jour le 7 janvier 2020.", "2020-01-07"),
        ("jeudi 13 juin 2019, par Ana Roy", "2019-06-13"),
        ("le 13 juin 2019 à 8h30", "2019-06-13"),
    ],
)
def test_the_byline_next_to_the_title(read: Read, line: str, date: str) -> None:
    assert read(f"<p>{line}</p>").date == date


def published(day: str) -> str:
    return f'<meta property="article:published_time" content="{day}">'


def test_a_visible_date_beats_a_different_attribute(read: Read) -> None:
    found = read("<p>Publié le 27 août 2024 à 20h18 (mis à jour le 30 août 2024 à 12h40)</p>", published("2024-08-30"))
    assert found.date == "2024-08-27"
    assert found.date_confidence is Confidence.LIKELY, "the two dates differ"


def test_two_agreeing_dates_are_sure(read: Read) -> None:
    found = read("<p>Publié le 19 janvier 2022 à 00h30</p>", published("2022-01-18T23:30:00Z"))
    assert (found.date, found.date_confidence) == ("2022-01-19", Confidence.SURE)


def test_the_text_of_a_time_element_beats_its_attribute(read: Read) -> None:
    assert read('<time datetime="2019-07-03T10:18:46Z">Publié le 29 juin 2019</time>').date == "2019-06-29"


def test_dates_and_authors_of_comments_are_ignored(read: Read) -> None:
    comment = (
        '<section class="comments"><article><time datetime="2019-09-22" pubdate>22</time> par <a rel="author">Jo Bo</a>'
    )
    found = read('<p>Le <time datetime="2019-06-28T13:49:45Z">28 juin 2019</time></p>', below=comment)
    assert (found.date, found.author) == ("2019-06-28", None)


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="byline">Par <a rel="author" href="/j">Ana Roy</a></p>',
        '<div class="author">Par Ana Roy</div>',
        '<div class="article__author">Par Ana Roy</div>',
        '<span itemprop="author">Ana Roy</span>',
        '<p>, par <span class="vcard author"><a class="fn" href="/a">Ana Roy</a></span></p>',
        '<p class="signature">27 juin 2019 Par Ana Roy</p>',
    ],
)
def test_common_bylines(read: Read, markup: str) -> None:
    assert read(markup).author == "Ana Roy"


def test_a_byline_without_a_person_is_ignored(read: Read) -> None:
    assert read('<div class="author">Tous nos articles</div>').author is None


def test_hatom_and_dublin_core(read: Read) -> None:
    assert read('<abbr class="published" title="2019-06-27T10:21:40Z">hier</abbr>').date == "2019-06-27"
    assert read(head='<meta name="DC:date" content="2009-09-15">').date == "2009-09-15"


NODE = '{"@type":"NewsArticle","headline":"Le pont rouvre","datePublished":"2022-01-19","author":{"name":"Ana Roy"}}'


@pytest.mark.parametrize(
    "script",
    [
        NODE,
        f"<!-- {NODE} -->",
        f"//<![CDATA[\n{NODE}\n//]]>",
        NODE.replace("}}", "},}"),
        NODE.replace('","datePublished', '" \n"datePublished'),
        NODE.replace("{", '{"description":"Un\nplan\tà voir",', 1),
        f"/* CMS */ {NODE};",
        f'{{"@graph":[{{"@type":"WebSite"}},{NODE}]}}',
        f'{{"@type":"WebPage","mainEntity":{NODE}}}',
        NODE.replace('{"name":"Ana Roy"}', '[{"@type":"Person","name":{"name":"Ana Roy"}}]'),
    ],
)
def test_irregular_json_ld(read: Read, script: str) -> None:
    found = read(head=f'<script type="application/ld+json">{script}</script>')
    assert (found.title, found.date, found.author) == ("Le pont rouvre", "2022-01-19", "Ana Roy")


def test_damaged_json_ld_gives_its_readable_fields() -> None:
    [node] = article_nodes('{"@type":"NewsArticle","headline":"Le pont","datePublished":"2022-01-19", oups')
    assert (node["headline"], node["datePublished"]) == ("Le pont", "2022-01-19")
    assert list(article_nodes('{"@type":"WebSite", oups')) == []


def test_the_json_ld_node_about_this_page_wins(read: Read) -> None:
    other = '{"@type":"NewsArticle","headline":"Un autre","datePublished":"2015-05-05","url":"https://v.example/autre"}'
    scripts = "".join(f'<script type="application/ld+json">{one}</script>' for one in (other, NODE))
    assert read(head=scripts).date == "2022-01-19"


def test_the_publisher_is_removed_from_the_title(read: Read) -> None:
    head = '<meta property="og:title" content="Le pont rouvre - Gala"><meta property="og:site_name" content="Gala.fr">'
    assert read(head=head, title="Le pont rouvre - Gala").title == "Le pont rouvre"


def test_the_url_in_a_saved_page(make_corpus: MakeCorpus) -> None:
    page = f"<html><head><title>Le pont rouvre</title></head><body><article><h1>Le pont rouvre</h1>{TEXT}</article>"
    for comment in (
        "Page saved with SingleFile \n url: https://www.vigie.example/2022/01/19/pont.html \n saved date: x",
        " saved from url=(0042)https://www.vigie.example/2022/01/19/pont.html ",
    ):
        [item] = read_corpus([make_corpus({"p.html": f"<!DOCTYPE html><!--{comment}-->{page}"})])
        assert isinstance(item, Article)
        assert (item.url, item.date) == ("https://www.vigie.example/2022/01/19/pont.html", "2022-01-19")


def test_the_folder_of_a_saved_page_is_not_read(make_corpus: MakeCorpus) -> None:
    page = f"<html><head><title>Le pont rouvre</title></head><body><article><h1>Le pont rouvre</h1>{TEXT}</article>"
    root = make_corpus({"pont.html": page, "pont_fichiers/cadre.html": page, "bac_fichiers/a.html": page})
    found = {item.id for item in read_corpus([root]) if isinstance(item, Article)}
    assert found == {"pont", "bac_fichiers/a"}, "an ordinary folder, without a page bac.html"


def test_control_characters_become_windows_1252(make_corpus: MakeCorpus) -> None:
    [item] = read_corpus([make_corpus({"a.jsonl": '{"title": "Le c\\u009cur de l\\u0092été", "body": "x"}'})])
    assert isinstance(item, Article)
    assert item.title == "Le cœur de l’été"


def test_a_line_with_a_changing_percentage_is_learned(make_corpus: MakeCorpus) -> None:
    line = "Il vous reste {}.{}% de cet article à lire. La suite est réservée aux abonnés."
    pages = {
        f"a{n}.html": f"<html><head><title>Le pont {n}</title></head><body><article><h1>Le pont {n}</h1><p>{n} bus "
        f"passent sur le pont de la Lune depuis ce matin, et {n} vélos.</p><p>{line.format(50 + n, n)}</p></article>"
        for n in range(12)
    }
    items = [item for item in read_corpus([make_corpus(pages)]) if isinstance(item, Article)]
    assert len(items) == 12
    assert not [item for item in items if "abonnés" in item.body]


def test_a_page_that_fast_extraction_loses_is_extracted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def extracted(tree: object, *, fast: bool) -> str:
        asked.append(fast)
        return "Le pont." if fast else "Le pont de la Lune rouvre ce matin."

    monkeypatch.setattr(html_text, "_extracted", extracted)
    long, short = (f"<html><body><article>{TEXT * times}</article></body></html>" for times in (40, 1))
    assert html_text.article_text(parse_page(long)) == "Le pont de la Lune rouvre ce matin."
    assert html_text.article_text(parse_page(short)) == "Le pont."
    assert asked == [True, False, True]


def test_the_words_of_a_time_element_beat_its_attribute(read: Read) -> None:
    found = read(below='<article><time datetime="2021-10-03T10:18:46Z">Publié le 29 septembre 2021</time></article>')
    assert (found.date, found.date_confidence) == ("2021-09-29", Confidence.LIKELY)


@pytest.mark.parametrize(
    ("above", "head"),
    [
        ("", published("2022-01-19") + '<meta property="og:url" content="https://gazette.example/2021/11/04/pont">'),
        (
            '<time pubdate datetime="2022-01-19">hier</time><header><time datetime="2021-11-04">avant</time></header>',
            "",
        ),
    ],
)
def test_a_date_that_another_origin_contradicts_is_never_sure(read: Read, above: str, head: str) -> None:
    found = read(above, head)
    assert (found.date, found.date_confidence) == ("2022-01-19", Confidence.LIKELY)


def test_an_address_of_the_same_month_contradicts_nothing(read: Read) -> None:
    head = published("2022-01-19") + '<meta property="og:url" content="https://gazette.example/2022/01/pont">'
    assert read(head=head).date_confidence is Confidence.SURE


@pytest.mark.parametrize(
    ("head", "below"),
    [
        ("", '<footer><div class="date">Mise en ligne : 14 mai 2017</div></footer>'),
        ('<meta property="article:modified_time" content="2017-05-14">', ""),
    ],
)
def test_a_date_anywhere_on_the_page_is_a_guess(read: Read, head: str, below: str) -> None:
    found = read(head=head, below=below)
    assert (found.date, found.date_origin, found.date_confidence) == ("2017-05-14", Origin.GUESS, Confidence.UNCERTAIN)


@pytest.mark.parametrize(
    "head", [published("2022-01-19"), '<link rel="canonical" href="https://g.example/2022/01/19/a">']
)
def test_nothing_is_guessed_where_the_page_has_a_date(read: Read, monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    monkeypatch.setattr("kiosque.corpus.readers.html.guessed_date", lambda tree: pytest.fail("asked for a date"))
    assert read(head=head).date == "2022-01-19"


def test_a_live_in_an_element_of_comments_stays_where_a_house_signs(read: Read) -> None:
    head = published("2022-01-19") + '<meta name="author" content="La Gazette imaginaire">'
    live = "".join(
        f"<p>Le maire ouvre la voie numéro {number} aux bus et aux vélos du port.</p>" for number in range(9)
    )
    found = read(f'<div class="live comments">{live}<p class="author">Par Ana Roy</p></div>', head)
    assert "numéro 8" in found.body
    assert found.author == "La Gazette imaginaire", "a comment's author is not the article's"


@pytest.mark.parametrize("house", ["La Gazette imaginaire", "gazette-imaginaire.fr"])
def test_a_byline_beats_a_house(read: Read, house: str) -> None:
    head = f'<meta property="og:site_name" content="La Gazette imaginaire"><meta name="author" content="{house}">'
    assert read('<p class="byline">Par Ana Roy</p>', head).author == "Ana Roy"
    assert read(head=head).author == house, "no byline"
