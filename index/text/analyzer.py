"""The French analyzer: text -> tokens -> terms, the same at both ends (indexing and querying).

An analyzer is a tokenizer and a filter, joined the Whoosh way: `PressTokenizer() | TermFilter()`.
One token gives exactly one term at one position; an elided article ("l’" of "l’avocat") gives none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import snowballstemmer
from unidecode import unidecode
from whoosh.analysis import Composable, Filter, Token, Tokenizer

from kiosque.corpus.french import NARROW, NBSP
from kiosque.index.text.word_table import word_table

VERSION = 2
"""Increased whenever a text can give other terms than before: an index keeps the version that built it."""

WORDS_VERSION = "spacy-lookups-data 1.0.5, simplemma 2.0.0"
"""What the table of words is made from (see `make_words`): terms of one version are not those of another."""

LONGEST_TERM = 64
"""Code points; longer terms are noise (base64, an endless row of letters) and are cut."""

APOSTROPHES = "'’‘‛ʼʹʻʽ＇′´`"
INVISIBLES = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
THOUSANDS = f" {NBSP}{NARROW}\u2009'’."
OPENING_QUOTES = '«“„‹"'
ELIDED = ("c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")


def _marks() -> str:
    """Every combining mark of the basic plane: Python's `\\w` leaves them out, an NFD text is full of them."""
    return "".join(chr(code) for code in range(0x300, 0xFE30) if unicodedata.category(chr(code)).startswith("M"))


def _elidable() -> str:
    """What can follow an elision: a vowel, a mute h, a digit ("l’11 septembre"), accents included."""
    letters = (chr(code) for code in range(0xC0, 0x250))
    accented = (letter for letter in letters if unidecode(letter)[:1].lower() in set("aeiouyh"))
    return "aeiouyhAEIOUYH0123456789" + "".join(accented)


ELIDABLE = _elidable()
WORD = f"[^\\W_{APOSTROPHES}]"
LETTER = f"[^\\W\\d_{APOSTROPHES}]"
JOIN = f"[{re.escape(_marks())}{INVISIBLES}]"


def _either_case(prefix: str) -> str:
    """Not `(?i:s)`: it takes the long s of old prints for an s, which the scanner does not."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in prefix)


def _pattern() -> re.Pattern[str]:
    """The shapes of a token, tried in this order at each position."""
    elided = "|".join(map(_either_case, ELIDED))
    apostrophe, tail = f"[{APOSTROPHES}]", f"(?:{WORD}|{JOIN})*"
    grouped = f"[0-9]{{1,3}}(?P<sep>[{THOUSANDS}])[0-9]{{3}}(?![0-9])(?:(?P=sep)[0-9]{{3}}(?![0-9]))*"
    return re.compile(
        f"(?P<elision>(?:{elided}){apostrophe}{{1,2}}(?=[{ELIDABLE}{OPENING_QUOTES}]))"
        f"|(?P<acronym>{LETTER}(?:\\.{LETTER}(?!{WORD}|{JOIN}))+\\.?)"
        f"|(?P<number>(?:{grouped}|[0-9]+)(?:,[0-9]+)?{tail})"
        f"|(?P<word>{WORD}{tail}(?:(?:(?<={LETTER}){apostrophe}(?={LETTER})|&(?={WORD})){tail})*)"
    )


TOKEN = _pattern()
ORDINAL = re.compile("([0-9]+)(?:i?[èe]me|[èe])s?")
ABBREVIATIONS = {"st": "saint", "ste": "sainte"}
NOT_IN_TERMS = re.compile(f"[{re.escape(APOSTROPHES + INVISIBLES + THOUSANDS)}]")
ACCENTS = {code: unidecode(chr(code)).lower() for code in range(0xC0, 0x180)}
"""Unidecode's result for the letters of French: calling it for each letter is slow."""

_stemmer = snowballstemmer.stemmer("french")
_stemmer.maxCacheSize = 0
"""PyStemmer's own cache costs more than the stems that it saves: words that come here are new. Threads share
the stemmer: `stemWords` keeps the GIL."""


class Occurrence(NamedTuple):
    """A token: its surface, and where it starts and ends (exclusive) in the text, in code points."""

    surface: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Occurrence]:
    """The tokens of `text` in order; their rank is their position."""
    for match in TOKEN.finditer(text):
        if match.lastgroup != "elision":
            yield Occurrence(match.group(), match.start(), match.end())


def bare(surface: str) -> str:
    """A surface composed, without invisible characters and inner marks, in its own case."""
    return NOT_IN_TERMS.sub("", unicodedata.normalize("NFKC", NOT_IN_TERMS.sub("", surface)))


def normalize(surface: str) -> str:
    """A surface in lower case, composed, without invisible characters and inner marks: "O.N.U." -> "onu"."""
    if surface.isalnum() and surface.isascii():
        return surface.lower()
    return bare(surface).lower().replace("œ", "oe").replace("æ", "ae")


def normalize_all(surfaces: list[str]) -> list[str]:
    """`normalize` of each, non-ASCII ones in one call: no letter combines across a line break."""
    forms = [surface.lower() for surface in surfaces]
    odd = [place for place, surface in enumerate(surfaces) if not (surface.isascii() and surface.isalnum())]
    together = normalize("\n".join([surfaces[place] for place in odd])).split("\n")
    for place, form in zip(odd, together, strict=False):  # without any, split returns one empty string
        forms[place] = form
    return forms


def fold(text: str) -> str:
    """`text` in lower-case ASCII, as far as Unidecode can: "élysée" -> "elysee"."""
    plain = text.translate(ACCENTS)
    return plain.lower() if plain.isascii() else unidecode(plain).lower().replace(" ", "") or text


def fold_all(texts: list[str]) -> list[str]:
    """`fold` of each text that is not ASCII. No text has a line break: see `normalize_all`."""
    folded = list(texts)
    odd = [place for place, text in enumerate(texts) if not text.isascii()]
    together = "\n".join([texts[place] for place in odd]).translate(ACCENTS).lower().split("\n")
    for place, plain in zip(odd, together, strict=False):
        folded[place] = plain if plain.isascii() else fold(texts[place])
    return folded


def terms_of(forms: list[str]) -> list[str]:
    """The term of each normalized surface: the key of the words that it can be a form of; itself where it is no
    French word ("mali"), with its accents."""
    spelt = [*map(_spelt_out, forms)]
    return [key or form[:LONGEST_TERM] for form, key in zip(spelt, word_table().keys_of_forms(spelt), strict=True)]


def _spelt_out(form: str) -> str:
    """A form as it is most often written: "st" is "saint", "19ème" is "19e"."""
    if not form[:1].isdigit():
        return ABBREVIATIONS.get(form, form)
    ordinal = ORDINAL.fullmatch(form)
    return ordinal[1] + "e" if ordinal else form


def stems_of(forms: list[str]) -> list[str]:
    """The stem of each normalized surface, which a whole family shares: "grève", "gréviste"."""
    return fold_all(_stemmer.stemWords(forms))


def folded_forms(forms: list[str]) -> list[str]:
    """Normalized surfaces without accents, as some people type them."""
    return [form[:LONGEST_TERM] for form in fold_all(forms)]


def folded_form(form: str) -> str:
    """`folded_forms` of one form, which may have a line break."""
    return (form if form.isascii() else fold(form))[:LONGEST_TERM]


@lru_cache(maxsize=1 << 15)
def term_of(surface: str) -> str:
    """The term of a surface."""
    return terms_of([normalize(surface)])[0]


@lru_cache(maxsize=1 << 15)
def folded_surface(surface: str) -> str:
    """The surface without accents, as some people type it."""
    return folded_form(normalize(surface))


class PressTokenizer(Tokenizer):  # type: ignore[misc]
    """A Whoosh tokenizer over `tokenize`."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **options: Any,
    ) -> Iterator[Token]:
        """One Token object, refilled for each occurrence, as Whoosh's own tokenizers do."""
        token = Token(positions, chars, **{key: options[key] for key in ("removestops", "mode") if key in options})
        for position, (surface, start, end) in enumerate(tokenize(value), start_pos):
            token.text = token.original = surface
            token.boost, token.stopped = 1.0, False
            token.pos, token.startchar, token.endchar = position, start_char + start, start_char + end
            yield token


class TermFilter(Filter):  # type: ignore[misc]
    """Turns each token's text from surface to term; `original` keeps the surface."""

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        """The same tokens, analysed."""
        for token in tokens:
            token.text = term_of(token.text)
            yield token


def french_analyzer() -> Composable:
    """The analyzer of every text field."""
    return PressTokenizer() | TermFilter()
