"""The XML parts of documents that are zip files, each within a limit."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from kiosque.corpus.location import Location
from kiosque.corpus.markup.tag_limits import check_nodes
from kiosque.corpus.packed.unpacking import ZIP_ERRORS, Guard, size_of
from kiosque.corpus.refusal import LOCKED, Unreadable

LARGEST = 64 * 2**20
"""Bytes of one part; the text of a long novel has two million."""

_RIGHTS = ("META-INF/license.lcpl", "META-INF/rights.xml", "META-INF/sinf.xml")
_DRM = "livre numérique verrouillé (DRM) : en demander une version sans verrou à son éditeur"
_MANIFEST = "META-INF/manifest.xml"  # of OpenDocument; it names the parts that are encrypted
_DAMAGED = "document abîmé ou tronqué : le rouvrir et l’enregistrer de nouveau"


@contextmanager
def document(location: Location) -> Iterator[zipfile.ZipFile]:
    """The document, open. Raises Unreadable, for bombs too; OSError."""
    with location.open() as stream:
        packed = size_of(stream)
        try:
            archive = zipfile.ZipFile(stream)
        except ZIP_ERRORS as error:
            raise Unreadable(_DAMAGED) from error
        with archive:
            Guard(packed).check(packed, sum(member.file_size for member in archive.infolist()))
            _check_open(archive)
            yield archive


def _check_open(archive: zipfile.ZipFile) -> None:
    """Raises Unreadable for a document whose parts are encrypted: they would be read as damaged ones."""
    if any(has_part(archive, name) for name in _RIGHTS):
        raise Unreadable(_DRM)
    if has_part(archive, _MANIFEST) and b"encryption-data" in part(archive, _MANIFEST):
        raise Unreadable(LOCKED)


def has_part(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the document has a part of this name."""
    return name in archive.NameToInfo


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a part. Raises Unreadable where it is missing, damaged or too long."""
    try:
        with archive.open(name) as stream:
            data = stream.read(LARGEST + 1)
    except (KeyError, *ZIP_ERRORS) as error:
        raise Unreadable(_DAMAGED) from error
    if len(data) > LARGEST:
        raise Unreadable(f"document dont une partie dépasse {LARGEST >> 20} Mo : le couper")
    return data


def tree(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """The XML tree of a part, without entities. Raises Unreadable."""
    data = part(archive, name)
    check_nodes(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    found = etree.fromstring(data, parser) if data.strip() else None  # which lxml does not recover from
    if found is None:
        raise Unreadable(_DAMAGED)
    return found
