"""Web archives: one article a page that was fetched with success; pictures and errors are counted, not read."""

from __future__ import annotations

import gzip
import logging
from collections import Counter
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import finish
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.markup.html_tree import LARGEST
from kiosque.corpus.packed.unpacking import Guard, guarded, size_of
from kiosque.corpus.readers.html import page_draft
from kiosque.corpus.readers.text import draft_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

_PAGES = ("text/html", "application/xhtml+xml")
_ANSWERS = ("response", "resource", "conversion")
_TEXT = "text/plain"  # of a record "conversion", as Common Crawl's WET files have a page
_SHOWN_KINDS = 4
_BLOCK = 2**18

LONGEST_HEADERS = 2**20
"""Bytes of the headers of a record, and of what stands before them."""

logging.getLogger("warcio").addHandler(logging.NullHandler())  # else its warnings mix with a build's own output


def read_warc(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .warc file, gzipped or not; a Refusal for each page without one, and one for all the rest."""
    others: Counter[str] = Counter()
    with location.open() as raw:
        guard = Guard(size_of(raw))
        stream = guarded(gzip.GzipFile(fileobj=raw) if raw.peek(2).startswith(b"\x1f\x8b") else raw, guard)
        records = _Records(stream)
        number = pages = 0
        try:
            for number, record in enumerate(records, 1):
                if kind := _other(record):
                    others.update([kind] if record.rec_type in _ANSWERS else [])
                else:
                    pages += 1
                    yield _read(record, location, number)
                guard.damaged |= record.rec_type in _ANSWERS and _is_short(record)
        except ArchiveLoadFailed:
            guard.damaged = True
    if guard.damaged or not (pages or others):
        read = counted(number, "enregistrement", "enregistrements")
        yield Refusal(location.shown, f"WARC abîmé ou tronqué après {read} : le récupérer de nouveau")
    if wrong := records.err_count:
        told = counted(wrong, "enregistrement a une longueur fausse", "enregistrements ont une longueur fausse")
        yield Refusal(location.shown, f"{told} : la suite peut manquer")
    if total := others.total():
        kinds = ", ".join(f"{kind} {count}" for kind, count in others.most_common(_SHOWN_KINDS))
        told = counted(total, "réponse qui n’est pas une page", "réponses qui ne sont pas des pages")
        yield Refusal(location.shown, f"{told} ({kinds})")


class _Records(ArchiveIterator):  # type: ignore[misc]
    """The records of an archive, one by one."""

    INC_RECORD = ""  # written to the terminal for each of `err_count`

    def __init__(self, stream: BufferedReader) -> None:
        super().__init__(stream, arc2warc=True)  # ARC, the older format, is read as if it were WARC
        self.reader = _Reader(self.fh)
        self.loader = _Loader(verify_http=False, arc2warc=True)


class _Reader(DecompressingBufferedReader):  # type: ignore[misc]
    """Bounds what is read by lines, the headers of a record: two gigabytes without a line feed are one line."""

    taken = 0

    def readline(self, length: int | None = None) -> bytes:
        """As DecompressingBufferedReader has it. Raises ArchiveLoadFailed for more than LONGEST_HEADERS."""
        line: bytes = super().readline(min(length or LONGEST_HEADERS, LONGEST_HEADERS))
        self.taken += len(line)
        if self.taken > LONGEST_HEADERS:
            raise ArchiveLoadFailed("endless headers")
        return line


class _Loader(ArcWarcRecordLoader):  # type: ignore[misc]
    """Reads the headers of an answer without an address too, where warcio raises AttributeError."""

    def parse_record_stream(self, stream: _Reader, *arguments: Any) -> Any:
        """As ArcWarcRecordLoader has it. Raises ArchiveLoadFailed."""
        stream.taken = 0
        return super().parse_record_stream(stream, *arguments)

    def load_http_headers(self, rec_type: str, uri: str | None, stream: Any, length: int | None) -> Any:
        """As ArcWarcRecordLoader has it."""
        return super().load_http_headers(rec_type, uri or "http:", stream, length)


def _is_short(record: Any) -> bool:
    """Whether the archive ends before the record does, or the record, which says no length, takes all that follows."""
    while record.raw_stream.read(_BLOCK):
        pass
    return int(getattr(record.raw_stream, "limit", 1)) > 0


def _other(record: Any) -> str:
    """What a record is that holds no page; "" for a page."""
    if record.rec_type not in _ANSWERS:
        return str(record.rec_type)
    headers = record.http_headers
    kind = (headers or record.rec_headers).get_header("Content-Type") or "sans type"
    if headers and record.rec_type == "response" and headers.get_statuscode() != "200":
        return f"statut {headers.get_statuscode()}"
    read = (*_PAGES, _TEXT) if record.rec_type == "conversion" else _PAGES
    return "" if kind.partition(";")[0].strip().lower() in read else kind.partition(";")[0]


def _read(record: Any, location: Location, number: int) -> Article | Refusal:
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    try:
        data = record.content_stream().read(LARGEST + 1)
        text = decode_declared(data, _charset(record))
        draft = draft_of_text(text) if record.rec_type == "conversion" else page_draft(text)
        draft.url = draft.url or address
        return finish(draft, location, number)
    except Unreadable as error:
        return Refusal(location.part(address or number), str(error))
    except Exception as error:  # on damaged pages parsers can raise anything; reading goes on
        return Refusal(location.part(address or number), f"page illisible ({type(error).__name__})")


def _charset(record: Any) -> str | None:
    kind = (record.http_headers or record.rec_headers).get_header("Content-Type") or ""
    return kind.lower().partition("charset=")[2].split(";")[0].strip(" \"'") or None
