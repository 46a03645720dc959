"""The settings of a search, one row each. The environment sets them: KIOSQUE_MOST_WORDS=200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosque.corpus.french import typeset
from kiosque.index.setting_rows import UnusableValue, described, flag, given, number, text
from kiosque.search.ranking import RANKINGS

PREFIX = "KIOSQUE_"


class SettingError(ValueError):
    """A setting cannot be used; the message names it and says what it may be."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


@dataclass(frozen=True)
class Settings:
    """The settings of a search."""

    longest_query: int = number(2000, 1, 100_000, "Characters of a query; a longer one is refused.")
    most_words: int = number(100, 1, 250, "Words and phrases of a query; the rest is left out.")
    deepest: int = number(30, 0, 100, "Parentheses inside one another; deeper ones are ignored.")
    most_ways: int = number(16, 1, 1000, "Ways to write one phrase that was typed without accents.")
    most_expansions: int = number(
        128, 1, 10_000, "Maximum forms per wildcard or fuzzy word; the most frequent are kept."
    )
    most_edits: int = number(2, 0, 2, "Typing errors that a fuzzy word forgives.")
    most_verified: int = number(
        20_000, 0, 10_000_000, "Articles whose text is read again to check the capitals of `=Mot`; beyond, any do."
    )
    query_seconds: int = number(
        10, 0, 3600, "Seconds after which a query or a page is stopped (503); what an export sends is not. 0 for never."
    )
    passages: int = number(
        3, 1, 3, "Passages of an article that a hit shows at most; several where its words stand apart."
    )
    ranking: str = text(
        "judged",
        "What ranks articles: `judged`; `near`, slower, looks at neighbours too; `plain` BM25F.",
        tuple(RANKINGS),
    )
    check_all: bool = flag(
        False, "Whether programs check every byte of an index that they open, as servers do: 1 or 0."
    )
    synonyms: bool = flag(True, "Whether the synonyms of the press are searched too: 1 or 0.")
    synonyms_file: str = text("", "A file with more synonyms, a line each: `OTAN = NATO`.")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the settings from an environment. Raises SettingError."""
        try:
            return cls(**given(cls, PREFIX, environment))
        except UnusableValue as error:
            raise SettingError(f"{error.key}={error.value} : il faut {error.wanted}.") from None


def rows() -> Iterator[tuple[str, str, str]]:
    """Each setting for the documentation: its name in the environment, its default, its help."""
    return described(Settings, PREFIX)
