"""`python -m benchmarks.faults FOLDER`: small inputs that were read or found wrong, and how many are right now.

FOLDER has `cases.jsonl`: a file, what kind of fault it shows, the command, and what is wanted. A case of a reader wants
fields of the first article (`n`: how many articles); a case of a search wants exactly the articles of these ids.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.walk.read_corpus import read_corpus
from kiosque.index.build.full_build import build
from kiosque.search import SearchRequest, open_engine

_QUERY = re.compile(r"[?&]q=(?P<q>.*?)  \(and ")


class Case(msgspec.Struct, frozen=True):
    """A line of cases.jsonl."""

    file: str
    kind: str
    command: str
    want: dict[str, Any]

    @property
    def query(self) -> str | None:
        """What a case of a search asks; None for a case of a reader."""
        match = _QUERY.search(self.command)
        return match["q"] if match else None


class Verdict(NamedTuple):
    """A case, and what was got of what it wants."""

    case: Case
    got: dict[str, Any]

    @property
    def right(self) -> bool:
        """Whether all is as wanted. Where one refusal is wanted, reading the file is right too."""
        if "refused" in self.case.want:
            return bool(self.got["n"]) or self.got["refusals"] == 1
        return self.got == self.case.want


def cases_of(folder: Path) -> list[Case]:
    """The cases of a folder, in the order of their file."""
    with (folder / "cases.jsonl").open("rb") as lines:
        return [msgspec.json.decode(line, type=Case) for line in lines]


def judged(folder: Path, cases: Sequence[Case]) -> Iterator[Verdict]:
    """The verdict on each case."""
    for case in cases:
        got = read(folder / case.file, case.want) if case.query is None else found(folder / case.file, case.query)
        yield Verdict(case, got)


def read(path: Path, want: dict[str, Any]) -> dict[str, Any]:
    """What the reader gives of what is wanted."""
    items = list(read_corpus([path]))
    articles = [item for item in items if isinstance(item, Article)]
    got: dict[str, Any] = {"n": len(articles), "refusals": len(items) - len(articles)}
    if articles:
        got |= msgspec.structs.asdict(articles[0])
    if unwanted := want.get("no line with"):
        lines = "\n".join(article.body for article in articles).split("\n")
        got["no line with"] = unwanted if not any(unwanted in line for line in lines) else None
    return got if "refused" in want else {name: got.get(name) for name in want}


def found(path: Path, query: str) -> dict[str, Any]:
    """The bodies that a search finds in an index of the file, by id."""
    with TemporaryDirectory() as folder:
        build([path], Path(folder) / "index", jobs=1)
        engine = open_engine(str(Path(folder) / "index"))
        page = engine.search(SearchRequest(q=query, size=100, copies="all"))
        texts = {hit.id: engine.article(hit.id) for hit in page.hits}
    return {id: text.article.body for id, text in texts.items() if text}


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the cases that are wrong and how many are right; the exit code is 1 where one is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readers", action="store_true", help="leave out the cases of a search")
    options = parser.parse_args(argv)
    cases = [case for case in cases_of(options.folder) if not (options.readers and case.query)]
    verdicts = list(judged(options.folder, cases))
    wrong = [verdict for verdict in verdicts if not verdict.right]
    for case, got in wrong:
        print(f"{case.file} {case.query or ''}: {case.kind}\n    wanted {case.want}\n    got    {_short(got)}")
    print(f"{len(cases) - len(wrong)} of {len(cases)} right")
    return int(bool(wrong))


def _short(got: dict[str, Any]) -> str:
    return f"{got}"[:300]


if __name__ == "__main__":
    sys.exit(main())
