"""Cursors into long results: a page of one search in one state of the index, as an opaque word."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import Final

import msgspec

from kiosque.corpus.french import typeset
from kiosque.search import SearchRequest
from kiosque.web.urls.params import arguments, changed

DIGEST: Final = 12
"""Hexadecimal digits that tell one search from another."""


class UnknownCursorError(LookupError):
    """The cursor is not one of ours, or belongs to another search; the message says which, in French."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class GoneError(LookupError):
    """The index has changed since the first page: later pages would repeat or miss articles."""


class Cursor(msgspec.Struct, array_like=True, frozen=True):
    """The decoded cursor."""

    generation: str
    search: str
    page: int


def write(generation: str, request: SearchRequest, page: int) -> str:
    """The cursor of a page of a search."""
    packed = msgspec.msgpack.encode(Cursor(generation, _search(request), page))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(word: str, generation: str, request: SearchRequest) -> SearchRequest:
    """`request` at the page of the cursor `word`; an empty one is the first page.

    Raises UnknownCursorError for a malformed cursor or one of another search, GoneError where the index has changed.
    """
    if not word:
        return changed(request)
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), b"-_", validate=True)
        cursor = msgspec.msgpack.decode(packed, type=Cursor)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise UnknownCursorError("Ce « cursor » ne vient pas d’un en-tête Link de cette API.") from error
    if cursor.search != _search(request) or cursor.page < 1:
        raise UnknownCursorError("Ce « cursor » vient d’une autre recherche : gardez les mêmes paramètres.")
    if cursor.generation != generation:
        raise GoneError
    return msgspec.structs.replace(request, page=cursor.page)


def _search(request: SearchRequest) -> str:
    return sha256(msgspec.json.encode(arguments(changed(request)))).hexdigest()[:DIGEST]
