"""IPTC 7901: messages of news agencies as their wires carry them. See https://iptc.org/std/IPTC7901/

A message is SOH, a header, STX, the text, ETX, the day and the time, EOT. A file may hold many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import decode, normalise_newlines
from kiosque.corpus.dates.dateline import dateline
from kiosque.corpus.dates.metadata_dates import read_date
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.draft.stamp_lines import byline
from kiosque.corpus.draft.title import is_title
from kiosque.corpus.location import Location
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 16 * 2**20
"""Bytes of a file; a wire sends a megabyte a day."""

_MESSAGE = re.compile(r"\x01(?P<header>[^\x01\x02]*)\x02(?P<text>[^\x01\x03]*)(?:\x03(?P<sent>[^\x01\x04]{0,200}))?")
_SENT = re.compile(r"\s*(?P<day>\d{2})\d{4}(?: ?[A-Z]{1,4})??\s+(?P<month>[^\W\d]{3,9})\.?\s+(?P<year>\d{4}|\d{2})\b")
_MOST_HEADLINES = 6  # lines above the "=" that ends them
_PADDING = b"\x00\x16\x7f"  # with which a line is kept busy


def read_iptc7901(location: Location) -> Iterator[Article | Refusal]:
    """The articles of the messages in a file, and a Refusal for what is none. Raises Unreadable, OSError."""
    text = normalise_newlines(decode(location.read(LARGEST).translate(None, _PADDING)))
    messages = list(_MESSAGE.finditer(text))
    if not messages:
        raise Unreadable("dépêche IPTC 7901 abîmée : la demander de nouveau à l’agence")
    for number, message in enumerate(messages, 1):
        place = None if len(messages) == 1 else number
        try:
            yield finish(_draft(message), location, place)
        except Unreadable as error:
            yield Refusal(location.part(place), str(error))
    if text.count("\x01") > len(messages) or messages[-1]["sent"] is None:
        yield Refusal(location.shown, "dépêche IPTC 7901 tronquée : la demander de nouveau à l’agence")


def _draft(message: re.Match[str]) -> Draft:
    heads, lines = _headlines(message["text"].strip("\n").split("\n"))
    author = byline(heads[-1]) if len(heads) > 1 else None
    body = _paragraphs(lines)
    opening = dateline(body)
    draft = Draft(
        title=heads[-2] if author else heads[-1] if heads else None,
        body="\n".join(body),
        date=_sent(message["sent"] or ""),
        dateline=opening.date,
        credit=opening.agency,
        author=author,
    )
    return msgspec.structs.replace(draft, title=" ".join(draft.title.split()) if draft.title else None)


def _headlines(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines above the text (slug of a take, headline, byline), which "=" or an empty line ends; and the text."""
    end = next((at for at, line in enumerate(lines[:_MOST_HEADLINES]) if line.rstrip().endswith("=")), None)
    heads = lines[: end + 1] if end is not None else list(takewhile(str.strip, lines[:_MOST_HEADLINES]))
    if end is None and (len(heads) == len(lines) or not is_title(" ".join(heads))):
        return [], lines
    shown = [line.strip().removesuffix("=").strip() for line in heads]
    return (shown if end is not None else [" ".join(shown)]), lines[len(heads) :]


def _paragraphs(lines: list[str]) -> list[str]:
    """The paragraphs of lines cut at the width of a printer: a new one is indented or stands under an empty line."""
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if not line.strip() or line[:1].isspace():
            paragraphs.append([])
        paragraphs[-1].append(line.strip())
    return [text for text in (" ".join(filter(None, paragraph)) for paragraph in paragraphs) if text]


def _sent(text: str) -> str | None:
    """The day of "191208 GMT jan 22": the 19th, at 12:08."""
    match = _SENT.match(text)
    return read_date(f"{match['day']} {match['month']} {match['year']}") if match else None
