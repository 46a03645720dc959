"""The mapping of an index on a cluster, made from the one table of fields.

Articles are analysed here: what the cluster gets are terms, joined by spaces, which it cuts at the spaces and does
nothing else to. So it matches what the embedded engine matches. Each text field is three:

    body           the terms, scored
    body_forms     how each was written, in lower case
    body_written   how each was written where that has capitals; elsewhere a placeholder that is not indexed

One token has one place, the same in all three. What is read back is `record`, the stored article, and columns.

What is said of an article's copies (see `copies`) is `group`, `group_rank`, `group_place` and `places`; `signature` is
what groups are found by.
"""

from __future__ import annotations

from typing import Any

from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.segment.schema import K1, TEXTS, VALUES, B

PRESS = f"""
double norm = {K1} * ({1 - B} + {B} * doc.length * field.docCount / field.sumTotalTermFreq);
return query.boost * doc.freq / (doc.freq + norm);
"""

SIMILARITY = {"type": "scripted", "script": {"source": " ".join(PRESS.split())}}
"""The part of BM25 that is left to the cluster: how often a text has a term, and how long the text is.

How rare the term is comes with the query, as its boost, from the lexicon: shards would each have an opinion of their
own. Lucene keeps the length of a text in one byte, so long ones are rounded.
"""

FORMS, WRITTEN = "_forms", "_written"
"""Suffixes of the two other fields made for each text field."""

NOT_WRITTEN = "_"
"""Stands for a token without capitals. No token is so: the analyzer takes it for no part of a word."""

LONGEST_TOKEN = 1024
"""Code points of a token on the cluster; Lucene takes 32,766 bytes."""

LONGEST_VALUE = 8191
"""Code points of a value that is one term: they take four bytes at most."""

Mapping = dict[str, Any]


def mapping() -> Mapping:
    """The mapping, without its `_meta` (see `commit`)."""
    texts = {name: field for text in TEXTS for name, field in _text(text).items()}
    values = {name: {"type": "keyword", "ignore_above": LONGEST_VALUE} for name in VALUES}
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            **texts,
            **values,
            "date_first": {"type": "integer"},
            "date_last": {"type": "integer"},
            "record": {"type": "binary", "store": True},
            "digest": {"type": "keyword", "index": False},
            "signature": {"type": "binary", "doc_values": True},
            "group": {"type": "keyword"},
            "group_rank": {"type": "integer"},
            "group_place": {"type": "keyword", "doc_values": False},
            "places": {"type": "binary", "doc_values": True},
        },
    }


def _text(name: str) -> Mapping:
    beside = {"type": "text", "index_options": "positions", "norms": False}
    return {
        name: {"type": "text", "analyzer": "tokens", "similarity": "press", "index_options": "positions"},
        name + FORMS: beside | {"analyzer": "tokens"},
        name + WRITTEN: beside | {"analyzer": "written"},
    }


def index_settings(settings: ClusterSettings) -> Mapping:
    """The settings of an index that is to be loaded: it is not refreshed meanwhile."""
    return {
        "number_of_shards": settings.shards,
        "number_of_replicas": settings.loading_replicas,
        "refresh_interval": "-1",
        "similarity": {"press": SIMILARITY},
        "analysis": {
            "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 4 * LONGEST_TOKEN}},
            "filter": {"not_written": {"type": "stop", "stopwords": [NOT_WRITTEN]}},
            "analyzer": {
                "tokens": {"type": "custom", "tokenizer": "spaces"},
                "written": {"type": "custom", "tokenizer": "spaces", "filter": ["not_written"]},
            },
        },
    }


def loaded_settings(settings: ClusterSettings) -> Mapping:
    """What of it changes once the index is loaded: readers see what a build or a sync shows them, nothing between."""
    return {"number_of_replicas": settings.replicas}


LEXICON_MAPPING: Mapping = {
    "dynamic": "strict",
    "properties": {
        "segment": {"type": "keyword"},
        "file": {"type": "keyword", "index": False, "doc_values": False},
        "crc32": {"type": "long", "index": False, "doc_values": False},
        "data": {"type": "binary"},
    },
}
"""The companion index that holds the words of an index (see `lexicon`)."""


def lexicon_settings(settings: ClusterSettings) -> Mapping:
    """The settings of the companion: it is small, and everybody reads it once."""
    return {"number_of_shards": 1, "number_of_replicas": settings.replicas}
