"""Every format is documented, and its libraries are loaded on first use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosque.corpus.draft import field_map
from kiosque.corpus.readers.formats import FORMATS, READERS, format_named, format_of, suffix_of

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "FORMATS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", READERS)
def test_every_suffix_is_documented(suffix: str) -> None:
    assert f"`{suffix}`" in DOCS


def test_every_name_of_the_field_map_is_documented() -> None:
    names = {name.strip() for row in DOCS.split("\n") if row.startswith("| ") for name in row.split("|")[2].split(",")}
    assert field_map._KNOWN - names == set()


def test_the_longest_suffix_wins() -> None:
    longest = {name: max((s for s in READERS if name.endswith(s)), key=len) for name in (f"a{s}" for s in READERS)}
    assert {name: suffix_of(name) for name in longest} == longest


def test_each_suffix_belongs_to_one_format() -> None:
    assert len([suffix for row in FORMATS for suffix in row.suffixes]) == len(READERS)


def test_text_and_json_lines_load_no_heavy_library(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le pont rouvre\n\nEnfin.", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"title": "Le pont"}\n', encoding="utf-8")
    script = (
        "import sys; from pathlib import Path; from kiosque.corpus.walk.read_corpus import read_corpus\n"
        f"assert len(list(read_corpus([Path({str(tmp_path)!r})]))) == 2\n"
        "print(*{'lxml', 'htmldate', 'trafilatura', 'feedparser', 'warcio', 'pypdfium2', 'yaml', 'ftfy', 'markdown_it'}"
        " & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


def test_formats_are_named_only_in_their_table() -> None:
    """No other module names a format: differences between formats are columns of the table."""
    names = {row.name for row in FORMATS} - {"HTML", "PDF", "XML", "JSON", "zip", "tar"}  # also words in messages
    own = {"formats.py", "text.py", "jsonl.py"}  # two readers that are also called directly
    for file in (ROOT / "corpus").rglob("*.py"):
        if file.name not in own:
            text = file.read_text(encoding="utf-8")
            assert not [name for name in names if f'"{name}"' in text and name != "texte"], file


def test_a_format_is_found_by_suffix_and_by_name() -> None:
    assert {format_of(suffix) for suffix in READERS} == set(FORMATS)
    assert format_named("WARC") == format_of(".warc")
    assert format_named("autre") is None
