"""A synced index answers like a new build of the same folder, after any changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader
from kiosque.index.text.analyzer import term_of
from kiosque.search import SearchRequest, open_engine
from kiosque.search.counts.trends import TrendsRequest
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.model import Match, SearchPage, Suggestion
from tests.effort import examples

WORDS = ["Élysée", "Élysee", "élections", "élection", "zobra", "zobron", "grève", "greve", "grèves", "port", "ports"]
QUERIES = [
    *WORDS, "elysee", "zob*", "éle*", "=élections", "zobrin~1", "gréve", "zobro", '"port grève"', "élection port",
    "source:AFP", 'source:"le phare"', "auteur:durand", "date:2021", "-grève port",
]  # fmt: skip
MODES: tuple[Match, ...] = ("all", "any")
PREFIXES = ["é", "el", "zo", "gre", "por", "port zo"]


def write(folder: Path, state: dict[str, dict[str, str]]) -> Path:
    """Writes these articles as the only files of the folder."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, fields in state.items():
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(fields))
    return folder


def answers(directory: Path) -> dict[str, Any]:
    """Everything that users see of an index, but the articles of a form where it has several segments: there a form in
    the title in one and in the body in another counts once for each. So which form of a word is the most frequent is
    left out too.
    """
    engine = open_engine(str(directory))
    found: dict[str, Any] = {
        f"{q} ({match})": page(engine.search(SearchRequest(q=q, match=match))) for q in QUERIES for match in MODES
    }
    found |= {f"{prefix}…": set(map(shown, engine.suggest(prefix))) for prefix in PREFIXES}
    found["trends"] = engine.trends(TrendsRequest(queries=["port", "zob*"]))
    found["stats"] = msgspec.structs.replace(engine.stats(), generation=0)
    return found | figures(directory)


def shown(suggestion: Suggestion) -> tuple[str, str]:
    """Its kind and text, of a query the terms."""
    words = map(term_of, suggestion.text.split())
    return suggestion.kind, " ".join(words) if suggestion.kind == "query" else suggestion.text


def page(found: SearchPage) -> Any:
    return msgspec.to_builtins(msgspec.structs.replace(found, took_ms=0.0))


def figures(directory: Path) -> dict[str, Any]:
    """Word counts of the term dictionary, and the averages for ranking."""
    snapshot = Snapshot(open_reader(directory))
    words, [view, *_] = snapshot.dictionary, snapshot.views
    found: dict[str, Any] = {"documents": snapshot.documents, "averages": view.averages}
    for word in WORDS:
        found[f"word {word}"] = {
            "forms": words.forms(word),
            "terms": words.terms(word),
            "frequencies": words.frequencies(words.terms(word)),
            "near": words.fuzzy(word, 1, 50),
            "wildcard": words.wildcard(f"{word[:3]}*", 50),
            "corrections": sorted((each.form, each.distance) for each in words.corrections(word, 2)),
            "completions": {term_of(form) for form, _ in words.completions(word[:2])},
        }
    found["named"] = [sorted(words.named("source", name)) for name in ("le phare", "afp", "phare")]
    return found


TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
ARTICLE = st.fixed_dictionaries(
    {"title": TEXT, "body": TEXT, "source": st.sampled_from(["AFP", "Le Phare", "L’Écho"])},
    optional={"date": st.sampled_from(["2021-03-04", "2022", "2022-01-19"]), "author": st.just("Anne Durand")},
)
STATE = st.dictionaries(st.sampled_from("abcdef"), ARTICLE, min_size=1)
MERGES = st.sampled_from([(0.2, 8), (2.0, 8), (2.0, 2)])
"""How worn a segment and how many of them are merged: as in life, never, soon."""


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(STATE, min_size=2, max_size=4), merges=MERGES)
def test_a_synced_index_answers_like_a_new_build(
    states: list[dict[str, dict[str, str]]], merges: tuple[float, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("synced")
    for state in states:
        with (
            patch("kiosque.index.build.sync.SHARE_OF_DELETED", merges[0]),
            patch("kiosque.index.build.sync.MOST_SEGMENTS", merges[1]),
        ):
            sync([write(home / "corpus", state)], home / "synced")
    build([home / "corpus"], home / "built")
    assert verify(home / "synced") == []
    assert answers(home / "synced") == answers(home / "built")


def test_words_of_removed_articles_are_gone(tmp_path: Path) -> None:
    one = {"title": "Une", "body": "grève au port", "source": "AFP"}
    kept = {f"a{number}": one | {"title": f"Élysée {number}", "body": "zobra"} for number in range(40)}
    state = kept | {"gone": one | {"title": "Élysee", "body": "zobron", "source": "Le Phare", "date": "1999-05-01"}}
    sync([write(tmp_path / "corpus", state)], tmp_path / "index")
    sync([write(tmp_path / "corpus", kept)], tmp_path / "index")
    engine = open_engine(str(tmp_path / "index"))
    assert [engine.search(SearchRequest(q=q)).total for q in ("Élysee", "zob*", "zobron~1")] == [40, 40, 0]
    assert [found.text for found in engine.suggest("zo") if found.kind == "query"] == ["zobra"]
    assert engine.search(SearchRequest(q='source:"Le Phare"')).total == 0
