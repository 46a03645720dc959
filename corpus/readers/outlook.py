"""Messages of Outlook (.msg), made into messages as everybody else writes them, which `mail` reads.

A message is streams named by property and type, with a storage for each attachment. Names and types are those of
https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxmsg.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from compressed_rtf import decompress
from olefile import OleFileIO
from striprtf.striprtf import rtf_to_text

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.dates.metadata_dates import PARIS
from kiosque.corpus.location import Location
from kiosque.corpus.readers.compound import LARGEST, opened
from kiosque.corpus.readers.mail import articles_of
from kiosque.corpus.refusal import Refusal, Unreadable

MOST_ATTACHED, DEEPEST = 1_000, 5
"""Attachments of a message, and messages attached to one another."""

_HEADERS, _SUBJECT, _BODY, _HTML, _RTF = "007D", "0037", "1000", "1013", "1009"
_SENDERS, _ADDRESSES = ("0042", "0C1A"), ("5D02", "5D01", "0065", "0C1F")
_SENT = (0x0039, 0x0E06)  # sent, else delivered
_CODE_PAGES = (0x3FDE, 0x3FFD)
_NAMES, _DATA, _EMBEDDED = ("3707", "3704", "3001"), "3701", "__substg1.0_3701000D"
_UNICODE, _BYTES, _BINARY = "001F", "001E", "0102"
_PROPERTY = struct.Struct("<HHIq")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
Path = tuple[str, ...]


def read_outlook(location: Location) -> Iterator[Article | Refusal]:
    """The article of a message of Outlook, and those attached. Raises OSError."""
    with opened(location) as file:
        message = _Reader(file).message(())
    yield from articles_of(message, location, None)


class _Reader:
    """Reads the messages in a compound file; streams that share their bytes are counted each time they are read."""

    def __init__(self, file: OleFileIO) -> None:
        self._file, self._left = file, 2 * LARGEST

    def message(self, path: Path, depth: int = 0) -> EmailMessage:
        """The message in a storage. Raises Unreadable for too much of it,"""
        page, fixed = self._code_page(path)
        message = EmailMessage()
        for name, value in self._headers(path, page, fixed):
            if value:
                message[name] = " ".join(value.split())
        message.set_content(self._text(path, page), cte="base64")
        if html := self._html(path, page):
            message.add_alternative(html, subtype="html", cte="base64")
        for inner in self._attachments(path):
            self._attach(message, inner, page, depth)
        return message

    def _headers(self, path: Path, page: str, fixed: dict[int, int]) -> Iterator[tuple[str, str]]:
        """Subject, sender and date; that of the headers, where they came along, knows its time zone."""
        received = message_from_string(self._string(path, page, _HEADERS))
        yield "Subject", self._string(path, page, _SUBJECT)
        address = self._string(path, page, *_ADDRESSES)
        yield "From", formataddr((self._string(path, page, *_SENDERS), address if "@" in address else ""))
        sent = next((fixed[name] for name in _SENT if fixed.get(name)), None)
        yield "Date", str(received.get("Date") or "") or (_date(sent) if sent else "")

    def _text(self, path: Path, page: str) -> str:
        """The plain text, else that of the compressed RTF, where there is no page."""
        if text := self._string(path, page, _BODY):
            return text
        packed = self._bytes((*path, f"__substg1.0_{_RTF}{_BINARY}"))
        rich = decompress(packed).decode("latin-1") if packed and not self._html(path, page) else ""
        return str(rtf_to_text(rich, errors="replace")) if rich else ""  # type: ignore[no-untyped-call]

    def _html(self, path: Path, page: str) -> str:
        data = self._bytes((*path, f"__substg1.0_{_HTML}{_BINARY}"))
        return decode_declared(data, page) if data else self._string(path, page, _HTML)

    def _attachments(self, path: Path) -> Sequence[Path]:
        folders = {entry[: len(path) + 1] for entry in map(tuple, self._file.listdir()) if entry[: len(path)] == path}
        found = sorted(folder for folder in folders if folder[-1].startswith("__attach"))
        if len(found) > MOST_ATTACHED:
            raise Unreadable(f"message de plus de {MOST_ATTACHED} pièces jointes : n’en garder que l’article")
        return found

    def _attach(self, message: EmailMessage, path: Path, page: str, depth: int) -> None:
        if self._file.exists([*path, _EMBEDDED]):
            if depth >= DEEPEST:
                raise Unreadable(f"plus de {DEEPEST} messages l’un dans l’autre : les enregistrer séparément")
            message.add_attachment(self.message((*path, _EMBEDDED), depth + 1))
        elif data := self._bytes((*path, f"__substg1.0_{_DATA}{_BINARY}")):
            name = " ".join(self._string(path, page, *_NAMES).split())
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)

    def _code_page(self, path: Path) -> tuple[str, dict[int, int]]:
        """The encoding of a message's 8-bit texts, and its properties of fixed size."""
        data = self._bytes((*path, "__properties_version1.0"))
        start = len(data) % _PROPERTY.size  # a header, whose length depends on what holds the message
        fixed = {name: value for _, name, _, value in _PROPERTY.iter_unpack(data[start:])}
        page = next((fixed[name] & 0xFFFFFFFF for name in _CODE_PAGES if fixed.get(name)), 1252)
        return {65001: "utf-8", 20127: "cp1252", 28591: "cp1252", 28605: "iso-8859-15"}.get(page, f"cp{page}"), fixed

    def _string(self, path: Path, page: str, *properties: str) -> str:
        """The first of these properties that is there, as a text."""
        for name in properties:
            if wide := self._bytes((*path, f"__substg1.0_{name}{_UNICODE}")):
                return wide.decode("utf-16-le", "replace").rstrip("\0")
            if data := self._bytes((*path, f"__substg1.0_{name}{_BYTES}")):
                return decode_declared(data.rstrip(b"\0"), page)
        return ""

    def _bytes(self, path: Path) -> bytes:
        if not self._file.exists(list(path)):
            return b""
        self._left -= self._file.get_size(list(path))
        if self._left < 0:
            raise Unreadable("message qui se répète : bombe probable, l’enregistrer de nouveau")
        return bytes(self._file.openstream(list(path)).read())


def _date(ticks: int) -> str:
    """The date in Paris of so many tenths of a microsecond since 1601 in Greenwich."""
    try:
        return format_datetime((_EPOCH + timedelta(microseconds=ticks // 10)).astimezone(PARIS))
    except OverflowError:
        return ""
