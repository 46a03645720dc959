"""Requests a second over loopback, beside OpenSearch: `python -m benchmarks.http --index var/index --corpus FILE`.

Guards the promise that a page costs a quarter of what OpenSearch needs for the same: ten hits with their fields and a
highlight each, the exact total, the counts of sources and of months. wrk asks /api/v1/search, the page for people and
OpenSearch's _search for the same drawn queries (one word, or all of two to six), in turn and in several rounds; wrk
shares the cores with them. On a machine that others use too, read the processor time of a request first. It needs wrk
and Linux; OpenSearch is left out where none answers. An index of its own is made there and removed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.article import BenchArticle, read_articles, read_rows
from benchmarks.machine import machine
from benchmarks.memory import PROC, tree
from benchmarks.page import server
from benchmarks.peers.peer import SIZE, SNIPPET, TITLE_WEIGHT
from benchmarks.percentiles import median
from benchmarks.queries import draw_queries, sample
from benchmarks.tree import KIOSQUE

INDEX = "bench-page"
KINDS = ("rare", "medium", "frequent", "all of 2-6")
"""Of the drawn queries: words alone, which all three are asked for in the same text."""

BATCH = 500
SECONDS = 120
SEED = 1
FIGURES = ("a_second", "p50", "p95", "p99", "processor")
FACETS = {
    "source": {"terms": {"field": "source", "size": 1000}},
    "date": {"date_histogram": {"field": "date", "calendar_interval": "month"}},
}
PLAIN = ("source", "url")
SCRIPT = """
local requests, at = {}, 0
for line in io.lines("REQUESTS") do requests[#requests + 1] = line end
request = function()
  at = at % #requests + 1
  if METHOD == "GET" then return wrk.format("GET", requests[at]) end
  return wrk.format("POST", PATH, {["Content-Type"] = "application/json"}, requests[at])
end
done = function(summary, latency)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests": %d, "a_second": %f, "p50": %f, "p95": %f, "p99": %f, "errors": %d}',
    summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, bad))
end
"""


class Load(msgspec.Struct, frozen=True):
    """What wrk measured in one round; percentiles in milliseconds. `processor` is of one request, in milliseconds."""

    requests: int
    a_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    processor: float = 0.0


@dataclass(frozen=True)
class Target:
    """What is asked: GET of the lines of `requests`, or where there is a path POST of them to it.

    `spent` says how many milliseconds of the processors its server has used.
    """

    name: str
    address: str
    requests: list[str]
    spent: Callable[[], float]
    path: str = ""


def load(target: Target, connections: int, seconds: int) -> Load:
    """One round of wrk with one thread."""
    with TemporaryDirectory() as folder:
        lines, script = Path(folder, "requests"), Path(folder, "script.lua")
        lines.write_text("\n".join(target.requests), encoding="utf-8")
        values = {"METHOD": json.dumps("POST" if target.path else "GET"), "PATH": json.dumps(target.path)}
        text = SCRIPT.replace("REQUESTS", str(lines))
        script.write_text("".join(f"local {name} = {value}\n" for name, value in values.items()) + text)
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), target.address]
        before = target.spent()
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = target.spent() - before
    found = msgspec.json.decode(said[said.index("{") :], type=Load)
    return msgspec.structs.replace(found, processor=spent / max(1, found.requests))


def middle(rounds: Sequence[Load]) -> Load:
    """The median of each figure; all of the errors."""
    figures = {name: median([getattr(each, name) for each in rounds]) for name in FIGURES}
    return Load(**figures, requests=sum(each.requests for each in rounds), errors=sum(each.errors for each in rounds))


def of_kiosque(address: str, texts: Sequence[str]) -> list[Target]:
    """The API and the page."""
    asked = [urllib.parse.urlencode({"q": text}) for text in texts]
    paths = {"Kiosque, /api/v1/search": "/api/v1/search?", "Kiosque, the page": "/search?"}
    return [
        Target(name, address, [path + query for query in asked], _spent_by_children) for name, path in paths.items()
    ]


def _spent_by_children() -> float:
    """Of the server: the only child of this process at that time."""
    ticks = 0
    for pid in tree(os.getpid()):
        if pid != os.getpid():
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def opensearch(address: str, articles: Sequence[BenchArticle], texts: Sequence[str]) -> Iterator[list[Target]]:
    """OpenSearch with the articles in one segment; nothing where none answers."""
    try:
        _ask(address, "GET", "/")
    except OSError:
        print(f"no OpenSearch at {address}: left out")
        yield []
        return
    with suppress(urllib.error.HTTPError):
        _ask(address, "DELETE", f"/{INDEX}")
    _ask(address, "PUT", f"/{INDEX}", _settings())
    try:
        for first in range(0, len(articles), BATCH):
            _add(address, articles[first : first + BATCH])
        _ask(address, "POST", f"/{INDEX}/_forcemerge?max_num_segments=1")
        _ask(address, "POST", f"/{INDEX}/_refresh")
        bodies = [json.dumps(_body(text)) for text in texts]
        yield [Target("OpenSearch, _search", address, bodies, lambda: _spent_by(address), f"/{INDEX}/_search")]
    finally:
        _ask(address, "DELETE", f"/{INDEX}")


def _spent_by(address: str) -> float:
    nodes = _ask(address, "GET", "/_nodes/stats/process")["nodes"]
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes.values()))


def _settings() -> dict[str, Any]:
    text, plain = {"type": "text", "analyzer": "french"}, {name: {"type": "keyword"} for name in PLAIN}
    return {
        "settings": {"number_of_shards": 1, "number_of_replicas": 0},
        "mappings": {"properties": {"title": text, "body": text, "date": {"type": "date"}, **plain}},
    }


def _add(address: str, articles: Sequence[BenchArticle]) -> None:
    rows = [msgspec.structs.asdict(article) for article in articles]
    lines = [line for row in rows for line in ({"index": {"_id": row.pop("id")}}, row)]
    if _ask(address, "POST", f"/{INDEX}/_bulk", *lines)["errors"]:
        raise RuntimeError(f"OpenSearch at {address} refused articles: look into its log")


def _body(text: str) -> dict[str, Any]:
    fields = [f"title^{TITLE_WEIGHT}", "body"]
    return {
        "size": SIZE,
        "query": {"multi_match": {"query": text, "fields": fields, "type": "cross_fields", "operator": "and"}},
        "track_total_hits": True,
        "aggs": FACETS,
        "highlight": {"fields": {"body": {"fragment_size": SNIPPET, "number_of_fragments": 1}}},
        "_source": ["title", "date", *PLAIN],
    }


def _ask(address: str, method: str, path: str, *lines: object) -> Any:
    """Its answer; one line is sent as JSON, several as newline-delimited JSON."""
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    kind = "application/json" if len(lines) == 1 else "application/x-ndjson"
    request = urllib.request.Request(address + path, body or None, {"Content-Type": kind}, method=method)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return msgspec.json.decode(answer.read())


def report(found: dict[str, Load]) -> Iterator[str]:
    """A table of what was measured; where OpenSearch was, how many times better Kiosque is."""
    peer = next((figures for name, figures in found.items() if name.startswith("OpenSearch")), None)
    yield "| | processor ms | requests/s | p50 ms | p95 ms | p99 ms | × processor | × requests/s | × p95 | errors |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, own in found.items():
        ratios = " | | "
        if peer:
            processor = peer.processor / own.processor
            ratios = f"{processor:.1f} | {own.a_second / peer.a_second:.1f} | {peer.p95 / own.p95:.1f}"
        figures = f"{own.processor:.2f} | {own.a_second:.0f} | {own.p50:.1f} | {own.p95:.1f} | {own.p99:.1f}"
        yield f"| {name} | {figures} | {ratios} | {own.errors} |"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the server over loopback beside OpenSearch.")
    parser.add_argument("--index", default="var/index", help="the folder of Kiosque's index (%(default)s)")
    parser.add_argument("--corpus", type=Path, required=True, help="its articles: a .jsonl or .jsonl.gz")
    parser.add_argument("--opensearch", default="http://127.0.0.1:9201", help="where OpenSearch answers (%(default)s)")
    parser.add_argument("--queries", type=int, default=400, help="that are drawn, of which the plain are asked")
    parser.add_argument("--connections", type=int, default=4, help="that ask at the same time (%(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="of one round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="whose medians are printed (%(default)s)")
    options = parser.parse_args(argv)
    read = read_rows if options.corpus.suffix == ".gz" else read_articles
    articles = list(read(options.corpus))
    drawn = draw_queries(sample(articles, SEED), options.queries, SEED)
    texts = [KIOSQUE.write(query.tree) for query in drawn if query.kind in KINDS]
    here = machine()
    print(f"{here.cores} cores ({here.processor}), load before the run {here.load:.1f}; {len(texts)} queries, ", end="")
    print(f"{options.connections} connections, {options.rounds} rounds of {options.seconds} s", flush=True)
    with (
        opensearch(options.opensearch, articles, texts) as peers,
        server(options.index) as address,
    ):
        targets = [*of_kiosque(address, texts), *peers]
        for target in targets:
            load(target, options.connections, 5)  # what Java compiles and the others load is not measured
        rounds = [
            {t.name: load(t, options.connections, options.seconds) for t in targets} for _ in range(options.rounds)
        ]
    print(*report({target.name: middle([each[target.name] for each in rounds]) for target in targets}), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
