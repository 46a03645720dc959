"""`python -m tests.fuzz --minutes 10`: runs every property in turn, with new inputs, until the time is over.

`--atheris NAME` gives one of them to atheris instead, which looks for inputs that reach new code; `--list` names them.
Failing inputs are written to var/fuzz/findings.txt and tried first in the next run; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

MODULES: Final = ("queries", "texts", "readers")
ROOT: Final = Path(__file__).parents[2]
OURS: Final = ("corpus", "index", "search", "web")
FINDINGS: Final = Path("var/fuzz/findings.txt")

Property = Callable[[], None]


def properties() -> dict[str, Property]:
    """The properties of this folder, by name."""
    modules = [import_module(f"tests.fuzz.test_fuzz_{name}") for name in MODULES]
    found = {name: value for module in modules for name, value in vars(module).items() if hasattr(value, "hypothesis")}
    return {name.removeprefix("test_"): value for name, value in found.items()}


def run(tried: dict[str, Property], minutes: float) -> int:
    """The number of findings. Prints how often each property ran."""
    end, rounds, findings = time.monotonic() + 60 * minutes, Counter[str](), 0
    while time.monotonic() < end:
        for name, tried_one in tried.items():
            started = time.process_time()
            found = _finding(tried_one)
            rounds[name] += 1
            findings += found is not None
            print(f"{name}: {time.process_time() - started:.1f} s{', a finding' if found else ''}", flush=True)
            if found:
                _keep(name, found)
            if time.monotonic() > end:
                break
    for name, times in rounds.items():
        print(f"{times:5} rounds of {name}")
    return findings


def _finding(tried: Property) -> str | None:
    try:
        tried()
    except Exception:
        return traceback.format_exc()
    return None


def _keep(name: str, found: str) -> None:
    FINDINGS.parent.mkdir(parents=True, exist_ok=True)
    with FINDINGS.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"== {name}\n{found}\n")


def guide(name: str, arguments: Sequence[str]) -> None:
    """Runs atheris on one property, which never returns. Options of libFuzzer follow `--`.

    Instruments only our own modules: with all imports there are 22,653 functions, which took longer than the run. Not
    those with kernels either, because Numba cannot compile instrumented code.
    """
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]  # an extra: see docs/FUZZING.md

    with atheris.instrument_imports(
        [f"kiosque.{folder}" for folder in OURS],
        [_module(path) for path in _sources() if "numba" in path.read_text("utf-8")],
    ):
        tried: Any = properties()[name]
        atheris.Setup(["fuzz", *arguments], tried.hypothesis.fuzz_one_input)
        atheris.Fuzz()


def _sources() -> Iterator[Path]:
    return (path for package in OURS for path in (ROOT / package).rglob("*.py"))


def _module(path: Path) -> str:
    return ".".join(("kiosque", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", help="part of the names to run")
    parser.add_argument("--atheris", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("options", nargs="*", help="libFuzzer’s, as -max_total_time=600")
    options = parser.parse_args(argv)
    os.environ["KIOSQUE_FUZZ"] = "1"
    if options.atheris:
        guide(options.atheris, options.options)
    found = {name: one for name, one in properties().items() if (options.only or "") in name}
    if options.list:
        print(*found, sep="\n")
        return 0
    return int(run(found, options.minutes) > 0)


if __name__ == "__main__":
    sys.exit(main())
