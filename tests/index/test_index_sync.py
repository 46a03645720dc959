"""A synced index equals a new build; only changes are written."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.index.build.full_build import build
from kiosque.index.build.sync import MOST_SEGMENTS, Changes, sync
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import latest_generation, open_reader
from kiosque.index.errors import DamagedIndex, EmptyCorpus, ForeignIndex
from kiosque.index.segment.arrays import array_path
from kiosque.index.segment.segment_data import FORMAT, SegmentData, write_manifest
from kiosque.index.segment.store import StoreReader
from tests.effort import examples


def write(folder: Path, texts: dict[str, str]) -> Path:
    """Writes these texts as the only files of the folder."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"Titre {name}\n\n{text}\n", encoding="utf-8")
    return folder


def bodies(directory: Path) -> dict[str, str]:
    """The stored bodies, by id."""
    return {stored["id"]: stored["body"] for _, stored in open_reader(directory).iter_docs()}


def found(directory: Path, term: str) -> set[str]:
    reader = open_reader(directory)
    with reader:
        if ("body", term) not in reader:
            return set()
        return {reader.stored_fields(number)["id"] for number in reader.postings("body", term).all_ids()}


def test_a_sync_writes_only_changes(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    _, first = sync([write(corpus, {"a": "gaz", "b": "vent", "c": "mer"})], index)
    assert first == Changes(added=3)
    _, second = sync([write(corpus, {"a": "gaz", "b": "pluie", "d": "neige"})], index)
    assert second == Changes(added=1, replaced=1, removed=1, unchanged=1)
    assert bodies(index) == {"a": "gaz", "b": "pluie", "d": "neige"}
    assert (found(index, "vent"), found(index, "pluie")) == (set(), {"b"})
    assert verify(index) == []


def test_a_sync_without_changes_makes_no_commit(tmp_path: Path) -> None:
    corpus, index = write(tmp_path / "corpus", {"a": "gaz"}), tmp_path / "index"
    sync([corpus], index)
    before = latest_generation(index)
    _, changes = sync([corpus], index)
    assert changes == Changes(unchanged=1)
    assert latest_generation(index) == before


def test_a_sync_unpacks_no_stored_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"a": "gaz", "b": "vent", "c": "mer", "copy": "gaz"}
    corpus, index = write(tmp_path / "corpus", texts), tmp_path / "index"
    sync([corpus], index)

    def unpacked(store: StoreReader, document: int) -> bytes:
        raise AssertionError(f"article {document} was unpacked")

    monkeypatch.setattr(StoreReader, "__getitem__", unpacked)
    assert sync([corpus], index)[1] == Changes(unchanged=len(texts))
    changed = write(corpus, texts | {"b": "pluie", "d": "neige"})
    assert sync([changed], index)[1] == Changes(added=1, replaced=1, unchanged=len(texts) - 1)


def test_a_sync_of_an_index_without_digests_is_refused_with_the_repair(tmp_path: Path) -> None:
    corpus, index = write(tmp_path / "corpus", {"a": "gaz"}), tmp_path / "index"
    sync([corpus], index)
    [path] = index.glob("*.manifest.json")
    old = msgspec.structs.replace(SegmentData(index, path.name.partition(".")[0]).manifest, format=FORMAT - 1)
    write_manifest(index, path.name.partition(".")[0], old)
    with pytest.raises(ForeignIndex, match="make index"):
        sync([corpus], index)


def test_an_emptied_corpus_keeps_the_index(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    sync([write(corpus, {"a": "gaz"})], index)
    with pytest.raises(EmptyCorpus, match="tel quel"):
        sync([write(corpus, {})], index)
    assert bodies(index) == {"a": "gaz"}


def test_the_number_of_segments_is_bounded(tmp_path: Path) -> None:
    corpus, index, texts = tmp_path / "corpus", tmp_path / "index", {}
    for number in range(MOST_SEGMENTS + 3):
        texts[f"a{number}"] = "gaz"
        sync([write(corpus, texts)], index)
        assert len(open_reader(index).leaf_readers()) <= MOST_SEGMENTS
        assert len(list(index.glob("*.manifest.json"))) == len(open_reader(index).leaf_readers()), "no leftovers"
    assert found(index, "gaz") == set(texts)


def test_a_merge_refuses_a_damaged_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosque.index.segment.segment_data.CHECKED", 0)  # no array of `CONTENTS` is checked on opening
    corpus, index, texts = tmp_path / "corpus", tmp_path / "index", {}
    for number in range(MOST_SEGMENTS):
        texts[f"a{number}"] = "gaz"
        sync([write(corpus, texts)], index)
    [name, *_] = sorted(path.name.partition(".")[0] for path in index.glob("*.manifest.json"))
    damaged = array_path(index, name, "form_bits")
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    before = latest_generation(index)
    with pytest.raises(DamagedIndex, match=damaged.name):
        sync([write(corpus, texts | {"new": "gaz"})], index)
    assert latest_generation(index) == before


TEXTS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["gaz", "vent", "gaz vent", "mer"]), min_size=1)


@pytest.mark.parametrize("jobs", [1, 3])
def test_sync_does_not_depend_on_the_number_of_processes(
    tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosque.index.build.batches.BATCH", 4)
    monkeypatch.setattr("kiosque.corpus.walk.parts.GROUP", 10)
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    old = {f"a{number:03}": f"gaz {number}" for number in range(90)}
    sync([write(corpus, old)], index, jobs=jobs)
    new = {name: text for name, text in old.items() if name > "a010"} | {"a050": "vent", "z": "mer"}
    report, changes = sync([write(corpus, new)], index, jobs=jobs)
    assert (report.articles, changes) == (80, Changes(added=1, replaced=1, removed=11, unchanged=78))
    assert bodies(index) == new
    assert (found(index, "vent"), verify(index)) == ({"a050"}, [])


def test_renumbered_duplicate_ids_are_synced(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    rows = [f'{{"id": "7", "title": "Titre", "body": "gaz {number}"}}\n' for number in range(3)]
    for name in ("a", "b", "c"):
        (corpus / f"{name}.jsonl").write_text(rows.pop())
    assert sync([corpus], index, jobs=2)[1] == Changes(added=3)
    (corpus / "b.jsonl").unlink()
    _, changes = sync([corpus], index, jobs=2)
    assert changes == Changes(replaced=1, removed=1, unchanged=1), "7~3 becomes 7~2"
    assert bodies(index) == {"7": "gaz 2", "7~2": "gaz 0"}


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(TEXTS, min_size=1, max_size=4))
def test_after_any_changes_a_sync_equals_a_build(
    states: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("sync")
    for texts in states:
        corpus = write(home / "corpus", texts)
        sync([corpus], home / "synced")
        build([corpus], home / "built")
        assert bodies(home / "synced") == bodies(home / "built")
        for term in ("gaz", "vent", "mer"):
            assert found(home / "synced", term) == found(home / "built", term)


def test_processes_and_segment_size_do_not_change_the_index(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", {f"a{number}": f"gaz numéro {number}" for number in range(600)})
    builds: dict[str, Callable[[Path], object]] = {
        "one": lambda directory: build([corpus], directory),
        "two": lambda directory: build([corpus], directory, jobs=2),
        "many": lambda directory: build([corpus], directory, flush_bytes=5_000),
    }
    for name, run in builds.items():
        run(tmp_path / name)
        assert verify(tmp_path / name) == []
        assert len(open_reader(tmp_path / name).leaf_readers()) == 1
    assert bodies(tmp_path / "one") == bodies(tmp_path / "two") == bodies(tmp_path / "many")
    assert found(tmp_path / "two", "gaz") == found(tmp_path / "many", "gaz") == set(bodies(tmp_path / "one"))
