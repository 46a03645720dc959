"""The engines over a few articles. The fixture `engine` runs each test with both."""

import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from whoosh.index import create_in

from kiosque.corpus.article import Article, Origin
from kiosque.index.segment.schema import schema
from kiosque.search import Engine, EngineUnavailable, RequestError, SearchPage, SearchRequest, open_engine
from kiosque.search.model import Stats, ValueCount
from kiosque.search.parameters import MOST_HITS
from kiosque.search.settings import Settings

EngineOver = Callable[..., Engine]
Commit = Callable[[Path, list[Article]], None]

ARTICLES = [
    Article(
        id="ports",
        title="Grève dans les ports",
        body="Les dockers du Havre ont cessé le travail. La grève pèse sur le fret.",
        source="AFP",
        date="2023-01-19",
    ),
    Article(
        id="trains",
        title="Trains à l’arrêt",
        body="La grève touche un train sur deux. Le ministre reçoit les syndicats.",
        source="Le Monde",
        date="2023-01",
    ),
    Article(
        id="lycees",
        title="La rentrée des lycées",
        body="Dans ce lycée, la sécurité inquiète. Aucune grève en vue.",
        source="Le Monde diplomatique",
        date="2022",
    ),
    Article(
        id="chat",
        title="Le chat de l’Élysée",
        body="Il dort après le dîner. Un avocat pousse sur la terrasse.",
        source="L’Écho fictif",
    ),
    Article(id="mer", title="La mer monte", body="Le littoral recule. Les ports se protègent."),
]


@pytest.fixture(scope="module", params=["engine_over", "cluster_over"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The embedded engine, and the cluster's if there is a server."""
    over: EngineOver = request.getfixturevalue(request.param)
    return over(*ARTICLES)


def ids(page: SearchPage) -> list[str]:
    return [hit.id for hit in page.hits]


def found(engine: Engine, q: str, **options: object) -> set[str]:
    return set(ids(engine.search(request(q, **options))))


def request(q: str = "", **options: object) -> SearchRequest:
    return msgspec.convert({"q": q, **options}, SearchRequest)


def kinds(page: SearchPage) -> list[str]:
    return [note.kind for note in page.notes]


def article(id: str, body: str, **known: str) -> Article:
    return msgspec.structs.replace(Article(id=id, title="", body=body), **known)


# Matching


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("grève", {"ports", "trains", "lycees"}),
        ("grève ports", {"ports"}),
        ("grève OU chat", {"ports", "trains", "lycees", "chat"}),
        ("grève -ports", {"trains", "lycees"}),
        ("grève SAUF (ports OU lycée)", {"trains"}),
        ('"la grève"', {"ports", "trains"}),
        ('"grève la"', set()),
        ("titre:grève", {"ports"}),
        ("texte:ports", {"mer"}),
        ("ports", {"ports", "mer"}),
        ("source:afp", {"ports"}),
        ("source:AFP OU source:écho", {"ports", "chat"}),
        ("-source:afp grève", {"trains", "lycees"}),
        ("date:2023-01-20", {"trains"}),
        ("date:2022", {"lycees"}),
        ("date:>=2023", {"ports", "trains"}),
        ('date:"19 janvier 2023"', {"ports", "trains"}),
        ("date:aucune", {"chat", "mer"}),
        ("-date:aucune", {"ports", "trains", "lycees"}),
        ("", {"ports", "trains", "lycees", "chat", "mer"}),
        ("!!!", set()),
    ],
)
def test_what_a_query_finds(engine: Engine, q: str, expected: set[str]) -> None:
    page = engine.search(request(q))
    assert set(ids(page)) == expected
    assert page.total == len(expected)


@pytest.mark.parametrize("q", ["securite", "elysee", "lycee", "apres", "greve", "SECURITE", "diner", '"le diner"'])
def test_words_without_accents_match_and_mark_accented_ones(engine: Engine, q: str) -> None:
    page = engine.search(request(q))
    assert page.total
    for hit in page.hits:
        assert hit.snippet.marks or "<mark>" in hit.title_html


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('source:"Le Monde"', {"trains"}),
        ("source:«le monde»", {"trains"}),
        ("source:monde", {"trains", "lycees"}),
        ("source:diplomatique", {"lycees"}),
        ("source:DIPLOMATIQUE", {"lycees"}),
        ('source:"l\'echo fictif"', {"chat"}),
        ("source:écho", {"chat"}),
        ("source:echo", {"chat"}),
        ("source:mon", set()),
        ('source:"!"', set()),
    ],
)
def test_source_names_match_in_part_without_case_and_accents(engine: Engine, q: str, expected: set[str]) -> None:
    assert set(ids(engine.search(request(q)))) == expected


TRAPS = [
    ("Selon l’avocat, rien.", "avocat", ["avocat"]),
    ("À l’Élysée ce soir.", "Élysée", ["Élysée"]),
    ("À l'Elysée ce soir.", "l’Elysée", ["Elysée"]),
    ("L'ONU hésite.", "O.N.U.", ["ONU"]),
    ("LʼONU et L＇ONU hésitent.", "ONU", ["ONU", "ONU"]),
    ("L'ONU hésite.", "l＇onu", ["ONU"]),
    ("L’O.T.A.N. hésite.", "otan", ["O.T.A.N."]),
    ("Jusqu'où aller ?", "où aller", ["aller"]),
    ("Viens, lorsqu’il dort.", "lorsqu’il dort", ["il", "dort"]),
    ("Il dit d’« abord » non.", "abord", ["abord"]),
    ("C’est aujourd’hui.", "aujourd'hui", ["aujourd’hui"]),
    ("Une presqu’île au loin.", "presqu'île", ["presqu’île"]),
    ("Le conseil prud’homal.", "prud'homal", ["prud’homal"]),
    ("Un entr’acte bref.", "entr'acte", ["entr’acte"]),
    ("Dans la grand’rue.", "grand'rue", ["grand’rue"]),
    ("Peter O’Brien vient.", "O'Brien", ["O’Brien"]),
    ("N’Golo Kanté joue.", "N'Golo", ["N’Golo"]),
    ("Le budget de R&D.", "R&D", ["R&D"]),
    ("Made in U.S.A. ici.", "USA", ["U.S.A."]),
    ("Une œuvre rare.", "oeuvre", ["œuvre"]),
    ("Une oeuvre rare.", "œuvre", ["oeuvre"]),
    ("Lætitia et Æ.", "Laetitia", ["Lætitia"]),
    ("La ﬁnance va.", "finance", ["ﬁnance"]),
    ("La se\u0301curite\u0301 va.", "sécurité", ["se\u0301curite\u0301"]),
    ("La sé\u00adcu\u200brité va.", "sécurité", ["sé\u00adcu\u200brité"]),
    ("Près de 10\u202f000 gens.", "10000", ["10\u202f000"]),
    ("Près de 10 000 gens.", "10\u00a0000", ["10 000"]),
    ("Près de 10\u2009000 gens.", "10\u202f000", ["10\u2009000"]),
    ("Près de 10.000 gens.", "10 000", ["10.000"]),
    ("Près de 10000 gens.", "10 000 gens", ["10000", "gens"]),
    ("Près de 10\u00a0000 gens.", '"10 000"', ["10\u00a0000"]),
    ("Un taux de 1,5 % fixe.", "1,5 %", ["1,5"]),
    ("Au n°5 du quai.", "n°5", ["n°5"]),
    ("Dès 20h30 ce soir.", "20h30", ["20h30"]),
    ("Dès 20 h 30 ce soir.", "20h30", ["20 h 30"]),
    ("Le 1er mai chômé.", "1er", ["1er"]),
    ("Au XXᵉ siècle.", "XXe", ["XXᵉ"]),
    ("Soit 2,6 milliards.", "2,6 milliards", ["2,6", "milliards"]),
    ("À Saint-Denis hier.", "Saint Denis", ["Saint", "Denis"]),
    ("À Saint Denis hier.", "Saint-Denis", ["Saint Denis"]),
    ("Aux États‑Unis hier.", "Etats-Unis", ["États‑Unis"]),
    ("Aux États-Unis hier.", "etats unis", ["États", "Unis"]),
    ("Aux États Unis hier.", "états‑unis", ["États Unis"]),
    ("Le vice-président sort.", "vice président", ["vice", "président"]),
    ("Rien, dit-il enfin.", '"dit-il"', ["dit-il"]),
    ("Qu’y a-t-il de neuf ?", '"y a-t-il"', ["y a-t-il"]),
    ("Le COVID-19 recule.", "Covid 19", ["COVID", "19"]),
    ("Le Covid 19 recule.", "COVID-19", ["Covid 19"]),
    ("Le COVID-19 recule.", "covid19", ["COVID-19"]),
    ("Le covid19 recule.", "COVID-19", ["covid19"]),
    ("Le covid19 recule.", "Covid 19", ["covid19"]),
    ("Un vol en F-16 hier.", "f16", ["F-16"]),
    ("Le sommet du G7 finit.", "g7", ["G7"]),
    ("Il n’y a pas de plan B ici.", "plan B", ["plan", "B"]),
    ("Une dose de vitamine D ici.", "vitamine D", ["vitamine", "D"]),
    ("À l’Élysée ce soir.", "Élysee", ["Élysée"]),
    ("Le jeu de qui est qui.", '"qui est qui"', ["qui est qui"]),
    ("Le jeu de qui est qui.", "qui est qui", ["qui", "est", "qui"]),
    ("Du maïs sec.", "maïs", ["maïs"]),
    ("Il a payé cher.", "paye", ["payé"]),
    ("À l’Élysée, l’Elysée dit-on.", "=Élysée", ["Élysée"]),
    ("Un ÉLYSÉE, un Élysée.", "=élysée", ["ÉLYSÉE", "Élysée"]),
    ("La manif, les manifestants, un manifeste.", "manif*", ["manif", "manifestants", "manifeste"]),
    ("L’État et l’été.", "ét?t", ["État"]),
    ("Volodymyr Zelensky parle.", "zelinsky~1", ["Zelensky"]),
    ("Une aide très rapide pour l’Ukraine.", '"aide ukraine"~3', ["aide", "Ukraine"]),
    ("Selon Le Monde, le monde change.", '="Le Monde"', ["Le Monde"]),
    ("Le sommet de la NATO s’ouvre.", "OTAN", ["NATO"]),
    ("L’Union européenne hésite.", "UE", ["Union européenne"]),
    ("L’UE hésite.", "union européenne", ["UE"]),
    ("Il vit aux Etats-Unis.", "USA", ["Etats-Unis"]),
    ("Kyiv sous les bombes.", "kiev", ["Kyiv"]),
    ("La première fois.", "premiere", ["première"]),
    ("Chers bijoux volés.", "bijou", ["bijoux"]),
]
"""Texts, queries that match them, and the marked words."""


@pytest.mark.parametrize(("text", "q", "marked"), TRAPS)
def test_french_edge_cases_are_found_and_marked(engine_over: EngineOver, text: str, q: str, marked: list[str]) -> None:
    page = engine_over(article("oui", text), article("non", "Autre chose.")).search(request(q))
    assert ids(page) == ["oui"]
    snippet = page.hits[0].snippet
    assert [snippet.text[start:end] for start, end in snippet.marks] == marked


@pytest.mark.parametrize(
    ("text", "q"), [("Du maïs sec.", "=mais"), ("Un pays payé.", "payer -pays"), ("Il vit à Paris.", "pari titre:x")]
)
def test_other_words_with_the_same_stem_do_not_match(engine_over: EngineOver, text: str, q: str) -> None:
    assert engine_over(article("a", text)).search(request(q)).total == 0


def test_typed_accents_must_match(engine_over: EngineOver) -> None:
    engine = engine_over(article("sel", "Du maïs salé."), article("mer", "La mer, mais froide."))
    assert found(engine, "maïs") == {"sel"}
    assert found(engine, "mais") == {"sel", "mer"}, "without accents it matches both"


# Marks


def test_words_of_filters_and_exclusions_are_not_marked(engine_over: EngineOver) -> None:
    engine = engine_over(article("a", "Le gaz du Monde, en 2022.", source="Le Monde", date="2022"))
    hit = engine.search(request("gaz source:monde date:2022 -vent")).hits[0]
    assert hit.snippet.html == "Le <mark>gaz</mark> du Monde, en 2022."
    assert engine.search(request("source:monde")).hits[0].snippet.marks == []


def test_a_title_word_is_not_marked_in_the_text(engine: Engine) -> None:
    hit = engine.search(request("titre:grève")).hits[0]
    assert hit.title_html == "<mark>Grève</mark> dans les ports"
    assert hit.snippet.marks == []


def test_titles_and_texts_are_escaped(engine_over: EngineOver) -> None:
    engine = engine_over(Article(id="a", title="<b>Gaz</b> & vent", body="<script>gaz</script>"))
    hit = engine.search(request("gaz")).hits[0]
    assert hit.title_html == "&lt;b&gt;<mark>Gaz</mark>&lt;/b&gt; &amp; vent"
    assert hit.snippet.html == "&lt;script&gt;<mark>gaz</mark>&lt;/script&gt;"


# Filters and facets


def test_source_filters_need_the_exact_name(engine: Engine) -> None:
    assert found(engine, "", sources=["Le Monde"]) == {"trains"}
    assert found(engine, "", sources=["Le Monde", "AFP"]) == {"trains", "ports"}
    assert found(engine, "", sources=["le monde"]) == set()


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2023-01-19", None, {"ports", "trains"}),
        ("2023-01-20", None, {"trains"}),
        (None, "2022-06", {"lycees"}),
        ("2022-12-31", "2023-01-01", {"lycees", "trains"}),
        ("2024", None, set()),
        (None, None, {"ports", "trains", "lycees", "chat", "mer"}),
    ],
)
def test_an_article_matches_ranges_that_overlap_its_date(
    engine: Engine, since: str | None, until: str | None, expected: set[str]
) -> None:
    assert found(engine, "", since=since, until=until) == expected


def test_the_undated_filter_ignores_the_range(engine: Engine) -> None:
    assert found(engine, "", undated=True, since="2022", until="pas une date") == {"chat", "mer"}


def test_the_source_facet_ignores_its_own_selection(engine: Engine) -> None:
    page = engine.search(request("grève", sources=["AFP"], since="2023"))
    assert page.total == 1
    assert page.facets.source == [
        ValueCount(value="AFP", count=1, selected=True),
        ValueCount(value="Le Monde", count=1),
    ]


def test_the_date_facet_ignores_its_own_selection(engine: Engine) -> None:
    page = engine.search(request("", sources=["AFP", "L’Écho fictif"], since="2022", until="2022"))
    assert page.total == 0
    assert [(bucket.since, bucket.count) for bucket in page.facets.date.buckets] == [("2023-01-19", 1)]
    assert page.facets.date.undated == 1


# Order


def test_a_title_match_ranks_first(engine_over: EngineOver) -> None:
    body = "Le gaz manque."
    engine = engine_over(Article(id="a", title="Vent", body=body), Article(id="b", title="Gaz", body=body))
    assert ids(engine.search(request("gaz"))) == ["b", "a"]


@pytest.mark.parametrize(("q", "first"), [("élection", "a"), ("élections", "b"), ("ÉLECTIONS", "b")])
def test_the_typed_form_ranks_first(engine_over: EngineOver, q: str, first: str) -> None:
    engine = engine_over(article("a", "Une élection approche"), article("b", "Les élections approchent"))
    hits = engine.search(request(q)).hits
    assert [hits[0].id, len(hits)] == [first, 2]
    assert all(hit.snippet.marks for hit in hits)


def test_an_ellipsis_joins_distant_passages(commit: Callable[..., None], tmp_path: Path) -> None:
    between = "Une phrase parle d’autre chose et ne dit rien de ce qu’on cherche. " * 20
    commit(tmp_path, [article("a", f"Le gaz manque.\n{between}\nLe vent souffle.")])
    [hit] = open_engine(str(tmp_path), Settings(passages=2)).search(request("gaz vent")).hits
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["gaz", "vent"]
    assert " … " in hit.snippet.text


def test_both_date_orders_end_with_the_undated(engine: Engine) -> None:
    assert ids(engine.search(request("", sort="newest"))) == ["trains", "ports", "lycees", "chat", "mer"]
    assert ids(engine.search(request("", sort="oldest"))) == ["lycees", "trains", "ports", "chat", "mer"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_ties_are_broken_by_date_then_id(engine_over: EngineOver, sort: str) -> None:
    articles = [article(id, "gaz", date="2022") for id in "dbca"]
    for order in (articles, articles[::-1]):
        assert ids(engine_over(*order).search(request("gaz", sort=sort))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_ties_across_segments_are_broken_by_id(commit: Callable[..., None], tmp_path: Path, sort: str) -> None:
    commit(tmp_path, [article(id, "gaz", date="2022") for id in "dbcafe"], segments=3)  # d and a, b and f, c and e
    assert ids(open_engine(str(tmp_path)).search(request("gaz", sort=sort))) == ["a", "b", "c", "d", "e", "f"]


def test_equal_scores_are_ordered_newest_first_and_undated_last(engine_over: EngineOver) -> None:
    engine = engine_over(article("a", "gaz"), article("b", "gaz", date="2020"), article("c", "gaz", date="2021"))
    assert ids(engine.search(request("gaz"))) == ["c", "b", "a"]


def test_filters_and_exclusions_give_no_score(engine: Engine) -> None:
    plain = {hit.id: hit.score for hit in engine.search(request("grève")).hits}
    for q in ("grève source:afp", "grève date:2023-01-19..", "grève OU source:afp", "grève -chat"):
        scores = {hit.id: hit.score for hit in engine.search(request(q)).hits}
        assert scores["ports"] == plain["ports"], q
    assert {hit.score for hit in engine.search(request("source:monde date:2022..2023")).hits} == {0.0}


# Pages


def test_ranks_continue_across_pages(engine: Engine) -> None:
    whole = engine.search(request("", size=100))
    second = engine.search(request("", size=2, page=2))
    assert (second.total, second.page, second.pages, second.size) == (5, 2, 3, 2)
    assert [hit.rank for hit in second.hits] == [3, 4]
    assert second.hits == whole.hits[2:4]


@pytest.mark.parametrize("page", [2, 4, 10**9, 10**30])
def test_a_page_past_the_end_is_empty_with_counts(engine: Engine, page: int) -> None:
    beyond = engine.search(SearchRequest(q="grève", page=page))
    assert (beyond.hits, beyond.total, beyond.pages, beyond.page) == ([], 3, 1, page)
    assert beyond.facets.source


def test_an_empty_result_has_no_page(engine: Engine) -> None:
    page = engine.search(request("zzz"))
    assert (page.total, page.pages, page.hits) == (0, 0, [])


def test_the_answer_repeats_the_request(engine: Engine) -> None:
    page = engine.search(request("  Grève ", size=3, sort="oldest", match="any"))
    assert (page.query, page.page, page.size, page.sort, page.match) == ("  Grève ", 1, 3, "oldest", "any")
    assert page.took_ms >= 0


def test_a_hit_has_the_metadata_of_its_article(engine_over: EngineOver) -> None:
    given = Article(id="a", title="Gaz", body="", source="AFP", date="2022-01", url="https://exemple.fr/a")
    hit = engine_over(given).search(request("gaz")).hits[0]
    assert (hit.id, hit.title, hit.source, hit.date, hit.url) == ("a", "Gaz", "AFP", "2022-01", "https://exemple.fr/a")


# Relaxation


def test_match_any_needs_one_word(engine: Engine) -> None:
    assert found(engine, "dockers syndicats", match="any") == {"ports", "trains"}
    assert kinds(engine.search(request("dockers syndicats", match="any"))) == []


def test_without_full_matches_partial_matches_are_shown_with_a_note(engine: Engine) -> None:
    page = engine.search(request("dockers syndicats"))
    assert set(ids(page)) == {"ports", "trains"}
    assert kinds(page) == ["some_words"]
    assert {row.value for row in page.facets.source} == {"AFP", "Le Monde"}


def test_the_note_names_the_unknown_word_and_offers_the_query_without_it(engine: Engine) -> None:
    (note,) = engine.search(request("grève zzz")).notes
    assert (note.kind, note.position, note.query) == ("some_words", 6, "grève")
    assert note.message == "Aucun article n’a «\u00a0zzz\u00a0»\u00a0: voici ceux qui ont l’autre mot."


def test_a_synonym_gets_a_note_only_if_the_index_has_it(engine: Engine, engine_over: EngineOver) -> None:
    assert kinds(engine.search(request("OTAN"))) == []
    other = engine_over(article("a", "La NATO."), article("b", "L’OTAN."))
    page = other.search(request("OTAN"))
    assert ids(page) == ["b", "a"], "the typed word has more weight"
    assert [(note.kind, note.query) for note in page.notes] == [("synonyms", "=OTAN")]
    assert found(other, "=OTAN") == found(other, "OTAN -NATO") == {"b"}


def test_authors_and_sections_filter_without_scoring(engine_over: EngineOver) -> None:
    anne = article("a", "La grève dure.", author="Anne Durand", section="Économie")
    engine = engine_over(anne, article("b", "La grève dure.", author="Luc Petit", source="AFP"))
    assert found(engine, "grève auteur:durand") == found(engine, "rubrique:economie") == {"a"}
    assert found(engine, "grève -author:durand") == {"b"}
    assert found(engine, "auteur:durand OU auteur:petit") == {"a", "b"}
    page = engine.search(request("grève auteur:petit"))
    assert page.hits[0].score == next(h.score for h in engine.search(request("grève")).hits if h.id == "b")
    assert page.facets.source == [ValueCount(value="AFP", count=1)]
    assert kinds(engine.search(request("auteur:personne"))) == ["author"]


def test_articles_with_more_of_the_words_rank_first(engine: Engine) -> None:
    assert ids(engine.search(request("trains grève zzz")))[0] == "trains"


def test_a_query_of_unknown_words_is_not_relaxed(engine: Engine) -> None:
    page = engine.search(request("zzz yyy"))
    assert (page.total, kinds(page)) == (0, [])


def test_relaxed_queries_keep_filters_and_exclusions(engine: Engine) -> None:
    assert found(engine, "dockers syndicats -ministre") == {"ports"}
    assert found(engine, "dockers syndicats source:monde") == {"trains"}


def test_an_exclusion_applies_to_the_first_article(engine_over: EngineOver) -> None:
    """Whoosh's AndNot fails here: an earlier article has the excluded word."""
    assert found(engine_over(article("a", "gaz"), article("b", "gaz vent")), "vent -gaz") == set()


def test_words_are_not_relaxed_if_only_the_filter_excludes_all(engine: Engine) -> None:
    page = engine.search(request("grève dockers", sources=["Le Monde"]))
    assert (page.total, kinds(page)) == (0, [])
    assert ValueCount(value="AFP", count=1) in page.facets.source, "the facet shows where the matches are"


# Limits


@pytest.mark.parametrize(
    ("asked", "culprit"),
    [
        (SearchRequest(q="x" * (Settings().longest_query + 1)), "q"),
        (SearchRequest(size=0), "size"),
        (SearchRequest(size=MOST_HITS + 1), "size"),
        (SearchRequest(page=0), "page"),
        (SearchRequest(page=-1), "page"),
        (SearchRequest(since="2022-13"), "from"),
        (SearchRequest(until="demain"), "to"),
    ],
)
def test_a_request_over_a_limit_names_the_parameter(engine: Engine, asked: SearchRequest, culprit: str) -> None:
    with pytest.raises(RequestError) as refused:
        engine.search(asked)
    assert refused.value.parameter == culprit
    assert str(refused.value)


@pytest.mark.parametrize("q", ["x" * 2000, "x " * 1000, "(" * 2000, '"[a to "' * 250, '"', "*", "-" * 2000, "a*" * 900])
def test_the_longest_queries_are_answered(engine: Engine, q: str) -> None:
    page = engine.search(request(q, size=MOST_HITS))
    assert (page.query, page.total) == (q, len(page.hits))


# Articles and counts


def test_an_article_is_complete_and_marked(engine_over: EngineOver) -> None:
    given = Article(
        id="dossier/été 2022.txt~2",
        title="Gaz : l’été",
        body="Du gaz.\n\nDu vent.",
        source="AFP",
        source_origin=Origin.FOLDER,
        date="2022-07",
        date_origin=Origin.TEXT,
        url="https://exemple.fr",
        author="A. Martin",
        section="Énergie",
    )
    view = engine_over(given, article("b", "gaz")).article(given.id, "ete gaz")
    assert view is not None
    assert view.article == given
    assert [given.title[start:end] for start, end in view.title_marks] == ["Gaz", "été"]
    assert [given.body[start:end] for start, end in view.body_marks] == ["gaz"]


@pytest.mark.parametrize("id", ["", "inconnu", "PORTS", "port", "ports ", "\x00", "é" * 5000])
def test_an_unknown_article_is_none(engine: Engine, id: str) -> None:
    assert engine.article(id) is None


def test_an_article_without_a_query_has_no_marks(engine: Engine) -> None:
    view = engine.article("ports")
    assert view is not None
    assert (view.title_marks, view.body_marks) == ([], [])


def test_a_malformed_query_marks_nothing_in_an_article(engine: Engine) -> None:
    view = engine.article("ports", '"(' * 3000)
    assert view is not None
    assert (view.article.id, view.title_marks, view.body_marks) == ("ports", [], [])


def test_index_statistics(engine: Engine) -> None:
    assert engine.stats() == Stats(
        articles=5, sources=4, undated=2, first="2022-01-01", last="2023-01-31", generation=1
    )


def test_index_statistics_without_dates_or_sources(engine_over: EngineOver) -> None:
    engine = engine_over(article("a", "gaz"))
    assert engine.stats() == Stats(articles=1, sources=0, undated=1, first=None, last=None, generation=1)
    facets = engine.search(request("gaz")).facets
    assert (facets.source, facets.date.buckets, facets.date.undated) == ([], [], 1)


# Changes of the index


def test_the_next_search_uses_a_new_commit(commit: Commit, tmp_path: Path) -> None:
    commit(tmp_path, [article("a", "gaz")])
    engine = open_engine(str(tmp_path))
    assert found(engine, "gaz") == {"a"}
    commit(tmp_path, [article("b", "gaz"), article("c", "gaz", source="AFP")])
    assert found(engine, "gaz") == {"b", "c"}
    assert engine.article("a") is None
    assert engine.stats() == Stats(articles=2, sources=1, undated=2, first=None, last=None, generation=2)


def test_an_index_removed_and_rebuilt_is_used(commit: Commit, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(folder, [article("a", "gaz")])
    engine = open_engine(str(folder))
    assert found(engine, "gaz") == {"a"}
    shutil.rmtree(folder)
    commit(folder, [article("b", "gaz")])
    assert found(engine, "gaz") == {"b"}, "although its generation is 1 again"


def test_an_engine_waits_for_its_first_index(commit: Commit, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    engine = open_engine(str(folder))
    for ask in (lambda: engine.search(request("gaz")), engine.stats, lambda: engine.article("a")):
        with pytest.raises(EngineUnavailable, match="make index"):
            ask()
    commit(folder, [article("a", "gaz")])
    assert found(engine, "gaz") == {"a"}


def test_an_empty_folder_or_index_is_unavailable(commit: Commit, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"Aucun index .* make index"):
        open_engine(str(tmp_path)).search(request())
    commit(tmp_path, [])
    with pytest.raises(EngineUnavailable, match=r"Aucun index .* make index"):
        open_engine(str(tmp_path)).search(request())


def test_a_file_is_not_an_index(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("rien")
    with pytest.raises(EngineUnavailable, match="make index"):
        open_engine(str(tmp_path / "index")).search(request())


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    path.write_bytes(b"\xffabim\xe9" * (path.stat().st_size // 6))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh does not close damaged files
@pytest.mark.parametrize("damage", [empty, halve, garble, Path.unlink])
@pytest.mark.parametrize("pattern", ["_MAIN_*.toc", "MAIN_*.manifest.json"])
def test_a_damaged_index_names_the_repair_and_works_after_a_rebuild(
    commit: Commit, tmp_path: Path, damage: Callable[[Path], None], pattern: str
) -> None:
    folder = tmp_path / "index"
    commit(folder, [article("a", "gaz")])
    damage(next(folder.glob(pattern)))
    engine = open_engine(str(folder))
    with pytest.raises(EngineUnavailable, match="make index"):
        engine.search(request("gaz"))
    gc.collect()
    shutil.rmtree(folder)
    commit(folder, [article("a", "gaz")])
    assert found(engine, "gaz") == {"a"}


def test_an_index_of_the_whoosh_codec_names_the_repair(tmp_path: Path) -> None:
    writer = create_in(str(tmp_path), schema()).writer()
    writer.add_document(id="a", title="Titre", body="gaz", source="AFP", date="2022")
    writer.commit()
    with pytest.raises(EngineUnavailable, match="make index"):
        open_engine(str(tmp_path)).search(SearchRequest(q="gaz"))


# Dates without articles


@pytest.mark.parametrize(
    ("q", "options"),
    [
        ("grève date:2024", {}),
        ("grève", {"since": "2023-02"}),
        ("zzz date:..2021", {}),
    ],
)
def test_days_without_articles_get_a_note_with_the_days_of_the_corpus(
    engine: Engine, q: str, options: dict[str, str]
) -> None:
    (note,) = (note for note in engine.search(request(q, **options)).notes if note.kind == "outside")
    assert note.message == "Aucun article n’est de ces jours\u00a0: ils vont du 1er janvier 2022 au 31 janvier 2023."


@pytest.mark.parametrize("q", ["zzz", "zzz date:2022", "dockers date:2022", "grève SAUF date:2024", "grève date:2023"])
def test_other_empty_results_have_no_note_on_dates(engine: Engine, q: str) -> None:
    assert "outside" not in kinds(engine.search(request(q)))


def test_a_corpus_without_dates_gets_a_note(engine_over: EngineOver) -> None:
    (note,) = engine_over(ARTICLES[-1]).search(request("mer date:2022")).notes
    assert note.message == "Aucun article n’est daté."
