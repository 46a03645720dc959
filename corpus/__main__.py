"""`python -m corpus PATH... [--json] [--refusals FILE]`: shows what would be indexed, guessed and refused."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from kiosque.corpus.article import Article, Duplicate, Origin
from kiosque.corpus.checkout import program
from kiosque.corpus.french import NBSP, ORIGINS
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.read_corpus import BadSettings, CorpusNotFound, read_corpus
from kiosque.corpus.walk.report import Report, refusal_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the articles, the refusals and the report. Gives the exit code: 2 for a path that does not exist."""
    options, report = _parser().parse_args(arguments), Report()
    try:
        items = read_corpus(options.paths, report.meet)
    except (BadSettings, CorpusNotFound) as error:
        print(error, file=sys.stderr)
        return 2
    _print(_json_lines(items, report) if options.json else _text_lines(items, report))
    if options.refusals:
        return _write_refusals(report, options.refusals)
    return 0


def _write_refusals(report: Report, path: Path) -> int:
    try:
        report.write_refusals(path)
    except OSError as error:
        print(f"{path}{NBSP}: {cause_of(error)}", file=sys.stderr)
        return 2
    return 0


def _print(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough; Python would complain when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program("corpus", "kiosque corpus"), description="Montre ce qui est lu d’un corpus de presse."
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="dossier ou fichier d’articles")
    parser.add_argument("--json", action="store_true", help="une ligne JSON par article ou refus, puis le rapport")
    parser.add_argument("--refusals", metavar="FILE", type=Path, help="écrit tous les refus dans ce fichier")
    return parser


def _json_lines(items: Iterable[Article | Duplicate | Refusal], report: Report) -> Iterator[str]:
    for item in items:
        report.add(item)
        yield msgspec.json.encode(item).decode()
    yield msgspec.json.encode(report.summary()).decode()


def _text_lines(items: Iterable[Article | Duplicate | Refusal], report: Report) -> Iterator[str]:
    for item in items:
        report.add(item)
        yield _shown(item)
    yield ""
    yield from report.lines()


def _shown(item: Article | Duplicate | Refusal) -> str:
    if isinstance(item, Refusal):
        return f"refusé{NBSP}: {refusal_line(item)}"
    if isinstance(item, Duplicate):
        return f"copie{NBSP}: {item.article.id}, la même que {item.of}"
    date = _guess(item.date, item.date_origin) or "sans date"
    source = _guess(item.source, item.source_origin) or "sans source"
    # Control characters of a title would reach the terminal.
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", " · ".join((item.id, date, source, item.title)))


def _guess(value: str | None, origin: Origin | None) -> str | None:
    return f"{value} ({ORIGINS[origin].label})" if value and origin else None


if __name__ == "__main__":
    sys.exit(main())
