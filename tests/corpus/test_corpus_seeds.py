"""The five real texts that the first rules were written for, and a large archive, where ../shared has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.clean.boilerplate import is_boilerplate
from kiosque.corpus.walk.read_corpus import read_corpus

SHARED = Path(__file__).parents[3] / "shared"
SEEDS = SHARED / "seeds"
ORANGE = SHARED / "data" / "orange.jsonl.gz"


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    if not SEEDS.is_dir():
        pytest.skip("needs the texts of ../shared/seeds")
    items = list(read_corpus([SEEDS]))
    assert all(isinstance(item, Article) for item in items)
    return {item.id[:3]: item for item in items if isinstance(item, Article)}


def test_sources(seeds: dict[str, Article]) -> None:
    assert {key: item.source for key, item in seeds.items() if item.source} == {"001": "CNN", "002": "POLITICO"}


def test_dates(seeds: dict[str, Article]) -> None:
    found = {key: (item.date, item.date_origin) for key, item in seeds.items() if item.date}
    assert found == {"003": ("2022-01", Origin.TEXT)}


def test_titles_are_not_repeated_in_the_body(seeds: dict[str, Article]) -> None:
    bodies = {key: item.body.split("\n") for key, item in seeds.items()}
    assert [key for key, item in seeds.items() if item.title in bodies[key]] == []
    assert all(len(item.title) <= 120 and "POLITICO" not in item.title for item in seeds.values())
    assert seeds["003"].title.endswith("…") and len(bodies["003"][0]) > 200


def test_no_boilerplate_is_left(seeds: dict[str, Article]) -> None:
    for item in seeds.values():
        assert [line for line in item.body.split("\n") if is_boilerplate(line.strip())] == []
        text = item.body.lower()
        words = ("akismet", "un commentaire", "linkedin", "lire aussi", "leave a", "recent news", "contribué à")
        assert [word for word in words if word in text] == []


def test_no_paragraph_is_missing(seeds: dict[str, Article]) -> None:
    for path in SEEDS.glob("*.txt"):
        long = [line for line in path.read_text(encoding="utf-8").split("\n") if len(line) > 200]
        body = seeds[path.name[:3]].body
        assert [line[:60] for line in long if line.removeprefix(" date 2022-01 ") not in body] == []


def test_a_large_archive_is_read_completely() -> None:
    if not ORANGE.is_file():
        pytest.skip("needs ../shared/data/orange.jsonl.gz")
    items = [item for item in read_corpus([ORANGE]) if isinstance(item, Article)]
    assert len(items) == len({item.id for item in items}) == 34_240
    assert sum(item.date is None for item in items) == 1
