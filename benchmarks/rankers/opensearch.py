"""OpenSearch, where one answers: Lucene's `french` analyzer, or light stems and folding."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.metrics import DEPTH
from benchmarks.rankers.ranker import Missing, Rank
from kiosque.corpus.article import Article

ADDRESS = "http://127.0.0.1:9201"
INDEX = "kiosque-relevance"
TEXTS = ("title", "body")
BATCH = 200
SECONDS = 120

FOLDED = {
    "tokenizer": "standard",
    "filter": ["french_elision", "lowercase", "french_stop", "french_light", "asciifolding"],
}
FILTERS = {
    "french_elision": {
        "type": "elision",
        "articles_case": True,
        "articles": "l m t qu n s j d c jusqu quoiqu lorsqu puisqu".split(),
    },
    "french_stop": {"type": "stop", "stopwords": "_french_"},
    "french_light": {"type": "stemmer", "language": "light_french"},
}


@dataclass(frozen=True)
class OpenSearch:
    """Lucene behind HTTP; `analyzer` is one that it has or one of the settings below."""

    name: str
    analyzer: str
    how: str

    def index(self, articles: Sequence[Article], folder: Path) -> Rank:
        _remove_index()
        _ask("PUT", f"/{INDEX}", _settings(self.analyzer))
        for first in range(0, len(articles), BATCH):
            _add(articles[first : first + BATCH])
        _ask("POST", f"/{INDEX}/_refresh")

        def rank(queries: Mapping[str, str]) -> dict[str, list[str]]:
            numbers = list(queries)
            batches = [numbers[first : first + BATCH] for first in range(0, len(numbers), BATCH)]
            return {number: ids for batch in batches for number, ids in _found(batch, queries)}

        return rank


RANKERS = [
    OpenSearch(
        "OpenSearch french", "french", "Lucene’s French stop words and light stems; BM25 of title and body added up"
    ),
    OpenSearch("OpenSearch light stem + folding", "folded", "the same, and accents folded after it"),
]


def _remove_index() -> None:
    """Removes leftovers of the previous run. Raises Missing if no server answers."""
    try:
        _ask("DELETE", f"/{INDEX}?ignore_unavailable=true")
    except urllib.error.HTTPError:
        raise
    except OSError as error:
        raise Missing(f"no server answers at {ADDRESS}; start one to have it measured") from error


def _settings(analyzer: str) -> dict[str, Any]:
    text = {"type": "text", "analyzer": analyzer}
    return {
        "settings": {"number_of_shards": 1, "analysis": {"analyzer": {"folded": FOLDED}, "filter": FILTERS}},
        "mappings": {"_source": {"enabled": False}, "properties": dict.fromkeys(TEXTS, text)},
    }


def _add(articles: Sequence[Article]) -> None:
    lines: list[object] = []
    for article in articles:
        lines += [{"index": {"_id": article.id}}, {"title": article.title, "body": article.body}]
    if _ask("POST", f"/{INDEX}/_bulk", *lines)["errors"]:
        raise RuntimeError(f"OpenSearch at {ADDRESS} refused articles: look into its log")


def _found(numbers: Sequence[str], queries: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    lines = [line for number in numbers for line in ({}, _query(queries[number]))]
    answers = _ask("POST", f"/{INDEX}/_msearch", *lines)["responses"]
    found = [[hit["_id"] for hit in answer["hits"]["hits"]] for answer in answers]
    return list(zip(numbers, found, strict=True))


def _query(q: str) -> dict[str, Any]:
    return {"size": DEPTH, "query": {"multi_match": {"query": q, "fields": TEXTS, "type": "most_fields"}}}


def _ask(method: str, path: str, *lines: object) -> Any:
    """Its answer; one line is sent as JSON, several as newline-delimited JSON."""
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    kind = "application/json" if len(lines) == 1 else "application/x-ndjson"
    request = urllib.request.Request(ADDRESS + path, body or None, {"Content-Type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return msgspec.json.decode(answer.read())
