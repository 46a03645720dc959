"""Search settings and the table of synonyms."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.search import Engine, SearchRequest, open_engine
from kiosque.search.lexicon.synonyms import TABLE, Synonyms, key_of, read_synonyms
from kiosque.search.settings import SettingError, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.read({}) == Settings.read({"KIOSQUE_MOST_WORDS": ""}) == Settings()


def test_the_environment_overrides_defaults() -> None:
    given = {"KIOSQUE_MOST_WORDS": "7", "KIOSQUE_SYNONYMS": "0", "KIOSQUE_SYNONYMS_FILE": "miens.txt", "HOME": "/"}
    assert Settings.read(given) == Settings(most_words=7, synonyms=False, synonyms_file="miens.txt")


@pytest.mark.parametrize("text", ["beaucoup", "-1", "0", "251", "1.5", "²", " 7"])
def test_an_invalid_number_is_refused_with_its_limits(text: str) -> None:
    with pytest.raises(SettingError, match=r"KIOSQUE_MOST_WORDS=.* il faut un nombre entier de 1 à 250"):
        Settings.read({"KIOSQUE_MOST_WORDS": text})


def test_the_synonyms_setting_is_boolean() -> None:
    with pytest.raises(SettingError, match="de 0 à 1"):
        Settings.read({"KIOSQUE_SYNONYMS": "oui"})


def test_an_unknown_ranking_is_refused_with_the_choices() -> None:
    assert Settings.read({"KIOSQUE_RANKING": "plain"}) == Settings(ranking="plain")
    with pytest.raises(SettingError, match=r"KIOSQUE_RANKING=best.: il faut l’une des valeurs judged, near, plain"):
        Settings.read({"KIOSQUE_RANKING": "best"})


def test_the_ranking_is_a_setting(commit: Callable[[Path, list[Article]], None], tmp_path: Path) -> None:
    """Short titles have a high BM25 score; with double weight a title beats a text on the subject."""
    long = "Le gaz manque cet hiver, et le gaz coûte cher. " * 2
    commit(tmp_path, [Article(id="titled", title="Gaz", body="Rien."), Article(id="told", title="Hiver", body=long)])
    first = {
        ranking: open_engine(str(tmp_path), Settings(ranking=ranking)).search(SearchRequest(q="gaz")).hits[0].id
        for ranking in ("judged", "plain")
    }
    assert first == {"judged": "told", "plain": "titled"}


def test_the_near_ranking_boosts_neighbours(commit: Callable[[Path, list[Article]], None], tmp_path: Path) -> None:
    bodies = {
        "apart": "Le gaz, dit-on ici et là, est cher et naturel.",
        "beside": "Le gaz naturel, dit-on ici et là, est cher ces temps.",
    }
    commit(tmp_path, [Article(id=id, title="", body=body) for id, body in bodies.items()])
    first = {
        ranking: open_engine(str(tmp_path), Settings(ranking=ranking)).search(SearchRequest(q="gaz naturel")).hits[0].id
        for ranking in ("judged", "near")
    }
    assert first == {"judged": "apart", "near": "beside"}


# Synonyms


def test_every_built_in_name_has_a_synonym() -> None:
    table = read_synonyms()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            assert any(table.of(key_of(name)) for name in line.split("=")), line


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("otan", ["NATO"]),
        ("O.T.A.N.", ["NATO"]),
        ("nato", ["OTAN"]),
        ("Etats Unis", ["USA"]),
        ("états‑unis d’amérique", ["USA"]),
        ("union europeenne", ["UE"]),
        ("Kiev", ["Kyiv"]),
        ("Putin", ["Poutine"]),
        ("ministère", []),
        ("union", []),
    ],
)
def test_synonyms_ignore_accents_case_and_hyphens(name: str, others: list[str]) -> None:
    assert set(others) <= set(read_synonyms().of(key_of(name)))
    assert bool(others) == bool(read_synonyms().of(key_of(name)))


@pytest.mark.parametrize("word", ["eau", "hollande", "us", "eu", "bac", "as", "or", "si", "car"])
def test_no_built_in_name_is_a_common_word(word: str) -> None:
    assert read_synonyms().of(key_of(word)) == []


def test_a_longer_name_containing_a_shorter_adds_no_synonym() -> None:
    table = Synonyms([["États-Unis", "États-Unis d’Amérique", "USA"]])
    assert table.of(key_of("etats-unis")) == ["USA"]
    assert table.of(key_of("états-unis d’amérique")) == ["États-Unis", "USA"]


def test_a_custom_file_extends_the_table(tmp_path: Path) -> None:
    own = tmp_path / "miens.txt"
    own.write_text("# les miens\n\nOTAN = Pacte\r\nLe Kiosque = la maison\n", encoding="utf-8-sig")
    table = read_synonyms(str(own))
    assert {"NATO", "Pacte"} <= set(table.of(key_of("otan")))
    assert table.of(key_of("kiosque")) == ["la maison"]


@pytest.mark.parametrize("line", ["OTAN", "OTAN =", "= NATO", "le = de"])
def test_an_invalid_line_is_refused_with_its_position(tmp_path: Path, line: str) -> None:
    own = tmp_path / "miens.txt"
    own.write_text(f"A1 = B1\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"miens.txt, ligne 2.: il y faut deux noms"):
        read_synonyms(str(own))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"KIOSQUE_SYNONYMS_FILE=.*absent.txt"):
        open_engine(str(tmp_path), Settings(synonyms_file=str(tmp_path / "absent.txt")))


def test_settings_apply_to_searches(engine_over: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSQUE_LONGEST_QUERY", "3")
    with pytest.raises(ValueError, match="3 caractères au plus"):
        engine_over().search(SearchRequest(q="grève"))
