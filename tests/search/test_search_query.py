"""Query text to trees and notes, over a dictionary of a few words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.query import And, Every, Not, NullQuery, Or, Phrase, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.commit.reader import open_reader
from kiosque.index.text.analyzer import normalize
from kiosque.index.text.days import day_span
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.leaves.filters import Dated, Undated, Unscored, ValueIs
from kiosque.search.leaves.one_word import OneWord
from kiosque.search.lexicon.synonyms import read_synonyms
from kiosque.search.lexicon.term_dictionary import Expansion
from kiosque.search.model import Match, Note
from kiosque.search.query.parse import parse
from kiosque.search.query.words import Words
from kiosque.search.ranking import PLAIN
from kiosque.search.settings import Settings
from tests.effort import examples

ACCENTED = {"securite": ["securite", "sécurité"], "pate": ["pâte", "pâté"]}
NAMES = {
    "source": {"afp": ["AFP"], "monde": ["Le Monde", "Le Monde diplomatique"]},
    "author": {"durand": ["Anne Durand", "Luc Durand"]},
    "section": {"économie": ["Économie"]},
}
KNOWN = {"covid": 9, "19": 9, "covid19": 3, "weekend": 5, "f16": 1, "monde": 50_000}
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "manif*": {"manif": ("manif", "manifs"), "manifest": ("manifeste",)},
    "m?r": {"mer": ("mer",), "mur": ("mur",)},
    "m*": {"mer": ("mer",)},
    "é*": {"élysée": ("élysée",)},
    "zelinsky~1": {"zelensky": ("zelensky",)},
    "zelinsky~2": {"zelensky": ("zelensky",), "zelenski": ("zelenski",)},
}
DEEPEST, MOST_WAYS, MOST_WORDS = Settings().deepest, Settings().most_ways, Settings().most_words


class FewWords:
    """A dictionary where every word is its own term, except unaccented ones."""

    def terms(self, surface: str) -> list[str]:
        return ACCENTED.get(surface, [normalize(surface)])

    def forms(self, surface: str) -> list[str]:
        return []

    def named(self, column: str, name: str) -> frozenset[str]:
        return frozenset(NAMES[column].get(name.lower(), []))

    def has_term(self, term: str) -> bool:
        return term in KNOWN

    def frequency(self, name: str, term: str) -> int:
        return KNOWN.get(term, 0)

    def halves(self, surface: str) -> list[tuple[str, ...]]:
        return []

    def wildcard(self, pattern: str, limit: int, exact: bool = False) -> Expansion:
        return Expansion(FORMS.get(pattern, {}), cut=pattern == "m*")

    def fuzzy(self, surface: str, edits: int, limit: int) -> Expansion:
        return Expansion(FORMS.get(f"{surface}~{edits}", {}), cut=False)


WORDS = Words(FewWords(), ranking=PLAIN)
SYNONYMS = read_synonyms()
MENDED = {"parenthesis", "operator", "quote", "date", "too_many_words"}


def tree(text: str, match: Match = "all") -> Query:
    return parse(text, WORDS, match).tree


def notes(text: str) -> list[tuple[str, int | None]]:
    return [(note.kind, note.position) for note in parse(text, WORDS).notes]


def word(*terms: str) -> Query:
    """The tree of a word: any of its terms, in title or body."""
    return Or([query for term in terms for query in (Term("title", term, boost=2.0), Term("body", term))])


def phrase(*terms: str) -> Query:
    return Or([Phrase("title", list(terms), boost=2.0), Phrase("body", list(terms))])


def sources(*names: str) -> Query:
    return ValueIs("source", frozenset(names))


def days(since: str | None, until: str | None) -> Query:
    """A date filter: the articles whose date overlaps the range."""
    return Dated((day_span(since)[0] if since else None, day_span(until)[1] if until else None))


def nothing_of(excluded: Query) -> Query:
    return Unscored(Not(excluded))


def without(wanted: Query, excluded: Query) -> Query:
    return And([wanted, nothing_of(excluded)])


gaz, vent, mer, sel = word("gaz"), word("vent"), word("mer"), word("sel")


def test_a_word_is_searched_in_titles_with_double_weight_and_bodies() -> None:
    assert tree("gaz") == Or([Term("title", "gaz", boost=2.0), Term("body", "gaz", boost=1.0)])


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u00a0"])
def test_an_empty_query_matches_everything(text: str) -> None:
    assert tree(text) == Every()
    assert notes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gaz vent", And([gaz, vent])),
        ("gaz ET vent", And([gaz, vent])),
        ("gaz AND vent", And([gaz, vent])),
        ("gaz vent ET mer", And([gaz, vent, mer])),
        ("gaz OU vent", Or([gaz, vent])),
        ("gaz OR vent OU mer", Or([gaz, vent, mer])),
        ("gaz vent OU mer", Or([And([gaz, vent]), mer])),
        ("gaz OU vent mer", Or([gaz, And([vent, mer])])),
        ("gaz OU vent ET mer", Or([gaz, And([vent, mer])])),
        ("gaz ET (vent OU mer)", And([gaz, Or([vent, mer])])),
        ("(gaz OU vent) (mer OU sel)", And([Or([gaz, vent]), Or([mer, sel])])),
        ("(gaz)", gaz),
        ("((gaz) ((vent)))", And([gaz, vent])),
    ],
)
def test_and_binds_closer_than_or_and_is_implied_between_words(text: str, expected: Query) -> None:
    assert tree(text) == expected
    assert notes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gaz SAUF vent", without(gaz, vent)),
        ("gaz NON vent", without(gaz, vent)),
        ("gaz NOT vent", without(gaz, vent)),
        ("gaz -vent", without(gaz, vent)),
        ("-vent gaz", without(gaz, vent)),
        ("gaz ET NON vent", without(gaz, vent)),
        ("gaz -vent -mer", without(gaz, Or([vent, mer]))),
        ("gaz -vent mer", without(And([gaz, mer]), vent)),
        ("gaz SAUF (vent mer)", without(gaz, And([vent, mer]))),
        ('gaz -"vent de mer"', without(gaz, phrase("vent", "de", "mer"))),
        ("gaz OU mer -vent", Or([gaz, without(mer, vent)])),
        ("gaz -titre:vent", without(gaz, Term("title", "vent", boost=2.0))),
        ("gaz -source:afp", without(gaz, sources("AFP"))),
        ("-vent", nothing_of(vent)),
        ("SAUF vent OU gaz", Or([nothing_of(vent), gaz])),
        ("-le gaz", without(gaz, word("le"))),
        ("gaz SAUF -vent", And([gaz, vent])),
    ],
)
def test_exclusions(text: str, expected: Query) -> None:
    assert tree(text) == expected
    assert notes(text) == []


def test_quotes_make_a_phrase_with_all_its_words() -> None:
    assert tree('"la bourse ou la vie"') == phrase("la", "bourse", "ou", "la", "vie")
    assert tree("« gaz »") == gaz


def test_a_word_of_several_tokens_is_a_phrase() -> None:
    assert tree("Saint-Denis") == phrase("saint", "denis")
    assert tree("l’Élysée") == word("élysée")


def test_a_word_without_accents_matches_all_its_terms() -> None:
    terms = ("securite", "sécurité")
    assert tree("securite") == Or([OneWord("title", terms, boost=2.0), OneWord("body", terms)])
    assert tree("titre:securite") == OneWord("title", terms, boost=2.0)


def test_a_phrase_without_accents_matches_all_combinations() -> None:
    ways = [("securite", "pâte"), ("securite", "pâté"), ("sécurité", "pâte"), ("sécurité", "pâté")]
    assert tree('titre:"securite pate"') == Or([Phrase("title", list(way), boost=2.0) for way in ways])


def test_combinations_of_a_long_phrase_are_bounded() -> None:
    assert len(tree('titre:"' + "securite " * 40 + '"')) == MOST_WAYS


@pytest.mark.parametrize(
    ("text", "name", "boost"), [("titre:gaz", "title", 2.0), ("Title:gaz", "title", 2.0), ("texte:gaz", "body", 1.0)]
)
def test_a_field_restricts_a_word_to_one_text(text: str, name: str, boost: float) -> None:
    assert tree(text) == Term(name, "gaz", boost=boost)


def test_a_field_applies_only_to_the_next_word_phrase_or_group() -> None:
    assert tree("titre:gaz vent") == And([Term("title", "gaz", boost=2.0), vent])
    assert tree('texte:"gaz russe"') == Phrase("body", ["gaz", "russe"])
    assert tree("texte:(gaz OU vent) mer") == And([Or([Term("body", "gaz"), Term("body", "vent")]), mer])


def test_a_source_filters_by_all_matching_names() -> None:
    assert tree("source:AFP") == sources("AFP")
    assert tree('gaz source:"monde"') == And([gaz, sources("Le Monde", "Le Monde diplomatique")])


def test_an_unknown_source_matches_nothing_and_gets_a_note() -> None:
    assert tree("source:inconnue") == NullQuery
    assert notes("gaz source:inconnue") == [("source", 11)]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("date:2022", "2022", "2022"),
        ("date:2022-01", "2022-01", "2022-01"),
        ("date:2022-01-19", "2022-01-19", "2022-01-19"),
        ("date:2022-01..2022-03", "2022-01", "2022-03"),
        ("date:2022-02..", "2022-02", None),
        ("date:..2022-02", None, "2022-02"),
        ("date:>=2022-02", "2022-02", None),
        ("date:<=2022-02", None, "2022-02"),
        ("date:>2021", "2022", None),
        ("date:<2022", None, "2021"),
        ('date:"19 janvier 2022"', "2022-01-19", "2022-01-19"),
        ("date:«janvier 2022»", "2022-01", "2022-01"),
    ],
)
def test_a_date_filters_by_overlap(text: str, since: str | None, until: str | None) -> None:
    assert tree(text) == days(since, until)
    assert notes(text) == []


@pytest.mark.parametrize("text", ["date:aucune", "date:AUCUNE", "date:none"])
def test_articles_without_a_date_can_be_searched(text: str) -> None:
    assert tree(text) == Undated()


@pytest.mark.parametrize("date", ["2022-13", "hier", "2022-02-30", '"le 3"', "2022..hier"])
def test_an_invalid_date_is_dropped_with_a_note(date: str) -> None:
    assert tree(f"gaz date:{date}") == gaz
    assert notes(f"gaz date:{date}") == [("date", 9)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le gaz de la mer", And([gaz, mer])),
        ("Le gaz, la mer", And([gaz, mer])),
        ("les, gaz", gaz),
        ("qui est qui", And([word("qui"), word("est"), word("qui")])),
        ("le", word("le")),
        ("(le) OU gaz", Or([word("le"), gaz])),
        ("titre:(le gaz)", Term("title", "gaz", boost=2.0)),
        ("le source:afp", And([word("le"), sources("AFP")])),
        ("l’est gaz", And([word("est"), gaz])),
        ("plan B", And([word("plan"), word("b")])),
    ],
)
def test_function_words_are_required_only_if_alone(text: str, expected: Query) -> None:
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gaz vent", Or([gaz, vent])),
        ("gaz ET vent", Or([gaz, vent])),
        ("le gaz", gaz),
        ("gaz vent -mer", without(Or([gaz, vent]), mer)),
        ("gaz vent source:afp", And([Or([gaz, vent]), sources("AFP")])),
        ('"gaz vent"', phrase("gaz", "vent")),
    ],
)
def test_match_any_keeps_filters_and_exclusions(text: str, expected: Query) -> None:
    assert tree(text, "any") == expected


@pytest.mark.parametrize(
    ("text", "expected", "noted"),
    [
        ('gaz "vent de mer', And([gaz, phrase("vent", "de", "mer")]), [("quote", 4)]),
        ("gaz «vent", And([gaz, vent]), [("quote", 4)]),
        ("(gaz OU vent", Or([gaz, vent]), [("parenthesis", 0)]),
        ("gaz (vent", And([gaz, vent]), [("parenthesis", 4)]),
        ("gaz) vent", And([gaz, vent]), [("parenthesis", 3)]),
        ("gaz))) vent", And([gaz, vent]), [("parenthesis", 3)]),
        ("gaz ()", gaz, []),
        ("OU gaz", gaz, [("operator", 0)]),
        ("gaz OU", gaz, [("operator", 4)]),
        ("gaz OU OU vent", Or([gaz, vent]), [("operator", 4)]),
        ("ET gaz", gaz, [("operator", 0)]),
        ("gaz ET", gaz, [("operator", 4)]),
        ("gaz ET OU vent", Or([gaz, vent]), [("operator", 4)]),
        ("gaz ET ET vent", And([gaz, vent]), []),
        ("(gaz ET) vent", And([gaz, vent]), [("operator", 5)]),
        ("gaz SAUF", gaz, [("operator", 4)]),
        ("gaz SAUF OU vent", Or([gaz, vent]), [("operator", 4)]),
        ("gaz -ET vent", And([gaz, vent]), [("operator", 4)]),
        ("gaz -", gaz, []),
        ("gaz !!! vent", And([gaz, vent]), []),
    ],
)
def test_syntax_errors_are_repaired_with_a_note(text: str, expected: Query, noted: list[tuple[str, int]]) -> None:
    assert tree(text) == expected
    assert notes(text) == noted


@pytest.mark.parametrize("text", ['"', "*", "()", "ET", "-", "?!", '""', "« »", "SAUF", ")("])
def test_a_query_without_words_matches_nothing_and_gets_a_note(text: str) -> None:
    assert tree(text) == NullQuery
    assert ("nothing", None) in notes(text)


def test_a_note_is_a_french_sentence_with_the_text_it_refers_to() -> None:
    assert parse("gaz OU", WORDS).notes == [
        Note(
            kind="operator",
            message="«\u00a0OU\u00a0» n’a pas un mot de chaque côté\u00a0: il est ignoré.",
            position=4,
            query="gaz",
        )
    ]


def test_each_kind_of_note_appears_once_at_its_first_position() -> None:
    assert notes("date:x date:y source:z gaz)))") == [("date", 5), ("source", 21), ("parenthesis", 26)]


def test_words_over_the_limit_are_dropped_with_a_note() -> None:
    found = tree(" ".join(f"m{number}" for number in range(MOST_WORDS + 5)))
    assert found == And([word(f"m{number}") for number in range(MOST_WORDS)])
    assert notes("gaz " * (MOST_WORDS + 1)) == [("too_many_words", 4 * MOST_WORDS)]


def test_nesting_is_limited() -> None:
    assert tree("(" * 3000 + "gaz" + ")" * 3000) == gaz
    assert ("too_deep", DEEPEST) in notes("(" * 3000 + "gaz" + ")" * 3000)
    assert tree("(" * 3000) == NullQuery
    assert tree(")" * 3000 + "gaz") == gaz
    assert tree("gaz " + "-(" * 3000) == gaz


@pytest.mark.parametrize("text", ["x" * 5000, "x " * 2500, '"[a to "' * 500, "«" * 5000, "-" * 5000, "titre:" * 900])
def test_long_and_hostile_texts_give_a_tree(text: str) -> None:
    assert isinstance(tree(text), Query)


@pytest.fixture(scope="module")
def snapshot(commit: Callable[[Path, list[Article]], None], tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    directory = tmp_path_factory.mktemp("few")
    texts = ["gaz et vent", "vent de mer, covid19", "mer du Covid 19", "a b c"]
    commit(directory, [Article(id=str(at), title="", body=text, source="AFP") for at, text in enumerate(texts)])
    return Snapshot(open_reader(directory))


PIECES = st.sampled_from(
    [
        *'ET OU SAUF NON AND ( ) - = " « » titre: source: date: auteur: : ~ ~1 ~9 * ? [ to le'.split(),
        *("gaz", "vent de mer", "2022..2023", "m*", "Ga?", "covid19", "Covid 19", "OTAN", "D"),
    ]
)
TEXTS_OF_ALL_KINDS = st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join))


@settings(deadline=None, max_examples=examples(200))
@given(text=TEXTS_OF_ALL_KINDS, match=st.sampled_from(["all", "any"]))
def test_any_text_gives_a_valid_tree_and_notes_with_valid_positions(
    snapshot: Snapshot, text: str, match: Match
) -> None:
    words = snapshot.words(Settings(), SYNONYMS)
    parsed = parse(text, words, match)
    assert set(parsed.tree.docs(snapshot.searcher)) <= {0, 1, 2, 3}
    assert all(note.position is None or 0 <= note.position < len(text) for note in parsed.notes)
    assert all(note.message.endswith((".", "…")) for note in parsed.notes)


@settings(deadline=None, max_examples=examples(200))
@given(text=TEXTS_OF_ALL_KINDS)
def test_a_repaired_query_parses_to_the_same_tree(text: str) -> None:
    parsed = parse(text, WORDS)
    mended = {note.query for note in parsed.notes if note.kind in MENDED and note.query}
    assert len(mended) <= 1, "one query repairs everything"
    for query in mended:
        again = parse(query, WORDS)
        assert again.tree == parsed.tree
        assert not MENDED & {note.kind for note in again.notes}
