"""The pages of a PDF, read by pdfium. Imports no part of the project: it runs as a program too (see `pdf`).

As a program it answers requests until its input ends, and is ended by the system where one takes too much of it.
"""

from __future__ import annotations

import signal
import struct
import sys
from typing import BinaryIO

import msgspec
import pypdfium2

MEMORY = 768 * 2**20
"""Bytes that the program may take, and four times those of the document."""

_LENGTH = struct.Struct("<Q")


class Request(msgspec.Struct):
    """A document, how much of it is read at most, and the processor time that may take."""

    data: bytes
    most_pages: int
    longest: int
    seconds: float


class Answer(msgspec.Struct):
    """The text of each page and what the document says of itself; or why there is none, in French."""

    pages: list[str]
    said: dict[str, str]
    refused: str | None = None


def pages_of(request: Request) -> Answer:
    """The pages of a document, within the limits of the request but that of time."""
    try:
        with pypdfium2.PdfDocument(request.data) as document:
            if len(document) > request.most_pages:
                return _refused(f"PDF de plus de {request.most_pages} pages : le couper")
            said = document.get_metadata_dict(skip_empty=True)
            return _with_pages(document, Answer([], said), request.longest)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            return _refused("PDF chiffré : l’ouvrir avec son mot de passe")
        return _refused("PDF abîmé ou tronqué : le rouvrir et l’enregistrer de nouveau")


def _with_pages(document: pypdfium2.PdfDocument, answer: Answer, longest: int) -> Answer:
    size = 0
    for page in document:
        text = page.get_textpage().get_text_bounded()
        size += len(text)
        if size > longest:
            return _refused("PDF trop long pour un article : le couper")
        answer.pages.append(text.replace("\r\n", "\n"))
    return answer


def _refused(reason: str) -> Answer:
    return Answer([], {}, reason)


def send(stream: BinaryIO, message: Request | Answer) -> None:
    """Writes a message. Raises OSError."""
    data = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def received(stream: BinaryIO) -> bytes:
    """The bytes of the next message. Raises EOFError where there is none, or only a part."""
    head = stream.read(_LENGTH.size)
    data = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if not data:
        raise EOFError
    return data


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers requests until there are no more."""
    while True:
        try:
            request = msgspec.msgpack.decode(received(requests), type=Request)
        except EOFError:
            return
        _allow(request.seconds)
        _give(MEMORY + 4 * len(request.data))
        answer = pages_of(request)
        _allow(0)
        send(answers, answer)


def _allow(seconds: float) -> None:
    """Ends this process after so much processor time, even inside pdfium."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _give(memory: int) -> None:
    """Limits the memory of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent decides
    serve(sys.stdin.buffer, sys.stdout.buffer)
