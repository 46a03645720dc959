"""JSON: one article, a list of articles, or a list somewhere in an object; what an API answered, what a tool saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import finish
from kiosque.corpus.draft.field_map import FieldMap, field_map
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.readers.jsonl import read_json_lines
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 256 * 2**20
"""Bytes of a file that is read as a whole; JSON lines, which are read one by one, have no limit."""

_LISTS = "articles items results hits docs documents data records rows entries response posts".split()
_BETWEEN = re.compile(r"[\s,]*")
_DEEPEST = 4  # objects around a list: {"response": {"hits": {"hits": [...]}}}


def read_json(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .json file, and a Refusal for all that gives none. Raises OSError."""
    with location.open() as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        yield Refusal(location.shown, f"JSON de plus de {LARGEST >> 20} Mo\u00a0: l’écrire en JSON lines (jq -c '.[]')")
        return
    text = decode_declared(data).strip()
    if text.startswith("["):
        yield from _read_list(text, location)
    else:
        yield from _read_object(text, location)


def _read_object(text: str, location: Location) -> Iterator[Article | Refusal]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        if "\n" in text:  # lines of JSON in a file that is named .json
            yield from read_json_lines(location)
        else:
            yield Refusal(location.shown, "JSON illisible")
        return
    articles = _list_in(value, field_map(location.settings.fields))
    if articles is None:
        yield _read(value, location, None)
    else:
        for number, record in enumerate(articles, 1):
            yield _read(record, location, number)


def _read_list(text: str, location: Location) -> Iterator[Article | Refusal]:
    try:
        records: list[msgspec.Raw] = msgspec.json.decode(text, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        yield from _read_damaged(text, location)
        return
    if not records:
        yield Refusal(location.shown, "liste JSON vide")
    for number, record in enumerate(records, 1):
        try:
            value = msgspec.json.decode(record)
        except (msgspec.DecodeError, RecursionError):
            value = None
        yield _read(value, location, number)


def _read_damaged(text: str, location: Location) -> Iterator[Article | Refusal]:
    """The articles before the place where a list breaks, and a Refusal for the rest."""
    decoder, at, number = json.JSONDecoder(), 1, 0
    while True:
        try:
            value, at = decoder.raw_decode(text, _BETWEEN.match(text, at).end())  # type: ignore[union-attr]
        except (ValueError, RecursionError):
            break
        number += 1
        yield _read(value, location, number)
    read = counted(number, "article", "articles")
    yield Refusal(location.shown, f"JSON tronqué ou abîmé après {read}\u00a0: la suite est illisible")


def _list_in(value: object, fields: FieldMap, depth: int = 0) -> list[object] | None:
    """The articles that an object holds; None where it is one itself."""
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list) and any(isinstance(one, dict) for one in inner):
            return inner
        if isinstance(inner, dict) and not fields.knows(list(value)):
            found = _list_in(inner, fields, depth + 1)
            if found is not None:
                return found
    return None


def _read(value: object, location: Location, number: int | None) -> Article | Refusal:
    try:
        if not isinstance(value, dict):
            raise Unreadable("pas un objet JSON")
        return finish(field_map(location.settings.fields).draft(value), location, number)
    except Unreadable as error:
        return Refusal(location.part(number), str(error))
