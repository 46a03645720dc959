"""Settings of a corpus apply to builds with any number of processes, and to syncs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosque.corpus.packed import blocks as lines
from kiosque.corpus.walk import parts
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.commit.reader import open_reader

SETTINGS = """
[fields]
title = "manchette"
date = "jour"
[defaults]
source = "La Vigie"
[dates]
format = "%m/%d/%Y"
[files]
exclude = ["brouillons"]
"""


def stored(directory: Path) -> dict[str, dict[str, object]]:
    return {fields["id"]: fields for _, fields in open_reader(directory).iter_docs()}


def test_corpus_settings_apply_to_builds_and_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK", 500)
    monkeypatch.setattr(parts, "GROUP", 2)
    root = tmp_path / "corpus"
    (root / "brouillons").mkdir(parents=True)
    rows = (
        {"manchette": f"Le pont {n}", "title": "Non", "body": f"Il rouvre {n}.", "jour": "03/04/2022"}
        for n in range(40)
    )
    (root / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (root / "b.csv").write_text("manchette;texte;jour\nLe quai;Il ferme.;12/31/2021\n")
    for name in ("c.txt", "d.txt", "e.txt", "brouillons/f.txt"):
        (root / name).write_text(f"Le phare\n\nIl brille dans {name}.")
    sync([root], tmp_path / "synced")
    before = stored(tmp_path / "synced")
    (root / "kiosque.toml").write_text(SETTINGS)
    build([root], tmp_path / "one", jobs=1)
    build([root], tmp_path / "three", jobs=3)
    _, changes = sync([root], tmp_path / "synced")
    one = stored(tmp_path / "one")
    assert one == stored(tmp_path / "three") == stored(tmp_path / "synced") != before
    assert (changes.replaced, changes.removed) == (44, 1)
    assert (one["a:7"]["title"], one["a:7"]["date"], one["a:7"]["source"]) == ("Le pont 6", "2022-03-04", "La Vigie")
    assert (one["b:1"]["date"], one["c"]["source"]) == ("2021-12-31", "La Vigie")
