"""Compound files of Microsoft (OLE): a file system in a file, whose streams tell what document it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from olefile import OleFileIO

from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.readers.dispatch import named
from kiosque.corpus.readers.formats import FORMATS
from kiosque.corpus.readers.unread import why_compound_unread
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 64 * 2**20  # bytes

_DAMAGED = "fichier composé de Microsoft abîmé ou tronqué : le rouvrir et l’enregistrer de nouveau"
_UNKNOWN = "fichier composé de Microsoft d’un genre inconnu : un document, l’enregistrer en .docx ou en PDF"
# Whatever reads a damaged file raises; OleFileError is an OSError, and no system has said it.
OLE_ERRORS = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)


def read_compound(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a compound file, by the reader of its streams. Raises OSError."""
    with opened(location) as file:
        streams = {path[0] for path in file.listdir()}
    row = next((row for row in FORMATS if streams.intersection(row.streams)), None)
    if row is None or row.compound is None:
        raise Unreadable(why_compound_unread(streams) or _UNKNOWN)
    yield from named(row.compound(location), row.name)


@contextmanager
def opened(location: Location) -> Iterator[OleFileIO]:
    """The compound file, open. Raises Unreadable for one that is damaged, also inside the context; OSError."""
    data = BytesIO(location.read(LARGEST))
    try:
        with OleFileIO(data) as file:
            yield file
    except Unreadable:
        raise
    except OLE_ERRORS as error:
        raise Unreadable(_DAMAGED) from error
