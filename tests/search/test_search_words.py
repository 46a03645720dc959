"""What a word of a query finds, through the whole way: inflections, accents, names, compounds; and what it does not."""

from collections.abc import Callable

import pytest

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest
from kiosque.search.counts.trends import TrendsRequest

EngineOver = Callable[..., Engine]

INFLECTED = [
    ("jeu", "Les Jeux commencent."),
    ("jeux", "Un jeu de hasard."),
    ("annoncent", "Il annonça la grève."),
    ("annoncent", "Le maire annonce une fête."),
    ("publique", "Un jardin public."),
    ("acteur", "Deux actrices jouent."),
    ("font", "Elle fait du vélo."),
    ("refusés", "Elle refuse."),
    ("sécurité", "SECURITE : UN PLAN"),
    ("Élysée", "BAL A L’ELYSEE"),
    ("connaît", "Il connait la route."),
    ("île", "Une ile au loin."),
    ("cote", "À côté du port."),
    ("marche", "Le marché est ouvert."),
    ("paye", "Il a payé cher."),
    ("juppéiste", "Des juppéistes hésitent."),
    ("prud hommes", "Le conseil des prud’hommes."),
    ("aujourd hui", "C’est pour aujourd’hui."),
    ("presqu ile", "La presqu’île est fermée."),
    ("weekend", "Un week-end au vert."),
    ("week-end", "Un weekend au vert."),
    ("anticorruption", "Une loi anti-corruption."),
    ("Saint-Malo", "Une régate à St-Malo."),
    ("St Malo", "Une régate à Saint-Malo."),
    ("19e", "Le 19ème étage."),
    ("10000", "Un don de 10’000 francs."),
    ("A 320", "Un A320 se pose."),
]
OTHERS = [
    ("Mali", "Il va mal."),
    ("Gaza", "Le prix du gaz."),
    ("visa", "Il vise haut."),
    ("maïs", "Le mois de mai, mais pas juin."),
    ("côté", "La cote et la côte."),
    ("marché", "Il marche."),
    ("sûr", "Sur la table."),
    ("arme", "L’armée part."),
    ("grève", "Un gréviste parle."),
    ("communiste", "La commune vote."),
    ("cris", "La crise dure."),
    ("Limoges", "Le préfet limogé."),
    ("OM", "L’OMS alerte."),
    ("data", "Une date fixée."),
    ("porte", "Ils portaient un banc."),
    ("XIXe", "Le 19e étage."),
    ("enfin", "En fin de journée."),
]


def article(id: str, body: str) -> Article:
    return Article(id=id, title="", body=body, date="2022-01-19")


def found(engine: Engine, q: str) -> set[str]:
    return {hit.id for hit in engine.search(SearchRequest(q=q)).hits}


@pytest.mark.parametrize(("typed", "text"), INFLECTED)
def test_a_word_finds_its_forms_and_marks_them(engine_over: EngineOver, typed: str, text: str) -> None:
    engine = engine_over(article("yes", text), article("no", "Rien à voir."))
    page = engine.search(SearchRequest(q=typed))
    assert [hit.id for hit in page.hits] == ["yes"]
    assert page.hits[0].snippet.marks
    assert page.total == 1
    assert engine.trends(TrendsRequest(queries=[typed])).series[0].total == 1


@pytest.mark.parametrize(("typed", "text"), OTHERS)
def test_a_word_does_not_find_other_words(engine_over: EngineOver, typed: str, text: str) -> None:
    engine = engine_over(article("own", f"On lit ici : {typed}."), article("other", text))
    assert found(engine, typed) == {"own"}


def test_a_verb_finds_the_nouns_that_look_like_its_forms(engine_over: EngineOver) -> None:
    engine = engine_over(article("noun", "Deux portes."), article("verb", "Ils portaient."))
    assert found(engine, "porter") == {"noun", "verb"}
    assert found(engine, "portes") == {"noun"}


@pytest.mark.parametrize(
    ("typed", "text", "other"),
    [("pendre", "Il faut pendre le linge.", "Pendant la nuit."), ("pari", "Un pari fou.", "Il vit à Paris.")],
)
def test_a_form_far_more_often_another_word_is_left_out(
    engine_over: EngineOver, typed: str, text: str, other: str
) -> None:
    engine = engine_over(article("own", text), *(article(f"other{number}", other) for number in range(9)))
    assert found(engine, typed) == {"own"}


def test_forms_of_one_word_score_as_one(engine_over: EngineOver) -> None:
    """Two rare forms must not add up to more than the word itself, twice."""
    engine = engine_over(
        article("two", "porter, portons"), article("same", "porter, porter"), article("no", "mer, mer")
    )
    scores = {hit.id: hit.score for hit in engine.search(SearchRequest(q="porterait")).hits}
    assert scores["two"] == pytest.approx(scores["same"])


def test_a_word_that_no_article_has_is_answered_by_its_family(engine_over: EngineOver) -> None:
    engine = engine_over(article("yes", "Une manifestation, puis deux manifestations."), article("no", "Il va mal."))
    page = engine.search(SearchRequest(q="manifestants"))
    assert [hit.id for hit in page.hits] == ["yes"]
    assert [note.kind for note in page.notes] == ["corrected"]
    assert "manifestation" in page.notes[0].message


@pytest.mark.parametrize(
    ("typed", "text"), [("Malien", "Un mal de dos."), ("grève", "Un gréviste."), ("vert", "Un verre.")]
)
def test_a_name_or_a_short_word_has_no_family(engine_over: EngineOver, typed: str, text: str) -> None:
    assert found(engine_over(article("other", text)), typed) == set()
