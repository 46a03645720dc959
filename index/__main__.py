"""`python -m index build PATH... --index DIR` and `python -m index stats --index DIR`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from corpus.report import Report, number
from corpus.walk import CorpusNotFound
from index.build import build
from index.errors import IndexProblem
from index.progress import progress_bar
from index.stats import Stats, stats

UNUSABLE = 2
"""Exit code where what was given cannot be used, as argparse has it for bad options."""


def main(argv: Sequence[str] | None = None) -> int:
    """Does what was asked; the exit code."""
    options = _parser().parse_args(argv)
    try:
        _build(options) if options.command == "build" else _stats(options)
    except (CorpusNotFound, IndexProblem) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("Interrompu : l’index précédent est gardé.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="Construit et décrit un index de presse.")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="remplace l’index par celui de ces articles")
    building.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="dossier ou fichier d’articles")
    building.add_argument("--quiet", action="store_true", help="ni barre ni rapport")
    describing = commands.add_parser("stats", help="dit ce que l’index contient")
    describing.add_argument("--json", action="store_true", help="en JSON")
    for command in (building, describing):
        command.add_argument("--index", type=Path, default=Path("var/index"), metavar="DIR", help="dossier de l’index")
    return parser


def _build(options: argparse.Namespace) -> None:
    started = time.monotonic()
    with progress_bar(options.paths, options.quiet) as progress:
        report = build(options.paths, options.index, progress)
    if not options.quiet:
        print("\n".join([*report.lines(), _finished(report, options.index, time.monotonic() - started)]))


def _finished(report: Report, directory: Path, seconds: float) -> str:
    speed = number(round(report.articles / seconds))
    return f"index « {directory} » prêt en {seconds:.1f} s ({speed} articles/s)".replace(".", ",", 1)


def _stats(options: argparse.Namespace) -> None:
    found = stats(options.index)
    print(msgspec.json.encode(found).decode() if options.json else _described(found))


def _described(found: Stats) -> str:
    span = f"du {found.first} au {found.last}" if found.first else "aucun daté"
    counts = f"{number(found.articles)} articles ({number(found.undated)} sans date), {number(found.sources)} sources"
    return f"{counts}, {span}"


if __name__ == "__main__":
    sys.exit(main())
