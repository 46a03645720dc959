"""Repairs text decoded with the wrong charset ("Ã©tÃ©" for "été"), only where that is certain. No I/O here."""

from __future__ import annotations

import re

# What UTF-8 looks like in windows-1252 or latin-1: no French word has one of these pairs.
_PAIR = re.compile("[ÃÅ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ\xa0]|â€|Â[\xa0«»°·]|ï»¿|Ê¼")
_SIGNS = ("Ã", "â€", "Â", "Å", "ï»¿", "Ê¼")  # every pair contains one of these; searching for them is cheap
_SURE = 2  # pairs; a text with a single one may mean it


# What windows-1252 has in place of the controls 0x80 to 0x9F, which no text means: "c\x9cur" is "cœur".
WINDOWS_1252 = {code: sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", errors="ignore"))}
_CONTROLS = re.compile("[\x80-\x9f]")


def mended(text: str) -> str:
    """The text with lines that are certainly mojibake repaired; any other text unchanged."""
    return _without_controls(_repaired(text))


def _without_controls(text: str) -> str:
    return text.translate(WINDOWS_1252) if _CONTROLS.search(text) else text


def _repaired(text: str) -> str:
    if not any(sign in text for sign in _SIGNS) or len(_PAIR.findall(text)) < _SURE:
        return text
    return "\n".join(_mended(line) for line in text.split("\n"))


def _mended(line: str) -> str:
    pairs = _PAIR.findall(line)
    if not pairs or (len(pairs) < _SURE and _has_right_accents(line)):
        return line
    return _redecoded(line)


def _redecoded(line: str) -> str:
    """The line from its own bytes in windows-1252; where that is no UTF-8 as a whole, what ftfy can repair of it."""
    from ftfy import fix_encoding  # loaded for the texts that need it: they are rare; it registers the codec too

    try:
        found = line.encode("sloppy-windows-1252").decode()
    except UnicodeError:
        return fix_encoding(line)
    return _redecoded(found) if _PAIR.search(found) else found


def _has_right_accents(line: str) -> bool:
    """Whether the line also has correct accents: then a pair may be intended."""
    return any(sign in "éèêàçùôîûëïœÉÈÀÇ" for sign in _PAIR.sub("", line))
