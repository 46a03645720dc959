"""PDF with a text layer: one article a file, its title the one of the document or the first line.

pdfium runs in a separate process: a document that hangs or kills it costs only itself.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import BinaryIO, cast

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import same_letters, tidy
from kiosque.corpus.clean.printed import joined_words, running_text, unwrapped, without_heads
from kiosque.corpus.draft.draft import Draft, finish, finished
from kiosque.corpus.location import Location
from kiosque.corpus.readers.gallica import Cover, cover_of, without_credit
from kiosque.corpus.readers.pdf_pages import Answer, Request, received, send
from kiosque.corpus.readers.text import article_of_text
from kiosque.corpus.readers.text_exports import export_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 256 * 2**20  # bytes
MOST_PAGES = 2000
LONGEST = 16 * 2**20  # characters
SECONDS = 20.0  # of processor time
_HEAD = 20  # lines in which the document's title must appear to count

# What word processors and printers write where a title should be.
_NO_TITLES = ("microsoft word", "untitled", "sans titre", "document", "layout", "mise en page")

_NO_TEXT = "PDF sans couche de texte : y reconnaître les caractères (OCR) d’abord"
_PROGRAM = Path(__file__).with_name("pdf_pages.py")
_TIMED_OUT = -getattr(signal, "SIGPROF", 0)

_processes: dict[int, subprocess.Popen[bytes]] = {}
"""By the process that asks: one that is forked has its own."""

_lock = RLock()
"""Held while a document is read: threads of a process share its pdfium, which answers one request at a time."""

# A fork waits for the lock, so that its child never inherits it from a thread that the child does not have.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


def read_pdf(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .pdf file, or those of an export; the day that it was made is none of theirs. Raises OSError."""
    try:
        yield from _read(location.read(LARGEST), location)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))


def _read(data: bytes, location: Location) -> Iterator[Article | Refusal]:
    """As `read_pdf`. Raises Unreadable where there is no text."""
    found = _answer(Request(data, MOST_PAGES, LONGEST, SECONDS))
    if found.refused:
        raise Unreadable(found.refused)
    if cover := cover_of(found.pages):
        yield _issue(cover, found.pages[cover.pages :], location)
        return
    printed = "\n".join(line for page in without_heads([page.split("\n") for page in found.pages]) for line in page)
    text = joined_words(printed)
    if not text.strip():
        raise Unreadable(_NO_TEXT)
    if export := export_of_text(tidy(text)):
        yield from finished([_unwrapped(draft) for draft in export], location)
    else:
        yield _article(unwrapped(text).split("\n"), found.said, location)


def _unwrapped(draft: Draft) -> Draft:
    """The article of an export, whose head is a line for each field and only whose text has paragraphs."""
    return msgspec.structs.replace(draft, body=unwrapped(draft.body or ""))


def _article(lines: list[str], said: Mapping[str, str], location: Location) -> Article:
    title = said.get("Title", "").strip()
    known = any(same_letters(title, line) for line in lines[:_HEAD]) and not title.lower().startswith(_NO_TITLES)
    article = article_of_text(tidy("\n".join([title, "", *lines] if title and known else lines)), location)
    return msgspec.structs.replace(article, author=article.author or said.get("Author"), format=None)


def _issue(cover: Cover, pages: Sequence[str], location: Location) -> Article:
    """The issue of a paper that Gallica gives under a cover of its own. Raises Unreadable where it has no text."""
    text = running_text([without_credit(page).split("\n") for page in pages])
    if not text.strip():
        raise Unreadable(_NO_TEXT)
    return finish(Draft(body=text, date=cover.date, source=cover.source), location)


def _answer(request: Request) -> Answer:
    """What pdfium reads. Raises Unreadable where it takes more than the request's time, or dies of the document."""
    with _lock:
        process = _processes.get(os.getpid()) or _started()
        try:
            send(cast(BinaryIO, process.stdin), request)
            return msgspec.msgpack.decode(received(cast(BinaryIO, process.stdout)), type=Answer)
        except (OSError, EOFError) as error:
            _end()
            if process.returncode == _TIMED_OUT:
                raise Unreadable(f"PDF qui se lit en plus de {request.seconds:.0f} s : le réenregistrer") from error
            raise Unreadable("PDF abîmé, ou qui prend trop de mémoire : le réenregistrer") from error


def _started() -> subprocess.Popen[bytes]:
    """A new process for this one."""
    command = [sys.executable, "-P", str(_PROGRAM)]  # -P: beside the program lies a json.py that is not Python's
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    _processes[os.getpid()] = process
    return process


@atexit.register
def _end() -> None:
    """Ends the process of this one, if it has any."""
    with _lock:
        process = _processes.pop(os.getpid(), None)
    if process is None:
        return
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            cast(BinaryIO, stream).close()
    process.kill()  # a process that was forked meanwhile may keep its input open
    process.wait()
