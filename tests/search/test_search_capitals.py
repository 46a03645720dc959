"""A headline pasted in capitals: ET, OU, SAUF and NON are words there, and one click makes them operators again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest
from kiosque.search.query.lexer import (
    Kind,
    completion_prefix,
    in_small_letters,
    lex,
    lex_operators,
    typed_words,
    words_in_capitals,
)
from kiosque.web.app import create_app

ARTICLES = [
    Article(id="non", title="Le non l’emporte au référendum", body="Les îliens ont voté.", date="2022-03-01"),
    Article(id="oui", title="Le oui l’emporte au référendum", body="Les îliens ont voté.", date="2022-03-01"),
    Article(id="sauf", title="Sauf orage, le bal aura lieu", body="La place est prête.", date="2022-03-02"),
    Article(id="bal", title="Le bal est annulé", body="La place est vide."),
    Article(id="mer", title="Le bac reste au port", body="La mer est forte."),
]


@pytest.fixture(scope="module")
def engine(engine_over: Callable[..., Engine]) -> Engine:
    return engine_over(*ARTICLES)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Any:
    return create_app({"ENGINE": engine}).test_client()


def found(engine: Engine, q: str) -> list[str]:
    return sorted(hit.id for hit in engine.search(SearchRequest(q=q)).hits)


def kinds(text: str) -> list[Kind]:
    return [lexeme.kind for lexeme in lex(text)]


@pytest.mark.parametrize("operator", ["ET", "AND", "OU", "OR", "SAUF", "NON", "NOT"])
def test_an_operator_among_capitals_is_a_word(operator: str) -> None:
    assert kinds(f"GAZ {operator} ÉLECTRICITÉ") == [Kind.WORD] * 3
    assert kinds(f"GAZ {operator} « L’ÉLECTRICITÉ »") == [Kind.WORD, Kind.WORD, Kind.PHRASE]
    [word] = words_in_capitals(lex(f"GAZ {operator} ÉLECTRICITÉ"))
    assert (word.text, word.position) == (operator, 4)


@pytest.mark.parametrize(
    "text",
    [
        "GAZ OU électricité",
        "GAZ OU Électricité",
        "gaz OU vent",
        "2021 OU 2022",
        "OU",
        "NON -",
        "=GAZ OU =VENT",
        "GAZ OU source:AFP",
        "SOURCE:AFP OU GAZ",
        "MANIF* OU GAZ",
        "GAZ~1 OU VENT",
        '"GAZ VENT"~3 OU MER',
    ],
)
def test_other_words_or_signs_keep_the_operator(text: str) -> None:
    assert lex(text) == lex_operators(text)
    assert words_in_capitals(lex(text)) == []


def test_headlines_may_have_parentheses_quotes_and_punctuation() -> None:
    assert kinds("LE « NON » (ET LE OUI) ?")[2:5] == [Kind.OPEN, Kind.WORD, Kind.WORD]
    assert kinds("PARIS OU MARSEILLE ?")[1] is Kind.WORD


def test_the_lowercase_query_has_operators() -> None:
    assert in_small_letters("LE NON L’EMPORTE, ET APRÈS ?") == "le NON l’emporte, ET après ?"
    assert in_small_letters('LE "NON ET" ET VOUS') == 'le "non et" ET vous'


CAPITALS = st.lists(st.sampled_from(["ET", "OU", "NON", "GAZ", "ÉTÉ", "«", "»", "(", ")", "-", "12", "L’ÎLE"])).map(
    " ".join
)


@given(CAPITALS)
def test_both_readings_have_the_same_words_and_positions(text: str) -> None:
    read, operators = lex(text), lex_operators(text)
    assert [(one.text, one.position) for one in read] == [(one.text, one.position) for one in operators]
    if words_in_capitals(read):
        offered = lex(in_small_letters(text))
        assert [one.kind for one in offered] == [one.kind for one in operators]


def test_an_operator_among_capitals_is_a_typed_word() -> None:
    assert [word.surface for word in typed_words("GAZ SAUF VENT")] == ["GAZ", "SAUF", "VENT"]
    prefix = completion_prefix("GAZ SAUF VEN")
    assert prefix is not None
    assert prefix.words == ["GAZ", "SAUF"]


def test_a_headline_finds_its_article_and_the_note_offers_the_operator(engine: Engine) -> None:
    page = engine.search(SearchRequest(q="LE NON L’EMPORTE AU RÉFÉRENDUM"))
    assert [hit.id for hit in page.hits] == ["non"]
    [note] = page.notes
    assert (note.kind, note.position, note.query) == ("words_in_capitals", 3, "le NON l’emporte au référendum")
    assert "«\u00a0NON\u00a0» est cherché comme un mot" in note.message
    assert found(engine, "SAUF ORAGE, LE BAL AURA LIEU") == ["sauf"]


def test_the_offered_query_excludes(engine: Engine) -> None:
    [note] = engine.search(SearchRequest(q="BAL SAUF ORAGE")).notes
    page = engine.search(SearchRequest(q=str(note.query)))
    assert [hit.id for hit in page.hits] == ["bal"]
    assert page.notes == []


def test_the_note_names_each_operator_once(engine: Engine) -> None:
    note, *_ = engine.search(SearchRequest(q="LE OUI OU LE BAL NON LE PORT")).notes
    assert "«\u00a0OU\u00a0» et «\u00a0NON\u00a0» sont cherchés comme des mots" in note.message


@pytest.mark.parametrize("q", ["LE BAC ET LE PORT", "LE BAC RESTE", "ET LE BAC", "BAC OU"])
def test_no_note_if_both_readings_agree(engine: Engine, q: str) -> None:
    page = engine.search(SearchRequest(q=q))
    assert [hit.id for hit in page.hits] == ["mer"]
    assert page.notes == []


def test_completions_stay_in_capitals(engine: Engine) -> None:
    assert "LE NON L’EMPORTE AU RÉFÉRENDUM" in [one.text for one in engine.suggest("LE NON L’EMPORTE AU RÉF")]
    assert "au référendum" in [one.text for one in engine.suggest("au réf")]
    assert "L’oui" in [one.text for one in engine.suggest("L’OU")], "no name of an operator is there to keep a word"


def test_a_corrected_headline_stays_in_capitals(engine: Engine) -> None:
    page = engine.search(SearchRequest(q="LE NON L’EMPORTE AU RÉFÉRANDUM"))
    assert [hit.id for hit in page.hits] == ["non"]


def test_the_page_offers_the_other_reading_as_a_link(client: Any) -> None:
    page = client.get("/search", query_string={"q": "BAL SAUF ORAGE"}).text
    assert "est cherché comme un mot" in page
    assert '<a href="/search?q=bal+SAUF+orage" data-live>bal SAUF orage</a>' in page


def test_the_api_has_the_note(client: Any) -> None:
    body = client.get("/api/v1/search", query_string={"q": "BAL SAUF ORAGE"}).json
    assert [hit["id"] for hit in body["hits"]] == ["sauf"]
    [note] = body["notes"]
    assert (note["kind"], note["position"], note["query"]) == ("words_in_capitals", 4, "bal SAUF orage")


def test_trends_and_article_marks_use_the_same_reading(client: Any) -> None:
    trend = client.get("/api/v1/trends", query_string={"q": "BAL SAUF ORAGE"}).json
    assert trend["series"][0]["total"] == 1
    article = client.get("/api/v1/articles/sauf", query_string={"q": "BAL SAUF ORAGE"}).json
    marked = [article["article"]["title"][start:end] for start, end in article["title_marks"]]
    assert marked == ["Sauf", "orage", "bal"]
