"""Builds, syncs and merges that are killed, run out of disk or lose their folder, again and again.

    python -m tests.crash.torture [--works NAME...] [--every N] [--random N] [--seed N] [--home DIR] [--small-disk]

Each trial does the work in a forked process on a copy of an index, lets something go wrong, and then asks: does the
index open, is `verify` content, does it answer as the last commit or as the new one, and does the next try leave the
same files as an undisturbed one. Prints a line of JSON for each kind of trial; the exit code is 1 where one failed.
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
"""Exit code of a process that said what was wrong."""

PATIENCE = 600
"""Seconds after which something hangs."""

WORDS = ("gaz", "vent", "mer", '"le vent"', "neuf")

LONG = " ".join(f"Le {name} de la mer se lève, le {name} du large faiblit." for name in "abcdefghijklmnop")
"""Long enough for near copies to be found."""


class Stage(NamedTuple):
    """A piece of work on an index: the index before, what is done, what it answers before and after, its files then."""

    name: str
    before: Path
    work: Work
    old: object
    new: object
    files: Counter[str]


def corpus(folder: Path, **bodies: str) -> Path:
    """A corpus of one file. The title is what the id says up to its first point."""
    folder.mkdir()
    titles = {id: f"Titre {id.partition('.')[0]}" for id in bodies}
    rows = [{"id": id, "title": titles[id], "body": body, "date": "2022-01"} for id, body in bodies.items()]
    (folder / "articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def answers(directory: Path) -> object:
    """Everything that an index says: some queries, each article as it is stored with its copies, how it was read."""
    engine = open_engine(str(directory))
    pages = [[(hit.id, hit.title) for hit in engine.search(SearchRequest(q=word)).hits] for word in WORDS]
    every = engine.search(SearchRequest(q="le", size=100, copies="all")).hits
    articles = sorted((hit.id, repr(engine.article(hit.id))) for hit in every)
    return pages, articles, engine.stats().articles, engine.corpus().reading


def files(directory: Path) -> Counter[str]:
    """The files of an index by what they hold, whatever their segment is called and how many commits there were."""
    return Counter(re.sub("[0-9]+", "N", path.name.partition(".")[2]) for path in directory.iterdir())


WORKS = ("build", "build-2", "sync", "merge")


def stages(home: Path, names: Sequence[str] = WORKS) -> Iterator[Stage]:
    """Those that are named of: a build by one process and by two, a sync that adds a segment, and one that merges."""
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
    stage = Stage(name, before, work, answers(before), answers(after), files(after))
    assert stage.old != stage.new
    return stage


def forked(work: Callable[[], Any]) -> int:
    """Starts `work` in a process of its own; its number. What it raises becomes its exit code."""
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


def ended(process: int, problems: list[str]) -> bool:
    """Waits for a process; whether it did all of its work. A hang or an unforeseen exception is a problem."""
    status = os.waitpid(process, 0)[1]
    if status not in (0, FAILED << 8, signal.SIGKILL):
        problems.append(f"ended with status {status}")
    return status == 0


def operations(stage: Stage, directory: Path) -> int:
    """How many operations on files the undisturbed work takes, in the process that commits."""

    def work() -> None:
        shim = Shim(directory)
        shim.install()
        stage.work(directory)
        directory.with_suffix(".count").write_text(str(shim.count))

    assert ended(forked(work), []), "the undisturbed work fails"
    return int(directory.with_suffix(".count").read_text())


def disturbed(stage: Stage, fault: str, at: int, directory: Path, problems: list[str]) -> None:
    """The work, in which one operation on files goes wrong."""

    def work() -> None:
        Shim(directory, at, FAULTS[fault]).install()
        stage.work(directory)

    ended(forked(work), problems)


def killed(stage: Stage, after: float, directory: Path, problems: list[str]) -> None:
    """The work, killed after some seconds, or finished by then."""
    process = forked(lambda: stage.work(directory))
    handle = os.pidfd_open(process)
    select.select([handle], [], [], after)
    os.close(handle)
    os.kill(process, signal.SIGKILL)
    ended(process, problems)


def judge(stage: Stage, directory: Path, problems: list[str]) -> str:
    """Which state the index is in, "old" or "new"; what is not as promised is added to `problems`."""
    _wait_for_orphans(directory)
    problems += verify(directory)
    found = answers(directory)
    state = "old" if found == stage.old else "new" if found == stage.new else "between"
    if state == "between":
        problems.append(f"answers as neither commit: {found}")
    stage.work(directory)
    if answers(directory) != stage.new:
        problems.append("the next try does not give the new index")
    if files(directory) != stage.files:
        problems.append(f"left over: {files(directory) - stage.files}, missing: {stage.files - files(directory)}")
    return state


def _wait_for_orphans(directory: Path) -> None:
    """Processes that a killed build has started hold its lock until they end; they must end by themselves."""
    signal.alarm(PATIENCE)
    with (directory / "MAIN_WRITELOCK").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    signal.alarm(0)


def trial(stage: Stage, home: Path, disturb: Callable[[Path, list[str]], None]) -> tuple[str, list[str]]:
    """One trial on a copy of the index before: the state that it left, and the problems."""
    directory, problems = home / "trial", list[str]()
    shutil.copytree(stage.before, directory)
    try:
        disturb(directory, problems)
        state = judge(stage, directory, problems)
    except (IndexProblem, OSError, RuntimeError) as error:
        state = "unusable"
        problems.append(f"{type(error).__name__}: {error}")
    shutil.rmtree(directory)
    return state, problems


def told(stage: Stage, kind: str, trials: list[tuple[str, list[str]]]) -> bool:
    """Prints what came out; whether all went well."""
    states = Counter(state for state, _ in trials)
    problems = [problem for _, found in trials for problem in found]
    row = {"work": stage.name, "fault": kind, "trials": len(trials), **states, "problems": problems[:5]}
    print(json.dumps(row, ensure_ascii=False), flush=True)
    return not problems


def every_operation(stage: Stage, home: Path, fault: str, share: int, chance: random.Random) -> bool:
    """The fault at every operation in turn, or at some: `share` of them, and always at the last one, if not 0."""
    shutil.copytree(stage.before, home / "count")
    total = operations(stage, home / "count")
    shutil.rmtree(home / "count")
    moments = range(total) if not share else sorted(chance.sample(range(total), min(share, total)))
    trials = [trial(stage, home, partial(disturbed, stage, fault, at)) for at in moments]
    return told(stage, f"{fault} at {'every' if not share else 'some'} of {total} operations", trials)


def random_moments(stage: Stage, home: Path, number: int, chance: random.Random) -> bool:
    """kill -9 at moments that nobody chose, within the time that the work takes."""
    directory = home / "timed"
    shutil.copytree(stage.before, directory)
    started = time.monotonic()
    ended(forked(lambda: stage.work(directory)), [])
    seconds = time.monotonic() - started
    shutil.rmtree(directory)
    moments = [chance.uniform(0, 1.1 * seconds) for _ in range(number)]
    trials = [trial(stage, home, partial(killed, stage, at)) for at in moments]
    return told(stage, "kill -9 at random", trials)


def two_at_once(stage: Stage, home: Path, number: int) -> bool:
    """Two processes start the same work: one does it, the other does it after or is told to wait."""

    def both(directory: Path, problems: list[str]) -> None:
        processes = [forked(lambda: stage.work(directory)) for _ in range(2)]
        done = [ended(process, problems) for process in processes]
        if not any(done):
            problems.append("neither of two did the work")

    return told(stage, "two at once", [trial(stage, home, both) for _ in range(number)])


def small_disk(stage: Stage, home: Path, number: int) -> bool:
    """The work on a tmpfs with room for part of it. Needs the right to mount."""
    page = 4096
    taken = sum(-(-path.stat().st_size // page) * page for path in stage.before.iterdir())

    def full(room: int, directory: Path, problems: list[str]) -> None:
        disk = home / "disk"
        disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", disk], check=True)
        try:
            shutil.copytree(directory, disk / "index")
            ended(forked(lambda: stage.work(disk / "index")), problems)
            shutil.rmtree(directory)
            shutil.copytree(disk / "index", directory)
        finally:
            subprocess.run(["umount", disk], check=True)

    rooms = [taken + page * 4 + taken * 3 * at // number // page * page for at in range(number)]
    return told(stage, "small tmpfs", [trial(stage, home, partial(full, room)) for room in rooms])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--works", nargs="*", choices=WORKS, default=WORKS, help="what is disturbed")
    parser.add_argument("--every", type=int, default=0, help="operations of each work and fault to try; 0 for all")
    parser.add_argument("--faults", nargs="*", choices=FAULTS, default=list(FAULTS), help="what goes wrong at them")
    parser.add_argument("--random", type=int, default=200, help="random moments of each work")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="where the indexes lie meanwhile")
    parser.add_argument("--small-disk", action="store_true", help="fill up real, small disks too (needs root)")
    options = parser.parse_args()
    chance, well = random.Random(options.seed), []
    with tempfile.TemporaryDirectory(dir=options.home) as name:
        home = Path(name)
        for stage in stages(home, options.works):
            well += [every_operation(stage, home, fault, options.every, chance) for fault in options.faults]
            well.append(random_moments(stage, home, options.random, chance))
            well.append(two_at_once(stage, home, max(options.random // 10, 1)))
            if options.small_disk:
                well.append(small_disk(stage, home, 20))
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
