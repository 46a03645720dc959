"""Settings as fields of a dataclass: valid values, environment names, help texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, field, fields
from typing import Any

from kiosque.index.errors import french


class UnusableValue(ValueError):
    """A value that the setting `key` cannot take; `wanted` says in French what it can be."""

    def __init__(self, key: str, value: str, wanted: str) -> None:
        self.key, self.value, self.wanted = key, value, wanted
        super().__init__(french("{} : {}", key, wanted))


def number(default: int, least: int, most: int, help: str) -> Any:  # noqa: A002
    """A whole number within these bounds."""
    return field(default=default, metadata={"least": least, "most": most, "help": help})


def flag(default: bool, help: str) -> Any:  # noqa: A002
    """Yes or no: 1 or 0."""
    return field(default=default, metadata={"least": 0, "most": 1, "help": help})


def text(default: str, help: str, choices: tuple[str, ...] = (), secret: bool = False) -> Any:  # noqa: A002
    """Any text, or one of `choices`; a secret is not in the `repr` of its settings."""
    return field(default=default, repr=not secret, metadata={"help": help, "choices": choices})


def given(settings: type, prefix: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """What an environment gives of the settings in a dataclass, by name. Raises UnusableValue."""
    rows = [(row, prefix + row.name.upper()) for row in fields(settings)]
    return {row.name: _read(row, key, environment[key]) for row, key in rows if environment.get(key)}


def _read(row: Field[Any], key: str, value: str) -> int | bool | str:
    if isinstance(row.default, str):
        return _chosen(row, key, value)
    least, most = row.metadata["least"], row.metadata["most"]
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise UnusableValue(key, value, f"un nombre entier de {least} à {most}")
    return bool(int(value)) if isinstance(row.default, bool) else int(value)


def _chosen(row: Field[Any], key: str, value: str) -> str:
    choices = row.metadata["choices"]
    if choices and value not in choices:
        raise UnusableValue(key, value, f"l’une des valeurs {', '.join(choices)}")
    return value


def described(settings: type, prefix: str) -> Iterator[tuple[str, str, str]]:
    """Each setting for the documentation: its name in the environment, its default, its help."""
    for row in fields(settings):
        default = int(row.default) if isinstance(row.default, bool) else row.default
        yield prefix + row.name.upper(), str(default), str(row.metadata["help"])
