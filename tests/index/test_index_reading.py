"""Several processes read a corpus exactly as one process does."""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kiosque.index.build.batches
from kiosque.corpus.article import Article, Duplicate
from kiosque.corpus.packed import blocks as lines
from kiosque.corpus.packed.blocks import line_blocks
from kiosque.corpus.sources.source_table import SourceTable
from kiosque.corpus.walk.read_corpus import cut_corpus, read_corpus, read_part
from kiosque.corpus.walk.report import Report
from kiosque.corpus.walk.unify import Unifier
from kiosque.index.build.full_build import build
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader
from kiosque.index.errors import FailedWorker


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of many parts with repeated ids, sources in two spellings, refused lines and files."""
    monkeypatch.setattr(lines, "BLOCK", 2_000)
    monkeypatch.setattr(kiosque.index.build.batches, "BATCH", 16)
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "a.jsonl").write_text("".join(line(number, "L’Écho du Port") for number in range(200)) + "[]\n")
    rows = "".join(line(number, "echo-du-port") for number in range(100, 300)) + '{"title": \n' + line(7, "Le Phare")
    (root / "b.jsonl.gz").write_bytes(gzip.compress(rows.encode()))
    again = rows.replace("Le gaz", "Le vent")
    (root / "c.jsonl.gz").write_bytes(gzip.compress(again.encode())[:-20])
    for number in range(40):
        (root / f"d{number:02}.txt").write_text(f"Titre {number}\n\nLe gaz manque.\n" if number % 7 else "")
    (root / "le-phare").mkdir()
    (root / "le-phare" / "7.txt").write_text("Le phare\n\nIl éclaire.\n")
    (root / "z.png").write_bytes(b"\x89PNG")
    return root


def line(number: int, source: str) -> str:
    return (
        json.dumps({"id": number, "title": f"Titre {number}", "body": f"Le gaz {number} de {source}"} | of(source))
        + "\n"
    )


def of(source: str) -> dict[str, str]:
    return {"source": source, "date": "2022-01"}


def built(corpus: Path, directory: Path, jobs: int, flush_bytes: int) -> tuple[Report, dict[str, dict[str, str]]]:
    report = build([corpus], directory, jobs=jobs, flush_bytes=flush_bytes)
    assert verify(directory) == []
    return report, {stored["id"]: stored for _, stored in open_reader(directory).iter_docs()}


@pytest.mark.parametrize("flush_bytes", [2_000, 1 << 20])
def test_ids_sources_and_refusals_do_not_depend_on_the_number_of_processes(
    corpus: Path, tmp_path: Path, flush_bytes: int
) -> None:
    one, articles = built(corpus, tmp_path / "one", 1, flush_bytes)
    three, same = built(corpus, tmp_path / "three", 3, flush_bytes)
    assert articles == same
    assert {"100~2", "100~3", "7~2", "le-phare/7"} <= articles.keys()
    assert {stored["source"] for stored in articles.values() if "source" in stored} == {"L’Écho du Port", "Le Phare"}
    assert one.refusals == three.refusals, "in reading order"
    assert len(one.refusals) == 1 + 1 + 2 + 6 + 1
    assert one.summary() == three.summary()


def test_the_parts_in_order_are_the_corpus(corpus: Path) -> None:
    parts = list(cut_corpus([corpus]))
    assert len(parts) > 20
    assert ids([item for part in parts for item in read_part(part)]) != ids(list(read_corpus([corpus])))
    unifier = Unifier(SourceTable([]))
    items = [item for part in parts for item in read_part(part)]
    unified = [unifier.unified([item])[0] if isinstance(item, Article) else item for item in items]
    assert unified == list(read_corpus([corpus]))


def ids(items: list[object]) -> list[str]:
    return [item.id for item in items if isinstance(item, Article)]


NAMES = st.sampled_from(["a", "a~2", "a~2~2", "b"])
SOURCES = st.sampled_from([None, "La Vigie", "vigie", "VIGIE", "Le Phare", "phare"])


@given(st.lists(st.tuples(NAMES, SOURCES, st.sampled_from("tu"))), st.lists(st.integers(1, 5)))
def test_unifying_does_not_depend_on_the_batch_size(rows: list[tuple[str, str | None, str]], cuts: list[int]) -> None:
    articles = [Article(id=id, title=title, body="", source=source) for id, source, title in rows]
    alone, together, at = Unifier(SourceTable([])), Unifier(SourceTable([])), 0
    expected = [alone.unified([article])[0] for article in articles]
    found: list[Article | Duplicate] = []
    for size in [*cuts, len(articles)]:
        found += together.unified(articles[at : at + size])
        at += size
    assert found == expected
    assert len({item.place.id if isinstance(item, Duplicate) else item.id for item in found}) == len(found)
    kept = [item for item in found if isinstance(item, Article)]
    assert len({(item.title, item.source) for item in kept}) == len(kept)
    assert {item.of for item in found if isinstance(item, Duplicate)} <= {item.id for item in kept}


@settings(deadline=None)
@given(written=st.lists(st.binary(max_size=12)), block=st.integers(1, 30), longest=st.integers(4, 40))
def test_blocks_contain_every_line_of_the_file(
    written: list[bytes], block: int, longest: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "a"
    path.write_bytes(b"\n".join(written))
    with pytest.MonkeyPatch.context() as patched, path.open("rb") as stream:
        patched.setattr(lines, "BLOCK", block)
        patched.setattr(lines, "LONGEST_LINE", longest)
        found = list(line_blocks(stream))
    assert all(each.endswith(b"\n") for each in found[:-1])
    kept = b"".join(found).split(b"\n")
    whole = b"\n".join(written).split(b"\n")
    assert len(kept) == len(whole)
    for one, other in zip(kept, whole, strict=True):
        assert one == other or len(one) > longest, "only an overlong line, which is refused, may be cut"


@pytest.mark.parametrize("failing", ["raises", "dies"])
def test_a_failing_process_ends_the_build_with_its_reason(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def failed(part: object) -> object:
        if failing == "dies":
            os._exit(1)
        raise MemoryError("plus de mémoire")

    monkeypatch.setattr(kiosque.index.build.batches, "read_part", failed)
    with pytest.raises(FailedWorker, match="plus de mémoire" if failing == "raises" else "arrêté"):
        build([corpus], tmp_path / "index", jobs=2)


def test_progress_of_several_processes_is_reported_in_order(corpus: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    note: Callable[[Report], None] = lambda report: seen.append(report.articles)  # noqa: E731
    report = build([corpus], tmp_path / "index", note, jobs=2)
    assert seen == sorted(seen) and seen[-1] == report.articles
