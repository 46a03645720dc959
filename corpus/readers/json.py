"""JSON: one article, a list of articles, or a list somewhere in an object; what an API answered, what a tool saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.draft.draft import Draft, finish, finished
from kiosque.corpus.draft.field_map import FieldMap, field_map
from kiosque.corpus.french import counted
from kiosque.corpus.location import Location
from kiosque.corpus.readers.csl import csl_reference
from kiosque.corpus.readers.json_depth import DEEPEST, shallow
from kiosque.corpus.readers.jsonl import NOT_AN_OBJECT, read_json_lines
from kiosque.corpus.readers.references import article_of
from kiosque.corpus.readers.social import post_of, posts_in, telegram
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 256 * 2**20
"""Bytes of a file that is read as a whole; JSON lines, which are read one by one, have no limit."""

_LISTS = "articles items results hits docs documents data records rows entries response message posts".split()
_TOO_DEEP = f"valeur imbriquée sur plus de {DEEPEST} niveaux : écartée, le reste est lu"
_BETWEEN = re.compile(r"[\s,]*")
_DEEPEST = 4  # objects around a list: {"response": {"hits": {"hits": [...]}}}


def read_json(location: Location) -> Iterator[Article | Refusal]:
    """The articles of a .json file, and a Refusal for all that gives none. Raises OSError."""
    with location.open() as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        yield Refusal(location.shown, f"JSON de plus de {LARGEST >> 20} Mo : l’écrire en JSON lines (jq -c '.[]')")
        return
    text = decode_declared(data).strip()
    read = _read_list if text.startswith("[") else _read_object
    try:
        yield from read(text, location)
    except RecursionError:  # raised before the first article: decoding is what recurses
        text, lines = shallow(text)
        yield from (Refusal(location.shown, _TOO_DEEP, line) for line in lines)
        yield from read(text, location)


def _read_object(text: str, location: Location) -> Iterator[Article | Refusal]:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        if "\n" in text:  # lines of JSON in a file that is named .json
            yield from read_json_lines(location)
        else:
            yield Refusal(location.shown, "JSON illisible : le corriger, ou l’exporter de nouveau")
        return
    if (messages := telegram(value)) is not None:
        yield from _read_messages(list(messages), location)
        return
    fields = field_map(location.settings.fields)
    articles = posts_in(value) or _list_in(value, fields) or _table_in(value, fields) or _longest_list(value, fields)
    if articles is None:
        yield _read(value, location, None)
    else:
        for number, record in enumerate(articles, 1):
            yield _read(record, location, number)


def _read_messages(messages: list[Draft], location: Location) -> Iterator[Article | Refusal]:
    if not messages:
        yield Refusal(location.shown, "export de Telegram sans texte : l’exporter de nouveau avec ses messages")
    yield from finished(messages, location)


def _read_list(text: str, location: Location) -> Iterator[Article | Refusal]:
    try:
        records: list[msgspec.Raw] = msgspec.json.decode(text, type=list[msgspec.Raw])
    except msgspec.DecodeError:
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
    yield Refusal(location.shown, f"JSON tronqué ou abîmé après {read} : l’exporter de nouveau pour lire la suite")


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


def _table_in(value: object, fields: FieldMap) -> list[object] | None:
    """The rows of a table that pandas wrote, in any orient that names its columns; None where it is none.

    "columns" is {"title": {"0": "Le pont"}}, "index" {"0": {"title": "Le pont"}}, "split"
    {"columns": […], "data": [[…]]}.
    """
    if not isinstance(value, dict) or not value:
        return None
    return _split(value, fields) or _transposed(value, fields)


def _split(table: dict[str, object], fields: FieldMap) -> list[object] | None:
    names, rows = table.get("columns"), table.get("data")
    if not isinstance(names, list) or not isinstance(rows, list):
        return None
    columns = list(map(str, names))
    if not fields.knows(columns):
        return None
    return [dict(zip(columns, row, strict=False)) if isinstance(row, list) else row for row in rows]


def _transposed(table: dict[str, Any], fields: FieldMap) -> list[object] | None:
    """The rows of objects inside an object: themselves, or what their keys have in common."""
    inner = list(table.values())
    if not all(isinstance(one, dict) and one for one in inner):
        return None
    if all(fields.knows(list(one)) for one in inner):
        return inner
    keys = list(inner[0])
    if not fields.knows(list(table)) or any(list(one) != keys for one in inner):
        return None
    return [{name: column[key] for name, column in table.items()} for key in keys]


def _longest_list(value: object, fields: FieldMap) -> list[object] | None:
    """The longest list of records, whatever its name, in an object without a text: {"messages": [{"text": …}]}."""
    if not isinstance(value, dict) or _has_text(value, fields):
        return None
    lists = (inner for inner in value.values() if isinstance(inner, list))
    known = [rows for rows in lists if any(_has_text(row, fields) for row in rows)]
    return max(known, key=len, default=None)


def _has_text(record: object, fields: FieldMap) -> bool:
    """Whether a record has a text, which is more than a name."""
    try:
        return isinstance(record, dict) and bool(fields.draft(record).body)
    except Unreadable:
        return False


def _read(value: object, location: Location, number: int | None) -> Article | Refusal:
    try:
        if not isinstance(value, dict):
            raise Unreadable(NOT_AN_OBJECT)
        if reference := csl_reference(value):
            return article_of(reference, location, number)
        if post := post_of(value):
            return finish(post, location, number)
        return finish(field_map(location.settings.fields).draft(value), location, number)
    except Unreadable as error:
        return Refusal(location.part(number), str(error))
