"""Settings: their sources, invalid values, and their documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosque.index.build.removal import rows as sync_rows
from kiosque.index.cluster.settings import rows as cluster_rows
from kiosque.search.settings import SettingError, rows
from kiosque.web.__main__ import main
from kiosque.web.serving.settings import DEFAULTS, SETTINGS, load

ROOT = Path(__file__).parents[2]


def test_settings_override_in_order_file_environment_options(tmp_path: Path) -> None:
    file = tmp_path / "reglages.toml"
    file.write_text('port = 9000\nlog = "json"\nmetrics = true\n')
    config = load({"KIOSQUE_SETTINGS": str(file), "KIOSQUE_PORT": "9001", "KIOSQUE_RATE": "60"}, {"port": 9002})
    assert (config["PORT"], config["LOG"], config["RATE"], config["METRICS"]) == (9002, "json", 60, True)
    assert config["WORKERS"] == DEFAULTS["WORKERS"]


def test_kiosque_toml_of_the_working_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({})["LOG"] == "none"
    (tmp_path / "kiosque.toml").write_text('log = "text"\n[fields]\ntitle = "manchette"\n')  # settings of a corpus
    assert load({})["LOG"] == "text"


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"KIOSQUE_PORT": "abc"}, "« port » ne peut pas être « abc » : un nombre de 1 à 65535"),
        ({"KIOSQUE_LOG": "xml"}, "none ou text ou json"),
        ({"KIOSQUE_METRICS": "oui"}, "0 ou 1"),
        ({"KIOSQUE_WORKERS": "0"}, "un nombre de 1 à 64"),
    ],
)
def test_an_invalid_setting_is_refused(environ: dict[str, str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingError) as refused:
        load(environ)
    assert says in str(refused.value).replace("\u00a0", " ")


@pytest.mark.parametrize(("text", "says"), [("colour = 1", "colour"), ("port = ", "TOML"), ("\xff", "TOML")])
def test_an_invalid_settings_file_is_refused(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "k.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingError, match=says):
        load({"KIOSQUE_SETTINGS": str(file)})


def test_a_setting_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KIOSQUE_RATE", "beaucoup")
    assert main([]) == 2
    monkeypatch.setenv("KIOSQUE_RATE", "0")
    monkeypatch.setenv("KIOSQUE_SETTINGS", "/nulle/part.toml")
    assert main([]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_the_docs_list_every_setting() -> None:
    docs = (ROOT / "docs/SETTINGS.md").read_text("utf-8")
    found = re.findall(r"^\| `(\w+)` \| (.*?) ?\| (.*) \|$", docs, re.MULTILINE)
    ours = [(row.name, str(int(row.default) if row.default is False else row.default), row.help) for row in SETTINGS]
    engines = [(name.removeprefix("KIOSQUE_").lower(), default, text) for name, default, text in rows()]
    every = [*ours, *engines, *cluster_rows(), *sync_rows()]
    assert found == [(name, f"`{default}`" if default else "", text) for name, default, text in every]


def test_engine_settings_are_read_from_the_same_sources(tmp_path: Path) -> None:
    file = tmp_path / "k.toml"
    file.write_text("most_words = 7\nsynonyms = false")
    search = load({"KIOSQUE_SETTINGS": str(file), "KIOSQUE_DEEPEST": "3"})["SEARCH"]
    assert (search.most_words, search.synonyms, search.deepest) == (7, False, 3)
    with pytest.raises(SettingError, match="KIOSQUE_DEEPEST=x"):
        load({"KIOSQUE_DEEPEST": "x"})
