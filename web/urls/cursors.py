"""Where the reader of a long result is: a page of one search in one state of the index, as an opaque word."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import Final

import msgspec

from kiosque.search import SearchRequest
from kiosque.web.urls.params import arguments, changed

DIGEST: Final = 12
"""Hexadecimal digits that tell one search from another."""


class UnknownCursorError(LookupError):
    """The word comes from nowhere, or from another search; the message says so."""


class GoneError(LookupError):
    """The index has changed since the reader began: its pages would overlap or leave articles out."""


class Cursor(msgspec.Struct, array_like=True, frozen=True):
    """What the word says."""

    generation: str
    search: str
    page: int


def write(generation: str, request: SearchRequest, page: int) -> str:
    """The word for a page of a search."""
    packed = msgspec.msgpack.encode(Cursor(generation, _search(request), page))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(word: str, generation: str, request: SearchRequest) -> SearchRequest:
    """`request` at the page that `word` stands for; an empty word is the first.

    Raises UnknownCursorError where it is no such word or one of another search, GoneError where the index has changed.
    """
    if not word:
        return changed(request)
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), b"-_", validate=True)
        cursor = msgspec.msgpack.decode(packed, type=Cursor)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise UnknownCursorError("Ce «\u00a0cursor\u00a0» ne vient pas d’un en-tête Link de cette API.") from error
    if cursor.search != _search(request) or cursor.page < 1:
        raise UnknownCursorError(
            "Ce «\u00a0cursor\u00a0» vient d’une autre recherche\u00a0: gardez les mêmes paramètres."
        )
    if cursor.generation != generation:
        raise GoneError
    return msgspec.structs.replace(request, page=cursor.page)


def _search(request: SearchRequest) -> str:
    return sha256(msgspec.json.encode(arguments(changed(request)))).hexdigest()[:DIGEST]
