"""A cached sync makes the same index and reads only changed parts of the corpus."""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kiosque.corpus.walk.parts
import kiosque.corpus.walk.read_corpus
import kiosque.index.build.batches
import kiosque.index.build.sync
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.part_keys import part_key
from kiosque.corpus.walk.parts import Group
from kiosque.corpus.walk.read_corpus import Part, cut_corpus
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import Changes, sync
from kiosque.index.build.sync_cache import SyncCache
from kiosque.index.commit.copies import places_of
from kiosque.index.commit.reader import latest_generation, open_reader
from kiosque.index.commit.storage import open_index
from kiosque.index.errors import EmptyCorpus, FailedWorker
from tests.effort import examples

MOMENTS = count(1_700_000_000)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files are old enough to be cached: `put` gives each change its own time."""
    monkeypatch.setattr(kiosque.corpus.walk.parts, "SETTLED", -(10**18))


def write_file(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    moment = next(MOMENTS)
    os.utime(folder / name, (moment, moment))


def article(text: str, source: str = "La Gazette") -> str:
    return json.dumps({"title": "Titre", "text": text, "source": source}) + "\n"


def contents(directory: Path) -> dict[str, Any]:
    """Articles and places of an index."""
    reader = open_reader(directory)
    articles = {stored["id"]: stored for _, stored in reader.iter_docs()}
    return {"articles": articles, "places": places_of(directory, list(open_index(directory)._segments()))}


def allow_reading(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Makes reading any other part than those of these files fail."""
    read_part = kiosque.corpus.walk.read_corpus.read_part

    def read(part: Part) -> Any:
        assert isinstance(part, Group)
        paths = {entry.location.path.name for entry in part.entries if not isinstance(entry, Refusal)}
        assert paths <= set(names), f"{paths} read"
        return read_part(part)

    monkeypatch.setattr(kiosque.index.build.batches, "read_part", read)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes each file its own part."""
    monkeypatch.setattr(kiosque.corpus.walk.parts, "GROUP", 1)


def test_only_changed_parts_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: None) -> None:
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    for name in "abcd":
        write_file(folder, f"{name}.json", article(f"Le texte {name}."))
    sync([folder], directory, cache=cache)
    write_file(folder, "b.json", article("La mer."))
    (folder / "c.json").unlink()
    write_file(folder, "aa.json", article("Le vent."))
    allow_reading(monkeypatch, "aa.json", "b.json")
    report, changes = sync([folder], directory, cache=cache)
    assert (changes, report.articles) == (Changes(added=1, replaced=1, removed=1, unchanged=2), 4)
    assert {id: row["body"] for id, row in contents(directory)["articles"].items()} == {
        "a": "Le texte a.", "aa": "Le vent.", "b": "La mer.", "d": "Le texte d.",
    }  # fmt: skip


def test_an_unchanged_corpus_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    write_file(folder, "a.json", article("Le gaz."))
    write_file(folder, "b.jsonl", '{"title": "Titre", "text": "Le vent."}\n')
    write_file(folder, "c.txt", "")
    first, _ = sync([folder], directory, cache=cache)
    monkeypatch.setattr(kiosque.index.build.batches, "read_part", None)
    second, changes = sync([folder], directory, cache=cache)
    assert (changes, latest_generation(directory)) == (Changes(unchanged=2), 1)
    assert (second.summary(), second.refusals) == (first.summary(), first.refusals)


def test_a_removed_duplicate_makes_the_other_copy_an_article(tmp_path: Path, apart: None) -> None:
    """The first of two duplicates is deleted: the other, in an unchanged file, becomes the article."""
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    write_file(folder, "a.json", article("Le gaz."))
    write_file(folder, "b.json", article("Le gaz."))
    write_file(folder, "c.json", article("La mer."))
    sync([folder], directory, cache=cache)
    assert set(contents(directory)["articles"]) == {"a", "c"}
    (folder / "a.json").unlink()
    report, changes = sync([folder], directory, cache=cache)
    assert (set(contents(directory)["articles"]), report.articles) == ({"b", "c"}, 2)
    assert changes == Changes(added=1, removed=1, unchanged=1)


@pytest.mark.parametrize("other", ["commit", "settings"])
def test_a_new_commit_or_new_settings_invalidate_the_cache(tmp_path: Path, other: str) -> None:
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    write_file(folder, "a.txt", "Titre\n\nLe gaz.\n")
    sync([folder], directory, cache=cache)
    if other == "commit":
        write_file(tmp_path / "elsewhere", "a.txt", "Titre\n\nLa mer.\n")
        build([tmp_path / "elsewhere"], directory)
    else:
        write_file(folder, "kiosque.toml", '[defaults]\nsource = "La Gazette"\n')
    _, changes = sync([folder], directory, cache=cache)
    row = contents(directory)["articles"]["a"]
    assert (row["body"], row.get("source")) == ("Le gaz.", "La Gazette" if other == "settings" else None)
    assert changes == Changes(replaced=1)


def test_settings_changed_during_a_sync_apply_to_the_next(tmp_path: Path) -> None:
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    write_file(folder, "a.txt", "Titre\n\nLe gaz.\n")
    sync(
        [folder],
        directory,
        lambda report: write_file(folder, "kiosque.toml", '[defaults]\nsource = "AFP"\n'),
        cache=cache,
    )
    assert "source" not in contents(directory)["articles"]["a"]
    sync([folder], directory, cache=cache)
    assert contents(directory)["articles"]["a"]["source"] == "AFP"


def test_a_failed_commit_is_not_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    write_file(folder, "a.json", article("Le gaz."))
    with monkeypatch.context() as broken:
        broken.setattr(kiosque.index.build.sync, "commit_segments", None)
        with pytest.raises(TypeError):
            sync([folder], directory, cache=cache)
    _, changes = sync([folder], directory, cache=cache)
    assert changes == Changes(added=1)


def test_a_file_changed_just_now_is_not_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second change within one clock tick of the file system would be missed."""
    write_file(tmp_path, "a.json", article("Le gaz."))
    [part] = cut_corpus([tmp_path])
    assert part_key(part) is not None
    monkeypatch.undo()
    [part] = cut_corpus([tmp_path])
    assert part_key(part) is None


def test_a_dead_process_ends_the_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: None) -> None:
    """Cached parts wait for earlier parts, which nobody will read."""
    folder, directory, cache = tmp_path / "corpus", tmp_path / "index", SyncCache()
    for name in "abc":
        write_file(folder, f"{name}.json", article(f"Le texte {name}."))
    sync([folder], directory, cache=cache)
    write_file(folder, "a.json", article("La mer."))
    monkeypatch.setattr(kiosque.index.build.batches, "read_part", lambda part: os._exit(1))
    with pytest.raises(FailedWorker):
        sync([folder], directory, cache=cache)


STEP = st.dictionaries(
    st.sampled_from(["a.json", "b.json", "c.json", "d.jsonl", "e.json"]),
    st.none()
    | st.tuples(st.sampled_from(["gaz", "mer", "vent"]), st.sampled_from(["La Gazette", "la gazette", "AFP"])),
    min_size=1,
    max_size=3,
)


def apply_changes(folder: Path, step: dict[str, tuple[str, str] | None]) -> None:
    for name, content in step.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            write_file(folder, name, article(*content))


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=2, max_size=4))
def test_a_cached_sync_equals_a_build(
    tmp_path_factory: pytest.TempPathFactory, apart: None, steps: list[dict[str, tuple[str, str] | None]]
) -> None:
    base = tmp_path_factory.mktemp("cache")
    folder, cache = base / "corpus", SyncCache()
    folder.mkdir()
    for step in steps:
        apply_changes(folder, step)
        try:
            built = build([folder], base / "built")
        except EmptyCorpus:
            continue
        synced, _ = sync([folder], base / "synced", cache=cache)
        assert contents(base / "synced") == contents(base / "built")
        assert synced.summary() == built.summary()
