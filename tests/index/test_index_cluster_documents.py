"""What is sent to a cluster: documents, the mapping, bulk requests. No server is needed."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import blake2b
from typing import Any

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.index.cluster.bulk import deleting, indexing, refused
from kiosque.index.cluster.document import Documents, document_id, record_of, token_text
from kiosque.index.cluster.errors import RefusedDocument
from kiosque.index.cluster.mapping import SIMILARITY, index_settings, mapping
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.segment.schema import stored
from kiosque.index.text.analyzer import bare, normalize, term_of, tokenize

ARTICLE = Article(
    id="presse/élysée.txt",
    title="L’Élysée répond à l’O.N.U.",
    body="Dix\u00a0000 ? Non\u00a0: 10\u00a0000 élus de Saint-Denis.",
    source="Le Matin",
    date="2022-01",
)


def documents(*articles: Article) -> list[tuple[str, dict[str, Any]]]:
    return list(Documents().of([stored(article) for article in articles]))


def test_the_document_of_an_article() -> None:
    record = stored(ARTICLE)
    assert documents(ARTICLE) == [
        (
            "presse/élysée.txt",
            {
                "title": "élysée répondre à onu",
                "title_forms": "élysée répond à onu",
                "title_written": "Élysée _ _ ONU",
                "body": f"dix 000 non 10000 {term_of('élus')} de saint denis",
                "body_forms": "dix 000 non 10000 élus de saint denis",
                "body_written": "Dix _ Non _ _ _ Saint Denis",
                "id": "presse/élysée.txt",
                "source": "Le Matin",
                "date": "2022-01",
                "date_first": 738156,
                "date_last": 738186,
                "record": b64encode(zstandard.compress(record)).decode(),
                "digest": blake2b(record, digest_size=16).hexdigest(),
            },
        )
    ]


def test_an_article_round_trips() -> None:
    [(_, document)] = documents(ARTICLE)
    assert record_of({"fields": {"record": [document["record"]]}}) == stored(ARTICLE)


def test_surfaces_are_numbered_across_batches() -> None:
    """A text may have no token at all."""
    made = Documents()
    texts = [["Gaz de mer", ""], ["", "mer"], ["vent", "gaz vent"]]
    batches = [[stored(Article(id="a", title="", body=text)) for text in batch] for batch in texts]
    assert [[document["body"] for _, document in made.of(batch)] for batch in batches] == [
        ["gaz de mer", ""],
        ["", "mer"],
        ["vent", "gaz vent"],
    ]


def test_missing_fields_are_left_out() -> None:
    [(_, document)] = documents(Article(id="a", title="", body=""))
    assert {name: document[name] for name in document if name not in ("record", "digest")} == {
        "title": "", "title_forms": "", "title_written": "",
        "body": "", "body_forms": "", "body_written": "",
        "id": "a",
    }  # fmt: skip


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
@example(["\ufdfa ᴬ A", "ﬁ ŉ \u3164", "1\u202f000 L'ONU _ a_b", "\u2126\u1d2c"])
def test_each_token_has_the_same_position_in_all_three_fields(texts: list[str]) -> None:
    made = documents(*(Article(id=str(number), title="", body=text) for number, text in enumerate(texts)))
    for text, (_, document) in zip(texts, made, strict=True):
        surfaces = [token.surface for token in tokenize(text)]
        assert cut(document["body"]) == [token_text(term_of(surface)) for surface in surfaces]
        assert cut(document["body_forms"]) == [token_text(normalize(surface)) for surface in surfaces]
        capitals = [bare(surface) if bare(surface) != bare(surface).lower() else "_" for surface in surfaces]
        assert cut(document["body_written"]) == [token_text(written) for written in capitals]


def cut(text: str) -> list[str]:
    """The tokens of Lucene's whitespace tokenizer, which does not split at no-break spaces."""
    return [token for token in text.split(" ") if token]


@pytest.mark.parametrize(
    ("text", "is_sent"), [("onu", "onu"), ("a b\tc", "a\u00a0b\u00a0c"), ("", "\u00a0"), ("x" * 5000, "x" * 1024)]
)
def test_the_cluster_splits_text_into_the_same_tokens(text: str, is_sent: str) -> None:
    assert token_text(text) == is_sent


def test_a_long_id_is_hashed() -> None:
    assert document_id("é" * 256) == "é" * 256
    assert document_id("é" * 257) == "blake2b:" + blake2b(("é" * 257).encode(), digest_size=32).hexdigest()


def test_the_mapping() -> None:
    keyword = {"type": "keyword", "ignore_above": 8191}
    forms = {"type": "text", "index_options": "positions", "norms": False, "analyzer": "tokens"}
    text = {"type": "text", "analyzer": "tokens", "similarity": "press", "index_options": "positions"}
    written = forms | {"analyzer": "written"}
    assert mapping() == {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            "title": text, "title_forms": forms, "title_written": written,
            "body": text, "body_forms": forms, "body_written": written,
            "id": keyword, "source": keyword, "date": keyword, "author": keyword, "section": keyword,
            "date_first": {"type": "integer"}, "date_last": {"type": "integer"},
            "record": {"type": "binary", "store": True}, "digest": {"type": "keyword", "index": False},
            "signature": {"type": "binary", "doc_values": True}, "places": {"type": "binary", "doc_values": True},
            "group": {"type": "keyword"}, "group_rank": {"type": "integer"},
            "group_place": {"type": "keyword", "doc_values": False},
        },
    }  # fmt: skip


def test_the_settings_of_an_index_during_loading() -> None:
    assert index_settings(ClusterSettings(shards=3, replicas=2, loading_replicas=1)) == {
        "number_of_shards": 3,
        "number_of_replicas": 1,
        "refresh_interval": "-1",
        "similarity": {"press": SIMILARITY},
        "analysis": {
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 4096}},
            "filter": {"not_written": {"type": "stop", "stopwords": ["_"]}},
            "analyzer": {
                "tokens": {"type": "custom", "tokenizer": "spaces"},
                "written": {"type": "custom", "tokenizer": "spaces", "filter": ["not_written"]},
            },
        },
    }


def test_the_lines_of_a_bulk_request() -> None:
    assert indexing('a"b', {"title": "é"}).lines == '{"index":{"_id":"a\\"b"}}\n{"title":"é"}\n'.encode()
    assert [json.loads(line) for line in deleting("x").lines.splitlines()] == [{"delete": {"_id": "x"}}]


def test_which_errors_are_retried() -> None:
    actions = [deleting(id) for id in "abcde"]
    items: list[dict[str, Any]] = [
        {"index": {"status": 201}},
        {"index": {"status": 429, "error": {"reason": "queue full"}}},
        {"delete": {"status": 404}},
        {"index": {"status": 503, "error": {"reason": "primary shard is not active"}}},
        {"index": {"status": 200}},
    ]
    assert refused(actions, items) == ([actions[1], actions[3]], 503, "primary shard is not active")
    with pytest.raises(RefusedDocument, match=r"«\u00a0b\u00a0» \(400, failed to parse\)"):
        refused(actions[:2], [items[0], {"index": {"status": 400, "error": {"reason": "failed to parse"}}}])
