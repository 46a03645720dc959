"""From bytes to the lines of an article: encodings, newlines, lines that are no part of it. No I/O here."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterable

from kiosque.corpus.clean.boilerplate import is_boilerplate
from kiosque.corpus.clean.mojibake import WINDOWS_1252, mended
from kiosque.corpus.french import NARROW, NBSP
from kiosque.corpus.refusal import Unreadable

# Longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = {
    BOM_UTF32_LE: "utf-32",
    BOM_UTF32_BE: "utf-32",
    BOM_UTF8: "utf-8-sig",
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r"))
_HEAD = 200  # bytes that show UTF-16: by the share of Latin letters, figures and signs in them, and how many at least
_LEAST_LATIN, _FEWEST_LATIN = 0.9, 8
_MOST_CONTROLS = 0.1  # random bytes have an eighth of them, a text none or a few form feeds
_NO_SIGNS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_INVISIBLE = f" \t{NBSP}{NARROW}\u200b\ufeff"


class NotTextError(Unreadable):
    """Raised for bytes that are not text; the message is a reason for people."""


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, windows-1252, UTF-16 or what its byte order mark says. Raises NotTextError."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := unmarked_utf16(data):
        return data.decode(wide, errors="replace")
    if b"\0" in data or len(data) - len(data.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(data):
        raise NotTextError("pas du texte (octets de contrôle) : l’enregistrer en UTF-8")
    try:
        return data.decode()
    except UnicodeDecodeError:
        # Line by line: scraped files mix the comments of one page with the article of another.
        return "\n".join(map(decode_line, data.split(b"\n")))


def unmarked_utf16(data: bytes) -> str | None:
    """The encoding of UTF-16 without a mark; None for all else. In the wrong order of bytes its letters are Chinese."""
    head = data[:_HEAD]
    for encoding in ("utf-16-le", "utf-16-be") if b"\0" in head else ():
        text = head.decode(encoding, errors="ignore")
        latin = sum(" " <= sign <= "ÿ" or sign in "\t\r\n" for sign in text)
        if latin > max(_FEWEST_LATIN, _LEAST_LATIN * len(text)):
            return encoding
    return None


def decode_line(line: bytes) -> str:
    """The text of a line in UTF-8, else in windows-1252; bytes without a meaning there stay control characters."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1").translate(WINDOWS_1252)


def normalise_newlines(text: str) -> str:
    """The text with a line feed at the end of its lines, whatever was there."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else text.replace("\u2028", "\n").replace("\u2029", "\n")


def strip_blanks(line: str) -> str:
    """The line without the spaces and invisible characters around it."""
    return line.strip().strip(_INVISIBLE)


def nfc_line(line: str) -> str:
    """The bare line in NFC, as patterns expect it: a separate accent is joined to its letter."""
    return unicodedata.normalize("NFC", strip_blanks(line))


def without_boilerplate(text: str) -> tuple[list[str], str | None]:
    """The lines of the text that are part of the article, as they are, and the text where some were not."""
    lines = text.split("\n")
    kept = [line for line in lines if not is_boilerplate(nfc_line(line))]
    return kept, text if len(kept) < len(lines) else None


def without_title(lines: Iterable[str], titles: Iterable[str]) -> list[str]:
    """The lines without leading ones that only repeat a title."""
    known = {_letters(title) for title in titles}
    rest = list(lines)
    while rest and (not strip_blanks(rest[0]) or _letters(rest[0]) in known):
        del rest[0]
    return rest


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, nfc_line(line).casefold())) or strip_blanks(line)


def same_letters(one: str, other: str) -> bool:
    """Whether two lines differ in case, spaces and punctuation only."""
    return _letters(one) == _letters(other)


def join(lines: Iterable[str]) -> str:
    """The text of the lines, with one empty line at most between two paragraphs."""
    text = "\n".join(line if strip_blanks(line) else "" for line in lines)
    return re.sub("\n{3,}", "\n\n", text).strip("\n")


def tidy(text: str) -> str:
    """The text of a parsed file, composed (NFC), without controls, blanks at line ends and empty lines in a row."""
    text = _whole(_NO_SIGNS.sub("", normalise_newlines(text)))
    return join(line.rstrip() for line in unicodedata.normalize("NFC", mended(text)).split("\n"))


def _whole(text: str) -> str:
    """The text with its surrogates joined in pairs; half a pair, which could not be kept, becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:  # YAML reads an escaped pair as two characters that are none
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
