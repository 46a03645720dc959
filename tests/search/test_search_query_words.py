"""Wildcards, fuzzy and exact words, sloppy phrases, compounds, names, synonyms."""

import pytest
from whoosh.query import And, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.index.text.analyzer import term_of
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_forms import ExactForms
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.filters import ColumnValueFilter
from kiosque.search.lexicon.synonyms import Synonyms
from kiosque.search.lexicon.term_dictionary import Expansion
from kiosque.search.query.parse import parse
from kiosque.search.query.words import Words
from kiosque.search.ranking import PLAIN, RANKING
from kiosque.search.relax.relaxation import some_words
from kiosque.search.settings import Settings

KNOWN = {
    "covid": 9,
    "19": 9,
    "covid19": 3,
    "weekend": 5,
    term_of("monde"): 50_000,
    "otan": 9,
    "nato": 4,
    "union": 9,
    "ue": 7,
}
KNOWN |= dict.fromkeys(("européen", "allié", "atlantique", "gaz", "vent"), 2)
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "manif*": {"manif": ("manif", "manifs"), "manifest": ("manifeste",)},
    "m?r": {"mer": ("mer",), "mur": ("mur",)},
    "m*": {"mer": ("mer",)},
    "é*": {"élysée": ("élysée",)},
    "zelinsky~1": {"zelensky": ("zelensky",)},
    "zelinsky~2": {"zelensky": ("zelensky",), "zelenski": ("zelenski",)},
}
NAMES = {"author": {"durand": ["Anne Durand", "Luc Durand"]}, "section": {"économie": ["Économie"]}}
SYNONYMS = Synonyms([["OTAN", "NATO", "Organisation absente"], ["UE", "Union européenne"]])
SYNONYMS_OF_COVID = Synonyms([["Covid 19", "NATO"], ["Covid", "NATO"]])


class FewWords:
    """A dictionary where every word is its own term."""

    def terms(self, surface: str) -> list[str]:
        return [INFLECTED.get(surface.lower(), surface.lower())]

    def forms(self, surface: str) -> list[str]:
        return ACCENTED_FORMS.get(surface, [])

    def named(self, column: str, name: str) -> frozenset[str]:
        return frozenset(NAMES[column].get(name.lower(), []))

    def has_term(self, term: str) -> bool:
        return term in KNOWN

    def frequency(self, name: str, term: str) -> int:
        return KNOWN.get(term, 0) if name == "body" else 0

    def halves(self, surface: str) -> list[tuple[str, ...]]:
        return []

    def wildcard(self, pattern: str, limit: int, exact: bool = False) -> Expansion:
        return Expansion(FORMS.get(pattern, {}), cut=pattern == "m*")

    def fuzzy(self, surface: str, edits: int, limit: int) -> Expansion:
        return Expansion(FORMS.get(f"{surface}~{edits}", {}), cut=False)


ACCENTED_FORMS = {"securite": ["sécurité"]}
INFLECTED = {"européenne": "européen", "securite": "sécurité", "monde": term_of("monde")}
WORDS = Words(FewWords(), synonyms=SYNONYMS, ranking=PLAIN)


def tree(text: str, words: Words = WORDS) -> Query:
    return parse(text, words).tree


def notes(text: str, words: Words = WORDS) -> list[tuple[str, int | None, str | None]]:
    return [(note.kind, note.position, note.query) for note in parse(text, words).notes]


def word(term: str, weight: float = 1.0) -> list[Query]:
    return [Term("title", term, boost=2.0 * weight), Term("body", term, boost=weight)]


def phrase(*terms: str, slop: int = 1) -> list[Query]:
    return [Phrase("title", list(terms), slop=slop, boost=2.0), Phrase("body", list(terms), slop=slop)]


def written(words: dict[str, tuple[str, ...]]) -> list[Query]:
    return [ExactForms("title", words, boost=2.0), ExactForms("body", words)]


gaz, vent = Or(word("gaz")), Or(word("vent"))


@pytest.mark.parametrize(("text", "term", "form"), [("Gaz", "gaz", "gaz"), ("européenne", "européen", "européenne")])
def test_a_word_keeps_its_typed_form(text: str, term: str, form: str) -> None:
    typed = [
        ExactFormBoost("title", term, form, RANKING.exact, RANKING.weight("title")),
        ExactFormBoost("body", term, form, RANKING.exact),
    ]
    assert tree(text, Words(FewWords())) == Or(typed)


def test_an_unaccented_word_boosts_its_accented_form() -> None:
    leaves = tree("texte:securite", Words(FewWords()))
    assert leaves == ExactFormBoost("body", "sécurité", "sécurité", RANKING.exact)


def test_a_synonym_has_no_typed_form() -> None:
    words = Words(FewWords(), synonyms=SYNONYMS)
    assert {leaf.text for leaf in tree("OTAN", words).leaves() if not isinstance(leaf, ExactFormBoost)} == {"nato"}


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("manif*", FORMS["manif*"]),
        ("MANIF*", FORMS["manif*"]),
        ("l’é*", FORMS["é*"]),
        ("m?r", FORMS["m?r"]),
        ("=manif*", FORMS["manif*"]),
    ],
)
def test_a_wildcard_becomes_its_matching_forms(text: str, forms: dict[str, tuple[str, ...]]) -> None:
    assert tree(text) == Or(written(forms))


def test_a_wildcard_without_matches_finds_nothing() -> None:
    assert tree("zzz*") == NullQuery
    assert tree("gaz zzz*") == And([gaz, NullQuery])


@pytest.mark.parametrize("text", ["gaz ?", "gaz?", "gaz *", "gaz ??? !", "? gaz"])
def test_a_question_mark_is_not_a_wildcard(text: str) -> None:
    assert tree(text) == gaz


def test_a_wildcard_in_a_compound_keeps_its_position() -> None:
    assert tree("titre:vent-m?r") == Or(
        [Phrase("title", ["vent", "mer"], boost=2.0), Phrase("title", ["vent", "mur"], boost=2.0)]
    )


def test_too_many_forms_get_a_note() -> None:
    assert tree("m*") == Or(written(FORMS["m*"]))
    assert notes("gaz m*") == [("expansions", 4, None)]


def test_a_fuzzy_word_matches_near_forms_but_no_other_forms_of_its_term() -> None:
    assert tree("zelinsky~1") == Or(written(FORMS["zelinsky~1"]))
    assert tree("zelinsky~") == tree("zelinsky~1")
    assert tree("zelinsky~2") == Or(written(FORMS["zelinsky~2"]))
    assert tree("securite~1") == Or([NullQuery, Or(written({"sécurité": ("sécurité",)}))]), "itself"


def test_a_fuzzy_distance_over_the_limit_is_reduced_with_a_note() -> None:
    assert tree("zelinsky~7") == tree("zelinsky~2")
    assert notes("gaz zelinsky~7") == [("edits", 4, None)]


@pytest.mark.parametrize("text", ["~", "~2", "gaz ~1"])
def test_a_tilde_without_a_word_is_ignored(text: str) -> None:
    assert tree(text) in (gaz, NullQuery, Or(word("2")), And([gaz, Or(word("1"))]))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("=Gaz", {"gaz": ("Gaz",)}),
        ("=gaz", {"gaz": ("gaz",)}),
        ("=Élysée", {"élysée": ("Élysée",)}),
        ("=E\u0301lysée", {"élysée": ("Élysée",)}),
        ("=O.N.U.", {"onu": ("ONU",)}),
        ("=l’Élysée", {"élysée": ("Élysée",)}),
        ("=œuvre", {term_of("œuvre"): ("oeuvre",)}),
    ],
)
def test_an_exact_word_is_one_form_with_accents_and_capitals(text: str, terms: dict[str, tuple[str, ...]]) -> None:
    assert tree(text) == Or(written(terms))


def test_an_exact_phrase_has_every_word_as_typed() -> None:
    terms, forms = ("le", term_of("monde")), ("Le", "monde")
    rows = [ExactPhrase("title", terms, forms, boost=2.0), ExactPhrase("body", terms, forms)]
    assert tree('="Le monde"') == tree("=Le-monde") == tree("=«Le monde»") == Or(rows)


def test_an_equals_sign_applies_only_to_its_group() -> None:
    one, other = Or(written({"gaz": ("Gaz",)})), Or(written({"vent": ("vent",)}))
    assert tree("=(Gaz vent) gaz") == And([And([one, other]), gaz])
    assert tree("titre:=Gaz") == ExactForms("title", {"gaz": ("Gaz",)}, boost=2.0)
    assert tree("a=b") == Or(phrase("a", "b")), "inside a word it is an ordinary character"


def test_capitals_of_very_frequent_words_are_not_checked() -> None:
    assert tree("=Monde") == Or(written({term_of("monde"): ("monde",)}))
    assert notes("=Monde") == [("capitals", 1, None)]
    assert notes("=monde") == []
    everywhere = Words(FewWords(), Settings(most_verified=1), SYNONYMS, PLAIN)
    assert tree('="Gaz vent"', everywhere) == Or(phrase("gaz", "vent"))
    assert notes('="Gaz vent"', everywhere) == [("capitals", 1, None)]
    assert notes('="Gaz absent"', everywhere) == []


def test_a_sloppy_phrase_allows_words_in_between() -> None:
    assert tree('"gaz vent"~3') == Or(phrase("gaz", "vent", slop=4))
    assert tree('"gaz vent"~0') == tree('"gaz vent"') == Or(phrase("gaz", "vent"))
    assert tree("«gaz vent»~3 mer") == And([Or(phrase("gaz", "vent", slop=4)), Or(word("mer"))])
    assert tree('"gaz vent" ~3') == And([Or(phrase("gaz", "vent")), Or(word("3"))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("covid19", Or([*word("covid19"), *phrase("covid", "19")])),
        ("COVID-19", Or([*phrase("covid", "19"), *word("covid19")])),
        ('"covid 19"', Or([*phrase("covid", "19"), *word("covid19")])),
        ("week-end", Or([*phrase("week", "end"), *word("weekend")])),
        ("gaz-vent", Or(phrase("gaz", "vent"))),
        ('"week end"', Or(phrase("week", "end"))),
        ("f16", Or(word("f16"))),
    ],
)
def test_compounds_match_joined_and_split_if_the_index_has_both(text: str, expected: Query) -> None:
    assert tree(text) == expected


def test_adjacent_letters_and_digits_match_joined() -> None:
    both = And([Or(word("covid")), Or(word("19"))])
    assert tree("Covid 19") == Or([both, Or(word("covid19"))])
    assert tree("Covid ET 19") == both, "not adjacent"
    assert tree("Covid 19", Words(FewWords(), synonyms=SYNONYMS_OF_COVID, ranking=PLAIN)) == Or(
        [both, Or(word("covid19")), Or(word("nato", 0.5))]
    )
    assert tree("19 Covid") == And([Or(word("19")), Or(word("covid"))])


@pytest.mark.parametrize("text", ["auteur:durand", "author:Durand", "AUTEUR:durand"])
def test_an_author_filters_by_all_matching_names(text: str) -> None:
    assert tree(f"gaz {text}") == And([gaz, ColumnValueFilter("author", frozenset({"Anne Durand", "Luc Durand"}))])


def test_a_section_filters_and_an_unknown_one_gets_a_note() -> None:
    assert (
        tree("rubrique:économie") == tree("section:Économie") == ColumnValueFilter("section", frozenset({"Économie"}))
    )
    assert tree("rubrique:sport") == NullQuery
    assert notes("gaz rubrique:sport") == [("section", 13, None)]


# Synonyms


def test_a_synonym_has_less_weight_and_a_note_with_the_exact_query() -> None:
    assert tree("OTAN") == Or([Or(word("otan")), Or(word("nato", 0.5))])
    assert notes("gaz OTAN") == [("synonyms", 4, "gaz =OTAN")]
    assert "«\u00a0NATO\u00a0»" in parse("OTAN", WORDS).notes[0].message
    assert "absente" not in parse("OTAN", WORDS).notes[0].message, "only names in the index"


def test_names_of_several_words_have_synonyms() -> None:
    asked = And([Or(word("union")), Or(word("européen"))])
    assert tree("union européenne") == Or([asked, Or(word("ue", 0.5))])
    assert tree("Union de l’Européenne") == Or([asked, Or(word("ue", 0.5))]), "function words may be in between"
    assert notes("gaz union européenne") == [("synonyms", 4, 'gaz "union européenne"')]
    assert tree("gaz union européenne vent") == And([gaz, Or([asked, Or(word("ue", 0.5))]), vent])


@pytest.mark.parametrize("text", ["union ET européenne", "union gaz européenne", "union titre:européenne", "union"])
def test_words_that_form_no_name_have_no_synonym(text: str) -> None:
    assert notes(text) == []


@pytest.mark.parametrize("text", ["=OTAN", '"OTAN"', "gaz -OTAN", "gaz -(OTAN)", "otan*"])
def test_exact_words_phrases_and_exclusions_have_no_synonyms(text: str) -> None:
    assert "synonyms" not in [kind for kind, _, _ in notes(text)]


def test_synonyms_can_be_disabled() -> None:
    assert tree("OTAN", Words(FewWords(), Settings(synonyms=False), SYNONYMS, PLAIN)) == Or(word("otan"))


def test_with_match_any_a_synonym_is_one_more_alternative() -> None:
    assert parse("gaz OTAN", WORDS, "any").tree == Or([gaz, Or(word("otan")), Or(word("nato", 0.5))])


# Function words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("vitamine D", ["vitamine", "d"]),
        ("vitamine d", ["vitamine"]),
        ("D vitamine", ["vitamine"]),
        ("VITAMINE D", ["vitamine"]),
        ("groupe A", ["groupe", "a"]),
        ("voyage À Paris", ["voyage", "paris"]),
    ],
)
def test_a_single_capital_after_a_word_is_not_a_function_word(text: str, kept: list[str]) -> None:
    words = [Or(word(term)) for term in kept]
    assert tree(text) == (And(words) if len(words) > 1 else words[0])


# Unknown words


def missing(text: str) -> tuple[str, int | None, str | None]:
    note = some_words(text, parse(text, WORDS).words, FewWords().frequency)
    return note.message.replace("\u00a0", " "), note.position, note.query


def test_an_unknown_word_is_named_and_the_query_without_it_offered() -> None:
    assert missing("gaz zzz") == ("Aucun article n’a « zzz » : voici ceux qui ont l’autre mot.", 4, "gaz")
    assert missing("zzz gaz vent") == ("Aucun article n’a « zzz » : voici ceux qui ont les autres.", 0, "gaz vent")
    assert missing("gaz zzz vent yyy")[0].startswith("Aucun article n’a ni « zzz », ni « yyy » :")
    assert missing("gaz zzz* vent")[2] == "gaz vent"
    assert missing("gaz titre:=Zzz vent")[2] == "gaz vent"
    assert missing('gaz "zzz yyy"~3 vent')[2] == "gaz vent"
    assert missing('gaz "zzz yyy"~3 vent')[0].startswith('Aucun article n’a « "zzz yyy"~3 » :')


@pytest.mark.parametrize("text", ["gaz vent", "zzz yyy", "gaz (zzz OU vent)", "gaz OTAN"])
def test_no_word_is_named_if_all_are_known(text: str) -> None:
    assert missing(text) == ("Aucun article n’a tous ces mots : voici ceux qui en ont une partie.", None, None)


# Notes with a repaired query


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('gaz "vent de mer', 'gaz "vent de mer"'),
        ("gaz «vent", "gaz «vent»"),
        ("(gaz OU vent", "(gaz OU vent)"),
        ("gaz))) vent", "gaz vent"),
        ('(gaz "vent', '(gaz "vent")'),
        ("OU gaz", "gaz"),
        ("gaz ET ET", "gaz"),
        ("gaz SAUF", "gaz"),
        ("gaz date:2022-13", "gaz"),
        ("gaz date:2022-13 vent", "gaz vent"),
    ],
)
def test_a_note_offers_the_repaired_query(text: str, mended: str) -> None:
    found = parse(text, WORDS).notes
    assert found and {note.query for note in found} == {mended}


# Limits


def test_every_limit_is_a_setting() -> None:
    narrow = Words(
        FewWords(), Settings(most_words=2, deepest=1, most_ways=1, most_edits=1, most_verified=0), None, PLAIN
    )
    assert tree("gaz vent mer", narrow) == And([gaz, vent])
    assert tree("((gaz) vent)", narrow) == And([gaz, vent])
    assert notes("((gaz) vent)", narrow)[0][:2] == ("too_deep", 1)
    assert tree("titre:vent-m?r", narrow) == Phrase("title", ["vent", "mer"], boost=2.0)
    assert tree("zelinsky~2", narrow) == tree("zelinsky~1", narrow)
    assert notes("=Gaz", narrow)[0][:2] == ("capitals", 1)


def test_an_excluded_wildcard_is_the_same_wildcard() -> None:
    excluded = tree("gaz -manif*").subqueries[1].child
    assert excluded == Not(Or(written(FORMS["manif*"])))
