from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.corpus.settings import BadSettings
from kiosque.corpus.sources.source_table import SourceTable, read_source_table
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
ROOT = Path(__file__).parents[2]

TABLE = SourceTable([{"La Vigie du Port": ["vigie.example", "La Vigie"], "AFP": ["avec AFP"], "Le Phare": []}])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("LA VIGIE", "La Vigie du Port"),
        ("vigie", "La Vigie du Port"),
        ("www.vigie.example", "La Vigie du Port"),
        ("https://www.vigie.example/", "La Vigie du Port"),
        ("sport.vigie.example", "La Vigie du Port"),
        ("Source : La Vigie", "La Vigie du Port"),
        ("source le phare", "Le Phare"),
        ("Le Phare avec AFP", "Le Phare"),
        ("Le Phare avec AFP-Services", "Le Phare"),
        ("avec AFP", "AFP"),
        ("afp", "AFP"),
        ("autre.example", "autre.example"),
        ("L’Écho", "L’Écho"),
        ("L’Écho avec AFP", "L’Écho"),
        ("Sources Vives", "Vives"),
        ("Source", "Source"),
        ("Marie avec", "Marie avec"),
    ],
)
def test_the_canonical_name_of_a_source(written: str, name: str) -> None:
    assert TABLE.name(written) == name


def test_the_built_in_table_has_the_common_titles() -> None:
    table = read_source_table([])
    written = ("lemonde.fr", "source BFM TV", "Lopinion.fr", "francetvinfo", "Orange avec AFP-Services", "6Médias")
    assert [table.name(name) for name in written] == [
        "Le Monde",
        "BFMTV",
        "L’Opinion",
        "Franceinfo",
        "Orange",
        "6Medias",
    ]


@pytest.mark.parametrize("written", ["Source AFP", "source : AFP", "avec AFP", "AVEC AFP", "afp", "www.afp.com"])
def test_spellings_of_an_agency_are_one_source(written: str) -> None:
    assert read_source_table([]).name(written) == "AFP"


@pytest.mark.parametrize("written", ["www.liberation.fr", "LIBERATION", "libération", "https://www.liberation.fr/"])
def test_source_names_match_without_case_accents_and_www(written: str) -> None:
    assert read_source_table([]).name(written) == "Libération"


def test_the_written_source_is_kept(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"a.jsonl": '{"title": "t", "source": "www.lemonde.fr"}\n{"title": "u", "source": "Le Monde"}'})
    first, second = (item for item in read_corpus([root]) if isinstance(item, Article))
    assert (first.source, first.source_written) == ("Le Monde", "www.lemonde.fr")
    assert (second.source, second.source_written) == ("Le Monde", None)


def test_a_corpus_extends_the_table_of_sources(make_corpus: MakeCorpus) -> None:
    settings = '[sources]\n"La Vigie du Port" = ["vigie.example"]\n"Monde" = ["lemonde.fr"]\n'
    lines = '{"title": "t", "source": "vigie.example"}\n{"title": "u", "source": "lemonde.fr"}'
    root = make_corpus({"kiosque.toml": settings, "a.jsonl": lines})
    assert [item.source for item in read_corpus([root]) if isinstance(item, Article)] == ["La Vigie du Port", "Monde"]
    assert len(list(read_corpus([root]))) == 2


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("[sources\n", "ligne 1"),
        ('[sources]\n"A" = "b"\n', "sources.A"),
        ("sources = 3\n", "sources"),
        ("[sources]\nA = [3]\n", "sources.A"),
    ],
)
def test_invalid_source_settings_fail_at_once(make_corpus: MakeCorpus, settings: str, key: str) -> None:
    root = make_corpus({"kiosque.toml": settings, "a.txt": "Le pont"})
    with pytest.raises(BadSettings, match=key):
        read_corpus([root])


def test_a_build_reports_invalid_settings_in_one_line(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    root = make_corpus({"kiosque.toml": "[sources\n", "a.txt": "Le pont"})
    for command in (
        ["corpus", str(root)],
        ["index", "build", str(root), "--index", str(tmp_path / "index"), "--quiet"],
    ):
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 2 and "kiosque.toml" in done.stderr and done.stderr.count("\n") == 1


@given(st.text(max_size=40))
def test_canonical_names_are_never_empty_and_idempotent(source: str) -> None:
    name = TABLE.name(source)
    assert bool(name) == bool(source)
