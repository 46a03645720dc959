"""Newsletters: one article a message, in .eml files and mail boxes; and pages that a browser saved as a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr
from io import BufferedReader, BytesIO
from itertools import islice
from pathlib import PurePosixPath

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.clean.lines import without_boilerplate
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.french import number as french
from kiosque.corpus.location import Location
from kiosque.corpus.markup.html_text import text_of_page
from kiosque.corpus.readers.dispatch import read
from kiosque.corpus.readers.formats import format_of, suffix_of
from kiosque.corpus.readers.html import page_draft
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 64 * 2**20  # bytes of a message with all that is attached
MOST_PARTS, MOST_LINES = 20_000, 1_000_000
"""Headers and parts of a message, of which forwarded letters have some hundred, and its lines."""

_LONGEST_HEADER = 4_000  # characters; email takes memory without end for a subject of thousands of encoded words
_PIECE = 2**16  # bytes of a line that are taken at once: lines of 64 MB would cost a fresh block of memory each
_HEADERS = re.compile(rb"^(?:--|[!-9;-~]+:)", re.MULTILINE)  # and the bounds of parts
_EMAIL_ERRORS = (Unreadable, LookupError, ValueError, TypeError, AttributeError, RecursionError)


def read_message(location: Location) -> Iterator[Article | Refusal]:
    """The article of a message, and those attached to it. Raises OSError."""
    yield from _read(location.read(LARGEST), location, None)


def read_mbox(location: Location) -> Iterator[Article | Refusal]:
    """The article of each message in a mail box, and those attached. Raises OSError."""
    with location.open() as stream:
        for number, data in enumerate(_messages(stream), 1):
            if len(data) > LARGEST:
                yield Refusal(location.part(number), f"message de plus de {LARGEST >> 20} Mo : le couper")
            else:
                yield from _read(data, location, number)


def _messages(stream: BufferedReader) -> Iterator[bytes]:
    """The messages of a box: each starts with a line "From …" under an empty one. Of a huge one only the start."""
    message: list[bytes] = []
    size, above, start = 0, b"\n", True
    while piece := stream.readline(_PIECE):
        if start and piece.startswith(b"From ") and not above.strip():
            if message:
                yield b"".join(message)
            message, size = [], 0
        elif size <= LARGEST:
            message.append(piece[1:] if start and piece.startswith((b">From ", b">>From ")) else piece)
            size += len(piece)
        above, start = piece if start else b"-", piece.endswith(b"\n")
    if message:
        yield b"".join(message)


class _Bounded(EmailPolicy):
    """The usual policy, which reads of a header no more than _LONGEST_HEADER."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


_POLICY = _Bounded()


def _read(data: bytes, location: Location, number: int | None) -> Iterator[Article | Refusal]:
    try:
        message = _parsed(data)
    except _EMAIL_ERRORS as error:
        yield _refused(error, location, number)
    else:
        yield from articles_of(message, location, number)


def articles_of(message: EmailMessage, location: Location, number: int | None) -> Iterator[Article | Refusal]:
    """The article of a message, the `number`th of its file, and those attached to it, also where it has no text."""
    try:
        yield finish(_draft(message), location, number)
    except _EMAIL_ERRORS as error:
        yield _refused(error, location, number)
        if not isinstance(error, Unreadable):
            return
    for place, part in enumerate(message.walk()):
        if part.get_content_type() == "message/rfc822":
            yield from _read_forwarded(part, location, number, place)
        else:
            yield from _read_attached(part, location, number)


def _refused(error: Exception, location: Location, number: int | str | None) -> Refusal:
    reason = str(error) if isinstance(error, Unreadable) else "message illisible : l’enregistrer de nouveau"
    return Refusal(location.part(number), reason)


def _read_forwarded(
    part: EmailMessage, location: Location, number: int | None, place: int
) -> Iterator[Article | Refusal]:
    """The article of a message that is attached to another: a dispatch that somebody passes on."""
    name = f"{number or 1}.{place}"
    try:
        [message] = part.iter_parts()
        article = finish(_draft(message), location, number)  # type: ignore[arg-type]
        yield msgspec.structs.replace(article, id=f"{location.id}:{name}")
    except _EMAIL_ERRORS as error:
        yield _refused(error, location, name)


def _parsed(data: bytes) -> EmailMessage:
    """The message. Raises Unreadable for one of too many parts or lines, and what else _EMAIL_ERRORS has."""
    if any(islice(_HEADERS.finditer(data), MOST_PARTS, None)):
        raise Unreadable(f"message de plus de {french(MOST_PARTS)} en-têtes ou parties : n’en garder que l’article")
    if data.count(b"\n") > MOST_LINES:
        raise Unreadable(f"message de plus de {french(MOST_LINES)} lignes : n’en garder que l’article")
    return message_from_bytes(data, policy=_POLICY)  # type: ignore[arg-type]  # typeshed knows no policy of one's own


def _draft(message: EmailMessage) -> Draft:
    html, plain = (_text(message.get_body((kind,))) for kind in ("html", "plain"))
    address = str(message.get("Snapshot-Content-Location") or "")
    if address and html:  # a page that a browser saved: subject and date are those of the saving
        draft = page_draft(html)
        draft.url = draft.url or address
        return draft
    lines, before = without_boilerplate(text_of_page(html) if html else plain or "")
    if not "".join(lines).strip():
        raise Unreadable("message sans texte")
    name, sender = parseaddr(str(message.get("From") or ""))
    return Draft(
        title=str(message.get("Subject") or ""),
        body="\n".join(lines),
        before=before,
        date=str(message.get("Date") or ""),
        source=name or sender.partition("@")[2],
    )


def _text(part: MIMEPart | None) -> str | None:
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    return decode_declared(payload, part.get_content_charset()) if isinstance(payload, bytes) else None


def _read_attached(part: EmailMessage, location: Location, number: int | None) -> Iterator[Article | Refusal]:
    suffix = suffix_of(part.get_filename() or "")
    payload = part.get_payload(decode=True) if suffix and format_of(suffix).attached else None
    if isinstance(payload, bytes) and suffix:
        yield from read(_attached(location, number, part.get_filename() or "", suffix, payload), suffix)


def _attached(location: Location, number: int | None, name: str, suffix: str, data: bytes) -> Location:
    inside = PurePosixPath("" if number is None else str(number), PurePosixPath(name).name)
    return location.inside(inside, suffix, lambda: BufferedReader(BytesIO(data)))
