"""A small sample of the trials of `make torture`."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.shim import FAULTS, Shim
from tests.effort import slow

ROOT = Path(__file__).parents[2]


def run_module(module: str, *options: str) -> list[dict[str, object]]:
    """The rows that a module prints, one for each kind of trial. It forks, so it runs in a process without threads."""
    done = subprocess.run(
        [sys.executable, "-m", module, *options], cwd=ROOT, capture_output=True, text=True, timeout=3600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@slow
def test_any_fault_leaves_the_old_index_or_the_new_one() -> None:
    rows = run_module("tests.crash.torture", "--every", "1", "--random", "1")
    assert {str(row["fault"]).split()[0] for row in rows} == {*FAULTS, "two"}
    assert all(row["problems"] == [] for row in rows)
    assert sum(int(str(row.get("old", 0))) for row in rows) > len(FAULTS), "most faults came before the commit"


def test_any_damage_is_refused_and_named() -> None:
    rows = {str(row["damage"]): row for row in run_module("tests.crash.damage", "--flips", "12", "--every", "12")}
    assert {*rows} >= {"cut in half", "emptied", "removed", "a bit flipped"}
    for kind, row in rows.items():  # an index answers without its reading report
        assert (
            row["same answers" if kind.startswith("report") else "refused"] == row["trials"] == row["named by verify"]
        )


def test_a_server_refuses_damaged_arrays_of_any_size() -> None:
    [row] = run_module("tests.crash.damage", "--flips", "12", "--only-flips", "--large", "--served")
    assert row["refused"] == row["trials"] == row["named by verify"] == 12


def test_the_shim_kills_at_the_given_operation(tmp_path: Path) -> None:
    """Opening for writing, writing, syncing and renaming are operations; reading is not."""
    for at in range(5):
        folder = tmp_path / str(at)
        folder.mkdir()
        process = os.fork()
        if not process:
            Shim(folder, at, FAULTS["kill"]).install()
            with (folder / "a").open("wb") as file:
                file.write(b"x")
                file.flush()
                os.fsync(file.fileno())
            (folder / "a").read_bytes()
            os.rename(folder / "a", folder / "b")  # noqa: PTH104
            os._exit(0)
        assert os.waitpid(process, 0)[1] == (signal.SIGKILL if at < 4 else 0)
        left = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert left == [{}, {"a": b""}, {"a": b"x"}, {"a": b"x"}, {"b": b"x"}][at]


@pytest.mark.parametrize(("fault", "left"), [("full", b"x"), ("power", b"")])
def test_a_full_disk_keeps_data_and_a_power_cut_loses_unsynced_data(tmp_path: Path, fault: str, left: bytes) -> None:
    process = os.fork()
    if not process:
        Shim(tmp_path, 2, FAULTS[fault]).install()
        try:
            with (tmp_path / "a").open("wb", buffering=0) as file:
                file.write(b"x")
                file.write(b"y")
        finally:
            os._exit(0)
    os.waitpid(process, 0)
    assert (tmp_path / "a").read_bytes() == left
