"""The engines, each in a file of its own behind one small Protocol (peer.py)."""

from __future__ import annotations

from importlib import import_module

from benchmarks.peers.peer import Peer

ENGINES = ("kiosque", "tantivy", "fts5", "whoosh")


def load(name: str) -> Peer:
    """The engine of that name. Raises ImportError if its packages are missing."""
    return import_module(f"benchmarks.peers.{name}").PEER  # type: ignore[no-any-return]
