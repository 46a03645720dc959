"""Queries as a journalist types them, with their totals and first titles: read them, no figure can.

`--save FILE` keeps the answers; `--against FILE` shows the total of then beside that of now, and marks the titles that
were not among the first three.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from benchmarks.corpus import REAL
from benchmarks.matching import built
from kiosque.search import Engine, SearchRequest, open_engine

QUERIES = (
    *(
        "Mali",
        "Gaza",
        "OM",
        "Dati",
        "Anne",
        "Gard",
        "Tours",
        "Réunionnais",
    ),  # names that look like words
    *("maïs", "visa", "pétition", "communiste", "actrice", "jeux", "marché"),  # words with neighbours that look alike
    *("sécurité", "côté"),  # accents that are typed
    *("syndicats annoncent", "santé publique", "pompiers feux de forêt"),  # several words, in the form of a headline
)
"""Twenty of the kind that found too much or too little when terms were stems."""

FIRST = 3


class Answer(msgspec.Struct, frozen=True):
    """What a query finds: how many articles, how many of them have the words as typed, and the first titles."""

    total: int
    exactly: int
    titles: list[str]


Answers = Mapping[str, Answer]


def ask(engine: Engine, query: str) -> Answer:
    """The answer to one query, near copies included."""
    page = engine.search(SearchRequest(q=query, size=FIRST, copies="all"))
    exactly = " ".join(f"={word}" for word in query.split())
    total = engine.search(SearchRequest(q=exactly, size=1, copies="all")).total
    return Answer(page.total, total, [hit.title for hit in page.hits])


def table(now: Answers, then: Answers) -> Iterator[str]:
    """The answers, for people."""
    yield "| query | found | before | as typed | first three |"
    yield "|---|---|---|---|---|"
    for query, answer in now.items():
        before = then.get(query)
        titles = " / ".join(_marked(title, before) for title in answer.titles)
        yield f"| `{query}` | {answer.total} | {before.total if before else ''} | {answer.exactly} | {titles} |"


def _marked(title: str, before: Answer | None) -> str:
    return title if before is None or title in before.titles else f"**{title}**"


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the table; 2 without an index to ask."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journalist", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--index", type=Path, metavar="DIR", help="an index of the articles; built anew without")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the answers")
    parser.add_argument("--against", type=Path, metavar="FILE", help="answers that were kept before")
    options = parser.parse_args(argv)
    if options.index is None and not REAL.is_file():
        print(f"No articles at {REAL}. Name an index: --index DIR", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(str(options.index or built(Path(folder))))
        now = {query: ask(engine, query) for query in QUERIES}
    then = msgspec.json.decode(options.against.read_bytes(), type=dict[str, Answer]) if options.against else {}
    print(*table(now, then), sep="\n")
    if options.save:
        options.save.write_bytes(msgspec.json.encode(now))
    return 0


if __name__ == "__main__":
    sys.exit(main())
