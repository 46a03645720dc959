"""Documents of Word 97 to 2003 (.doc), whose text a program of this machine takes out: antiword, catdoc or LibreOffice.

It runs on a copy in a folder of its own, which is its home too, and is ended after some time.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.lines import decode, tidy
from kiosque.corpus.location import Location
from kiosque.corpus.readers.compound import LARGEST
from kiosque.corpus.readers.text import LARGEST as LONGEST_TEXT
from kiosque.corpus.readers.text import article_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

SECONDS = 60
"""That a program may take for a document; LibreOffice takes five for its first."""

MEMORY = 2 * 2**30
"""Bytes of address space that a program may take; LibreOffice maps one gigabyte."""

# Links of a document are not followed and its macros not run.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""

_NONE = "document Word (.doc) : installer antiword, catdoc ou LibreOffice, ou l’enregistrer en .docx"
_FAILED = "document Word (.doc) que {names} ne lit pas : l’ouvrir dans Word ou LibreOffice et l’enregistrer en .docx"


class Program(NamedTuple):
    """A program that gives the text of a document: on its standard output, or in the file "document.txt"."""

    name: str
    arguments: Callable[[Path], list[str]]


def _office(document: Path) -> list[str]:
    profile = document.parent / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    options = ["--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    return [*options, "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(document.parent), str(document)]


PROGRAMS = (
    Program("antiword", lambda document: ["-m", "UTF-8.txt", "-w", "0", str(document)]),
    Program("catdoc", lambda document: ["-d", "utf-8", "-w", str(document)]),
    Program("soffice", _office),
    Program("libreoffice", _office),
)


def read_word97(location: Location) -> Iterator[Article | Refusal]:
    """The article of a .doc file, by the first installed program that reads it. Raises OSError."""
    installed = [(found, program) for program in PROGRAMS if (found := which(program.name))]
    if not installed:
        raise Unreadable(_NONE)
    data = location.read(LARGEST)
    texts = (_text(path, program, data) for path, program in installed)
    text = next((text for text in texts if text.strip()), None)
    if text is None:
        raise Unreadable(_FAILED.format(names=", ".join(program.name for _, program in installed)))
    yield msgspec.structs.replace(article_of_text(tidy(text), location), format=None)


def _text(path: str, program: Program, data: bytes) -> str:
    """What a program makes of a document; "" where it fails, takes too long or gives too much."""
    with TemporaryDirectory(prefix="kiosque-", ignore_cleanup_errors=True) as folder:
        document, output, text = (Path(folder) / name for name in ("document.doc", "output", "document.txt"))
        document.write_bytes(data)
        done = _run([path, *program.arguments(document)], folder, output)
        found = (text if text.exists() else output).read_bytes() if done else b""
    return decode(found) if len(found) <= LONGEST_TEXT else ""


def _run(command: list[str], home: str, output: Path) -> bool:
    """Whether a program ended well in time; all that it started ends with it."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LANG": "C.UTF-8"}
    with output.open("wb") as stdout:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
        _limit(process.pid)
        try:
            return process.wait(SECONDS) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end(process)


def _limit(process: int) -> None:
    """Limits what a program may take, where the system can."""
    try:
        from resource import RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, prlimit
    except ImportError:
        return
    for kind, most in ((RLIMIT_AS, MEMORY), (RLIMIT_CPU, SECONDS), (RLIMIT_FSIZE, 4 * LARGEST)):
        try:
            prlimit(process, kind, (most, most))
        except OSError:  # it has ended
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program and all of its group: soffice is a script, whose child does the work."""
    with suppress(ProcessLookupError, PermissionError):  # the group has ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
