"""`verify` names the damaged file."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kiosque.corpus.article import Article
from kiosque.index.__main__ import main
from kiosque.index.care.verify import verify
from kiosque.index.segment.arrays import array_path, write_array
from kiosque.index.segment.segment_data import SegmentData, write_manifest


@pytest.fixture
def index(tmp_path: Path, commit: Callable[[Path, list[Article]], None]) -> Path:
    bodies = ["Le gaz manque.", "Le vent, le gaz et la mer."]
    articles = [
        Article(id=f"a{at}", title="Titre", body=body, source="AFP", date="2022-01") for at, body in enumerate(bodies)
    ]
    commit(tmp_path / "index", articles)
    return tmp_path / "index"


def test_an_intact_index_has_no_problems(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(index) == []
    assert main(["verify", "--index", str(index)]) == 0
    assert "intact" in capsys.readouterr().out


def test_a_flipped_bit_is_detected_and_its_file_named(index: Path) -> None:
    for path in sorted(index.glob("*.npy")):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        assert any(path.name in problem for problem in verify(index)), path.name
        data[-1] ^= 1
        path.write_bytes(data)
    assert verify(index) == []


def test_a_missing_digest_is_detected(index: Path) -> None:
    [path] = index.glob("*.manifest.json")
    data = SegmentData(index, path.name.partition(".")[0])
    entry = write_array(array_path(index, data.segment, "store_digests"), data["store_digests"][:16].copy())
    arrays = data.manifest.arrays | {"store_digests": entry}
    write_manifest(index, data.segment, msgspec.structs.replace(data.manifest, arrays=arrays))
    assert verify(index) == [f"{data.segment}\u00a0: des documents manquent"]


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_file_is_named_with_the_repair(index: Path, capsys: pytest.CaptureFixture[str], damage: str) -> None:
    path = next(index.glob("*.docs.npy"))
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.unlink()
    assert main(["verify", "--index", str(index)]) == 1
    said = capsys.readouterr().out
    assert path.name in said
    assert "make index" in said


def test_a_missing_index_names_the_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--index", str(tmp_path / "nowhere")]) == 2
    assert "make index" in capsys.readouterr().err
