"""The table of synonyms: names of the same thing, one line each (`OTAN = NATO`), in synonyms.txt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kiosque.index.text.analyzer import folded_surface, tokenize
from kiosque.search.lexicon.word_kinds import FUNCTION_WORDS
from kiosque.search.settings import SettingError

WEIGHT = 0.5
"""The weight of a synonym beside the word that was typed."""

TABLE = Path(__file__).with_name("synonyms.txt")

Key = tuple[str, ...]
"""A name as names are compared: its words folded, without function words."""


class Synonyms:
    """Which names mean the same."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._others: dict[Key, list[str]] = defaultdict(list)
        for group in groups:
            for name in group:
                self._others[key_of(name)] += (other for other in group if not _within(key_of(name), key_of(other)))
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for key in sorted(self._others, key=len, reverse=True):
            self._lengths[key[0]].append(len(key))

    def of(self, key: Key) -> list[str]:
        """The synonyms of a name, as the table writes them."""
        return list(dict.fromkeys(self._others.get(key, ())))

    def lengths(self, first: str) -> Sequence[int]:
        """How many words the names have that begin with a word, longest first."""
        return self._lengths.get(first, ())


def _within(name: Key, other: Key) -> bool:
    """Whether a text with the other name has this one too: "COVID-19" adds nothing to "COVID"."""
    return any(other[at : at + len(name)] == name for at in range(len(other)))


def key_of(text: str) -> Key:
    """The key of a text."""
    return key_of_surfaces(token.surface for token in tokenize(text))


def key_of_surfaces(surfaces: Iterable[str]) -> Key:
    """The key of a text that is cut into tokens."""
    return tuple(word for word in map(folded_surface, surfaces) if word not in FUNCTION_WORDS)


def read_synonyms(own: str = "") -> Synonyms:
    """The table of the press, with the table in the file `own` if there is one. Raises SettingError."""
    groups = list(_groups(TABLE))
    try:
        groups += _groups(Path(own)) if own else ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"KIOSQUE_SYNONYMS_FILE={own} : ce fichier ne peut pas être lu ({error}).") from error
    return Synonyms(groups)


def _groups(path: Path) -> Iterator[list[str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            names = [name.strip() for name in line.split("=")]
            if len(names) < 2 or not all(map(key_of, names)):
                raise SettingError(f"{path}, ligne {number} : il y faut deux noms ou plus, comme « OTAN = NATO ».")
            yield names
