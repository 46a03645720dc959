"""Ranking compared with other engines: all get the same articles, and any word is enough."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiosque.corpus.article import Article

pytest.importorskip("ir_measures", reason="needs the extra `bench`")
pytest.importorskip("scipy", reason="needs the extra `bench`")

from benchmarks import beside
from benchmarks.judged import Judged, held_back
from benchmarks.rankers import load
from benchmarks.rankers.ranker import Missing, NotInstalled, Rank

ARTICLES = [
    Article(id="port", title="Le port rouvre", body="Les dockers de la ville ont repris le travail au port."),
    Article(id="vigne", title="La vigne gèle", body="Les vignerons craignent le gel : la récolte du travail d’un an."),
    Article(id="pont", title="", body="Un pont neuf relie les deux quais."),
]
QUERIES = {
    "q1": 'le "travail" des dockers : OU grève ?',
    "q2": "récoltes AND gel",
    "q3": "sous-marin",
    "q4": "quai OR pont",
}
QRELS = {"q1": {"port": 1}, "q2": {"vigne": 1}, "q3": {"pont": 1}, "q4": {"pont": 1}}


@pytest.mark.parametrize(
    ("engine", "package"), [("kiosque", ""), ("tantivy", "tantivy"), ("bm25s", "bm25s"), ("whoosh", "")]
)
def test_engines_treat_any_text_as_alternative_words(engine: str, package: str, tmp_path: Path) -> None:
    if package:
        pytest.importorskip(package, reason="needs the extra `bench`")
    (ranker,) = load(engine)
    found = ranker.index(ARTICLES, tmp_path / "index")(QUERIES)
    assert found["q1"][:2] == ["port", "vigne"]
    assert found["q2"][0] == "vigne"
    assert found["q3"] == []
    assert found["q4"] == ["pont"]


def test_the_cluster_ranks_like_the_folder(cluster_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("benchmarks.rankers.cluster.ADDRESS", cluster_url)
    (folder,), (cluster,) = load("kiosque"), load("cluster")
    for articles in (ARTICLES[:1], ARTICLES):  # the second index replaces the first
        expected = folder.index(articles, tmp_path / f"folder-{len(articles)}")(QUERIES)
        assert cluster.index(articles, tmp_path / f"cluster-{len(articles)}")(QUERIES) == expected


def test_the_cluster_is_skipped_without_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("benchmarks.rankers.cluster.ADDRESS", "http://127.0.0.1:1")
    with pytest.raises(Missing, match="ne répond pas"):
        load("cluster")[0].index(ARTICLES, tmp_path)


def test_whoosh_is_skipped_for_too_many_articles(tmp_path: Path) -> None:
    (ranker,) = load("whoosh")
    with pytest.raises(Missing, match="5,000"):
        ranker.index([ARTICLES[0]] * 5_001, tmp_path / "index")


Asked = list[tuple[str, str, list[dict[str, Any]]]]
"""Method, path and decoded lines of each request."""


class Lucene(BaseHTTPRequestHandler):
    """Answers like OpenSearch, and records requests."""

    asked: Asked

    def answer(self) -> None:
        lines = [json.loads(line) for line in self.rfile.read(int(self.headers.get("Content-Length", 0))).splitlines()]
        self.asked.append((self.command, self.path, lines))
        hits = [{"hits": {"hits": [{"_id": "port"}]}} for _ in lines[1::2]]
        body = json.dumps({"errors": False, "responses": hits}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_DELETE = do_PUT = do_POST = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def lucene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    Lucene.asked = []
    server = HTTPServer(("127.0.0.1", 0), Lucene)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr("benchmarks.rankers.opensearch.ADDRESS", f"http://127.0.0.1:{server.server_port}")
    yield Lucene.asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_opensearch_gets_all_articles_and_queries(
    lucene: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("benchmarks.rankers.opensearch.BATCH", 2)
    french, folding = load("opensearch")
    rank = folding.index(ARTICLES, tmp_path)
    assert rank(QUERIES) == {query: ["port"] for query in QUERIES}
    sent = [
        line["_id"] for _, path, lines in lucene if path.endswith("_bulk") for line in (x["index"] for x in lines[::2])
    ]
    assert sent == ["port", "vigne", "pont"]
    asked = [
        line["query"]["multi_match"]["query"] for _, path, lines in lucene if "msearch" in path for line in lines[1::2]
    ]
    assert asked == list(QUERIES.values())
    (settings,) = next(lines for method, _, lines in lucene if method == "PUT")
    assert settings["mappings"]["properties"]["body"]["analyzer"] == "folded"
    assert (french.name, folding.name) == ("OpenSearch french", "OpenSearch light stem + folding")


def test_opensearch_is_skipped_without_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("benchmarks.rankers.opensearch.ADDRESS", "http://127.0.0.1:1")
    with pytest.raises(Missing, match="no server answers"):
        load("opensearch")[0].index(ARTICLES, tmp_path)


def test_an_engine_is_skipped_without_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(name: str) -> None:
        raise ImportError(name="bm25s")

    monkeypatch.setattr("benchmarks.rankers.import_module", refuse)
    (stand_in,) = load("bm25s")
    with pytest.raises(Missing, match="bm25s is not installed"):
        stand_in.index(ARTICLES, tmp_path)


class Fixed:
    """Answers every query with the same articles."""

    how = "fixed"

    def __init__(self, name: str, ids: list[str]) -> None:
        self.name, self.ids = name, ids

    def index(self, articles: object, folder: Path) -> Rank:
        return lambda queries: dict.fromkeys(queries, self.ids)


def test_the_table_compares_with_the_first_engine_and_lists_skipped_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engines = {
        "best": [Fixed("best", ["source", "port", "pont"])],
        "worse": [Fixed("worse", ["vigne", "pont", "port"])],
        "gone": [NotInstalled("gone", "it is not there")],
    }
    monkeypatch.setattr(beside, "load", engines.__getitem__)
    judged = Judged(
        "ports",
        ARTICLES,
        {"q1": "port", "q4": "quai"},
        {"q1": {"port": 1}, "q4": {"pont": 1}},
        {"q1": "source", "q4": "source"},
    )
    head, _, _, best, worse, gone = beside.beside(judged, ["q1", "q4"], tmp_path, list(engines))
    assert "2 held-back queries over 3 articles" in head
    assert best == "| best | 0.8155 | 0.7500 | 1.0000 | 1.000 |  | 0.8155 | 0.8155 | fixed |"
    assert worse.startswith("| worse | 0.5655 | 0.4167 | 1.0000 | 0.693 | ")
    assert gone.startswith("| gone | – |")
    assert gone.endswith("left out: it is not there |")


def test_a_sample_is_held_back_and_grows_into_all() -> None:
    judged = Judged("many", [], {f"q{at}": "mot" for at in range(200)}, {})
    some, every = beside.sample(judged, 20), beside.sample(judged, 0)
    assert some == every[:20]
    assert sorted(every) == sorted(query for query in judged.queries if held_back(query))
