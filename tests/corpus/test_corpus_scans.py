"""Scanned pages: ALTO and PAGE."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str]], Path]

ALTO = """<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#">
<Layout><Page ID="P1"><PrintSpace>{blocks}</PrintSpace></Page></Layout>{order}</alto>"""


def block(name: str, *lines: str) -> str:
    return f'<TextBlock ID="{name}">' + "".join(f"<TextLine>{line}</TextLine>" for line in lines) + "</TextBlock>"


def strings(*words: str) -> str:
    return "<SP/>".join(f'<String ID="s" CONTENT="{word}" WC="0.9"/>' for word in words)


def read(make_corpus: MakeCorpus, content: str) -> Article:
    [item] = read_corpus([make_corpus({"KB_1910-08-14_01.xml": content})])
    assert isinstance(item, Article), item
    return item


def test_alto_gives_paragraphs(make_corpus: MakeCorpus) -> None:
    blocks = block("B1", strings("Le", "pont"), strings("rouvre", "ce", "matin.")) + block("B2", strings("Enfin", "!"))
    for version in (2, 3, 4):
        found = read(make_corpus, ALTO.format(version=version, blocks=blocks, order=""))
        assert found.body == "Le pont rouvre ce matin.\nEnfin !"
        assert found.date == "1910-08-14"


def test_a_word_split_across_lines_is_joined(make_corpus: MakeCorpus) -> None:
    told = '<String CONTENT="gouver" SUBS_TYPE="HypPart1" SUBS_CONTENT="gouvernement"/><HYP CONTENT="-"/>'
    rest = '<String CONTENT="nement" SUBS_TYPE="HypPart2" SUBS_CONTENT="gouvernement"/>' + strings("part")
    untold = strings("le", "por") + '<HYP CONTENT="-"/>'
    blocks = block("B1", strings("Le") + told, rest, untold, strings("tail", "ferme"))
    assert read(make_corpus, ALTO.format(version=3, blocks=blocks, order="")).body == (
        "Le gouvernement part le portail ferme"
    )


def test_blocks_are_in_reading_order(make_corpus: MakeCorpus) -> None:
    blocks = (
        block("B2", strings("Enfin !")) + block("B3", strings("La Vigie")) + block("B1", strings("Le pont rouvre."))
    )
    order = '<ReadingOrder><OrderedGroup><ElementRef REF="B1"/><ElementRef REF="B2"/></OrderedGroup></ReadingOrder>'
    found = read(make_corpus, ALTO.format(version=4, blocks=blocks, order=order))
    assert found.body == "Le pont rouvre.\nEnfin !\nLa Vigie"


PAGE = """<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page>
<ReadingOrder><OrderedGroup><RegionRefIndexed index="0" regionRef="r1"/></OrderedGroup></ReadingOrder>
<TextRegion id="r2"><TextEquiv><Unicode>Enfin !</Unicode></TextEquiv></TextRegion>
<TextRegion id="r1"><TextLine><TextEquiv><Unicode>Le pont rou¬</Unicode></TextEquiv></TextLine>
<TextLine><TextEquiv><Unicode>vre ce matin.</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>"""


def test_page_xml(make_corpus: MakeCorpus) -> None:
    assert read(make_corpus, PAGE).body == "Le pont rouvre ce matin.\nEnfin !"


def test_a_region_inside_another_comes_once_and_the_first_transcription_counts(make_corpus: MakeCorpus) -> None:
    inner = '<TextRegion id="r3"><TextLine><TextEquiv><Unicode>Dedans.</Unicode></TextEquiv></TextLine></TextRegion>'
    line = (
        '<TextLine><TextEquiv index="1"><Unicode>Autour ?</Unicode></TextEquiv>'
        '<TextEquiv index="0"><Unicode>Autour.</Unicode></TextEquiv></TextLine>'
    )
    content = f'<PcGts xmlns="http://p.example"><Page><TextRegion id="r1">{line}{inner}</TextRegion></Page></PcGts>'
    assert read(make_corpus, content).body == "Autour.\nDedans."


HOCR = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="fr"><head><title>scan.png</title>
<meta name="ocr-system" content="tesseract 5.3"/></head><body>{pages}</body></html>"""


def carea(*paragraphs: tuple[str, ...], title: str = "bbox 0 0 9 9") -> str:
    lines = (
        "".join(
            "<span class='ocr_line' title='bbox 0 0 9 1'>"
            + "\n".join(
                f"<span class='ocrx_word' title='bbox 0 0 1 1; x_wconf 91'>{word}</span>" for word in line.split()
            )
            + "</span>\n"
            for line in paragraph
        )
        for paragraph in paragraphs
    )
    blocks = "".join(f"<p class='ocr_par' lang='fra'>{each}</p>" for each in lines)
    return f"<div class='ocr_carea' title='{title}'>{blocks}</div>"


def hocr(*pages: str) -> str:
    return HOCR.format(pages="".join(f"<div class='ocr_page' title='image \"a.png\"'>{page}</div>" for page in pages))


def read_all(make_corpus: MakeCorpus, name: str, content: str) -> list[Article | Refusal]:
    return list(read_corpus([make_corpus({name: content}) / name]))


@pytest.mark.parametrize("name", ["KB_1910-08-14.hocr", "KB_1910-08-14.html", "KB_1910-08-14.xml", "KB_1910-08-14"])
def test_hocr_is_a_page_of_paragraphs(make_corpus: MakeCorpus, name: str) -> None:
    content = hocr(carea(("Le pont de la Lune rou-", "vre ce matin."), ("Enfin !",)) + carea(("La suite.",)))
    [article] = read_all(make_corpus, name, content)
    assert isinstance(article, Article), article
    assert article.body == "Le pont de la Lune rouvre ce matin.\nEnfin !\nLa suite."
    assert article.date == "1910-08-14"


def test_areas_of_hocr_come_in_the_order_that_they_say(make_corpus: MakeCorpus) -> None:
    last, first = carea(("Puis.",), title="bbox 0 0 1 1; order 2"), carea(("D’abord.",), title="order 1")
    [article] = read_all(make_corpus, "a.html", hocr(last + first))
    assert isinstance(article, Article) and article.body == "D’abord.\nPuis."
    [article] = read_all(make_corpus, "a.html", hocr(last + carea(("Sans ordre.",))))
    assert isinstance(article, Article) and article.body == "Puis.\nSans ordre."


def test_hocr_of_several_pages_and_of_other_tools(make_corpus: MakeCorpus) -> None:
    lines = "<span class='ocr_line'>Des lignes</span> <span class='ocr_line'>seules.</span>"
    bare, alone = "<p class='ocr_par'>Sans lignes.</p>", "Un texte seul."
    items = read_all(make_corpus, "a.html", hocr(lines, bare, alone, ""))
    assert [item.body for item in items if isinstance(item, Article)] == [
        "Des lignes seules.",
        "Sans lignes.",
        "Un texte seul.",
    ]


def test_hocr_without_text_is_refused(make_corpus: MakeCorpus) -> None:
    [item] = read_all(make_corpus, "a.html", hocr("", " "))
    assert isinstance(item, Refusal) and "OCR" in item.reason


def test_a_page_about_ocr_is_a_page(make_corpus: MakeCorpus) -> None:
    text = "<h1>Lire hOCR</h1><p>" + "La classe ocr_page marque une page de la numérisation du journal. " * 5 + "</p>"
    [item] = read_all(make_corpus, "a.html", f"<html><body>{text}</body></html>")
    assert isinstance(item, Article) and item.title == "Lire hOCR"


def test_a_page_without_text_is_refused(make_corpus: MakeCorpus) -> None:
    [item] = read_corpus([make_corpus({"a.xml": ALTO.format(version=3, blocks="", order="")})])
    assert isinstance(item, Refusal)
