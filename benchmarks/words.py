"""What the benchmark takes for a word: letters alone, so that every engine cuts the text in the same places."""

from __future__ import annotations

import re
from functools import cache

import snowballstemmer
from unidecode import unidecode

LETTERS = "a-zà-öø-ÿœA-ZÀ-ÖØ-ÞŒ"
BESIDE = r"\w'’ʼ&/@#%._-"
WORD = re.compile(rf"(?<![{BESIDE}])[{LETTERS}]{{2,24}}(?![\w'’ʼ&/@#%_-]|\.\w)")

FUNCTION_WORDS = frozenset(
    "ai ainsi alors après as au aucun aucune aussi autre autres aux avaient avait avant avec avoir avons ayant car ce "
    "ceci cela celle celles celui cependant ces cet cette ceux chaque chez comme comment contre dans de depuis dernier "
    "des dit doit donc dont du elle elles en encore entre est et était étaient été être eu eux faire fait fois font "
    "il ils je la le les leur leurs lors lui ma mais même mes moi moins mon ne ni non nos notre nous on ont or ou où "
    "par parce pas pendant peu peut plus pour pourquoi près puis qu quand que quel quelle quelles quels qui quoi sa "
    "sans se selon sera ses si son sont sous sur ta tandis te tel tes toi ton toujours tous tout toute toutes très "
    "trop tu un une vers voici voilà vos votre vous and or not the".split()
)


def words_of(text: str) -> list[str]:
    """The words of `text` in order, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


def content_words(text: str) -> list[str]:
    """Its distinct words of three letters or more, without function words, in order."""
    return list(dict.fromkeys(word for word in words_of(text) if is_content(word)))


_stemmer = snowballstemmer.stemmer("french")


@cache
def stem(word: str) -> str:
    """Roughly what stemming engines index, so that a rare word is rare for them: not a rare form of a frequent one."""
    return unidecode(_stemmer.stemWord(word))


def is_content(word: str) -> bool:
    return len(word) >= 3 and word not in FUNCTION_WORDS
