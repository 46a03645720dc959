"""Damages index files (truncated, emptied, removed, one bit flipped) and checks that this is detected.

    python -m tests.crash.damage [--flips N] [--seed N] [--large] [--served]

Each file of an index of two segments is damaged in every way, and single bits are flipped at random places in all
files. Each time `verify` runs, and a separate process opens the index and answers queries. `--large` treats postings
and stored articles as too large to be checked on opening, and damages only those. `--served` opens the index as a
server does, which reads every byte first. Prints a line of JSON for each kind of damage; the exit code is 1 if an
answer was wrong or missing, or `verify` did not name the file.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import kiosque.index.segment.segment_data
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.care.verify import verify
from kiosque.index.errors import IndexProblem
from kiosque.search import EngineUnavailable, SearchRequest, open_engine
from tests.crash.torture import LONG, PATIENCE, corpus

OUTCOMES = {0: "same answers", 3: "refused", 4: "wrong answer", 5: "other error", signal.SIGALRM: "hang"}
"""Outcomes of the process that opened the index, by exit code or signal. Any other signal is a crash."""

QUERIES = ("gaz", "le", '"le vent" gaz', "mer SAUF vent", "venr~1", "m*", "=Gaz", "source:AFP", "date:2022-01..2022-03")

Damage = tuple[str, Path, Callable[[bytes], bytes | None]]


def make_index(home: Path) -> Path:
    """An index of two segments with deletions, repeated words, dates and copies."""
    bodies = {f"a{at:03}": f"Le gaz {at % 17} manque, le vent {at % 5} de la mer. Gaz !" for at in range(300)}
    bodies |= {"long": " ".join(["gaz", "vent", "mer"] * 300), "l1": LONG, "l1.twin": LONG, "l2": f"{LONG} Le gaz."}
    build([corpus(home / "old", **bodies)], home / "index")
    bodies |= {"a007": "Le neuf.", "b": "Le neuf.", "l3": f"{LONG} Le vent."}
    del bodies["a100"]
    sync([corpus(home / "new", **bodies)], home / "index")
    return home / "index"


def answers_of(directory: Path, served: bool = False) -> object:
    """Result pages with snippets and counts, and some articles."""
    engine = open_engine(str(directory), served=served)
    pages = [engine.search(SearchRequest(q=q, size=100, sort=s)) for q in QUERIES for s in ("relevance", "newest")]
    found = [(page.total, page.hits, page.facets) for page in pages]
    articles = [engine.article(id, "gaz") for id in ("l1", "l2", "l3", *(f"a{at:03}" for at in range(0, 300, 7)))]
    return found, articles, engine.suggest("ma"), engine.stats()


def outcome_of(directory: Path, right: object, served: bool) -> str:
    """The outcome of opening and answering, in a separate process, which may crash."""
    process = os.fork()
    if not process:
        signal.alarm(PATIENCE)
        code = 5
        try:
            code = 0 if answers_of(directory, served) == right else 4
        except (IndexProblem, EngineUnavailable) as error:
            code = 3 if "make index" in str(error) else 5
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    status = os.waitpid(process, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    return OUTCOMES.get(code, OUTCOMES.get(-code, f"crash by signal {-code}"))


def verify_names(directory: Path, path: Path) -> bool:
    """Whether `verify` names the file. Without a table of contents it reports that there is no index."""
    try:
        return any(path.name in problem for problem in verify(directory))
    except IndexProblem as error:
        return path.name in str(error) or (path.suffix == ".toc" and not path.exists())


def damages(paths: list[Path], flips: int, only_flips: bool, chance: random.Random) -> Iterator[Damage]:
    """Each file cut in half, emptied and removed, and some flipped bits."""
    for path in [] if only_flips else paths:
        yield "cut in half", path, lambda data: data[: len(data) // 2]
        yield "emptied", path, lambda data: b""
        yield "removed", path, lambda data: None
    for at in range(flips):
        path = chance.choice(paths) if only_flips else paths[at % len(paths)]
        yield "a bit flipped", path, _flip(chance.randrange(8 * path.stat().st_size))


def _flip(bit: int) -> Callable[[bytes], bytes]:
    def flipped(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        return bytes(changed)

    return flipped


def apply_damage(path: Path, change: Callable[[bytes], bytes | None]) -> None:
    """Changes the file, or removes it."""
    changed = change(path.read_bytes())
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--flips", type=int, default=500)
    parser.add_argument("--every", type=int, default=1, help="damage every n-th file")
    parser.add_argument("--only-flips", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--served", action="store_true")
    parser.add_argument("--home", type=Path, help="folder for the temporary indexes")
    options = parser.parse_args()
    kiosque.index.segment.segment_data.CHECKED = 0 if options.large else kiosque.index.segment.segment_data.CHECKED
    chance, rows = random.Random(options.seed), dict[str, Counter[str]]()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir=options.home) as name:
        whole = make_index(Path(name))
        right = answers_of(whole)
        paths = sorted(path for path in whole.iterdir() if path.suffix)
        if options.large:
            paths = [path for path in paths if path.name.split(".")[1] in kiosque.index.segment.segment_data.CONTENTS]
        for kind, path, change in damages(paths[:: options.every], options.flips, options.only_flips, chance):
            trial = Path(name) / "trial"
            shutil.copytree(whole, trial, copy_function=os.link)  # damaged files are copied on write
            apply_damage(trial / path.name, change)
            found, told = outcome_of(trial, right, options.served), verify_names(trial, trial / path.name)
            kind = f"report {kind}" if path.name.startswith(("report", "refusals")) else kind
            rows.setdefault(kind, Counter())[found] += 1
            rows[kind]["named by verify"] += told
            if found not in ("same answers", "refused") or not told:
                print(f"{kind} of {path.name}: {found}", file=sys.stderr, flush=True)
                wrong.append(f"{kind}: {path.name.partition('.')[2]}: {found}{'' if told else ', verify is content'}")
            shutil.rmtree(trial)
    for kind, counts in rows.items():
        trials = sum(counts.values()) - counts["named by verify"]
        print(json.dumps({"damage": kind, "trials": trials, **counts}, ensure_ascii=False), flush=True)
    for line, times in Counter(wrong).items():
        print(json.dumps({"wrong": line, "times": times}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
