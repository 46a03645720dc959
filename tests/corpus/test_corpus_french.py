"""No-break spaces are set in one place: the code has plain spaces, which grep finds."""

from pathlib import Path

import pytest

from kiosque.corpus.french import NARROW, NBSP, typeset

ROOT = Path(__file__).parents[2]
HOME = ROOT / "corpus/french.py"


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("page de plus de 16 Mo : la couper", "page de plus de 16~Mo~: la couper"),
        ("un membre de 2 Go ; un autre de 4 ko", "un membre de 2~Go~; un autre de 4~ko"),
        ("« pont » ? 40 % !", "«~pont~»~? 40~%~!"),
        ("en 2022 Moscou, 3 Gofio", "en 2022 Moscou, 3 Gofio"),
    ],
)
def test_signs_and_units_get_no_break_spaces(plain: str, printed: str) -> None:
    assert typeset(plain) == printed.replace("~", NBSP)
    assert typeset(typeset(plain)) == typeset(plain)


def test_no_other_file_contains_no_break_spaces() -> None:
    written = (NBSP, NARROW, "\\u00a0", "\\u202f")
    folders = ("corpus", "index", "search", "web", "benchmarks")
    code = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path != HOME]
    assert len(code) > 250
    assert [str(path) for path in code if any(one in path.read_text("utf-8") for one in written)] == []
