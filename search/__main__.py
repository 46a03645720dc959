"""`python -m search QUERY --index DIR` (or `--engine URL`), or `--batch QUERIES.tsv --run RUN.txt` for a TREC run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from kiosque.search.engines.contract import Engine, compile_kernels, open_engine
from kiosque.search.errors import EngineUnavailable, QueryTimeout, RequestError
from kiosque.search.model import Hit, SearchPage, SearchRequest

UNUSABLE = 2
"""Exit code where what was given cannot be used, as argparse has it for bad options."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the page, or writes the run; the exit code."""
    options = _parser().parse_args(argv)
    try:
        engine = open_engine(options.index)
        compile_kernels(engine)
        if options.batch:
            _write_run(engine, options)
        else:
            page = engine.search(_request(options, options.query))
            print(msgspec.json.encode(page).decode() if options.json else "\n".join(_lines(page)))
    except (RequestError, EngineUnavailable, QueryTimeout, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m search", description="Cherche dans un index de presse.")
    parser.add_argument(
        "query", metavar="QUERY", nargs="?", default="", help="la requête\u00a0; vide\u00a0: tous les articles"
    )
    parser.add_argument("--index", default="var/index", metavar="DIR", help="dossier de l’index")
    parser.add_argument("--engine", dest="index", metavar="URL", help="adresse d’un cluster, à la place du dossier")
    parser.add_argument("--source", dest="sources", action="append", default=[], help="source voulue (répétable)")
    parser.add_argument("--from", dest="since", metavar="DATE", help="première date\u00a0: 2022, 2022-01 ou 2022-01-19")
    parser.add_argument("--to", dest="until", metavar="DATE", help="dernière date")
    parser.add_argument("--sort", choices=("relevance", "newest", "oldest"), default="relevance")
    parser.add_argument("--page", type=int, default=1)
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument("--match", choices=("all", "any"), default="all", help="tous les mots, ou un seul suffit")
    parser.add_argument(
        "--copies",
        choices=("grouped", "all"),
        default="grouped",
        help="les reprises d’un texte en une fois, ou chacune",
    )
    parser.add_argument("--json", action="store_true", help="la page en JSON, comme l’API")
    parser.add_argument("--batch", type=Path, metavar="QUERIES.tsv", help="requêtes\u00a0: numéro, tabulation, texte")
    parser.add_argument("--run", type=Path, metavar="RUN.txt", help="où écrire les résultats au format TREC")
    return parser


def _request(options: argparse.Namespace, text: str) -> SearchRequest:
    names = ("sources", "since", "until", "sort", "page", "size", "match", "copies")
    return SearchRequest(q=text, **{name: getattr(options, name) for name in names})


def _lines(page: SearchPage) -> Iterator[str]:
    yield f"{page.total} article{'s' if page.total > 1 else ''} · {page.took_ms:.1f} ms".replace(".", ",", 1)
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
            page = engine.search(msgspec.structs.replace(_request(options, text), copies="all"))
            run.writelines(f"{number} Q0 {hit.id} {hit.rank} {hit.score:.4f} kiosque\n" for hit in page.hits)


if __name__ == "__main__":
    sys.exit(main())
