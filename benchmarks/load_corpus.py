"""A corpus that changes while it is searched, and what each of its states must answer.

Some articles, the witnesses, say in which state the corpus is: all of them change together, in one file that is renamed
into its place, and there are not as many in one state as in the next. So an answer that mixes two states is seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from benchmarks.article import BenchArticle

WORD: Final = "zygotemoin"
"""Stands in every witness and in nothing else."""

SOURCE: Final = "La Gazette des témoins"
FILE_ARTICLES: Final = 100


def witnesses(state: int) -> int:
    """How many there are in a state."""
    return 3 + state % 7


class ChangingCorpus:
    """A folder of JSON lines. `state` counts its changes."""

    def __init__(self, folder: Path, articles: list[BenchArticle]) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._files = [articles[at : at + FILE_ARTICLES] for at in range(0, len(articles), FILE_ARTICLES)]
        self.state = 0
        for number in range(len(self._files)):
            self._write_articles(number)
        self._write_witnesses()

    def lasting(self) -> list[BenchArticle]:
        """The articles that are there in every state: a 404 for one of them is a mistake."""
        return [article for rows in self._files for article in rows[1:]]

    def change(self) -> None:
        """The next state: other witnesses, and one file with an article less, or with all of them again."""
        self.state += 1
        self._write_articles(self.state // 2 % len(self._files), self.state % 2)
        self._write_witnesses()

    def _write_articles(self, number: int, without: int = 0) -> None:
        self._write(f"articles-{number:03}.jsonl", self._files[number][without:])

    def _write_witnesses(self) -> None:
        title, body = f"{WORD} état {self.state}", f"Le {WORD} dit dans quel état est le corpus."
        rows = [
            BenchArticle(f"witness-{n}", title, f"{body} Numéro {n}.", SOURCE, "2022-01-19", None)
            for n in range(witnesses(self.state))
        ]
        self._write("witnesses.jsonl", rows)

    def _write(self, name: str, articles: list[BenchArticle]) -> None:
        unfinished = self._folder.parent / f"{name}.part"  # outside: a build that runs must not read half a file
        unfinished.write_bytes(b"".join(msgspec.json.encode(article) + b"\n" for article in articles))
        unfinished.replace(self._folder / name)
