"""Copies: exact duplicates are stored once with their places, near copies are grouped at each commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from kiosque.corpus.article import Article, Place
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import Changes, sync
from kiosque.index.care.verify import verify
from kiosque.index.codec.whoosh_codec import KiosqueSegment, open_segment, segment_data
from kiosque.index.commit.copies import group, places_of
from kiosque.index.commit.reader import latest_generation, open_reader
from kiosque.index.commit.storage import open_index
from kiosque.index.segment.schema import article_of
from kiosque.index.segment.store import StoreReader
from tests.wire_articles import article, dispatch, paragraphs, reprint

ELECTION, STORM = 1, 2
WIRE = dispatch("afp/election", ELECTION)
TITLES = [reprint(f"titres/{source}", ELECTION, source) for source in ("La Vigie", "Le Phare", "L’Écho", "Ouest")]
OTHERS = [
    dispatch("afp/tempete", STORM),
    article("vigie/court", ["Même brève."]),
    article("phare/court", ["Même brève."]),
]


def write(folder: Path, articles: Sequence[Article], parts: int = 3) -> Path:
    """Writes these articles as the only files of the folder, as JSON lines."""
    folder.mkdir(exist_ok=True)
    for at in range(parts):
        lines = [msgspec.json.encode(each) for each in articles[at::parts]]
        (folder / f"{at}.jsonl").write_bytes(b"\n".join([*lines, b""]))
    return folder


def segments(directory: Path) -> list[KiosqueSegment]:
    return list(open_index(directory)._segments())


def groups(directory: Path) -> list[list[str]]:
    """The groups of the last commit: ids in order of publication."""
    rows = []
    for segment in segments(directory):
        data = open_segment(directory, segment.segment_id(), segment.sidecar)
        store = StoreReader(data["store"], data["store_bounds"], data["store_dictionaries"])
        for number, rank, at in zip(
            *(data[f"copies.{n}"].tolist() for n in ("documents", "ranks", "groups")), strict=True
        ):
            rows.append((rank, at, article_of(store[number]).id))
    assert [rank for rank, _, _ in sorted(rows)] == list(range(len(rows)))
    found: dict[int, list[str]] = {}
    for _, at, id in sorted(rows):
        found.setdefault(at, []).append(id)
    return list(found.values())


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("flush_bytes", [3_000, 1 << 20])
def test_reprints_are_grouped_after_the_agency_dispatch(tmp_path: Path, jobs: int, flush_bytes: int) -> None:
    corpus = write(tmp_path / "corpus", [*TITLES, *OTHERS, WIRE])
    build([corpus], tmp_path / "index", jobs=jobs, flush_bytes=flush_bytes)
    assert groups(tmp_path / "index") == [["afp/election", *sorted(each.id for each in TITLES)]]
    assert verify(tmp_path / "index") == []


def test_a_group_starts_with_the_earliest_article(tmp_path: Path) -> None:
    dated = [
        reprint("a", STORM, "L’Écho", date="2022-01"),
        reprint("b", STORM, "La Vigie", date="2022-01-20"),
        reprint("c", STORM, "Le Phare", date="2022-01-18"),
        msgspec.structs.replace(reprint("d", STORM, "Ouest"), date=None),
        dispatch("e", STORM, date="2022-01-20"),
    ]
    build([write(tmp_path / "corpus", dated)], tmp_path / "index")
    assert groups(tmp_path / "index") == [["c", "e", "b", "a", "d"]]


SAME = dispatch("afp/1", ELECTION, url="https://afp.example/1")
AGAIN = msgspec.structs.replace(SAME, id="afp/2", url="https://afp.example/2")
ELSEWHERE = msgspec.structs.replace(SAME, id="vigie/1", source="La Vigie")
LATER = msgspec.structs.replace(SAME, id="afp/3", date="2022-01-20")


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_exact_duplicate_is_stored_once_with_its_places(tmp_path: Path, jobs: int) -> None:
    spelled = msgspec.structs.replace(SAME, id="afp/4", source="afp")
    corpus, index = write(tmp_path / "corpus", [SAME, AGAIN, ELSEWHERE, LATER, SAME, spelled], 1), tmp_path / "index"
    report = build([corpus], index, jobs=jobs)
    assert {stored["id"] for _, stored in open_reader(index).iter_docs()} == {"afp/1", "vigie/1", "afp/3"}
    assert places_of(index, segments(index)) == {
        "afp/1": [Place("afp/2", AGAIN.url), Place("afp/1~2", SAME.url), Place("afp/4", SAME.url)]
    }
    assert (report.articles, report.copies) == (6, 3)
    assert groups(index) == [["afp/1", "vigie/1", "afp/3"]]  # the same text with another source or day is a near copy


def test_copies_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    articles = [reprint(f"{seed}/{at}", seed, f"Titre {at}") for seed in range(12) for at in range(1 + seed % 4)]
    again = [msgspec.structs.replace(each, id=f"{each.id}/bis") for each in articles[::5]]
    corpus = write(tmp_path / "corpus", [*articles, *again], 7)
    reports: list[Report] = []
    for jobs in (1, 2, 3):
        reports.append(build([corpus], tmp_path / str(jobs), jobs=jobs, flush_bytes=20_000))
    found = [
        (groups(tmp_path / str(jobs)), places_of(tmp_path / str(jobs), segments(tmp_path / str(jobs))))
        for jobs in (1, 2, 3)
    ]
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) == 9 and len(found[0][1]) == len(again)
    assert reports[0].summary() == reports[1].summary() == reports[2].summary()


def test_a_sync_adds_and_removes_copies(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    sync([write(corpus, [TITLES[0], *OTHERS])], index)
    assert groups(index) == []
    sync([write(corpus, [TITLES[0], *OTHERS, TITLES[1], WIRE])], index)
    assert groups(index) == [["afp/election", TITLES[0].id, TITLES[1].id]]
    assert len(segments(index)) == 2
    sync([write(corpus, [*OTHERS, TITLES[1], WIRE])], index)
    assert groups(index) == [["afp/election", TITLES[1].id]]
    sync([write(corpus, [*OTHERS, TITLES[1]])], index)
    assert groups(index) == []
    assert verify(index) == []


def test_a_sync_detects_a_change_of_places_only(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    sync([write(corpus, [SAME], 1)], index)
    _, changes = sync([write(corpus, [SAME, AGAIN], 1)], index)
    assert (changes.added, changes.unchanged) == (0, 1)
    assert places_of(index, segments(index)) == {"afp/1": [Place("afp/2", AGAIN.url)]}
    before = latest_generation(index)
    sync([corpus], index)
    assert latest_generation(index) == before
    sync([write(corpus, [AGAIN], 1)], index)
    assert places_of(index, segments(index)) == {}


def test_a_sync_regroups_copies_without_unpacking_articles(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(StoreReader, "__getitem__")
        sync([write(corpus, [TITLES[0], WIRE, SAME, AGAIN])], index)
        assert sync([corpus], index)[1] == Changes(unchanged=3)
        sync([write(corpus, [TITLES[0], WIRE, SAME, AGAIN, TITLES[1]])], index)
    [found] = groups(index)
    assert set(found) == {"afp/2", WIRE.id, TITLES[0].id, TITLES[1].id}


def test_an_open_reader_keeps_its_groups(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    sync([write(corpus, [TITLES[0], WIRE])], index)
    reader = open_reader(index)
    (leaf, _), *_ = reader.leaf_readers()
    sync([write(corpus, [TITLES[0], WIRE, TITLES[1]])], index)
    assert len(segment_data(leaf)["copies.documents"]) == 2
    assert len(groups(index)[0]) == 3
    names = {path.name.split(".copies.")[1].split(".")[-2] for path in index.glob("*.copies.*")}
    assert names == {str(latest_generation(index))}, "sidecars of older commits are removed"


def test_merged_segments_keep_their_signatures(tmp_path: Path, commit: Callable[[Path, list[Article]], None]) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    build([write(corpus, [TITLES[0], OTHERS[0], WIRE])], index)
    (whole,) = segments(index)
    before = open_segment(index, whole.segment_id())
    sync([write(corpus, [TITLES[0], WIRE, TITLES[1]])], index)  # one of three is deleted, so that all are merged
    (merged,) = segments(index)
    data = open_segment(index, merged.segment_id())
    assert data["signatures"].reshape(3, -1)[:2].tolist() == [
        row for row in before["signatures"].reshape(3, -1).tolist() if row in data["signatures"].reshape(3, -1).tolist()
    ]
    assert groups(index) == [["afp/election", TITLES[0].id, TITLES[1].id]]
    found = group([(data, merged.deletions())])
    assert found.groups.tolist() == [0, 0, 0]


def test_reworked_dispatches_are_grouped(tmp_path: Path) -> None:
    """40 dispatches and reprints with a new opening, a quarter removed and a paragraph added."""
    articles = []
    for seed in range(40):
        text = paragraphs(seed)
        own = paragraphs(1000 + seed, 2)
        articles += [
            dispatch(f"{seed}/afp", seed),
            article(f"{seed}/titre", [own[0], *text[:-3], own[1]], source="L’Écho"),
        ]
    build([write(tmp_path / "corpus", articles)], tmp_path / "index")
    found = groups(tmp_path / "index")
    assert all(len({id.split("/")[0] for id in each}) == 1 for each in found)
    assert len(found) >= 38
