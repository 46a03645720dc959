"""Builds an engine's index in a process of its own: articles a second, memory, size."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from benchmarks.corpus import BenchCorpus
from benchmarks.memory import Memory
from benchmarks.peers.peer import Peer
from benchmarks.running import run


class Built(msgspec.Struct, frozen=True):
    articles: int
    seconds: float
    """Wall time of the whole program: start of Python, imports, reading, indexing, commit."""
    memory: Memory
    megabytes: float
    """Of all files of the index."""

    @property
    def speed(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds


def build(peer: Peer, corpus: BenchCorpus, directory: Path, jobs: int, limit: float) -> Built:
    """Builds in an empty `directory`, after reading the corpus into the page cache. Raises RunFailed."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    _read_through(corpus.path)
    done = run(peer.command(corpus.path.resolve(), directory.resolve(), jobs), limit)
    return Built(corpus.articles, done.seconds, done.memory, size_of(directory))


def size_of(directory: Path) -> float:
    """Megabytes of all files under a folder."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file()) / 1e6


def _read_through(path: Path) -> None:
    with path.open("rb") as stream:
        while stream.read(1 << 24):
            pass
