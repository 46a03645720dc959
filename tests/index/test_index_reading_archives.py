"""A large zip is split into groups of members, which several processes read exactly as one process does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import kiosque.index.build.batches
from kiosque.corpus.article import Article
from kiosque.corpus.packed import unpacking
from kiosque.corpus.packed.blocks import Members
from kiosque.corpus.readers import archive as archives
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.learned_boilerplate import LearnedBoilerplate
from kiosque.corpus.walk.parts import Group, read_part
from kiosque.corpus.walk.read_corpus import cut_corpus, read_corpus
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader

FOOT = "Rejoignez-nous au kiosque du quai, tous les matins"
PARAGRAPH = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés."


def text(number: int) -> str:
    return f"Le pont {number}\n\n{PARAGRAPH} Jour {number}.\n\n{FOOT}\n"


def line(number: int) -> str:
    return f'{{"id": "pont", "title": "Le pont {number}", "body": "Il rouvre le {number}."}}\n'


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def contents() -> dict[str, str | bytes]:
    return {
        **{f"la-vigie/{number:02}.txt": text(number) for number in range(30)},
        "la-vigie/00.text": text(30),
        "dossier/": "",
        "a.jsonl": line(1) + line(2) + line(3) + "[]\n",
        "vide.txt": "",
        "../sortie.txt": text(31),
        ".cache/x.txt": text(32),
        "brouillons/x.txt": text(33),
        "image.png": b"\x89PNG",
        "dedans.zip": zipped({f"{number}.txt": text(100 + number) for number in range(8)}),
        "z.jsonl": line(4),
    }


def disable_groups(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(archives, "GROUP_BYTES", 1 << 30)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "GROUP", 4)
    monkeypatch.setattr(archives, "GROUP_BYTES", 500)
    monkeypatch.setattr(kiosque.index.build.batches, "BATCH", 3)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip as a corpus, with a settings file next to it."""
    root = tmp_path / "depot"
    root.mkdir()
    (root / "kiosque.toml").write_text('[files]\nexclude = ["brouillons"]\n')
    (root / "depot.zip").write_bytes(zipped(contents()))
    return root / "depot.zip"


def groups(root: Path) -> list[Members]:
    entries = [entry for part in cut_corpus([root]) if isinstance(part, Group) for entry in part.entries]
    return [entry for entry in entries if isinstance(entry, Members)]


def built(root: Path, directory: Path, jobs: int) -> tuple[Report, dict[str, dict[str, object]]]:
    report = build([root], directory, jobs=jobs, flush_bytes=20_000)
    assert verify(directory) == []
    return report, {fields["id"]: fields for _, fields in open_reader(directory).iter_docs()}


def test_the_groups_of_a_zip_have_each_file_once_in_order(archive: Path) -> None:
    found = groups(archive)
    names = [info.filename for group in found for info in group.infos]
    assert names == [name for name in contents() if name != "dossier/"]
    assert len(found) > 8
    assert [group.first for group in found] == [
        1 + sum(len(one.infos) for one in found[:at]) for at in range(len(found))
    ]


def test_a_zip_in_groups_reads_like_the_whole(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = list(read_corpus([archive]))
    disable_groups(monkeypatch)
    assert not groups(archive)
    assert cut == list(read_corpus([archive]))
    ids = [item.id for item in cut if isinstance(item, Article)]
    assert len(ids) == len(set(ids)) == 30 + 1 + 3 + 8 + 1
    assert len(cut) - len(ids) == 4


def test_reading_a_zip_does_not_depend_on_the_number_of_processes(archive: Path, tmp_path: Path) -> None:
    one, articles = built(archive, tmp_path / "1", 1)
    for jobs in (2, 3):
        report, same = built(archive, tmp_path / str(jobs), jobs)
        assert same == articles
        assert report.refusals == one.refusals, "in reading order"
        assert report.summary() == one.summary()
    assert {"pont", "pont~2", "pont~3", "pont~4", "depot/la-vigie/00~2"} <= articles.keys()
    assert articles["pont~4"]["title"] == "Le pont 4"
    assert one.files == {"zip": 1}


def test_boilerplate_of_a_single_archive_is_removed_in_each_group(archive: Path) -> None:
    articles = [item for item in read_corpus([archive]) if isinstance(item, Article) and item.format == "texte"]
    assert len(articles) == 39
    assert all(article.cuts and FOOT not in article.body for article in articles)


@pytest.mark.parametrize("bomb", [100_000, 5_000])
def test_all_groups_share_one_unpacking_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: int) -> None:
    monkeypatch.setattr(unpacking, "FREE", 20_000)
    monkeypatch.setattr(unpacking, "RATIO", 5)
    path = tmp_path / "b.zip"
    path.write_bytes(zipped({f"{number:02}.txt": "Le pont\n\n" + "a" * bomb for number in range(20)}))
    cut = list(read_corpus([path]))
    assert len(groups(path)) >= 5
    disable_groups(monkeypatch)
    assert cut == list(read_corpus([path]))
    assert sum("bombe" in item.reason for item in cut if isinstance(item, Refusal)) == (20 if bomb > 20_000 else 20 - 3)


@pytest.mark.parametrize(
    "content",
    [
        zipped({f"{number}/": "" for number in range(60)}),
        zipped({"word/document.xml": "<a>" * 9_000, "x.txt": text(1) * 900}),
        b"PK\x03\x04" + bytes(3_000),
        text(1).encode() * 20,
    ],
)
def test_other_files_are_not_split_into_groups(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content.ljust(600))
    assert groups(path) == []


def test_an_archive_deleted_after_splitting_is_refused(archive: Path) -> None:
    found = groups(archive)
    archive.unlink()
    items = [item for group in found for item in read_part(Group([group], LearnedBoilerplate()))]
    assert [type(item) for item in items] == [Refusal] * len(found)
    assert isinstance(items[0], Refusal) and "disparu" in items[0].reason
