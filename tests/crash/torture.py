"""Runs builds, syncs and merges with kills, full disks and other faults, many times.

    python -m tests.crash.torture [--works NAME...] [--every N] [--random N] [--seed N] [--home DIR] [--small-disk]

Each trial does the work in a forked process on a copy of an index and injects a fault. Then the index must open,
`verify` must find nothing, answers must be those of the old or the new commit, and the next try must leave the same
files as an undisturbed one. Prints a line of JSON for each kind of trial; the exit code is 1 if one failed.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.care.verify import verify
from kiosque.index.errors import IndexProblem
from kiosque.search import SearchRequest, open_engine
from tests.crash.shim import FAULTS, Shim

Work = Callable[[Path], Any]

FAILED = 3
"""Exit code of a process that reported an error."""

PATIENCE = 600
"""Seconds after which a process counts as hanging."""

WORDS = ("gaz", "vent", "mer", '"le vent"', "neuf")

LONG = " ".join(f"Le {name} de la mer se lève, le {name} du large faiblit." for name in "abcdefghijklmnop")
"""A text long enough for near copies to be detected."""


class Stage(NamedTuple):
    """Work on an index: the index before, the work, the answers before and after, the files after."""

    name: str
    before: Path
    work: Work
    old: object
    new: object
    files: Counter[str]


def corpus(folder: Path, **bodies: str) -> Path:
    """A corpus of one file. The title of an article is its id up to the first point."""
    folder.mkdir()
    titles = {id: f"Titre {id.partition('.')[0]}" for id in bodies}
    rows = [{"id": id, "title": titles[id], "body": body, "date": "2022-01"} for id, body in bodies.items()]
    (folder / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def answers_of(directory: Path) -> object:
    """Some queries, all stored articles with their copies, and the reading report."""
    engine = open_engine(str(directory))
    pages = [[(hit.id, hit.title) for hit in engine.search(SearchRequest(q=word)).hits] for word in WORDS]
    every = engine.search(SearchRequest(q="le", size=100, copies="all")).hits
    articles = sorted((hit.id, repr(engine.article(hit.id))) for hit in every)
    return pages, articles, engine.stats().articles, engine.corpus().reading


def files_of(directory: Path) -> Counter[str]:
    """The files of an index, without the names of segments and the numbers of commits."""
    return Counter(re.sub("[0-9]+", "N", path.name.partition(".")[2]) for path in directory.iterdir())


WORKS = ("build", "build-2", "sync", "merge")


def make_stages(home: Path, names: Sequence[str] = WORKS) -> Iterator[Stage]:
    """The named stages: a build with one process, with two, a sync that adds a segment, and one that merges."""
    bodies = {f"a{at}": f"Le gaz et le vent, numéro {at}." for at in range(10)}
    bodies |= {"l1": LONG, "l2": f"{LONG} Le gaz.", "a3.twin": bodies["a3"]}
    old = corpus(home / "old", **bodies)
    changed = {**bodies, "a1": "Le neuf remplace l’ancien : le vent.", "b": "Le neuf, le gaz et la mer."}
    changed["l3"] = f"{LONG} Le vent."
    del changed["a2"]
    new = corpus(home / "new", **changed)
    few = corpus(home / "few", **{id: changed[id] for id in ("a1", "a3", "a3.twin", "l1", "l3")})
    before = home / "before"
    build([old], before)
    works: dict[str, Work] = {
        "build": lambda directory: build([new], directory),
        "build-2": lambda directory: build([new], directory, jobs=2),
        "sync": lambda directory: sync([new], directory),
        "merge": lambda directory: sync([few], directory),
    }
    yield from (_stage(name, home, before, works[name]) for name in names)


def _stage(name: str, home: Path, before: Path, work: Work) -> Stage:
    after = home / "after"
    shutil.rmtree(after, ignore_errors=True)
    shutil.copytree(before, after)
    work(after)
    stage = Stage(name, before, work, answers_of(before), answers_of(after), files_of(after))
    assert stage.old != stage.new
    return stage


def fork(work: Callable[[], Any]) -> int:
    """Starts `work` in a forked process and gives its pid. An exception becomes the exit code."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        signal.alarm(PATIENCE)
        work()
        code = 0
    except (IndexProblem, OSError):
        code = FAILED
    except BaseException:
        traceback.print_exc()
    os._exit(code)


def wait_for(process: int, problems: list[str]) -> bool:
    """Waits for a process; whether it finished its work. Hangs and unexpected exceptions are problems."""
    status = os.waitpid(process, 0)[1]
    if status not in (0, FAILED << 8, signal.SIGKILL):
        problems.append(f"ended with status {status}")
    return status == 0


def count_operations(stage: Stage, directory: Path) -> int:
    """The number of file operations of undisturbed work, in the committing process."""

    def work() -> None:
        shim = Shim(directory)
        shim.install()
        stage.work(directory)
        directory.with_suffix(".count").write_text(str(shim.count))

    assert wait_for(fork(work), []), "the undisturbed work fails"
    return int(directory.with_suffix(".count").read_text())


def run_with_fault(stage: Stage, fault: str, at: int, directory: Path, problems: list[str]) -> None:
    """Does the work with a fault at one file operation."""

    def work() -> None:
        Shim(directory, at, FAULTS[fault]).install()
        stage.work(directory)

    wait_for(fork(work), problems)


def run_and_kill(stage: Stage, after: float, directory: Path, problems: list[str]) -> None:
    """Does the work and kills it after some seconds, unless it has finished."""
    process = fork(lambda: stage.work(directory))
    handle = os.pidfd_open(process)
    select.select([handle], [], [], after)
    os.close(handle)
    os.kill(process, signal.SIGKILL)
    wait_for(process, problems)


def check_index(stage: Stage, directory: Path, problems: list[str]) -> str:
    """The state of the index, "old" or "new". Adds violations to `problems`."""
    _wait_for_orphans(directory)
    problems += verify(directory)
    found = answers_of(directory)
    state = "old" if found == stage.old else "new" if found == stage.new else "between"
    if state == "between":
        problems.append(f"answers as neither commit: {found}")
    stage.work(directory)
    if answers_of(directory) != stage.new:
        problems.append("the next try does not give the new index")
    if files_of(directory) != stage.files:
        problems.append(f"left over: {files_of(directory) - stage.files}, missing: {stage.files - files_of(directory)}")
    return state


def _wait_for_orphans(directory: Path) -> None:
    """Waits for the worker processes of a killed build, which hold its lock. They must end by themselves."""
    signal.alarm(PATIENCE)
    with (directory / "MAIN_WRITELOCK").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    signal.alarm(0)


def trial(stage: Stage, home: Path, disturb: Callable[[Path, list[str]], None]) -> tuple[str, list[str]]:
    """One trial on a copy of the old index: the resulting state, and the problems."""
    directory, problems = home / "trial", list[str]()
    shutil.copytree(stage.before, directory)
    try:
        disturb(directory, problems)
        state = check_index(stage, directory, problems)
    except (IndexProblem, OSError, RuntimeError) as error:
        state = "unusable"
        problems.append(f"{type(error).__name__}: {error}")
    shutil.rmtree(directory)
    return state, problems


def print_row(stage: Stage, kind: str, trials: list[tuple[str, list[str]]]) -> bool:
    """Prints a row of results; whether there were no problems."""
    states = Counter(state for state, _ in trials)
    problems = [problem for _, found in trials for problem in found]
    row = {"work": stage.name, "fault": kind, "trials": len(trials), **states, "problems": problems[:5]}
    print(json.dumps(row, ensure_ascii=False), flush=True)
    return not problems


def every_operation(stage: Stage, home: Path, fault: str, share: int, chance: random.Random) -> bool:
    """Injects the fault at every operation in turn, or at `share` random ones."""
    shutil.copytree(stage.before, home / "count")
    total = count_operations(stage, home / "count")
    shutil.rmtree(home / "count")
    moments = range(total) if not share else sorted(chance.sample(range(total), min(share, total)))
    trials = [trial(stage, home, partial(run_with_fault, stage, fault, at)) for at in moments]
    return print_row(stage, f"{fault} at {'every' if not share else 'some'} of {total} operations", trials)


def random_moments(stage: Stage, home: Path, number: int, chance: random.Random) -> bool:
    """Kills at random moments within the duration of the work."""
    directory = home / "timed"
    shutil.copytree(stage.before, directory)
    started = time.monotonic()
    wait_for(fork(lambda: stage.work(directory)), [])
    seconds = time.monotonic() - started
    shutil.rmtree(directory)
    moments = [chance.uniform(0, 1.1 * seconds) for _ in range(number)]
    trials = [trial(stage, home, partial(run_and_kill, stage, at)) for at in moments]
    return print_row(stage, "kill -9 at random", trials)


def two_at_once(stage: Stage, home: Path, number: int) -> bool:
    """Two processes start the same work: one does it, the other waits or is refused."""

    def both(directory: Path, problems: list[str]) -> None:
        processes = [fork(lambda: stage.work(directory)) for _ in range(2)]
        done = [wait_for(process, problems) for process in processes]
        if not any(done):
            problems.append("neither of two did the work")

    return print_row(stage, "two at once", [trial(stage, home, both) for _ in range(number)])


def small_disk(stage: Stage, home: Path, number: int) -> bool:
    """Does the work on a tmpfs that is too small. Needs the right to mount."""
    page = 4096
    taken = sum(-(-path.stat().st_size // page) * page for path in stage.before.iterdir())

    def full(room: int, directory: Path, problems: list[str]) -> None:
        disk = home / "disk"
        disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", disk], check=True)
        try:
            shutil.copytree(directory, disk / "index")
            wait_for(fork(lambda: stage.work(disk / "index")), problems)
            shutil.rmtree(directory)
            shutil.copytree(disk / "index", directory)
        finally:
            subprocess.run(["umount", disk], check=True)

    rooms = [taken + page * 4 + taken * 3 * at // number // page * page for at in range(number)]
    return print_row(stage, "small tmpfs", [trial(stage, home, partial(full, room)) for room in rooms])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--works", nargs="*", choices=WORKS, default=WORKS, help="kinds of work to disturb")
    parser.add_argument("--every", type=int, default=0, help="operations to try for each work and fault; 0 for all")
    parser.add_argument("--faults", nargs="*", choices=FAULTS, default=list(FAULTS), help="faults to inject")
    parser.add_argument("--random", type=int, default=200, help="random moments of each work")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="folder for the temporary indexes")
    parser.add_argument("--small-disk", action="store_true", help="also fill small tmpfs disks (needs root)")
    options = parser.parse_args()
    chance, well = random.Random(options.seed), []
    with tempfile.TemporaryDirectory(dir=options.home) as name:
        home = Path(name)
        for stage in make_stages(home, options.works):
            well += [every_operation(stage, home, fault, options.every, chance) for fault in options.faults]
            well.append(random_moments(stage, home, options.random, chance))
            well.append(two_at_once(stage, home, max(options.random // 10, 1)))
            if options.small_disk:
                well.append(small_disk(stage, home, 20))
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
