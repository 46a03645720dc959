"""Exact forms over random corpora, against the texts and against Whoosh."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from whoosh.query import And, Not, Or, Query, Term

from kiosque.corpus.article import Article
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment
from kiosque.index.commit.reader import open_reader
from kiosque.index.commit.transaction import NAME, commit_segments, write_lock
from kiosque.index.invert.bulk import BulkWriter
from kiosque.index.merge.merge_segments import merge
from kiosque.index.segment.postings import OTHER_FORMS
from kiosque.index.segment.schema import schema
from kiosque.index.text.analyzer import bare, fold, normalize, term_of, tokenize
from kiosque.search import SearchRequest, open_engine
from kiosque.search.execute.executor import Filters, execute
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.leaves.exact_form_boost import ExactFormBoost
from kiosque.search.leaves.exact_forms import ExactForms, masks
from kiosque.search.leaves.exact_phrase import ExactPhrase
from kiosque.search.leaves.filters import ColumnValueFilter, Unscored
from kiosque.search.leaves.surfaces import exact_form, has_form
from kiosque.search.lexicon.synonyms import Synonyms
from kiosque.search.settings import Settings
from tests.search.whoosh_scores import whoosh_scores

FAMILY = (
    "chantons chantez chanter chantait chanté chantée chantés chantées chantera Chantez CHANTÉ chan\u00adtez".split()
)
"""More forms of one term than own bits."""

CHANT = term_of("chanter")
OTHERS = ["mer", "Mer", "MER", "vent", "l’Élysée", "l’Elysée", "élysée", "U.S.A.", "USA", "usa", "gaz"]
AUTHORS = ["Anne Durand", "Luc Petit", None]
SEEDS = range(24)


def article(chance: random.Random, number: int) -> Article:
    words = FAMILY + OTHERS * 2
    title, body = (" ".join(chance.choices(words, k=chance.randint(0, most))) for most in (3, 14))
    return Article(id=f"a{number}", title=title, body=body, author=chance.choice(AUTHORS))


def segment(directory: Path, chance: random.Random, first: int) -> tuple[KiosqueSegment, list[Article]]:
    writer = BulkWriter(directory)
    articles = [article(chance, first + number) for number in range(chance.randint(2, 25))]
    writer.add(articles)
    found = KiosqueSegment(NAME, writer.documents)
    writer.flush(found.segment_id())
    for number in range(found.doc_count_all() - 1):
        if chance.random() < 0.15:
            found.delete_document(number)
    return found, articles


def corpus(directory: Path, seed: int) -> Snapshot:
    """One to three segments with deletions, merged for odd seeds."""
    chance = random.Random(seed)
    directory.mkdir()
    with write_lock(directory):
        segments = [segment(directory, chance, 100 * place)[0] for place in range(chance.randint(1, 3))]
        while seed % 2 and len(segments) > 1:
            merged = KiosqueSegment(NAME)
            sources = [(open_segment(directory, part.segment_id()), set(part.deleted_docs())) for part in segments[:2]]
            merged.set_doc_count(merge(directory, sources, merged.segment_id()))
            segments = [merged, *segments[2:]]
        commit_segments(directory, schema(), segments)
    return Snapshot(open_reader(directory))


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Snapshot]]:
    home = tmp_path_factory.mktemp("corpora")
    yield [corpus(home / str(seed), seed) for seed in SEEDS]


def texts(snapshot: Snapshot, name: str) -> dict[int, list[str]]:
    """The surfaces of a field by document."""
    numbers = range(sum(view.documents for view in snapshot.views))
    return {number: [t.surface for t in tokenize(getattr(snapshot.article(number), name))] for number in numbers}


def listed(snapshot: Snapshot, leaf: ExactForms | ExactPhrase | ColumnValueFilter) -> set[int]:
    return {view.base + int(number) for view in snapshot.views for number in leaf.find(view.data)[0]}


def some_words(chance: random.Random) -> dict[str, tuple[str, ...]]:
    words: dict[str, set[str]] = {}
    for surface in chance.sample(FAMILY + OTHERS, chance.randint(1, 6)):
        plain = next(iter(tokenize(surface))).surface
        words.setdefault(term_of(plain), set()).add(chance.choice([exact_form, normalize])(plain))
    return {term: tuple(sorted(forms)) for term, forms in words.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_forms_match_the_texts_that_have_them(snapshots: list[Snapshot], seed: int) -> None:
    snapshot, chance = snapshots[seed], random.Random(f"forms {seed}")
    for _ in range(30):
        words, name = some_words(chance), chance.choice(["title", "body"])
        forms = frozenset(form for each in words.values() for form in each)
        expected = {at for at, found in texts(snapshot, name).items() if any(has_form(each, forms) for each in found)}
        assert listed(snapshot, ExactForms(name, words)) == expected, (name, words)


def test_the_corpora_have_forms_with_shared_bits(snapshots: list[Snapshot]) -> None:
    """Without them the test above would never rescan a text."""
    sizes = [
        len(set(view.data.forms_of(number)))
        for snapshot in snapshots
        for view in snapshot.views
        if (number := view.data.term_number("body", term_of("chanté").encode())) >= 0
    ]
    assert max(sizes) > OTHER_FORMS + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_phrases_match_consecutive_forms(snapshots: list[Snapshot], seed: int) -> None:
    snapshot, chance = snapshots[seed], random.Random(f"phrases {seed}")
    for _ in range(20):
        surfaces = [next(iter(tokenize(word))).surface for word in chance.choices(OTHERS[:6] + FAMILY[:2], k=2)]
        forms = tuple(map(exact_form, surfaces))
        leaf = ExactPhrase("body", tuple(map(term_of, surfaces)), forms)
        expected = {
            at
            for at, found in texts(snapshot, "body").items()
            if any(
                has_form(one, frozenset({forms[0]})) and has_form(two, frozenset({forms[1]}))
                for one, two in pairwise(found)
            )
        }
        assert listed(snapshot, leaf) == expected, forms


def leaf(chance: random.Random) -> Query:
    name, boost = chance.choice([("title", 2.0), ("body", 1.0)])
    match chance.randint(0, 5):
        case 0:
            return Term(name, "gaz", boost=boost)
        case 1:
            return ColumnValueFilter("author", frozenset({chance.choice(["Anne Durand", "Luc Petit", "Personne"])}))
        case 2:
            return ExactPhrase(name, ("mer", "vent"), (chance.choice(["mer", "Mer"]), "vent"), boost=boost)
        case 3:
            return ExactFormBoost(name, CHANT, normalize(chance.choice(FAMILY)), bonus=0.4, boost=boost)
    return ExactForms(name, some_words(chance) | chance.choice([{}, {"absent": ("absent",)}]), boost=boost)


@pytest.mark.parametrize("seed", SEEDS)
def test_documents_and_scores_are_those_of_whoosh(snapshots: list[Snapshot], seed: int) -> None:
    snapshot, chance = snapshots[seed], random.Random(f"trees {seed}")
    for _ in range(20):
        leaves = [leaf(chance) for _ in range(3)]
        asked = chance.choice([Or(leaves), And(leaves[:2]), And([leaves[0], Unscored(Not(leaves[1]))]), leaves[0]])
        expected = whoosh_scores(snapshot.searcher, asked)
        result = execute(snapshot, asked, Filters(), "relevance", snapshot.documents)
        assert dict(result.best) == pytest.approx(expected, rel=1e-4, abs=1e-6), asked


@pytest.mark.parametrize("seed", SEEDS)
def test_the_typed_form_is_boosted_in_texts_that_have_it(snapshots: list[Snapshot], seed: int) -> None:
    """Always if no form shares a bit; never if the text lacks the form."""
    snapshot, sharing = snapshots[seed], 0
    plain = dict(execute(snapshot, Term("body", CHANT), Filters(), "relevance", snapshot.documents).best)
    for form in sorted(set(map(normalize, FAMILY))):
        asked = ExactFormBoost("body", CHANT, form, bonus=0.4)
        found = dict(execute(snapshot, asked, Filters(), "relevance", snapshot.documents).best)
        assert found.keys() == plain.keys()
        for number, surfaces in texts(snapshot, "body").items():
            if number in found:
                lifted, has = found[number] / plain[number], form in map(normalize, surfaces)
                assert lifted == pytest.approx(1.4 if lifted > 1.2 else 1, rel=1e-5)
                assert has or lifted < 1.2
                sharing += has and lifted < 1.2 and len(forms_of(snapshot, number)) <= OTHER_FORMS
    assert not sharing


def test_form_bits_equal_the_reference_masks(snapshots: list[Snapshot]) -> None:
    for data in (view.data for snapshot in snapshots for view in snapshot.views):
        number = data.term_number("body", CHANT.encode())
        for form in map(normalize, [*FAMILY, "chan", "chanter" * 2]) if number >= 0 else ():
            assert (
                ExactFormBoost("body", CHANT, form, 0.4).bits(data, number) == masks(data.forms_of(number), (form,))[0]
            )


def forms_of(snapshot: Snapshot, number: int) -> list[str]:
    """The forms of the term in the document's segment."""
    data = snapshot.views[snapshot.segment_of(number)].data
    return data.forms_of(data.term_number("body", CHANT.encode()))


# Surfaces


@pytest.mark.parametrize(
    ("surface", "typed"),
    [
        ("Élysée", "Élysée"),
        ("E\u0301lyse\u0301e", "Élysée"),
        ("élysée", "élysée"),
        ("O.N.U.", "ONU"),
        ("Œuvre", "Œuvre"),
        ("œuvre", "oeuvre"),
        ("sé\u00adcurité", "sécurité"),
        ("10\u202f000", "10000"),
    ],
)
def test_an_exact_form_has_the_typed_capitals(surface: str, typed: str) -> None:
    assert exact_form(surface) == typed
    assert has_form(surface, frozenset({typed}))
    assert bare(surface).lower() == typed.lower() or "œ" in bare(surface)


@pytest.mark.parametrize(
    ("surface", "form", "yes"),
    [("ÉLYSÉE", "élysée", True), ("élysée", "Élysée", False), ("Elysée", "Élysée", False), ("Usa", "USA", False)],
)
def test_only_forms_with_capitals_are_case_sensitive(surface: str, form: str, yes: bool) -> None:
    assert has_form(surface, frozenset({form})) is yes


# The term dictionary


def test_the_dictionary_covers_all_segments(snapshots: list[Snapshot]) -> None:
    for snapshot in snapshots:
        found = snapshot.dictionary
        found_in = (texts(snapshot, name).items() for name in ("title", "body"))
        live = [each for fields in found_in for at, each in fields if not snapshot.is_deleted(at)]
        known = {normalize(surface) for each in live for surface in each}
        for form in known:
            assert term_of(form) in found.terms(form)
            assert form in found.forms(form)
            assert form in found.forms(fold(form))
        assert found.forms("absent") == [] and found.terms("absent") == ("absent",)
        assert found.named("author", "DURAND") <= {"Anne Durand"} and found.named("author", "and") == frozenset()


def test_words_are_cached_per_settings(snapshots: list[Snapshot]) -> None:
    settings, synonyms = Settings(), Synonyms()
    words = snapshots[0].words(settings, synonyms)
    assert snapshots[0].words(settings, synonyms) is words
    assert snapshots[0].words(Settings(synonyms=False), synonyms) is not words


def test_a_fuzzy_word_finds_near_forms_not_all_forms_of_their_terms(tmp_path: Path) -> None:
    words = ["chanter", "chantez", "chantaient", "chants", "chante"]
    with write_lock(tmp_path):
        writer = BulkWriter(tmp_path)
        writer.add([Article(id=each, title="Une", body=f"Ils vont {each}.") for each in words])
        segment = KiosqueSegment(NAME, writer.documents)
        writer.flush(segment.segment_id())
        commit_segments(tmp_path, schema(), [segment])
    page = open_engine(str(tmp_path)).search(SearchRequest(q="chanter~1"))
    assert {hit.id for hit in page.hits} == {"chanter", "chantez", "chante"}
    assert page.hits[0].id == "chanter"
