"""The table of synonyms: names of one and the same thing, a line each (`OTAN = NATO`), in synonyms.txt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kiosque.index.text.analyzer import folded_surface, tokenize
from kiosque.search.lexicon.function_words import FUNCTION_WORDS
from kiosque.search.settings import SettingError

WEIGHT = 0.5
"""What a synonym counts beside the word that was typed."""

TABLE = Path(__file__).with_name("synonyms.txt")

Key = tuple[str, ...]
"""A name as it is compared: its words folded, without function words."""


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
    """Whether what has the other name has this one too: "COVID-19" adds nothing to "COVID"."""
    return any(other[at : at + len(name)] == name for at in range(len(other)))


def key_of(text: str) -> Key:
    """The words of a text as they are compared."""
    return key_of_surfaces(token.surface for token in tokenize(text))


def key_of_surfaces(surfaces: Iterable[str]) -> Key:
    """`key_of` for a text that is in tokens already."""
    return tuple(word for word in map(folded_surface, surfaces) if word not in FUNCTION_WORDS)


def read_synonyms(own: str = "") -> Synonyms:
    """The table of the press, with that of the file `own` where one is named. Raises SettingError."""
    groups = list(_groups(TABLE))
    try:
        groups += _groups(Path(own)) if own else ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"KIOSQUE_SYNONYMS_FILE={own}\u00a0: ce fichier ne peut pas être lu ({error}).") from error
    return Synonyms(groups)


def _groups(path: Path) -> Iterator[list[str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            names = [name.strip() for name in line.split("=")]
            if len(names) < 2 or not all(map(key_of, names)):
                raise SettingError(
                    f"{path}, ligne {number}\u00a0: il y faut deux noms ou plus, comme «\u00a0OTAN = NATO\u00a0»."
                )
            yield names
