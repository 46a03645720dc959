"""The generated corpus: the same for a seed, as long as the real one, with words that keep coming."""

import gzip
import json
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from benchmarks.article import BenchArticle, read_articles, read_rows
from benchmarks.bank import Bank, Growth, make_bank, sentences
from benchmarks.corpus import BenchCorpus, first_articles, prepare, recipe
from benchmarks.generator import Coiner, generate
from benchmarks.invented import invent
from benchmarks.words import words_of


@pytest.fixture(scope="module")
def bank() -> Bank:
    return make_bank(invent(300, seed=1))


def silent(text: str) -> None:
    pass


def vocabulary(articles: list[BenchArticle]) -> set[str]:
    return {word for article in articles for word in words_of(article.body)}


def test_a_seed_decides_the_articles(bank: Bank) -> None:
    assert list(generate(bank, 50, seed=1)) == list(generate(bank, 50, seed=1))
    assert list(generate(bank, 50, seed=1)) != list(generate(bank, 50, seed=2))


def test_a_larger_corpus_begins_with_the_smaller_one(bank: Bank) -> None:
    assert list(islice(generate(bank, 400, seed=1), 50)) == list(generate(bank, 50, seed=1))


def test_invented_articles_are_decided_by_their_seed_too() -> None:
    assert list(invent(20, seed=1)) == list(invent(20, seed=1))
    assert list(invent(20, seed=1)) != list(invent(20, seed=2))


def test_articles_are_as_long_as_real_ones(bank: Bank) -> None:
    generated = [len(article.body) for article in generate(bank, 500, seed=1)]
    assert sum(generated) / len(generated) == pytest.approx(sum(bank.lengths) / len(bank.lengths), rel=0.1)


def test_every_sentence_before_the_real_end_is_a_real_one(bank: Bank) -> None:
    known = {sentence for text in bank.texts for sentence in text.sentences}
    for article in generate(bank, 100, seed=1):
        assert set(sentences(article.body)) <= known


def test_ids_are_unique_and_what_is_drawn_is_real(bank: Bank) -> None:
    articles = list(generate(bank, 400, seed=1))
    assert len({article.id for article in articles}) == len({article.url for article in articles}) == 400
    assert {article.source for article in articles} <= set(bank.sources)
    assert {article.date for article in articles} <= set(bank.dates)


def test_the_words_keep_growing_after_the_real_end(bank: Bank) -> None:
    known = {word for text in bank.texts for sentence in text.sentences for word in words_of(sentence)}
    articles = list(generate(bank, 1200, seed=1))
    assert vocabulary(articles[:300]) <= known
    new = [len(vocabulary(articles[start : start + 300]) - known) for start in (300, 900)]
    assert new[0] > 0
    assert new[1] > 0


def test_new_words_follow_the_law() -> None:
    growth = Growth(words=10_000, articles=1_000, exponent=0.5)
    brought = sum(growth.new_words(number) for number in range(1_000, 4_000))
    assert brought == pytest.approx(10_000 * (4**0.5 - 1), rel=0.01)


def test_nothing_is_coined_without_rare_words(bank: Bank) -> None:
    assert Coiner(replace(bank, rare=[]), Random(1)).words(10_000) == []


def test_a_corpus_without_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="no sentence"):
        make_bank([BenchArticle("b-0", "Titre", "", None, None, None)])


def test_rows_are_made_alike(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "title": " Un titre ", "body": "Un texte.", "date": "2020-07-02T23:11:57+02:00", "source": "AFP"},
        {"title": "", "body": ""},
        {"body": "Sans titre.", "date": "2020-13-45", "source": "afp"},
    ]
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    assert list(read_rows(path)) == [
        BenchArticle("b-0", "Un titre", "Un texte.", "AFP", "2020-07-02", None),
        BenchArticle("b-2", "Sans titre.", "Sans titre.", "AFP", None, None),
    ]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "few.jsonl"
    lines = (json.dumps({"title": one.title, "body": one.body, "date": one.date}) for one in invent(30, seed=1))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_corpus_is_written_once(source: Path, tmp_path: Path) -> None:
    said: list[str] = []
    made = prepare(recipe(source, 40, 1), tmp_path / "work", said.append)
    written = made.path.stat().st_mtime_ns
    assert prepare(recipe(source, 40, 1), tmp_path / "work", said.append) == made
    assert made.path.stat().st_mtime_ns == written
    assert made.articles == len(list(read_articles(made.path))) == 40
    assert "already" in said[-1]


def test_other_parameters_give_another_file(source: Path) -> None:
    names = {recipe(source, scale, seed).name for scale, seed in ((None, 1), (40, 1), (40, 2), (50, 1))}
    assert len(names) == 4


def test_a_run_that_dies_leaves_no_half_corpus(source: Path, tmp_path: Path) -> None:
    asked = recipe(source, 40, 1)
    (tmp_path / f"{asked.name}.jsonl").write_text("{", encoding="utf-8")  # written, but never finished
    assert prepare(asked, tmp_path, silent).articles == 40


def test_the_first_articles(source: Path, tmp_path: Path) -> None:
    whole = prepare(recipe(source, None, 1), tmp_path / "work", silent)
    few: BenchCorpus = first_articles(whole, 10)
    assert list(read_articles(few.path)) == list(read_articles(whole.path))[:10]
    assert first_articles(whole, 1000) is whole
