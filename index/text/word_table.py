"""Which words a form can be a form of: the table of French words, made by `make_words`, read from flat arrays.

The term of a form is the key of its reading: the words that it means, then the others that it can be a form of.
"porte" and "portes" give `porte/porter`, "portait" gives `porter`: a query for porter looks for both terms, one for
porte for the first alone. A rare form of a verb ("gaza", "limoges") has a key of its own, `gaza~gazer`.

    hashes    uint64[forms]   of each form, ascending
    numbers   int32[forms]    the number of its key
    keys      uint8           the keys as UTF-8, one after the other, in order
    bounds    int32[keys + 1] where each key begins
    words     uint64[words]   the hash of each word, ascending
    firsts    int32[words + 1], terms int32   the numbers of the keys that name each word
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FOLDER = Path(__file__).with_name("french")
ARRAYS = ("hashes", "numbers", "keys", "bounds", "words", "firsts", "terms")
OTHERS, RARE, AND = "/", "~", ","
UNKNOWN = -1
MOST_KEYS = 1 << 16
"""Keys that are kept as text: a build asks for the same ones again and again."""


class Reading(NamedTuple):
    """The words that a form means, and the others that it can be a form of."""

    meant: frozenset[str]
    others: frozenset[str]

    def key(self, form: str) -> str:
        """The term of the form."""
        meant, others = (AND.join(sorted(words)) for words in self)
        if not meant:
            return form + RARE + others
        return meant + OTHERS + others if others else meant


def reading_of(key: str) -> Reading:
    """The reading that a key names."""
    meant, _, others = key.partition(RARE if RARE in key else OTHERS)
    return Reading(
        frozenset() if RARE in key else frozenset(meant.split(AND)), frozenset(filter(None, others.split(AND)))
    )


class WordTable:
    """The table as it is mapped from the disk."""

    def __init__(self, folder: Path) -> None:
        self._arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in ARRAYS}
        self._key = lru_cache(MOST_KEYS)(self._read_key)

    def keys_of_forms(self, forms: Sequence[str]) -> list[str | None]:
        """The key of each form; None for what is no French word."""
        hashes, wanted = self._arrays["hashes"], _hashes(forms)
        places = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
        numbers = np.where(hashes[places] == wanted, self._arrays["numbers"][places], UNKNOWN)
        return [None if number == UNKNOWN else self._key(number) for number in numbers.tolist()]

    def keys_of_word(self, word: str) -> list[str]:
        """The keys of all forms that can be a form of a word."""
        words, wanted = self._arrays["words"], _hashes([word])[0]
        place = int(np.searchsorted(words, wanted))
        if place == len(words) or words[place] != wanted:
            return []
        first, last = self._arrays["firsts"][place : place + 2].tolist()
        return [self._key(number) for number in self._arrays["terms"][first:last].tolist()]

    def _read_key(self, number: int) -> str:
        start, end = self._arrays["bounds"][number : number + 2].tolist()
        return str(self._arrays["keys"][start:end].tobytes(), "utf-8")


@cache
def word_table() -> WordTable:
    """The table of this version of Kiosque."""
    return WordTable(FOLDER)


def write_table(readings: Mapping[str, Reading], folder: Path) -> None:
    """Writes the table of these forms."""
    key_of_form = {form: reading.key(form) for form, reading in readings.items()}
    keys = sorted(set(key_of_form.values()))
    number = {key: place for place, key in enumerate(keys)}
    keys_of_word: defaultdict[str, set[int]] = defaultdict(set)
    for key in keys:
        for word in frozenset().union(*reading_of(key)):
            keys_of_word[word].add(number[key])
    arrays = _forms(key_of_form, number) | _texts(keys) | _words(keys_of_word)
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def _forms(key_of_form: Mapping[str, str], number: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    hashes = _hashes(list(key_of_form))
    order = np.argsort(hashes)
    numbers = np.array([number[key] for key in key_of_form.values()], np.int32)
    assert len(set(hashes.tolist())) == len(hashes), "two forms have one hash"
    return {"hashes": hashes[order], "numbers": numbers[order]}


def _texts(keys: Sequence[str]) -> dict[str, NDArray[Any]]:
    encoded = [key.encode() for key in keys]
    return {
        "keys": np.frombuffer(b"".join(encoded), np.uint8),
        "bounds": np.array([0, *accumulate(map(len, encoded))], np.int32),
    }


def _words(keys_of_word: Mapping[str, set[int]]) -> dict[str, NDArray[Any]]:
    hashes = _hashes(list(keys_of_word))
    order = np.argsort(hashes)
    lists = [sorted(keys) for keys in keys_of_word.values()]
    ordered = [lists[place] for place in order.tolist()]
    return {
        "words": hashes[order],
        "firsts": np.array([0, *accumulate(map(len, ordered))], np.int32),
        "terms": np.array([number for keys in ordered for number in keys], np.int32),
    }


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """64 bits of each text (FNV-1a), the same on every machine."""
    encoded = [text.encode() for text in texts]
    bounds = np.array([0, *accumulate(map(len, encoded))], np.int64)
    hashes = np.empty(len(texts), np.uint64)
    _hash(np.frombuffer(b"".join(encoded), np.uint8), bounds, hashes)
    return hashes


@njit(nogil=True, cache=True)
def _hash(data: NDArray[np.uint8], bounds: NDArray[np.int64], hashes: NDArray[np.uint64]) -> None:
    for text in range(len(hashes)):
        digest = np.uint64(0xCBF29CE484222325)
        for at in range(bounds[text], bounds[text + 1]):
            digest = (digest ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        hashes[text] = digest
