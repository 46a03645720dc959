"""Writes compound files of Microsoft, small ones, and messages of Outlook in them.

The layout is that of https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cfb: sectors of 512 bytes, of
which a table (FAT) says which follows which; short streams are pieces of 64 bytes in one stream with its own table.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

SECTOR, SHORT, CUTOFF = 512, 64, 4096
END, FREE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
Tree = Mapping[str, Any]
"""By name the bytes of a stream, or the tree of a storage."""


def compound_file(tree: Tree) -> bytes:
    """A compound file of these streams and storages."""
    entries: list[list[Any]] = [["Root Entry", 5, NONE, b""]]  # name, kind, child, content; siblings are a list
    siblings: dict[int, int] = {}
    _add(tree, 0, entries, siblings)
    sectors: list[bytes] = []
    fat: list[int] = []
    short, short_fat = b"", list[int]()

    def place(data: bytes) -> int:
        start, count = len(fat), -(-len(data) // SECTOR)
        for number in range(count):
            sectors.append(data[number * SECTOR : (number + 1) * SECTOR].ljust(SECTOR, b"\0"))
            fat.append(start + number + 1 if number + 1 < count else END)
        return start if count else END

    starts: dict[int, tuple[int, int]] = {}
    for number, (_, kind, _, data) in enumerate(entries):
        if kind != 2:
            continue
        if len(data) >= CUTOFF or not data:
            starts[number] = (place(data), len(data))
        else:
            first, count = len(short_fat), -(-len(data) // SHORT)
            short_fat += [first + n + 1 if n + 1 < count else END for n in range(count)]
            short += data.ljust(count * SHORT, b"\0")
            starts[number] = (first, len(data))
    starts[0] = (place(short), len(short))
    table = place(b"".join(struct.pack("<I", each) for each in short_fat))
    tables = -(-len(short_fat) * 4 // SECTOR)
    directory = place(b"".join(_entry(number, each, starts, siblings) for number, each in enumerate(entries)))
    count = 1
    while count * SECTOR // 4 < len(fat) + count:
        count += 1
    first = len(fat)
    fat += [0xFFFFFFFD] * count
    fat += [FREE] * (count * SECTOR // 4 - len(fat))
    packed = b"".join(struct.pack("<I", each) for each in fat)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, count, directory, 0, CUTOFF, table if tables else END, tables, END, 0, first),
    )
    places = b"".join(struct.pack("<I", first + n if n < count else FREE) for n in range(1, 109))
    return header + places + b"".join(sectors) + packed


def _add(tree: Tree, parent: int, entries: list[list[Any]], siblings: dict[int, int]) -> None:
    above = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        number, content = len(entries), tree[name]
        entries.append([name, 2 if isinstance(content, bytes) else 1, NONE, content])
        if above is None:
            entries[parent][2] = number
        else:
            siblings[above] = number
        above = number
        if not isinstance(content, bytes):
            entries[number][3] = b""
            _add(content, number, entries, siblings)


def _entry(number: int, entry: list[Any], starts: Mapping[int, tuple[int, int]], siblings: Mapping[int, int]) -> bytes:
    name, kind, child, _ = entry
    start, size = starts.get(number, (0, 0))
    wide = name.encode("utf-16-le") + b"\0\0"
    right = siblings.get(number, NONE)
    return struct.pack("<64sHBBIII16xI8x8xIQ", wide, len(wide), kind, 1, NONE, right, child, 0, start, size)


def outlook(
    texts: Mapping[str, str | bytes], sent: datetime | None = None, parts: Tree | None = None, *, top: bool = True
) -> Tree:
    """A message by its properties ("0037" is the subject), with attachments "__attach_version1.0_#00000000"."""
    stream = bytes(32 if top else 24)
    if sent:
        ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)
        stream += struct.pack("<HHIq", 0x40, 0x39, 6, ticks)
    streams = {
        f"__substg1.0_{name}{'0102' if isinstance(text, bytes) else '001F'}": (
            text if isinstance(text, bytes) else text.encode("utf-16-le")
        )
        for name, text in texts.items()
    }
    return {"__properties_version1.0": stream, **streams, **(parts or {})}


def attached(name: str, data: bytes) -> Tree:
    """What an attachment's storage holds."""
    return {
        "__properties_version1.0": bytes(8),
        "__substg1.0_37010102": data,
        "__substg1.0_3707001F": name.encode("utf-16-le"),
    }
