"""`python -m search QUERY --index DIR` (or `--engine URL`), or `--batch QUERIES.tsv --run RUN.txt` for a TREC run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kiosque.corpus.checkout import program
from kiosque.corpus.french import counted, typeset
from kiosque.search.engines.contract import Engine, compile_kernels, open_engine
from kiosque.search.errors import EngineUnavailable, QueryTimeout, RequestError
from kiosque.search.execute.explanation import as_text
from kiosque.search.model import Hit, SearchPage, SearchRequest
from kiosque.search.parameters import PARAMETERS, Parameter

UNUSABLE = 2
"""Exit code for unusable arguments, as argparse's for bad options."""


def main(argv: Sequence[str] | None = None) -> int:
    """Print the page, or write the run; the exit code."""
    options = _parser().parse_args(argv)
    try:
        engine = open_engine(options.index)
        compile_kernels(engine)
        if options.batch:
            _write_run(engine, options)
        elif options.explain:
            explanation = engine.explain(_request(options))
            print(msgspec.json.encode(explanation).decode() if options.json else "\n".join(as_text(explanation)))
        else:
            page = engine.search(_request(options))
            print(msgspec.json.encode(page).decode() if options.json else "\n".join(_lines(page)))
    except (RequestError, EngineUnavailable, QueryTimeout, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    return 0


def _parser() -> argparse.ArgumentParser:
    name = program("search", "kiosque search")
    parser = argparse.ArgumentParser(prog=name, description="Cherche dans un index de presse.")
    parser.add_argument("--index", default="var/index", metavar="DIR", help="dossier de l’index")
    parser.add_argument("--engine", dest="index", metavar="URL", help="adresse d’un cluster, à la place du dossier")
    for row in PARAMETERS:
        _add_option(parser, row)
    parser.add_argument("--json", action="store_true", help="la page en JSON, comme l’API")
    parser.add_argument("--explain", action="store_true", help="l’arbre, le plan, et le détail de chaque score")
    parser.add_argument(
        "--batch", type=Path, metavar="QUERIES.tsv", help=typeset("requêtes : numéro, tabulation, texte")
    )
    parser.add_argument("--run", type=Path, metavar="RUN.txt", help="où écrire les résultats au format TREC")
    return parser


def _add_option(parser: argparse.ArgumentParser, row: Parameter) -> None:
    """The option of a parameter; one that is not given leaves the field to its default."""
    if row.name == "q":
        parser.add_argument("q", metavar="QUERY", nargs="?", default="", help=row.help)
        return
    kinds: dict[str, dict[str, Any]] = {
        "texts": {"action": "append", "metavar": row.name.upper()},
        "flag": {"action": "store_true"},
        "choice": {"choices": row.choices},
        "date": {"metavar": "DATE"},  # any that a query takes, 19/01/2022 too: the engine reads it
        "number": {"type": partial(_number, row), "metavar": "N"},
    }
    parser.add_argument(f"--{row.name}", dest=row.field, default=argparse.SUPPRESS, help=row.help, **kinds[row.kind])


def _number(row: Parameter, text: str) -> Any:
    try:
        return row.read([text])
    except RequestError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _request(options: argparse.Namespace) -> SearchRequest:
    return SearchRequest(**{row.field: getattr(options, row.field) for row in PARAMETERS if row.field in options})


def _lines(page: SearchPage) -> Iterator[str]:
    yield f"{counted(page.total, 'article', 'articles')} · {page.took_ms:.1f} ms".replace(".", ",", 1)
    yield from (note.message for note in page.notes)
    for hit in page.hits:
        yield from _hit_lines(hit)


def _hit_lines(hit: Hit) -> Iterator[str]:
    yield f"\n{hit.rank}. {hit.title}"
    yield f"   {hit.source or 'sans source'} · {hit.date or 'sans date'} · {hit.id}"
    yield f"   {hit.snippet.text}"


def _write_run(engine: Engine, options: argparse.Namespace) -> None:
    if options.run is None:
        raise ValueError("--batch demande aussi --run RUN.txt")
    with options.batch.open(encoding="utf-8") as queries, options.run.open("w", encoding="utf-8") as run:
        for line in queries:
            number, _, text = line.rstrip("\n").partition("\t")
            page = engine.search(msgspec.structs.replace(_request(options), q=text, copies="all"))
            run.writelines(f"{number} Q0 {hit.id} {hit.rank} {hit.score:.4f} kiosque\n" for hit in page.hits)


if __name__ == "__main__":
    sys.exit(main())
