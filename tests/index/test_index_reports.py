"""A reading report belongs to one commit of the index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.index.__main__ import main
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.care.verify import verify
from kiosque.index.codec.writer import kiosque_writer
from kiosque.index.commit.reader import latest_generation, open_reader
from kiosque.index.commit.reports import Summary, read_report, refusals_path
from kiosque.index.commit.storage import open_index
from kiosque.index.commit.transaction import commit_segments

MakeCorpus = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> MakeCorpus:
    """A function that writes these texts as the only files of the corpus."""

    def make(**texts: str) -> Path:
        root = tmp_path / "corpus"
        root.mkdir(exist_ok=True)
        for path in root.iterdir():
            path.unlink()
        for name, text in texts.items():
            (root / f"{name}.txt").write_text(text, "utf-8")
        return root

    return make


def stored(directory: Path) -> Summary | None:
    with open_reader(directory) as reader:
        return read_report(directory, reader)


def refusals(directory: Path) -> list[str]:
    lines = refusals_path(directory, latest_generation(directory)).read_text("utf-8").splitlines()
    return [line.replace("\t\t", "\t").split("\t")[-1] for line in lines[1:]]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_keeps_its_report_and_every_refusal(tmp_path: Path, write: MakeCorpus, jobs: int) -> None:
    report = build([write(a="Le gaz\n\nIl manque.\nFacebook\nFin.", vide="")], tmp_path / "index", jobs=jobs)
    assert stored(tmp_path / "index") == report.summary()
    assert report.summary().files == {"texte": 2}
    assert (report.summary().cut_lines, report.summary().reasons) == (1, {"fichier vide": 1})
    assert refusals(tmp_path / "index") == ["fichier vide"]
    assert verify(tmp_path / "index") == []


def test_the_report_is_replaced_by_the_next_build(tmp_path: Path, write: MakeCorpus) -> None:
    directory = tmp_path / "index"
    build([write(a="gaz", vide="")], directory)
    build([write(a="gaz", b="vent")], directory)
    summary = stored(directory)
    assert summary is not None and (summary.articles, summary.refused) == (2, 0)
    assert refusals(directory) == []
    assert len(list(directory.glob("re*.*"))) == 2, "files of the first are removed"


def test_a_failed_build_keeps_the_old_report(
    tmp_path: Path, write: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "index"
    before = build([write(a="gaz", vide="")], directory).summary()

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("whoosh.index.TOC.write", full)
        with pytest.raises(OSError, match="space"):
            build([write(a="gaz", b="vent")], directory)
    assert stored(directory) == before
    assert refusals(directory) == ["fichier vide"]


def test_a_leftover_report_is_not_used_for_another_commit(
    tmp_path: Path, write: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "index"
    build([write(a="gaz")], directory)
    with monkeypatch.context() as patched:
        patched.setattr("whoosh.index.TOC.write", lambda *_: 1 / 0)
        patched.setattr("kiosque.index.commit.transaction.sweep", lambda directory: None)  # as if the build were killed
        with pytest.raises(ZeroDivisionError):
            build([write(a="gaz", b="vent")], directory)
    with kiosque_writer(open_index(directory)) as writer:  # commits the generation of the failed build
        writer.add_document(id="c", title="c", body="mer")
    assert (directory / f"report.{latest_generation(directory)}.json").exists()
    assert stored(directory) is None


def test_a_commit_without_a_report_has_none(tmp_path: Path, write: MakeCorpus) -> None:
    directory = tmp_path / "index"
    build([write(a="gaz")], directory)
    opened = open_index(directory)
    commit_segments(directory, opened.schema, opened._segments())
    assert stored(directory) is None
    assert list(directory.glob("re*.*")) == []


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"segments": [], "summary": {}}', b"\xff"])
def test_a_damaged_report_is_ignored_and_named_by_verify(tmp_path: Path, write: MakeCorpus, damage: bytes) -> None:
    build([write(a="gaz")], tmp_path / "index")
    (tmp_path / "index" / "report.1.json").write_bytes(damage)
    assert stored(tmp_path / "index") is None
    assert [problem.split("\u00a0: ")[0] for problem in verify(tmp_path / "index")] == ["report.1.json"]


def test_a_flipped_bit_in_a_report_is_detected(tmp_path: Path, write: MakeCorpus) -> None:
    build([write(a="gaz", vide="")], tmp_path / "index")
    for name in ("report.1.json", "refusals.1.tsv"):
        path = tmp_path / "index" / name
        whole = path.read_bytes()
        for at in range(0, 8 * len(whole), 97):
            flipped = bytearray(whole)
            flipped[at // 8] ^= 1 << at % 8
            path.write_bytes(flipped)
            assert [problem.split("\u00a0: ")[0] for problem in verify(tmp_path / "index")] == [name]
            assert stored(tmp_path / "index") is None or name.startswith("refusals")
        path.unlink()
        assert [problem.split("\u00a0: ")[0] for problem in verify(tmp_path / "index")] == [name]
        path.write_bytes(whole)
    assert verify(tmp_path / "index") == []


def test_a_sync_replaces_the_report(tmp_path: Path, write: MakeCorpus) -> None:
    directory = tmp_path / "index"
    build([write(a="gaz")], directory)
    report, _ = sync([write(a="gaz", b="vent", vide="")], directory)
    assert stored(directory) == report.summary()
    assert (report.summary().articles, refusals(directory)) == (2, ["fichier vide"])


def test_a_sync_with_only_other_refusals_updates_the_report(tmp_path: Path, write: MakeCorpus) -> None:
    directory = tmp_path / "index"
    sync([write(a="gaz", vide="")], directory)
    before = latest_generation(directory)
    sync([write(a="gaz", creux="")], directory)  # the same number and reason, but another file
    assert latest_generation(directory) == before + 1
    assert "creux.txt" in refusals_path(directory, before + 1).read_text("utf-8")
    sync([write(a="gaz", creux="")], directory)
    assert latest_generation(directory) == before + 1
    assert verify(directory) == []


def test_the_terminal_shows_the_report_and_names_the_file(
    tmp_path: Path, write: MakeCorpus, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["build", str(write(a="gaz", vide="")), "--index", str(tmp_path / "index.d"), "--jobs", "1"]
    assert main(options) == 0
    shown = capsys.readouterr().out
    assert "fichiers\u00a0: texte 2\n" in shown
    assert f"tous les refus\u00a0: {tmp_path}/index.d/refusals.1.tsv\n" in shown
    assert f"index «\u00a0{tmp_path}/index.d\u00a0» prêt en" in shown
    assert main([*options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reasons"] == {"fichier vide": 1}


def test_counts_do_not_depend_on_the_spelling_of_a_source(tmp_path: Path, write: MakeCorpus) -> None:
    root = write()
    for folder, name in (("la-vigie", "a"), ("La Vigie", "b")):
        (root / folder).mkdir()
        (root / folder / f"{name}.txt").write_text("Le pont\n\nIl rouvre.\nFacebook\nFin.", "utf-8")
    found = [build([root], tmp_path / f"index{jobs}", jobs=jobs).summary() for jobs in (1, 2)]
    assert found[0] == found[1]
    assert [one.times for one in found[0].most_cut] == [2]
