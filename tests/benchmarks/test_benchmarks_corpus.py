"""The generated corpus: determined by its seed, with real lengths and a growing vocabulary."""

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


def test_a_seed_determines_the_articles(bank: Bank) -> None:
    assert list(generate(bank, 50, seed=1)) == list(generate(bank, 50, seed=1))
    assert list(generate(bank, 50, seed=1)) != list(generate(bank, 50, seed=2))


def test_a_larger_corpus_starts_with_the_smaller_one(bank: Bank) -> None:
    assert list(islice(generate(bank, 400, seed=1), 50)) == list(generate(bank, 50, seed=1))


def test_a_seed_determines_invented_articles() -> None:
    assert list(invent(20, seed=1)) == list(invent(20, seed=1))
    assert list(invent(20, seed=1)) != list(invent(20, seed=2))


def test_generated_articles_have_real_lengths(bank: Bank) -> None:
    generated = [len(article.body) for article in generate(bank, 500, seed=1)]
    assert sum(generated) / len(generated) == pytest.approx(sum(bank.lengths) / len(bank.lengths), rel=0.1)


def test_sentences_up_to_the_real_size_are_real(bank: Bank) -> None:
    known = {sentence for text in bank.texts for sentence in text.sentences}
    for article in generate(bank, 100, seed=1):
        assert set(sentences(article.body)) <= known


def test_ids_are_unique_and_values_are_real(bank: Bank) -> None:
    articles = list(generate(bank, 400, seed=1))
    assert len({article.id for article in articles}) == len({article.url for article in articles}) == 400
    assert {article.source for article in articles} <= set(bank.sources)
    assert {article.date for article in articles} <= set(bank.dates)


def test_the_vocabulary_grows_beyond_the_real_size(bank: Bank) -> None:
    known = {word for text in bank.texts for sentence in text.sentences for word in words_of(sentence)}
    articles = list(generate(bank, 1200, seed=1))
    assert vocabulary(articles[:300]) <= known
    new = [len(vocabulary(articles[start : start + 300]) - known) for start in (300, 900)]
    assert new[0] > 0
    assert new[1] > 0


def test_the_vocabulary_follows_heaps_law() -> None:
    growth = Growth(words=10_000, articles=1_000, exponent=0.5)
    brought = sum(growth.new_words(number) for number in range(1_000, 4_000))
    assert brought == pytest.approx(10_000 * (4**0.5 - 1), rel=0.01)


def test_no_word_is_invented_without_rare_words(bank: Bank) -> None:
    assert Coiner(replace(bank, rare=[]), Random(1)).words(10_000) == []


def test_a_corpus_without_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="no sentence"):
        make_bank([BenchArticle("b-0", "Titre", "", None, None, None)])


def test_rows_have_the_same_fields(tmp_path: Path) -> None:
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


def test_an_interrupted_run_leaves_no_partial_corpus(source: Path, tmp_path: Path) -> None:
    asked = recipe(source, 40, 1)
    (tmp_path / f"{asked.name}.jsonl").write_text("{", encoding="utf-8")  # written, but never finished
    assert prepare(asked, tmp_path, silent).articles == 40


def test_the_first_articles(source: Path, tmp_path: Path) -> None:
    whole = prepare(recipe(source, None, 1), tmp_path / "work", silent)
    few: BenchCorpus = first_articles(whole, 10)
    assert list(read_articles(few.path)) == list(read_articles(whole.path))[:10]
    assert first_articles(whole, 1000) is whole
