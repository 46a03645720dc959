"""The unit of docs/OPERATIONS.md is valid, and its commands and settings exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosque.web.serving.settings import BY_NAME, OF_SEARCH

ROOT = Path(__file__).parent.parent
PAGES = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("OPERATIONS.md", "SECURITY.md")}
TEXT = PAGES["OPERATIONS.md"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    found = re.search(r"```ini\n(.*?)```", TEXT, re.DOTALL)
    assert found
    unit = tmp_path / "kiosque.service"
    here = found[1].replace("/opt/kiosque/.venv/bin/python", sys.executable).replace("/opt/kiosque", str(ROOT))
    unit.write_text(here, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    ours = [line for line in done.stderr.splitlines() if "kiosque.service" in line]
    assert not ours


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"python -m ((?:corpus|index|search|web)(?: [a-z]+)?)", TEXT)))
)
def test_commands_exist(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split(), "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_settings_exist() -> None:
    named = {name.lower() for name in re.findall(r"KIOSQUE_([A-Z_]+)=", TEXT)}
    assert named and named <= {*BY_NAME, *OF_SEARCH}


@pytest.mark.parametrize("page", PAGES)
def test_named_files_exist(page: str) -> None:
    for name in re.findall(r"`((?:tests|web|benchmarks)/[\w/]+\.py)`", PAGES[page]):
        assert (ROOT / name).is_file(), name
