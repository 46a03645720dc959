"""A corpus's own settings, its `kiosque.toml`: read and checked whole before the first article is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Any

import msgspec

from kiosque.corpus.french import typeset
from kiosque.corpus.system_errors import cause_of

SETTINGS = "kiosque.toml"
"""The file at the top of a corpus, or beside the file that is one; it is no article."""

FIELDS = ("id", "title", "body", "date", "source", "url", "author", "section")
"""The fields of an article that a column or key can hold."""


class BadSettings(ValueError):
    """A settings file that cannot be read; the message names the file, the line, the key and the repair."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class Settings(msgspec.Struct, frozen=True):
    """The settings of a corpus.

    `sources` are other names by the one name of a source; `fields` the columns by field, the surest first.
    `source` is that of articles which do not say theirs. `date_formats` are those of strptime.
    `mtime` allows the day of a file's last change where nothing else dates its articles. `exclude` are globs.
    `links` follows links to what is outside of the corpus.
    `reading_seconds` of processor time and `reading_memory` (MB) are what one file may take (see `corpus.budget`).
    """

    sources: dict[str, list[str]] = {}
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    source: str | None = None
    date_formats: tuple[str, ...] = ()
    mtime: bool = False
    exclude: tuple[str, ...] = ()
    links: bool = False
    reading_seconds: float = 30
    reading_memory: int = 1024

    def excludes(self, relative: PurePosixPath) -> bool:
        """Whether the file at this path from the root, or a folder above it, is left out: "brouillons", "/2019/*"."""
        whole = PurePosixPath("/") / relative
        return any(part.match(pattern) for pattern in self.exclude for part in (whole, *whole.parents[:-1]))


NONE = Settings()
"""The settings of a corpus without a file of them."""


def read_settings(root: Path) -> Settings:
    """The settings at the top of the corpus `root`, or beside it where it is a file. Raises BadSettings."""
    path = _found(root)
    return _read(path) if path else NONE


def _found(root: Path) -> Path | None:
    try:
        path = (root if root.is_dir() else root.parent) / SETTINGS
        path.lstat()
    except OSError:  # there is none; where a whole folder is forbidden, a refusal will say so
        return None
    return path


def _read(path: Path) -> Settings:
    text = ""
    try:
        if not S_ISREG(path.stat().st_mode):  # opening a named pipe would block for ever
            raise BadSettings(f"{path} : n’est pas un fichier ordinaire : le renommer")
        text = path.read_bytes().decode("utf-8-sig")
        return _settings(_checked(tomllib.loads(text), text, path))
    except PermissionError as error:
        raise BadSettings(f"{path} : lecture interdite : donner le droit de lire") from error
    except OSError as error:
        raise BadSettings(f"{path} : illisible ({cause_of(error)}) : le remplacer") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadSettings(f"{path}, ligne {line} : n’est pas de l’UTF-8 : l’enregistrer en UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadSettings(f"{path}, ligne {_line_of_error(error, text)} : {_NO_TOML}") from error


_NO_TOML = (
    "n’est pas du TOML : mettre les textes entre guillemets et les tables entre crochets ([sources]), "
    "n’écrire chaque clé qu’une fois. Voir docs/FORMATS.md"
)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_names(value: object) -> bool:
    return _is_name(value) or (isinstance(value, list) and bool(value) and all(map(_is_name, value)))


def _are_others(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_name, value))


def _are_formats(value: object) -> bool:
    return _are_names(value) and all(re.search("%[YyxcG]", one) for one in _listed(value))


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _MOST


_MOST = 1_000_000  # a million seconds, or megabytes, are no limit

_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    **{
        f"fields.{name}": (_are_names, f'un nom de colonne est attendu, ou une liste : {name} = "colonne"')
        for name in FIELDS
    },
    "defaults.source": (_is_name, 'un nom est attendu : source = "La Gazette"'),
    "dates.format": (_are_formats, 'un format avec son année est attendu, ou une liste : format = "%d/%m/%Y"'),
    "dates.mtime": (lambda value: isinstance(value, bool), "true ou false est attendu : mtime = false"),
    "files.links": (lambda value: isinstance(value, bool), "true ou false est attendu : links = false"),
    "reading.seconds": (_is_amount, "un nombre de secondes est attendu : seconds = 30"),
    "reading.memory": (_is_amount, "un nombre de mégaoctets est attendu : memory = 1024"),
    "files.exclude": (_are_names, 'une liste de motifs est attendue : exclude = ["brouillons", "*.bak"]'),
}
_TABLES = dict.fromkeys(("sources", *(key.partition(".")[0] for key in _CHECKS)))
_HOMES = {key.partition(".")[2]: key.partition(".")[0] for key in _CHECKS}


def _checked(values: dict[str, Any], text: str, path: Path) -> dict[str, Any]:
    """The values by their whole keys ("dates.format"). Raises BadSettings for the first that is wrong."""
    found = dict(_flat(values))
    for key, value in found.items():
        if problem := _problem(key, value):
            raise BadSettings(f"{path}, ligne {_line_of(text, key)}, clé « {key} » : {problem}")
    return found


def _flat(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name in _TABLES and isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _problem(key: str, value: object) -> str | None:
    """The repair of a wrong value; None for a right one, and for a setting of the server, which has no table."""
    table, _, name = key.partition(".")
    if table == "sources" and name:
        return None if _are_others(value) else f'une liste de noms est attendue : "{name}" = ["autre nom"]'
    if key in _CHECKS:
        check, repair = _CHECKS[key]
        return None if check(value) else repair
    if key in _TABLES:
        return f"une table est attendue : [{key}]"
    if key in _HOMES:
        return f"l’écrire sous [{_HOMES[key]}]"
    if not name and not isinstance(value, dict | list):
        return None
    return f"clé inconnue ; sont connues : sources, {', '.join(_CHECKS)}"


def _settings(values: dict[str, Any]) -> Settings:
    return Settings(
        sources={key.removeprefix("sources."): value for key, value in values.items() if key.startswith("sources.")},
        fields=tuple((name, _listed(values[key])) for name in FIELDS if (key := f"fields.{name}") in values),
        source=values.get("defaults.source"),
        date_formats=_listed(values.get("dates.format", [])),
        mtime=values.get("dates.mtime", False),
        exclude=_listed(values.get("files.exclude", [])),
        links=values.get("files.links", False),
        reading_seconds=values.get("reading.seconds", NONE.reading_seconds),
        reading_memory=int(values.get("reading.memory", NONE.reading_memory)),
    )


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


_HEADER = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
_ENTRY = re.compile(r"""\s*(?P<name>"[^"]*"|'[^']*'|[\w.-]+)\s*=""")


def _line_of(text: str, key: str) -> int:
    """The line of a key, or of its table; tomllib keeps no positions."""
    table, places = "", dict[str, int]()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = f"{header['name']}."
            places.setdefault(header["name"], number)
        elif entry := _ENTRY.match(line):
            places.setdefault(table + entry["name"].strip("\"'"), number)
    return places.get(key) or places.get(key.partition(".")[0], 1)


def _line_of_error(error: Exception, text: str) -> int:
    """The line that tomllib names; the last one where it says "at end of document"."""
    match = re.search(r"at line (\d+)", str(error))
    return int(match[1]) if match else text.rstrip("\n").count("\n") + 1
