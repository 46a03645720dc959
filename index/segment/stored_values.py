"""Stored fields as bytes: msgpack, with an extension for dates that keeps their time zone or its absence.

An article stored by the bulk writer (`schema.stored`) is the same kind of record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec.msgpack import Ext

from kiosque.index.errors import french

DATETIME = 1
"""The extension's code: ISO text. Msgpack's own timestamp knows only UTC, and Whoosh's dates have no time zone."""

SCALARS = (str, int, float, bool, bytes, type(None))
KEPT = "str, int, float, bool, None, bytes, datetime, list et dict"


class UnstorableValue(ValueError):
    """The index would not return a value of this type as it was given."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(
            french(
                "Le champ « {} » ne peut pas garder {!r} ({}) : l’index garde {}.",
                field,
                value,
                type(value).__name__,
                KEPT,
            )
        )


def _unpacked(code: int, data: memoryview) -> datetime:
    if code != DATETIME:
        raise ValueError(f"unknown extension {code}")
    return datetime.fromisoformat(str(data, "ascii"))


_decoder = msgspec.msgpack.Decoder(ext_hook=_unpacked)


def pack_value(field: str, value: Any) -> bytes:
    """The bytes of a value. Raises UnstorableValue, which names the field."""
    try:
        return msgspec.msgpack.encode(_packable(field, value))
    except (OverflowError, UnicodeEncodeError) as error:  # 2**64, half of a surrogate pair
        raise UnstorableValue(field, value) from error


def unpack_value(data: bytes) -> Any:
    """The value that `pack_value` packed. Raises msgspec.DecodeError."""
    return _decoder.decode(data)


def unpack_fields(record: bytes) -> dict[str, Any]:
    """The stored fields of a record that are not None."""
    return {name: value for name, value in unpack_value(record).items() if value is not None}


def _packable(field: str, value: Any) -> Any:
    """`value` with its dates as extensions."""
    if isinstance(value, datetime):
        return Ext(DATETIME, value.isoformat().encode("ascii"))
    if isinstance(value, list):
        return [_packable(field, item) for item in value]
    if isinstance(value, dict):
        return {_packable(field, key): _packable(field, item) for key, item in value.items()}
    if not isinstance(value, SCALARS):
        raise UnstorableValue(field, value)
    return value
