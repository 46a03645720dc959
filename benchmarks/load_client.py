"""A client that asks at its own pace, whether answers come or not: a slow server finds no fewer requests for it.

Times count from the moment at which a request was due, so that what waits for a free place here counts too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

LIMIT: Final = 60.0
"""Seconds after which an answer is an error."""

MOST_CONNECTIONS: Final = 400
STREAM_BYTES: Final = 1 << 20


@dataclass
class Asked:
    """A request: its kind, its path, and the moment before it was sent (time.monotonic)."""

    kind: str
    path: str
    sent: float = 0.0


@dataclass
class Answered:
    """What came: status 0 where nothing did, and then `body` says why."""

    asked: Asked
    status: int
    milliseconds: float
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Connections:
    """Kept alive and taken up again, at most MOST_CONNECTIONS."""

    def __init__(self, port: int) -> None:
        self._port, self._free = port, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()
        self._places = asyncio.Semaphore(MOST_CONNECTIONS)

    async def ask(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case names, body. Raises OSError, EOFError or ValueError where nothing comes."""
        async with self._places:
            asked.sent = time.monotonic()
            while self._free:
                with suppress(ConnectionError, asyncio.IncompleteReadError):  # the server closes what was idle for long
                    return await self._ask(asked, *self._free.pop())
            return await self._ask(asked, *await self._opened())

    async def _ask(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            writer.write(f"GET {asked.path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode())
            answer = await _read(reader)
        except BaseException:
            writer.close()
            raise
        self._free.append((reader, writer))
        return answer

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port, limit=STREAM_BYTES)

    async def close(self) -> None:
        for _, writer in self._free:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    if "chunked" in headers.get("transfer-encoding", ""):
        return int(first.split()[1]), headers, await _chunks(reader)
    return int(first.split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)


async def _answered(connections: Connections, asked: Asked, due: float) -> Answered:
    try:
        status, headers, body = await asyncio.wait_for(connections.ask(asked), LIMIT)
    except (OSError, EOFError, ValueError) as error:
        return Answered(asked, 0, (time.monotonic() - due) * 1000, {}, repr(error).encode())
    return Answered(asked, status, (time.monotonic() - due) * 1000, headers, body)


async def at_a_rate(
    port: int, requests: Iterator[Asked], rate: float, seconds: float, tell: Callable[[Answered], None]
) -> None:
    """Asks `rate` times a second for so long and tells each answer."""
    connections, running = Connections(port), set[asyncio.Task[None]]()

    async def one(asked: Asked, due: float) -> None:
        tell(await _answered(connections, asked, due))

    began = time.monotonic()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(next(requests), due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    await connections.close()


async def as_answered(
    port: int, requests: Iterator[Asked], clients: int, seconds: float, tell: Callable[[Answered], None]
) -> None:
    """`clients` who each ask again when they are answered, for so long."""
    connections, end = Connections(port), time.monotonic() + seconds

    async def client() -> None:
        while (now := time.monotonic()) < end:
            tell(await _answered(connections, next(requests), now))

    await asyncio.gather(*(client() for _ in range(clients)))
    await connections.close()
