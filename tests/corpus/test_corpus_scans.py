"""Scanned pages: ALTO and PAGE."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosque.corpus.article import Article
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.read_corpus import read_corpus

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


def test_a_page_without_text_is_refused(make_corpus: MakeCorpus) -> None:
    [item] = read_corpus([make_corpus({"a.xml": ALTO.format(version=3, blocks="", order="")})])
    assert isinstance(item, Refusal)
