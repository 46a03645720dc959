"""An index on a real server: building, syncing, failures, commands. Skips without a server."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import numpy as np
import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.walk.read_corpus import read_corpus
from kiosque.index.__main__ import main
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import MOST_SEGMENTS, Changes
from kiosque.index.care.stats import stats
from kiosque.index.cluster import build as cluster_build
from kiosque.index.cluster.build import build_cluster
from kiosque.index.cluster.care import cluster_stats, verify_cluster
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.commit import leftovers, read_commit, remove, shown_index
from kiosque.index.cluster.copies import candidates_on
from kiosque.index.cluster.document import document_id
from kiosque.index.cluster.errors import (
    BusyCluster,
    DamagedLexicon,
    ForeignClusterIndex,
    IncompleteIndex,
    MissingClusterIndex,
    OverloadedCluster,
    TakenName,
)
from kiosque.index.cluster.lexicon import fetch_lexicon
from kiosque.index.cluster.lock import write_lock
from kiosque.index.cluster.scanning import scan
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.cluster.sync import sync_cluster
from kiosque.index.codec.whoosh_codec import segment_data
from kiosque.index.commit.reader import open_reader
from kiosque.index.errors import EmptyCorpus
from kiosque.index.segment.form_counts import form_articles
from kiosque.index.segment.schema import COLUMNS, TEXTS
from kiosque.index.segment.segment_data import SegmentData
from kiosque.index.text.analyzer import term_of
from tests.wire_articles import article, dispatch, reprint

SAMPLE = Path(__file__).parents[2] / "corpus/sample"


@pytest.fixture
def client(cluster_url: str) -> Iterator[Client]:
    """A client with its own prefix, whose indexes are removed afterwards."""
    client = Client(cluster_url, ClusterSettings(prefix=f"w-{secrets.token_hex(4)}", replicas=0, retries=2))
    yield client
    rows = client.call("GET", f"_cat/indices/{client.settings.prefix}-*", params={"format": "json", "h": "index"})
    remove(client, [row["index"] for row in rows])
    client.close()


def write(folder: Path, texts: dict[str, str]) -> Path:
    """Writes these texts as the only files of the folder."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"Titre {name}\n\n{text}\n", encoding="utf-8")
    return folder


def indexes(client: Client) -> list[str]:
    """All indexes of the prefix, without the lock."""
    names = client.call("GET", f"_cat/indices/{client.settings.prefix}-*", params={"format": "json", "h": "index"})
    return sorted(row["index"] for row in names if not row["index"].endswith("-lock"))


def found(client: Client, **term: str) -> set[str]:
    """Ids of the documents with a term in a field."""
    body = {"query": {"term": term}, "size": 100, "_source": False}
    answer = client.call("POST", f"{client.settings.prefix}/_search", body)
    return {row["_id"] for row in answer["hits"]["hits"]}


def lexicon(client: Client, folder: Path) -> list[SegmentData]:
    return fetch_lexicon(client, read_commit(client, client.settings.prefix), folder)


def test_a_build_writes_the_documents_of_the_embedded_index(client: Client, tmp_path: Path) -> None:
    prefix = client.settings.prefix
    report, local = build_cluster([SAMPLE], client), build([SAMPLE], tmp_path / "index")
    assert report.lines() == local.lines()
    there, here = cluster_stats(client, prefix), stats(tmp_path / "index")
    assert (there.articles, there.sources, there.undated) == (here.articles, here.sources, here.undated)
    assert (there.first, there.last, there.generation) == (here.first, here.last, 1)
    assert verify_cluster(client, prefix) == []
    names = {row["_id"] for row in scan(client, prefix)}
    assert names == {document_id(item.id) for item in read_corpus([SAMPLE]) if hasattr(item, "id")}


def test_every_term_matches_the_documents_of_the_embedded_index(client: Client, tmp_path: Path) -> None:
    build_cluster([SAMPLE], client)
    build([SAMPLE], tmp_path / "index")
    reader = open_reader(tmp_path / "index")
    with reader:
        terms = [(name, term.decode()) for name in TEXTS for term in reader.lexicon(name)][::23]
        asked = [{"size": 100, "_source": False, "query": {"term": {name: term}}} for name, term in terms]
        body = "".join(f"{{}}\n{json.dumps(line)}\n" for line in asked).encode()
        answers = client.call("POST", f"{client.settings.prefix}/_msearch", body)["responses"]
        for (name, term), answer in zip(terms, answers, strict=True):
            expected = {reader.stored_fields(number)["id"] for number in reader.postings(name, term).all_ids()}
            assert {row["_id"] for row in answer["hits"]["hits"]} == set(map(document_id, expected)), (name, term)


def test_the_lexicon_has_the_terms_of_the_segment(client: Client, tmp_path: Path) -> None:
    build_cluster([SAMPLE], client)
    build([SAMPLE], tmp_path / "index")
    [words] = lexicon(client, tmp_path / "words")
    reader = open_reader(tmp_path / "index")
    with reader:
        [(leaf, _)] = reader.leaf_readers()
        whole = segment_data(leaf)
        last = max(whole.last_term(name) for name in TEXTS)
        frequencies = [words.document_frequency(number) for number in range(last)]
        assert frequencies == [whole.document_frequency(number) for number in range(last)]
        assert [words.term(number) for number in range(last)] == [whole.term(number) for number in range(last)]
        assert [words.forms_of(number) for number in range(last)] == [whole.forms_of(number) for number in range(last)]
        assert np.array_equal(words["form_articles"], form_articles(whole))
        assert [words.column_values(name) for name in COLUMNS] == [whole.column_values(name) for name in COLUMNS]
        assert words.manifest.documents == whole.manifest.documents
        assert {name: words.manifest.fields[name] for name in TEXTS} == {
            name: whole.manifest.fields[name] for name in TEXTS
        }


def test_forms_have_the_positions_of_their_terms(client: Client, tmp_path: Path) -> None:
    texts = {"a": "Il va à l’Élysée, dit l’O.N.U.", "b": "un élysée en onu", "c": "Elysée"}
    build_cluster([write(tmp_path / "corpus", texts)], client)
    names = {name: next(row for row in found(client, title=term_of(name))) for name in texts}
    assert found(client, body="élysée") == {names["a"], names["b"]}
    assert found(client, body="elysée") == {names["c"]}, "no lexicon has this name: its spelling is decided in queries"
    assert found(client, body_forms="élysée") == {names["a"], names["b"]}
    assert found(client, body_written="Élysée") == {names["a"]}
    assert found(client, body_written="ONU") == {names["a"]}
    assert found(client, body_written="_") == set()
    written = {"query": {"span_term": {"body_written": "Élysée"}}, "field": "body"}
    spans = [{"span_term": {"body": term_of("va")}}, {"field_masking_span": written}]
    near = {"query": {"span_near": {"clauses": spans, "slop": 1, "in_order": True}}, "_source": False}
    answer = client.call("POST", f"{client.settings.prefix}/_search", near)
    assert [row["_id"] for row in answer["hits"]["hits"]] == [names["a"]]


def test_a_rebuild_replaces_the_old_index(client: Client, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    build_cluster([write(corpus, {"a": "gaz"})], client)
    first = shown_index(client, client.settings.prefix)
    build_cluster([write(corpus, {"b": "vent"})], client, jobs=1)
    second = shown_index(client, client.settings.prefix)
    assert first != second
    assert indexes(client) == [second, f"{second}-lexicon"]
    assert (found(client, body="gaz"), len(found(client, body="vent"))) == (set(), 1)


def test_a_failed_build_keeps_only_the_old_index(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write(tmp_path / "corpus", {"a": "gaz"})
    build_cluster([corpus], client)
    before = indexes(client)

    def broken(*_: object) -> None:
        raise OverloadedCluster(client.addresses, 503, "no shard")

    for step in ("send_documents", "send_words", "check_count", "check_sample", "describe", "show"):
        with monkeypatch.context() as patched, pytest.raises(OverloadedCluster):
            patched.setattr(cluster_build, step, broken)
            build_cluster([corpus], client)
        assert indexes(client) == before, step
    with pytest.raises(EmptyCorpus, match="tel quel"):
        build_cluster([write(tmp_path / "empty", {})], client)
    assert len(found(client, body="gaz")) == 1


def test_leftovers_of_a_killed_build_are_removed(client: Client, tmp_path: Path) -> None:
    prefix, corpus = client.settings.prefix, write(tmp_path / "corpus", {"a": "gaz"})
    left = f"{prefix}-20200101t000000-abcd"
    for name in (left, f"{left}-lexicon", f"{prefix}-other"):
        client.call("PUT", name)
    assert leftovers(client, prefix, None) == [left, f"{left}-lexicon"]
    build_cluster([corpus], client)
    assert left not in indexes(client)
    assert f"{prefix}-other" in indexes(client), "indexes of others stay"


def test_missing_articles_are_detected(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = write(tmp_path / "corpus", {"a": "gaz", "b": "vent"})
    send = cluster_build.send_documents
    monkeypatch.setattr(cluster_build, "send_documents", partial(send, wanted=lambda id, digest: "a" in id))
    with pytest.raises(IncompleteIndex, match="1 au lieu de 2"):
        build_cluster([corpus], client)
    assert indexes(client) == []


def test_a_second_builder_on_the_cluster_is_refused(client: Client, tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", {"a": "gaz"})
    with write_lock(client, client.settings.prefix):
        with pytest.raises(BusyCluster, match="processus"):
            build_cluster([corpus], client)
        with pytest.raises(BusyCluster):
            sync_cluster([corpus], client)
    build_cluster([corpus], client)


def test_missing_and_foreign_indexes_are_refused(client: Client, tmp_path: Path) -> None:
    prefix, corpus = client.settings.prefix, write(tmp_path / "corpus", {"a": "gaz"})
    with pytest.raises(MissingClusterIndex):
        cluster_stats(client, prefix)
    build_cluster([corpus], client)
    index = shown_index(client, prefix)
    client.call("PUT", f"{index}/_mapping", {"_meta": {"kiosque": {"format": 99}}})
    for asking in (lambda: cluster_stats(client, prefix), lambda: sync_cluster([corpus], client)):
        with pytest.raises(ForeignClusterIndex, match="99"):
            asking()
    build_cluster([corpus], client)
    assert verify_cluster(client, prefix) == []


def test_the_name_of_a_foreign_index_is_refused(client: Client, tmp_path: Path) -> None:
    prefix, corpus = client.settings.prefix, write(tmp_path / "corpus", {"a": "gaz"})
    client.call("PUT", prefix)
    try:
        with pytest.raises(TakenName, match="KIOSQUE_ENGINE_PREFIX"):
            build_cluster([corpus], client)
        assert client.call("GET", prefix)
    finally:
        client.call("DELETE", prefix)


def test_a_damaged_lexicon_is_refused(client: Client, tmp_path: Path) -> None:
    build_cluster([write(tmp_path / "corpus", {"a": "gaz"})], client)
    commit = read_commit(client, client.settings.prefix)
    path = f"{commit.lexicon_index}/_doc/{commit.lexicon[0].segment}-1"
    chunk = client.call("GET", path)["_source"]
    client.call("PUT", path, chunk | {"crc32": chunk["crc32"] ^ 1})
    with pytest.raises(DamagedLexicon, match="contrôle"):
        lexicon(client, tmp_path / "words")
    client.call("DELETE", path)
    with pytest.raises(DamagedLexicon):
        lexicon(client, tmp_path / "words")
    assert len(verify_cluster(client, client.settings.prefix)) == 1
    assert not list((tmp_path / "words").rglob("*.npy")), "no partial file stays"


def test_damaged_articles_are_detected(client: Client, tmp_path: Path) -> None:
    build_cluster([write(tmp_path / "corpus", {"a": "gaz", "b": "vent"})], client)
    prefix = client.settings.prefix
    row, other = scan(client, prefix, ["digest"], record=True)
    wrong = {"record": other["fields"]["record"][0], "digest": "x"}
    client.call("PUT", f"{prefix}/_doc/{quote(row['_id'], safe='')}", wrong, {"refresh": "true"})
    [problem] = verify_cluster(client, prefix)
    assert row["_id"] in problem


# Sync.


def test_only_what_changed_is_sent(client: Client, tmp_path: Path) -> None:
    corpus, prefix = tmp_path / "corpus", client.settings.prefix
    _, first = sync_cluster([write(corpus, {"a": "gaz", "b": "vent", "c": "mer"})], client)
    assert first == Changes(added=3)
    before = read_commit(client, prefix)
    _, second = sync_cluster([write(corpus, {"a": "gaz", "b": "pluie", "d": "neige"})], client)
    assert second == Changes(added=1, replaced=1, removed=1, unchanged=1)
    after = read_commit(client, prefix)
    assert (after.index, after.documents, after.deleted) == (before.index, 3, 2)
    assert (before.generation[-2:], after.generation[-2:]) == ("-0", "-1")
    assert [len(found(client, body=term)) for term in map(term_of, ("gaz", "vent", "mer", "pluie", "neige"))] == [
        1,
        0,
        0,
        1,
        1,
    ]
    known = [words.term_number("body", term_of("neige").encode()) for words in lexicon(client, tmp_path / "words")]
    assert (known[0], len(known)) == (-1, 2)
    assert known[1] >= 0
    assert verify_cluster(client, prefix) == []


def test_a_sync_without_changes_makes_no_generation(client: Client, tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", {"a": "gaz"})
    sync_cluster([corpus], client)
    before = read_commit(client, client.settings.prefix)
    assert sync_cluster([corpus], client)[1] == Changes(unchanged=1)
    assert read_commit(client, client.settings.prefix) == before
    with pytest.raises(EmptyCorpus):
        sync_cluster([write(corpus, {})], client)
    assert len(found(client, body="gaz")) == 1


def test_a_lexicon_with_many_deletions_is_rebuilt(client: Client, tmp_path: Path) -> None:
    corpus, texts, prefix = tmp_path / "corpus", {}, client.settings.prefix
    for number in range(MOST_SEGMENTS + 2):
        texts[f"a{number}"] = "gaz"
        sync_cluster([write(corpus, texts)], client)
        assert len(read_commit(client, prefix).lexicon) <= MOST_SEGMENTS
    words = lexicon(client, tmp_path / "words")
    counts = [part.document_frequency(part.term_number("body", b"gaz")) for part in words]
    assert (len(words), sum(counts)) == (2, len(texts))
    kept = {row["_id"].partition("-")[0] for row in scan(client, read_commit(client, prefix).lexicon_index)}
    assert kept == {"report", *(part.segment for part in words)}


def test_the_next_sync_finishes_an_interrupted_one(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, prefix = tmp_path / "corpus", client.settings.prefix
    sync_cluster([write(corpus, {"a": "gaz"})], client)

    def broken(*_: object) -> None:
        raise OverloadedCluster(client.addresses, 503, "no shard")

    write(corpus, {"a": "gaz", "b": "neige"})
    with monkeypatch.context() as patched, pytest.raises(OverloadedCluster):
        patched.setattr("kiosque.index.cluster.sync.send_words", broken)
        sync_cluster([corpus], client)
    assert verify_cluster(client, prefix) != []
    assert sync_cluster([corpus], client)[1] == Changes(unchanged=2)
    [words] = lexicon(client, tmp_path / "words")
    assert words.term_number("body", term_of("neige").encode()) >= 0, "its words are in the lexicon"
    assert verify_cluster(client, prefix) == []


def copies(client: Client) -> dict[str, Any]:
    """The copies of each document, by id."""
    said = ((held.name, said) for held, said in candidates_on(client, client.settings.prefix))
    return {name: (one.get("group"), one.get("group_rank"), "places" in one) for name, one in said if one}


def test_a_sync_regroups_unchanged_articles(client: Client, tmp_path: Path) -> None:
    def write_lines(*articles: Article) -> Path:
        (tmp_path / "corpus").mkdir(exist_ok=True)
        lines = b"\n".join(msgspec.json.encode(each) for each in articles)
        (tmp_path / "corpus/a.jsonl").write_bytes(lines + b"\n")
        return tmp_path / "corpus"

    later, first = reprint("0/0", 0, "L’Écho", date="2022-02-02"), dispatch("0/afp", 0)
    last = reprint("0/1", 0, "La Vigie", date="2022-02-03")
    others = [article(f"seul/{at}", [f"Une brève {at}."], source="Ouest") for at in range(3)]
    sync_cluster([write_lines(later, last, *others)], client)
    assert copies(client) == {"0/0": ("0/0", 0, False), "0/1": ("0/0", 1, False)}
    _, changes = sync_cluster([write_lines(later, last, *others, first)], client)
    assert changes == Changes(added=1, unchanged=5)
    grouped = {"0/afp": ("0/afp", 0, False), "0/0": ("0/afp", 1, False), "0/1": ("0/afp", 2, False)}
    assert copies(client) == grouped
    again = msgspec.structs.replace(others[0], id="encore", url="https://ailleurs.test/encore")
    assert sync_cluster([write_lines(later, last, *others, first, again)], client)[1].unchanged == 6
    assert copies(client) == grouped | {"seul/0": (None, None, True)}
    before = read_commit(client, client.settings.prefix)
    sync_cluster([write_lines(later, last, *others, first, again)], client)
    assert read_commit(client, client.settings.prefix) == before, "nothing changed"
    sync_cluster([write_lines(later, *others)], client)
    assert copies(client) == {}
    assert verify_cluster(client, client.settings.prefix) == []


# Commands.


def test_the_commands_work_on_a_cluster(
    client: Client,
    cluster_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KIOSQUE_ENGINE_PREFIX", client.settings.prefix)
    monkeypatch.setenv("KIOSQUE_ENGINE_REPLICAS", "0")
    corpus, url = str(write(tmp_path / "corpus", {"a": "gaz"})), cluster_url.replace("//", "//moi:secret@")
    run: Callable[..., Any] = lambda *given: (main([*given, "--engine", url]), capsys.readouterr())  # noqa: E731
    assert run("stats")[0] == 2
    code, told = run("build", corpus, "--jobs", "1")
    assert (code, f"index «\u00a0{cluster_url}/{client.settings.prefix}\u00a0» prêt" in told.out) == (0, True)
    assert "0 ajoutés, 0 remplacés, 0 retirés, 1 inchangés" in run("sync", corpus, "--jobs", "1")[1].out
    assert run("stats")[1].out == "1 articles (1 sans date), 0 sources, aucun daté\n"
    code, told = run("verify")
    assert (code, "intact" in told.out, "secret" in told.out + told.err) == (0, True, False)
