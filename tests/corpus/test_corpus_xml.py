from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus
from tests.effort import examples

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: str | bytes, name: str = "depot.xml") -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: content})]))

    return read_content


def one(items: list[Article | Refusal]) -> Article:
    (item,) = items
    assert isinstance(item, Article), item
    return item


NITF = """<nitf><head><title>Autre</title><docdata><date.issue norm="20220119T081200+0100"/></docdata>
<pubdata name="La Vigie" position.section="Ville"/></head><body><body.head><hedline><hl1>Le pont rouvre</hl1></hedline>
<byline>Par <person>Ana Roy</person></byline></body.head>
<body.content><p>Il rouvre &eacute;t&eacute; comme <em>hiver</em>.</p><p>Les vélos aussi.</p></body.content></body>
</nitf>"""


def test_nitf(read: Read) -> None:
    found = one(read(NITF))
    assert (found.title, found.source, found.date) == ("Le pont rouvre", "La Vigie", "2022-01-19")
    assert (found.author, found.section) == ("Ana Roy", "Ville")
    assert found.body == "Il rouvre été comme hiver.\nLes vélos aussi."


def test_newsml_g2(read: Read) -> None:
    def item(number: int) -> str:
        return f"""<newsItem guid="urn:{number}"><itemMeta><provider qcode="x"><name>Agence Fictive</name></provider>
        <versionCreated>2022-01-20T00:00:00Z</versionCreated></itemMeta><contentMeta><by>Par Ana Roy</by>
        <contentCreated>2022-01-19T08:12:00+01:00</contentCreated><headline>Le pont n° {number}</headline></contentMeta>
        <contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Il rouvre.</p><p>Enfin.</p></body>
        </html></inlineXML></contentSet></newsItem>"""

    space = "http://iptc.org/std/nar/2006-10-01/"
    items = read(f'<newsMessage xmlns="{space}"><itemSet>{item(1)}{item(2)}</itemSet></newsMessage>')
    assert [found.title for found in items if isinstance(found, Article)] == ["Le pont n° 1", "Le pont n° 2"]
    found = items[0]
    assert isinstance(found, Article)
    assert (found.id, found.source, found.date) == ("urn:1", "Agence Fictive", "2022-01-19")
    assert (found.author, found.body) == ("Ana Roy", "Il rouvre.\nEnfin.")


def test_newsml_1(read: Read) -> None:
    found = one(
        read(
            """<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>vigie.example</ProviderId>
            <DateId>20220119</DateId></NewsIdentifier></Identification><NewsComponent><NewsLines><HeadLine>Le pont
            </HeadLine>
            <CreditLine>Agence Fictive</CreditLine></NewsLines><ContentItem><DataContent><p>Il rouvre.</p></DataContent>
            </ContentItem></NewsComponent></NewsItem></NewsML>"""
        )
    )
    assert (found.title, found.body, found.date, found.source) == (
        "Le pont",
        "Il rouvre.",
        "2022-01-19",
        "Agence Fictive",
    )


TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Le Port, n° 7</title>
</titleStmt><publicationStmt><publisher>Bibliothèque</publisher><date>2015</date></publicationStmt><sourceDesc><bibl>
<title level="j">Le Port illustré</title><date when="1890-01-02">2 janvier</date></bibl></sourceDesc></fileDesc>
</teiHeader><text><body>{}</body></text></TEI>"""


def test_tei_with_one_article(read: Read) -> None:
    found = one(read(TEI.format("<p>Il rouvre.<lb/>Enfin.</p><fw>Page 7</fw>")))
    assert (found.title, found.source, found.date) == ("Le Port, n° 7", "Le Port illustré", "1890-01-02")
    assert found.body == "Il rouvre.\nEnfin."


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        ("<p>Né numérique</p>", ("Bibliothèque", "2015")),
        ("<bibl><title level='a'>Le pont</title></bibl>", (None, None)),
        (
            "<biblStruct><monogr><imprint><publisher>Le Port</publisher></imprint></monogr></biblStruct>",
            ("Le Port", None),
        ),
        ("<bibl><date when='1890-01-02'/></bibl>", (None, "1890-01-02")),
    ],
)
def test_the_electronic_publisher_of_a_printed_paper_is_no_source(
    read: Read, origin: str, found: tuple[str | None, str | None]
) -> None:
    text = TEI.format("<p>Il rouvre.</p>")
    start, end = text.index("<bibl>"), text.index("</sourceDesc>")
    article = one(read(text[:start] + origin + text[end:]))
    assert (article.source, article.date) == found


def test_tei_gives_an_article_per_division(read: Read) -> None:
    division = '<div type="article" xml:id="a{0}"><head>Le pont {0}</head><p>Il rouvre.</p></div>'
    items = read(TEI.format(division.format(1) + division.format(2)))
    assert [(item.id, item.title, item.body) for item in items if isinstance(item, Article)] == [
        ("a1", "Le pont 1", "Il rouvre."),
        ("a2", "Le pont 2", "Il rouvre."),
    ]


def test_generic_xml_records(read: Read) -> None:
    record = (
        "<article id='{0}'><titre>Le pont {0}</titre><texte><p>Un.</p>Deux.</texte><date>19/01/2022</date></article>"
    )
    items = read(f"<export><titre>Mon corpus</titre>{record.format(1)}{record.format(2)}</export>")
    assert [(item.id, item.title, item.body, item.date) for item in items if isinstance(item, Article)] == [
        ("1", "Le pont 1", "Un.\nDeux.", "2022-01-19"),
        ("2", "Le pont 2", "Un.\nDeux.", "2022-01-19"),
    ]


def test_unknown_xml_is_refused_with_its_root_element(read: Read) -> None:
    (item,) = read("<?xml version='1.0'?><svg><g/></svg>")
    assert isinstance(item, Refusal) and "<svg>" in item.reason


def test_broken_xml_gives_its_readable_articles_and_says_so(read: Read) -> None:
    first, second = read(NITF[: NITF.index("aussi")])
    assert isinstance(first, Article) and first.body == "Il rouvre été comme hiver.\nLes vélos"
    assert isinstance(second, Refusal) and "abîmé" in second.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings(read: Read, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert one(read((declared + NITF).encode(encoding))).body.endswith("Les vélos aussi.")


def test_entities_are_never_expanded_or_fetched(read: Read, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    dtd = f'<!DOCTYPE nitf [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    items = read(dtd + NITF.replace("Les vélos", "&l11; &x; Les vélos"), "a.xml")
    bodies = [item.body for item in items if isinstance(item, Article)]
    assert bodies and "secret" not in bodies[0] and len(bodies[0]) < 200 and "Les vélos" in bodies[0]


def test_deep_xml_does_not_fail(read: Read) -> None:
    assert read("<nitf>" + "<a>" * 100_000)
    assert read("<export>" + "<a><title>x</title>" * 2_000)


@settings(deadline=None, max_examples=examples(50))
@given(
    st.lists(st.sampled_from([*"<>/&;a ='\"", "<article>", "<title>", "<text>", "</", "<!DOCTYPE", "<![CDATA[", "]]>"]))
)
def test_any_markup_gives_articles_or_refusals(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xml"
    path.write_text(f"<x>{''.join(parts)}", encoding="utf-8")
    assert list(read_corpus([path]))
