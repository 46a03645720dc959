"""Precompiled kernels are those that a search calls."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.search.snippets.compiling import passages_beside

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
from kiosque.search import SearchRequest, open_engine
from kiosque.search.snippets import passages
from kiosque.search.snippets.compiling import compile_passages

compile_passages()
before = passages._cut.signatures
page = open_engine(sys.argv[1]).search(SearchRequest(q="pont"))
assert [hit.id for hit in page.hits] == ["a"]
assert passages._cut.signatures == before != []
"""


def test_a_search_calls_the_precompiled_passage_kernel(
    commit: Callable[[Path, list[Article]], None], tmp_path: Path
) -> None:
    commit(tmp_path, [Article(id="a", title="Le pont", body="Le pont rouvre.")])
    subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, check=True)


def test_the_compiling_process_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    with passages_beside() as process:
        pass
    assert process.returncode == 0
