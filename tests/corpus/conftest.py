"""A corpus on disk, from a mapping of names to contents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kiosque.corpus.walk import parts

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def make_corpus(tmp_path: Path) -> MakeCorpus:
    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "corpus-root"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


@pytest.fixture(autouse=True)
def reading_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads in this process, where tests change limits and look on; `test_corpus_apart` reads in one apart."""
    monkeypatch.setattr(parts, "can_fork", False)
