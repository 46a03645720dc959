"""What whoever runs Kiosque may set: one row each. The environment sets them, as KIOSQUE_MOST_WORDS=200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from search.ranking import RANKINGS
from search.typography import typeset

PREFIX = "KIOSQUE_"


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what it may be."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def _number(default: int, least: int, most: int, help: str) -> Any:  # noqa: A002
    return field(default=default, metadata={"least": least, "most": most, "help": help})


def _other(default: bool | str, help: str, choices: tuple[str, ...] = ()) -> Any:  # noqa: A002
    return field(default=default, metadata={"help": help, "choices": choices})


@dataclass(frozen=True)
class Settings:
    """The settings of a search."""

    longest_query: int = _number(2000, 1, 100_000, "Characters of a query; a longer one is refused.")
    most_words: int = _number(100, 1, 250, "Words and phrases of a query; the rest is left out.")
    deepest: int = _number(30, 0, 100, "Parentheses inside one another; deeper ones are ignored.")
    most_ways: int = _number(16, 1, 1000, "Ways to write one phrase that was typed without accents.")
    most_expansions: int = _number(
        128, 1, 10_000, "Forms that a wildcard or a fuzzy word stands for, the most frequent."
    )
    most_edits: int = _number(2, 0, 2, "Typing errors that a fuzzy word forgives.")
    most_verified: int = _number(
        20_000, 0, 10_000_000, "Articles whose text is read again to check the capitals of `=Mot`; beyond, any do."
    )
    query_seconds: int = _number(
        10, 0, 3600, "Seconds after which a query is stopped (503), exports aside; 0 for never."
    )
    passages: int = _number(
        3, 1, 3, "Passages of an article that a hit shows at most; several where its words stand apart."
    )
    ranking: str = _other(
        "judged",
        "What ranks articles: `judged`; `near`, slower, looks at neighbours too; `plain` BM25F.",
        tuple(RANKINGS),
    )
    check_all: bool = _other(
        False, "Whether programs check every byte of an index that they open, as servers do: 1 or 0."
    )
    synonyms: bool = _other(True, "Whether the synonyms of the press are searched too: 1 or 0.")
    synonyms_file: str = _other("", "A file with more synonyms, a line each: `OTAN = NATO`.")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings that an environment gives. Raises SettingError."""
        named = {row.name: (row, PREFIX + row.name.upper()) for row in fields(cls)}
        given: dict[str, Any] = {
            name: _read(row, key, environment[key]) for name, (row, key) in named.items() if environment.get(key)
        }
        return cls(**given)


def _read(row: Field[Any], key: str, text: str) -> int | bool | str:
    if isinstance(row.default, str):
        return _chosen(row, key, text)
    least, most = (0, 1) if isinstance(row.default, bool) else (row.metadata["least"], row.metadata["most"])
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise SettingError(f"{key}={text} : il faut un nombre entier de {least} à {most}.")
    return bool(int(text)) if isinstance(row.default, bool) else int(text)


def _chosen(row: Field[Any], key: str, text: str) -> str:
    choices = row.metadata["choices"]
    if choices and text not in choices:
        raise SettingError(f"{key}={text} : les valeurs possibles sont {', '.join(choices)}.")
    return text


def rows() -> Iterator[tuple[str, str, str]]:
    """Each setting for the documentation: its name in the environment, its default, its help."""
    for row in fields(Settings):
        default = int(row.default) if isinstance(row.default, bool) else row.default
        yield PREFIX + row.name.upper(), str(default), str(row.metadata["help"])
