"""The faults of `make mutants` fit the code: each names a line that occurs exactly once."""

import re
import shlex
from pathlib import Path

import pytest

from tests.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.wrong.strip()}")
def test_each_fault_changes_exactly_one_line(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.right) == 1, "give its row the new line"
    assert mutant.right != mutant.wrong
    assert all((ROOT / word).is_file() for word in mutant.tests.split() if word.startswith("tests/"))


@pytest.mark.parametrize("tests", sorted({mutant.tests for mutant in MUTANTS if " -k " in mutant.tests}))
def test_each_selection_by_name_selects_a_test(tests: str) -> None:
    file, _, name = shlex.split(tests)
    assert re.search(rf"def test_\w*{name}", (ROOT / file).read_text(encoding="utf-8")), "a test was renamed"
