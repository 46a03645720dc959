"""The floors of the ranking: checking, raising and lowering them."""

from argparse import Namespace
from pathlib import Path

import pytest

from kiosque.corpus.article import Article

pytest.importorskip("ir_measures", reason="needs the extra `bench`")
pytest.importorskip("scipy", reason="needs the extra `bench`")

from benchmarks import floors
from benchmarks.degraded import DEGRADED
from benchmarks.judged import Judged

JUDGED = Judged(
    "ports",
    [
        Article(id="a", title="", body="Le port de pêche attend les chalutiers."),
        Article(id="b", title="", body="La forêt attend la pluie."),
    ],
    {"q1": "les chalutiers", "q2": "forêt"},
    {"q1": {"a": 1}, "q2": {"b": 1}},
)


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "floors.toml"
    monkeypatch.setattr(floors, "FLOORS", path)
    return path


def hold(folder: Path, **options: bool) -> int:
    folder.mkdir()
    return floors.hold(folder, [JUDGED], Namespace(**{"pin_floors": False, "lower_floors": False} | options))


def test_floors_round_trip(path: Path) -> None:
    table = {"ports": {"as typed": 0.8123, "without accents": 0.5}, "autre": {"as typed": 0.25}}
    floors.write(table)
    assert floors.read() == table


def test_only_figures_below_their_floor_are_faults() -> None:
    pinned = {"ports": {"as typed": 0.8, "without accents": 0.7}}
    assert floors.below({"ports": {"as typed": 0.8, "without accents": 0.7}, "new": {"as typed": 0.1}}, pinned) == []
    (fault,) = floors.below({"ports": {"as typed": 0.7999, "without accents": 0.9}}, pinned)
    assert "ports, as typed" in fault
    assert "0.7999" in fault


def test_pinning_lowers_floors_only_by_option() -> None:
    old = {"ports": {"as typed": 0.8, "without accents": 0.6}, "other": {"as typed": 0.5}}
    reached = {"ports": {"as typed": 0.7, "without accents": 0.75}}
    assert floors.pinned(reached, old, lower=False) == {
        "ports": {"as typed": 0.8, "without accents": 0.747},
        "other": {"as typed": 0.5},
    }
    assert floors.pinned(reached, old, lower=True)["ports"]["as typed"] == 0.697


def test_pinned_floors_hold_and_higher_ones_fail(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hold(tmp_path / "one", pin_floors=True) == 0
    assert floors.read() == {"ports": dict.fromkeys(DEGRADED, 1 - floors.MARGIN)}
    assert hold(tmp_path / "two") == 0
    floors.write({"ports": {"as typed": 1.1}})
    assert hold(tmp_path / "three", pin_floors=True) == 1, "pinning alone never lowers"
    assert "--lower-floors" in capsys.readouterr().err
    assert hold(tmp_path / "four", pin_floors=True, lower_floors=True) == 0


def test_the_pinned_floors_are_of_existing_query_classes() -> None:
    pinned = floors.read()
    assert set(pinned) == {"titles", "piaf", "matching"}
    assert all(min(rows.values()) > 0 for rows in pinned.values())
    assert set(pinned["titles"]) == set(pinned["piaf"]) == set(DEGRADED)
