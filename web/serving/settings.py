"""Every setting in one table, read from a file, then the environment, then the command line; the last wins."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, NamedTuple

from kiosque.search.settings import PREFIX, SettingError, Settings
from kiosque.web.serving.forwarded import NAMES

FILE: Final = "kiosque.toml"


def _text(value: str) -> str:
    return value


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"un nombre de {least} à {most}")
        return int(value)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(" ou ".join(choices))
        return value

    return read


def _some_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not set(value.split()) <= set(choices):
            raise ValueError(f"des mots parmi {', '.join(choices)}, séparés par des espaces")
        return value

    return read


def _flag(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("0 ou 1")
    return value == "1"


class Setting(NamedTuple):
    """A row: name in the file, reader, default, help."""

    name: str
    read: Callable[[str], Any]
    default: Any
    help: str


SETTINGS: Final = (
    Setting("index", _text, "var/index", "the folder of the index, or the address of a cluster"),
    Setting("host", _text, "127.0.0.1", "the address to listen at"),
    Setting("port", _number(1, 65535), 8000, "the port to listen at"),
    Setting("workers", _number(1, 64), 2, "processes that answer"),
    Setting(
        "assets", _one_of("cdn", "local"), "cdn", "where browsers get htmx: its CDN, or this server (`make assets`)"
    ),
    Setting("assets_dir", _text, "var/assets", "the folder of the assets that are served where `assets` is local"),
    Setting(
        "hosts",
        _text,
        "",
        "names that requests may ask for, separated by spaces; * for any; empty: this machine’s, or any behind a proxy",
    ),
    Setting("cors", _text, "", "origins whose pages may call the API, separated by spaces; * for all"),
    Setting(
        "rate", _number(0, 1_000_000), 0, "requests a minute that each process takes from one client; 0 for any number"
    ),
    Setting("longest_url", _number(1000, 400_000), 32_768, "bytes of a query string; longer ones are refused (414)"),
    Setting(
        "reader_seconds",
        _number(1, 3600),
        30,
        "seconds after which a reader who takes nothing of an answer is cut off (on Linux)",
    ),
    Setting("proxies", _number(0, 9), 0, "proxies in front, whose X-Forwarded headers are believed"),
    Setting(
        "forwarded",
        _some_of(*NAMES),
        "for proto host",
        "the X-Forwarded headers that every proxy sets, of for, proto, host, port and prefix; the others are ignored",
    ),
    Setting(
        "log",
        _one_of("none", "text", "json"),
        "none",
        "a line on standard error for each request; errors always have one",
    ),
    Setting("metrics", _flag, False, "whether /metrics answers, for Prometheus"),
    Setting("explain", _flag, False, "whether /api/v1/explain answers: a query’s tree, its plan, each score by part"),
)
BY_NAME: Final = {row.name: row for row in SETTINGS}
OF_SEARCH: Final = frozenset(row.name for row in fields(Settings))
"""Settings of the engine, in the table of kiosque.search.settings; they are read from the same places."""
DEFAULTS: Final = {row.name.upper(): row.default for row in SETTINGS}


def load(environ: Mapping[str, str], given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings, by their names in capitals.

    Those of the engine are in SEARCH. The file is `kiosque.toml` or what KIOSQUE_SETTINGS names. Raises SettingError;
    OSError where that file is missing.
    """
    named = environ.get(PREFIX + "SETTINGS")
    texts = _of_file(Path(named or FILE)) if named or Path(FILE).is_file() else {}
    texts |= {
        name: environ[PREFIX + name.upper()] for name in {*BY_NAME, *OF_SEARCH} if PREFIX + name.upper() in environ
    }
    values = {name: _value(name, text) for name, text in texts.items() if name not in OF_SEARCH}
    search = Settings.read({PREFIX + name.upper(): text for name, text in texts.items() if name in OF_SEARCH})
    return DEFAULTS | {"SEARCH": search} | {name.upper(): value for name, value in (values | dict(given or {})).items()}


def _of_file(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} n’est pas du TOML ({error}).") from error
    values = {name: value for name, value in table.items() if not isinstance(value, dict)}  # tables are of a corpus
    return {name: str(int(value)) if isinstance(value, bool) else str(value) for name, value in values.items()}


def _value(name: str, text: str) -> Any:
    if name not in BY_NAME:
        raise SettingError(f"Il n’y a pas de réglage « {name} ». Il y a : {', '.join([*BY_NAME, *sorted(OF_SEARCH)])}.")
    try:
        return BY_NAME[name].read(text)
    except ValueError as error:
        raise SettingError(f"Le réglage « {name} » ne peut pas être « {text} » : {error}.") from error
