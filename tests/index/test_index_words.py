"""Words as terms: the table of French words, the rules that made it, and what a term tells."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.index.text.analyzer import normalize, stems_of, term_of, terms_of
from kiosque.index.text.inflection import agents, conjugation, feminines, plurals, short_conjugation
from kiosque.index.text.make_words import Lexicon, is_inflection, lexicon, reading, readings_of
from kiosque.index.text.word_table import FOLDER, Reading, WordTable, reading_of, word_table, write_table
from tests.effort import examples

WORD = st.text("abcdeéèçîœ", min_size=1, max_size=6)
READINGS = st.builds(
    lambda meant, others: Reading(meant, others - meant or (others if not meant else frozenset())),
    st.frozensets(WORD, max_size=3),
    st.frozensets(WORD, min_size=1, max_size=3),
)


def meant(form: str) -> frozenset[str]:
    return reading_of(term_of(form)).meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jeu", "jeux"),
        ("feu", "feux"),
        ("mal", "maux"),
        ("public", "publique"),
        ("actif", "active"),
        ("acteur", "actrice"),
        ("organisent", "organiser"),
        ("veulent", "vouloir"),
        ("connaît", "connait"),
        ("sécurité", "SECURITE"),
        ("événement", "evenement"),
        ("refusés", "refuse"),
        ("salarié", "salariées"),
        ("île", "ile"),
        ("États", "Etat"),
        ("porte", "portes"),
        ("chaude", "chauds"),
    ],
)
def test_forms_of_a_word_share_it(one: str, other: str) -> None:
    assert meant(one) & meant(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mali", "mal"),
        ("Gaza", "gaz"),
        ("OM", "OMS"),
        ("maïs", "mai"),
        ("visa", "viser"),
        ("Anne", "année"),
        ("ceta", "cette"),
        ("Dati", "date"),
        ("Gard", "garder"),
        ("vallée", "Valls"),
        ("pétition", "petite"),
        ("cris", "crise"),
        ("pass", "passer"),
        ("arme", "armée"),
        ("Réunionnais", "réunion"),
        ("communiste", "commune"),
        ("marché", "marche"),
        ("côté", "côte"),
        ("sûr", "sur"),
        ("dû", "du"),
        ("grève", "gréviste"),
        ("accuser", "accusation"),
        ("chat", "châtiment"),
        ("taxi", "taxe"),
        ("CNRS", "CNR"),
        ("Rome", "Roms"),
        ("Limoges", "limogé"),
    ],
)
def test_other_words_are_other_terms(one: str, other: str) -> None:
    assert term_of(one) != term_of(other)
    assert not meant(one) & meant(other)


def test_a_noun_goes_before_the_verb_with_the_same_form() -> None:
    noun, verb = reading_of(term_of("porte")), reading_of(term_of("portait"))
    assert noun == Reading(frozenset({"porte"}), frozenset({"porter"}))
    assert verb == Reading(frozenset({"porter"}), frozenset())
    assert set(word_table().keys_of_word("porter")) >= {term_of("porte"), term_of("portait")}


def test_a_rare_form_of_a_verb_means_nothing_for_sure() -> None:
    assert reading_of(term_of("limoges")) == Reading(frozenset(), frozenset({"limoger"}))
    assert term_of("limoges") in word_table().keys_of_word("limoger")


def test_what_is_no_french_word_is_its_own_term_with_its_accents() -> None:
    assert term_of("Zelensky") == "zelensky"
    assert term_of("Đoković") == "đoković"
    assert len(term_of("z" * 500)) == 64


def test_words_of_a_family_share_a_stem() -> None:
    assert len(set(stems_of(["grève", "grèves", "gréviste"]))) < 3


@settings(deadline=None, max_examples=examples(100))
@given(
    surfaces=st.lists(
        st.sampled_from(["Élysée", "portes", "Mali", "œuvre", "sécurité", "10 000"]) | st.text(max_size=9)
    )
)
def test_terms_of_many_forms_are_those_of_each(surfaces: list[str]) -> None:
    forms = [normalize(surface) for surface in surfaces]
    assert terms_of(forms) == [terms_of([form])[0] for form in forms]


@settings(deadline=None, max_examples=examples(100))
@given(reading=READINGS, form=WORD)
def test_a_key_tells_its_reading(reading: Reading, form: str) -> None:
    assert reading_of(reading.key(form)) == reading


@settings(deadline=None, max_examples=examples(40))
@given(readings=st.dictionaries(WORD, READINGS, min_size=1, max_size=20), absent=WORD)
def test_a_table_reads_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, readings: dict[str, Reading], absent: str
) -> None:
    folder = tmp_path_factory.mktemp("table")
    write_table(readings, folder)
    table = WordTable(folder)
    assert table.keys_of_forms([*readings]) == [each.key(form) for form, each in readings.items()]
    assert (table.keys_of_forms([absent]) == [None]) == (absent not in readings)
    for word in {word for each in readings.values() for word in each.meant | each.others} | {absent}:
        expected = {each.key(form) for form, each in readings.items() if word in each.meant | each.others}
        assert set(table.keys_of_word(word)) == expected


def test_the_table_that_ships_is_in_order() -> None:
    hashes, bounds = np.load(FOLDER / "hashes.npy"), np.load(FOLDER / "bounds.npy")
    assert (hashes[1:] > hashes[:-1]).all()
    assert (np.diff(bounds) > 0).all()
    assert np.load(FOLDER / "numbers.npy").max() == len(bounds) - 2


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("manger", "mangeait"),
        ("lancer", "lançons"),
        ("jeter", "jettent"),
        ("acheter", "achètera"),
        ("céder", "cède"),
        ("employer", "emploient"),
        ("payer", "paye"),
        ("payer", "paie"),
        ("reléguer", "relègue"),
    ],
)
def test_regular_verbs_change_their_stem_as_they_should(verb: str, form: str) -> None:
    assert form in conjugation(verb).common


def test_a_conjugation_has_no_form_that_is_wrong() -> None:
    forms = frozenset().union(*conjugation("lancer"))
    assert not {"lancons", "lanca", "lancant"} & forms
    assert conjugation("citer").rare == {"cita", "citai", "citât", "cites"}
    assert short_conjugation("citer").common < conjugation("citer").common
    assert short_conjugation("citer").rare == frozenset()


def test_plurals_and_feminines() -> None:
    assert plurals("journal") == ("journaux", "journals")
    assert plurals("jeu") == ("jeux", "jeus")
    assert plurals("prix") == ()
    assert feminines("heureux") == ("heureuse",)
    assert feminines("premier") == ("première",)
    assert feminines("actif") == ("active",)
    assert feminines("secret") == ("secrette", "secrète")
    assert feminines("jeune") == ()
    assert "actrice" in agents("acteur")
    assert agents("table") == ()


@pytest.mark.parametrize(
    ("form", "word", "expected"),
    [("km", "kilomètre", False), ("mme", "monsieur", False), ("yeux", "oeil", True), ("jeux", "jeu", True)],
)
def test_an_abbreviation_is_no_inflection(form: str, word: str, expected: bool) -> None:
    assert is_inflection(form, word) == expected


def small_lexicon() -> Lexicon:
    exceptions = {
        "noun": {"baux": ["bail"]},
        "verb": {"vu": ["voir"]},
        "adj": {"fermés": ["fermer"]},
        "aux": {},
        "adp": {"sur": ["sur"]},
        "cconj": {},
        "sconj": {},
        "det": {"du": ["du"]},
        "pron": {},
    }
    index = {
        "noun": ["porte", "marché", "armée", "dû"],
        "adj": ["chaud"],
        "verb": ["porter", "fermer", "marcher", "armer"],
        "adv": [],
    }
    simple = {
        "ligne": "ligne",
        "lignes": "ligne",
        "portons": "porter",
        "fermons": "fermer",
        "km": "kilomètre",
        "chaude": "chaud",
    }
    return lexicon({"exc": exceptions, "index": index}, simple | {"ligner": "ligner"})


@pytest.mark.parametrize(
    ("form", "meant", "others"),
    [
        ("porte", {"porte"}, {"porter"}),
        ("portait", {"porter"}, set()),
        ("fermée", {"fermer"}, set()),
        ("marché", {"marché"}, {"marcher"}),
        ("armées", {"armée"}, set()),
        ("sur", {"sur"}, set()),
        ("chaude", {"chaud"}, set()),
        ("porta", set(), {"porter"}),
        ("baux", {"bail"}, set()),
    ],
)
def test_a_reading_follows_the_rules(form: str, meant: set[str], others: set[str]) -> None:
    assert reading(small_lexicon(), form) == Reading(frozenset(meant), frozenset(others))


def test_a_word_that_lost_its_accents_is_the_accented_one_unless_it_is_a_word() -> None:
    readings = readings_of(small_lexicon())
    assert readings["marche"].meant == {"marcher"}, "a form of the verb, not the noun that lost its accent"
    assert readings["armee"].meant == {"armée"}
    assert readings["du"].meant == {"du"}
    assert "km" not in readings


def test_the_table_is_where_the_package_has_it() -> None:
    assert Path(__file__).parents[2] / "index" / "text" / "french" == FOLDER
