"""Hostile queries take linear work, counted in calls."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from kiosque.corpus.article import Article
from kiosque.index.text.analyzer import term_of
from kiosque.index.text.scanner import Texts, Tokens, scan
from kiosque.search import SearchRequest, open_engine
from kiosque.search.leaves import surfaces
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.lexicon.synonyms import read_synonyms
from kiosque.search.lexicon.term_dictionary import TermDictionary
from kiosque.search.query.lexer import lex
from kiosque.search.query.parse import parse
from kiosque.search.query.words import Words
from kiosque.search.settings import Settings
from kiosque.search.snippets.marks import Cover, Word, covers

PIECES = [
    '"[a to ', "(", ")", "a OU ", "OU ", '"', "«", "»", "« ", "x", "a ", "-", "- ", "=", "~", "~1 ", "*", "a*", "?a",
    "1 000 ", "titre:", "date:", "date:x ", "source:a ", "SAUF ", "a-", "l’", "e\u0301", "OTAN ", "union ", "Covid 19 ",
    '"a"~2 ', "(a OU ", "-(", "=(", "date:1..", "a.a.", "«\"»", "auteur:", "\u00a0", "''", "10 000", "ET ",
]  # fmt: skip
SHORT, LONG, MEGABYTE = 1000, 100_000, 1_000_000


def fresh_words() -> Words:
    """Words with empty caches."""
    return Words(TermDictionary([]), Settings(), read_synonyms())


def work(text: str) -> int:
    """The number of calls to parse a query."""
    words = fresh_words()
    return calls(lambda: parse(text, words))


def calls(done: Callable[[], object]) -> int:
    """The number of Python and C functions that `done` calls."""
    count = 0

    def called(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        done()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_parsing_takes_linear_work(piece: str) -> None:
    short = piece * (SHORT // len(piece))
    once, twice, four_times = (work(short * times) for times in (1, 2, 4))
    assert twice <= 2.5 * once + 1000
    assert four_times <= 5 * once + 1000


@pytest.mark.parametrize("piece", PIECES)
def test_lexing_a_long_query_does_not_hang(piece: str) -> None:
    """Backtracking inside a regular expression makes no calls, but would take minutes here."""
    text = piece * (LONG // len(piece))
    lexemes = lex(text)
    assert [lexeme.position for lexeme in lexemes] == sorted(lexeme.position for lexeme in lexemes)


@pytest.mark.parametrize("piece", ["x", "l’", "e\u0301", "«"])
def test_a_megabyte_of_text_gives_a_bounded_tree(piece: str) -> None:
    parsed = parse((piece * MEGABYTE)[:MEGABYTE], fresh_words())
    assert len(list(parsed.tree.leaves())) <= 2 * Settings().most_words * Settings().most_ways


def marked(times: int) -> list[Cover]:
    """Marks of every kind of target, in a text of targets only."""
    surfaces = ["gaz", "mer", "Élysée"] * times
    words = [Word(at, term_of(surface), surface) for at, surface in enumerate(surfaces)]
    gaz, mer, palace = map(term_of, surfaces[:3])
    near = {((gaz, palace), 9), ((palace, mer, gaz), 3)}
    return covers(
        words, MarkTargets(near=near, phrases={(mer, palace)}, forms={"Élysée", "gaz"}, rows={("gaz", "mer")})
    )


def test_marking_takes_linear_work() -> None:
    marked(10)  # fills the caches
    once, twice, four_times = (calls(partial(marked, times)) for times in (100, 200, 400))
    assert twice <= 2.5 * once
    assert four_times <= 5 * once
    assert len(marked(100)) == 200, "a phrase is one mark"


LETTERS = "abcdefghijklmnopqrstuvwxyz"
UNLIKE = [f"mot{one}{other}z" for one in LETTERS for other in LETTERS][:249]  # one more is excluded


def test_as_many_words_as_the_setting_allows_are_searched(
    commit: Callable[[Path, list[Article]], None], tmp_path: Path
) -> None:
    """More than 254 groups of words would not fit the byte that counts them per document."""
    whole, lacking = " ".join(UNLIKE), " ".join(UNLIKE[1:])
    articles = [Article(id="whole", title="", body=whole), Article(id="lacking", title="", body=lacking)]
    commit(tmp_path, articles)
    most = Settings.read({"KIOSQUE_MOST_WORDS": "250", "KIOSQUE_LONGEST_QUERY": "10000"})
    page = open_engine(str(tmp_path), most).search(SearchRequest(q=f"{whole} -absent"))
    assert ([hit.id for hit in page.hits], page.notes) == (["whole"], [])


def test_long_articles_are_rescanned_in_bounded_batches(
    commit: Callable[[Path, list[Article]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch of 256 articles of 50 MB would not fit into memory."""
    bodies = ["Gaz " * 10, "gaz", "Gaz", "gaz " * 50, "un Gaz"]
    commit(tmp_path, [Article(id=str(n), title="", body=body) for n, body in enumerate(bodies)])
    batches: list[int] = []

    def counted(batch: Texts) -> Tokens:
        batches.append(len(batch.data))
        return scan(batch)

    monkeypatch.setattr(surfaces, "scan", counted)
    monkeypatch.setattr(surfaces, "MOST_CHARACTERS", 20)
    found = open_engine(str(tmp_path)).search(SearchRequest(q="texte:=Gaz"))
    assert {hit.id for hit in found.hits} == {"0", "2", "4"}
    assert len(batches) > 1 and all(size <= 20 or size == len(bodies[0]) or size == len(bodies[3]) for size in batches)
