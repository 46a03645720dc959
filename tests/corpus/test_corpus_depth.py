"""What is nested deep, in folders or in JSON, and links out of a corpus."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.corpus.readers.json_depth import DEEPEST, shallow
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.read_corpus import read_corpus

RECORDS = ['{"title": "Le pont", "body": "Il rouvre."}', '{"title": "La digue", "body": "Elle tient."}']


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    """A record with one value so deep."""
    return f'{{"title": "Le port", "body": "Il ferme.", "extra": {opening * levels}1{closing * levels}}}'


def read(root: Path) -> tuple[list[str], list[Refusal]]:
    items = list(read_corpus([root]))
    refusals = [item for item in items if isinstance(item, Refusal)]
    return [item.title for item in items if isinstance(item, Article)], refusals


@pytest.mark.parametrize("levels", [500, 1_100, 100_000])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a": ', "}")])
@pytest.mark.parametrize("around", ["[%s]", '{"articles": [%s]}', '{"articles":\n[%s]}'])
def test_a_record_nested_deep_loses_no_other(
    tmp_path: Path, levels: int, brackets: tuple[str, str], around: str
) -> None:
    records = [RECORDS[0], nested(levels, *brackets), RECORDS[1]]
    (tmp_path / "a.json").write_text(around % ",\n".join(records))
    titles, refusals = read(tmp_path)
    assert titles == ["Le pont", "Le port", "La digue"]
    if levels > 1_000:
        assert [refusal.line for refusal in refusals] == [2 + (around % "").count("\n")]
        assert str(DEEPEST) in refusals[0].reason


VALUES = st.recursive(
    st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(value=VALUES, indent=st.sampled_from([None, 1]))
def test_what_is_not_deep_stays_as_it_is(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    assert shallow(text) == (text, [])


@given(levels=st.integers(DEEPEST + 1, 300), quoted=st.sampled_from(["[[[", '\\"{', "}]"]))
def test_only_what_is_deep_becomes_null(levels: int, quoted: str) -> None:
    text = f'{{"a": "{quoted}", "b": {"[" * levels}"{quoted}"{"]" * levels}, "c": 2}}'
    found = json.loads(shallow(text).text)
    assert found["a"] == json.loads(f'"{quoted}"')
    assert found["c"] == 2
    assert json.dumps(found["b"]) == "[" * (DEEPEST - 1) + "null" + "]" * (DEEPEST - 1)


def test_a_text_that_ends_deep_inside_is_cut_there() -> None:
    assert shallow("[" * (DEEPEST + 5)).text == "[" * DEEPEST + "null"


@pytest.fixture
def deep(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A corpus of folders 3,000 deep. Outside of pytest's folder: pytest, which recurses, fails to remove what a
    killed run leaves there."""
    root = Path(tempfile.mkdtemp(prefix="kiosque-deep-"))
    try:
        with monkeypatch.context() as moved:
            moved.chdir(root)
            for _ in range(3_000):
                os.mkdir("d")  # noqa: PTH102  its whole path is longer than the system takes
                os.chdir("d")
        yield root
    finally:
        subprocess.run(["rm", "-rf", str(root)], check=True)


def test_folders_of_any_depth_are_read_or_named(deep: Path) -> None:
    (deep / "zone.txt").write_text("Un titre\n\nUn texte.\n")
    titles, [refusal] = read(deep)
    assert titles == ["Un titre"]
    assert "nom trop long" in refusal.reason
    assert refusal.withheld


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder outside of the corpus."""
    folder = tmp_path / "ailleurs"
    folder.mkdir()
    (folder / "secret.txt").write_text("Un secret\n\nÀ ne pas montrer.\n")
    return folder


@pytest.fixture
def corpus(tmp_path: Path, elsewhere: Path) -> Path:
    root = tmp_path / "corpus"
    (root / "nord").mkdir(parents=True)
    (root / "nord" / "pont.txt").write_text("Le pont\n\nIl rouvre.\n")
    (root / "dossier").symlink_to(elsewhere)
    (root / "fichier.txt").symlink_to(elsewhere / "secret.txt")
    (root / "voisin.txt").symlink_to(root / "nord" / "pont.txt")
    return root


def test_a_link_out_of_the_corpus_is_named_and_not_followed(corpus: Path) -> None:
    titles, refusals = read(corpus)
    assert titles == ["Le pont", "Le pont"], "a link inside the corpus is followed"
    assert [Path(refusal.path).name for refusal in refusals] == ["dossier", "fichier.txt"]
    assert all("links = true" in refusal.reason for refusal in refusals)
    assert not any(refusal.withheld for refusal in refusals)


def test_a_setting_follows_links_out_of_the_corpus(corpus: Path) -> None:
    (corpus / "kiosque.toml").write_text("[files]\nlinks = true\n")
    assert read(corpus) == (["Un secret", "Un secret", "Le pont", "Le pont"], [])


def test_a_corpus_that_is_given_as_a_link_is_read(corpus: Path, tmp_path: Path) -> None:
    link = tmp_path / "lien"
    link.symlink_to(corpus)
    assert read(link)[0] == ["Le pont", "Le pont"]
