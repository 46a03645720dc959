"""`python -m benchmarks.faults FOLDER`: small inputs that were read or found wrong, and how many are right now.

`--searches` and `--readers` judge one kind alone; `--all` lists what is right too.

FOLDER has `cases.jsonl`: a file, what kind of fault it shows, the command, and what is wanted. A case of a reader wants
fields of the first article (`n`: how many articles); a case of a search wants exactly the articles of these ids.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.walk.read_corpus import read_corpus
from kiosque.index.build.full_build import build
from kiosque.search import Engine, SearchRequest, open_engine

_QUERY = re.compile(r"[?&]q=(?P<q>.*?)  \(and ")


class Case(msgspec.Struct, frozen=True):
    """A line of cases.jsonl."""

    file: str
    kind: str
    command: str
    want: dict[str, Any]

    @property
    def query(self) -> str | None:
        """The query of a search case; None for a reader case."""
        match = _QUERY.search(self.command)
        return match["q"] if match else None


class Verdict(NamedTuple):
    """A case and its outcome."""

    case: Case
    got: dict[str, Any]

    @property
    def right(self) -> bool:
        """Whether the outcome is as expected. Where a refusal is expected, reading the file is right too."""
        if "refused" in self.case.want:
            return bool(self.got["n"]) or self.got["refusals"] == 1
        return self.got == self.case.want


def cases_of(folder: Path) -> list[Case]:
    """The cases of a folder, in the order of their file."""
    with (folder / "cases.jsonl").open("rb") as lines:
        return [msgspec.json.decode(line, type=Case) for line in lines]


def judged(folder: Path, cases: Sequence[Case]) -> Iterator[Verdict]:
    """The verdict on each case."""
    with TemporaryDirectory() as temporary:
        engine_of = cache(lambda file: indexed(folder / file, Path(temporary) / file))
        for case in cases:
            if case.query is None:
                yield Verdict(case, read(folder / case.file, case.want))
            else:
                yield Verdict(case, found(engine_of(case.file), case.query))


def read(path: Path, want: dict[str, Any]) -> dict[str, Any]:
    """The reader's values of the expected fields."""
    items = list(read_corpus([path]))
    articles = [item for item in items if isinstance(item, Article)]
    got: dict[str, Any] = {"n": len(articles), "refusals": len(items) - len(articles)}
    if articles:
        got |= msgspec.structs.asdict(articles[0])
    if unwanted := want.get("no line with"):
        lines = "\n".join(article.body for article in articles).split("\n")
        got["no line with"] = unwanted if not any(unwanted in line for line in lines) else None
    return got if "refused" in want else {name: got.get(name) for name in want}


def indexed(path: Path, directory: Path) -> Engine:
    """An engine over an index of one file."""
    build([path], directory, jobs=1)
    return open_engine(str(directory))


def found(engine: Engine, query: str) -> dict[str, Any]:
    """The bodies that a search finds, by id."""
    page = engine.search(SearchRequest(q=query, size=100, copies="all"))
    texts = {hit.id: engine.article(hit.id) for hit in page.hits}
    return {id: text.article.body for id, text in texts.items() if text}


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the wrong cases and the number of right ones. Exit code 1 if any is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("folder", type=Path)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--readers", action="store_true", help="leave out the cases of a search")
    only.add_argument("--searches", action="store_true", help="leave out the cases of a reader")
    parser.add_argument("--all", action="store_true", help="list the cases that are right too")
    options = parser.parse_args(argv)
    left_out = {True: options.readers, False: options.searches}
    cases = [case for case in cases_of(options.folder) if not left_out[case.query is not None]]
    verdicts = list(judged(options.folder, cases))
    for verdict in verdicts:
        if options.all or not verdict.right:
            print(*_lines(verdict), sep="\n")
    wrong = sum(not verdict.right for verdict in verdicts)
    print(f"{len(cases) - wrong} of {len(cases)} right")
    return int(bool(wrong))


def _lines(verdict: Verdict) -> Iterator[str]:
    """A case, and below it what differs: of a search the articles that are missing, and those that are too many."""
    case, got = verdict
    yield f"{'right' if verdict.right else 'WRONG'} {case.file} {case.query or ''}: {case.kind}"
    if case.query is None and not verdict.right:
        yield f"    wanted {case.want}"
        yield f"    got    {got}"[:300]
    elif case.query is not None:
        yield from (f"    missing {id}: {body}" for id, body in case.want.items() if id not in got)
        yield from (f"    too many {id}: {body}" for id, body in got.items() if id not in case.want)


if __name__ == "__main__":
    sys.exit(main())
