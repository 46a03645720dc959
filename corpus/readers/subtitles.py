"""Subtitles and transcripts (SRT, WebVTT): what was said, in paragraphs, without timing.

A cue is a line of timing and the lines that are shown meanwhile, up to an empty line.
See https://www.w3.org/TR/webvtt1/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import decode, normalise_newlines
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.location import Location
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 16 * 2**20
"""Bytes of a file; an hour of speech has a hundred thousand."""

PAUSE = 2.0
"""Seconds of silence after which a paragraph ends."""

LONG = 500
"""Characters after which a paragraph ends with its sentence."""

_AT_ONCE, _MOST_LINES = 0.05, 4
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2}(?:[.,]\d{1,3})?)"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-z][^<>]*>|<[\d:.,]+>|\{\\[^{}]*\}", re.IGNORECASE)
_TURN = re.compile(r"(?:>>|[-–—])\s*(?=\S)")
_END = re.compile(r"[.!?…][\s»”\"')]*\Z")
_HEADER = re.compile(r"\ufeff?WEBVTT(?:[ \t]+-?[ \t]*(?P<title>[^\n]+))?")
# "2022-01-19_le-pont [dQw4w9WgXcQ].fr" is "le pont"
_FILE_NAME = re.compile(
    r"(?:\d{4}[-_]?\d{2}[-_]?\d{2}[\s_-]+)?(?P<title>.+?)\s*(?:\[[\w-]{6,}\])?(?:\.[a-z]{2,3}(?:-\w+)?)?"
)


class Cue(NamedTuple):
    """The lines that are shown from `start` to `end`, in seconds; `voice` is who speaks, where that is written."""

    start: float
    end: float
    lines: list[str]
    voice: str | None


def read_subtitles(location: Location) -> Iterator[Article | Refusal]:
    """The article of an .srt or .vtt file, titled by its header or else its name. Raises OSError."""
    text = normalise_newlines(decode(location.read(LARGEST)))
    body = "\n\n".join(_paragraphs(_fresh(_cues(text))))
    if not body:
        raise Unreadable("sous-titres sans texte ou sans minutage : les exporter de nouveau")
    header = _HEADER.match(text)
    yield finish(Draft(title=(header and header["title"]) or _title_of(location.name), body=body), location)


def _cues(text: str) -> Iterator[Cue]:
    """The cues of a file; its notes, styles and numbers are in blocks without timing, or above one."""
    timing: re.Match[str] | None = None
    shown: list[str] = []
    for line in [*text.split("\n"), ""]:
        found = _TIMING.fullmatch(line) if "-->" in line else None
        if timing and (found or not line):  # a blank is no empty line: captions that roll up begin with one
            yield _cue(timing, shown[:-1] if found and shown and shown[-1].strip().isdigit() else shown)
            timing = None
        if found:
            timing, shown = found, []
        elif timing:
            shown.append(line)


def _cue(timing: re.Match[str], shown: list[str]) -> Cue:
    voice = _VOICE.search("\n".join(shown))
    lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in shown)
    start, end = _seconds(*timing.group(1, 2, 3)), _seconds(*timing.group(4, 5, 6))
    return Cue(start, end, [line for line in lines if line], voice and voice[1].strip())


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))


def _fresh(cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues without the lines that the one before still showed: captions that roll up show each line twice."""
    last: Cue | None = None
    for cue in cues:
        rolled = _rolled(last.lines, cue.lines) if last and abs(cue.start - last.end) < _AT_ONCE else 0
        if cue.lines[rolled:]:
            yield cue._replace(lines=cue.lines[rolled:])
        last = cue


def _rolled(above: list[str], lines: list[str]) -> int:
    """How many of the first of these lines were the last ones above."""
    most = min(len(above), len(lines), _MOST_LINES)
    return next((count for count in range(most, 0, -1) if above[-count:] == lines[:count]), 0)


def _paragraphs(cues: Iterable[Cue]) -> Iterator[str]:
    """The cues joined: a paragraph ends at a change of voice, a pause, and the end of a sentence once it is long."""
    words: list[str] = []
    last: Cue | None = None
    for cue in cues:
        text = " ".join(cue.lines)
        turned = last is None or cue.voice != last.voice or bool(_TURN.match(text))
        if words and (turned or _ends(words, last, cue)):
            yield " ".join(words)
            words = []
        said = text[match.end() :] if (match := _TURN.match(text)) else text
        words.append(f"{cue.voice} : {said}" if cue.voice and turned else said)
        last = cue
    if words:
        yield " ".join(words)


def _ends(words: list[str], last: Cue | None, cue: Cue) -> bool:
    if last and cue.start - last.end >= PAUSE:
        return True
    return bool(_END.search(words[-1])) and sum(map(len, words)) >= LONG


def _title_of(name: str) -> str:
    match = _FILE_NAME.fullmatch(name)
    title = match["title"] if match else name
    return title if " " in title else re.sub(r"[_-]+", " ", title)
