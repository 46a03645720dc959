"""What judges the words that are found: forms by a small lexicon of its own, and the shares of invented articles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ir_measures", reason="needs the extra `bench`")

from benchmarks import floors, matching
from benchmarks.found_words import Score, Texts, drawn, judged
from benchmarks.french_forms import Judge, parsed, surfaces_of
from kiosque.index.build.full_build import build

LEXICON = parsed(
    """\
porte	nc	porte	fs
portes	nc	porte	fp
porte	v	porter	PS13s
portes	v	porter	P2s
portent	v	porter	PS3p
porté	v	porter	Kms
porté	adj	porté	ms
marche	nc	marche	fs
marché	nc	marché	ms
marchés	nc	marché	mp
sécurité	nc	sécurité	fs
procès	nc	procès	m
Tours	np	Tours	ms
tours	nc	tour	mp
tour	nc	tour	ms
sa	det	son	fs
son	det	son	ms
leurs	det	son	p_P3p
ne	clneg	ne	x
né	v	naître	Kms
ingénieur	nc	ingénieur	ms
manif	nc	manifestation	f
manifs	nc	manifestation	fp
Ecole	np	Ecole	s
école	nc	école	fs
manifestation	nc	manifestation	fs
concernant	prep	concernant	x
concernant	v	concerner	G
concerné	v	concerner	Kms
œuf	nc	œuf	ms""".splitlines()
)

TEXT = """\
porte portes portent Porté PORTES marche Marché MARCHE marchés sécurité SECURITE Securite sécurite sècurité PROCES
Tours tours tour sa son leurs Gaza gaza Gazas gaz oeuf proces ne né ingénieur Ingénieure ingénieures manif manifs
manifestation concernant concerné Ecole école"""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(LEXICON, surfaces_of(TEXT))


def test_words_lose_elided_articles_and_ligatures() -> None:
    assert list(surfaces_of("L’œuf d'Aujourd’hui, qu'à l’U.E. : 3 sous-marins")) == [
        *("oeuf", "Aujourd'hui", "à", "UE", "3", "sous", "marins")
    ]


def test_a_participle_is_a_form_of_its_verb() -> None:
    assert LEXICON["porté"].certain == {"porter"}
    assert LEXICON["porte"].certain == {"porte", "porter"}


def test_a_function_word_may_find_its_forms_and_need_not(judge: Judge) -> None:
    assert judge.allowed("sa") == {"sa", "son", "leurs"}
    [reading] = judge.readings("leurs")
    assert reading.its_own == {"leurs"}
    assert judge.allowed("né") == {"né"}
    assert judge.allowed("ne", accents_free=False) == {"ne"}, "a word of the lexicon has not lost its accents"


def test_a_form_that_is_a_preposition_too_need_not_be_found(judge: Judge) -> None:
    [reading] = judge.readings("concerné")
    assert reading.its_own == {"concerné"}
    assert judge.allowed("concerné") == {"concerné", "concernant"}


def test_an_abbreviation_is_another_word(judge: Judge) -> None:
    assert judge.allowed("manif") == {"manif", "manifs"}
    assert judge.allowed("manifestation") == {"manifestation"}


def test_a_feminine_newer_than_the_lexicon_may_be_found(judge: Judge) -> None:
    assert judge.allowed("ingénieur") == {"ingénieur", "Ingénieure", "ingénieures"}
    assert {"ingénieur", "Ingénieure", "ingénieures"} <= judge.allowed("ingénieures")
    [reading] = judge.readings("ingénieur")
    assert reading.its_own == {"ingénieur"}


def test_a_word_may_match_all_its_lemmas_and_must_match_one(judge: Judge) -> None:
    assert judge.allowed("porte") == {"porte", "portes", "PORTES", "portent", "Porté"}
    assert judge.allowed("portent") == judge.allowed("porte")
    noun, verb = judge.readings("porte")
    assert noun.its_own == {"porte"}, "its plural may be the verb's"
    assert verb.its_own == {"porte", "portent", "Porté"}
    assert noun.forms == {"porte", "portes", "PORTES"}


def test_a_name_in_lowercase_is_also_another_word(judge: Judge) -> None:
    assert judge.allowed("tour") == {"Tours", "tours", "tour"}
    assert {reading.its_own for reading in judge.readings("tour")} == {frozenset({"tours", "tour"})}


def test_an_unknown_word_matches_itself_in_any_case_and_its_plural(judge: Judge) -> None:
    assert judge.allowed("Gaza") == {"Gaza", "gaza", "Gazas"}
    [reading] = judge.readings("gaza")
    assert reading.its_own == reading.forms == {"Gaza", "gaza"}


def test_an_unaccented_unknown_surface_is_the_accented_word(judge: Judge) -> None:
    assert judge.allowed("sécurité") == {"sécurité", "SECURITE", "Securite", "sécurite"}
    assert judge.allowed("proces") == {"PROCES", "proces"}


def test_capitals_and_queries_may_lack_accents(judge: Judge) -> None:
    assert judge.allowed("marché") == {"Marché", "marchés", "MARCHE"}
    assert judge.allowed("école") == {"école", "Ecole"}
    assert judge.allowed("marche", accents_free=False) == {"marche", "MARCHE"}
    assert judge.allowed("marche") == {"marche", "MARCHE", "Marché", "marchés"}


def test_precision_and_recall() -> None:
    texts = Texts([("La porte", ""), ("", "Les portes."), ("", "Ils portent."), ("Le port", ""), ("Un marché", "")])
    verdict = judged("porte", np.array([True, True, False, True, False]), Judge(LEXICON, texts.documents), texts)
    assert verdict.score == Score(2 / 3, 1.0), "the noun alone is wanted, and its plural may be the verb's"
    assert verdict.strictly == Score(2 / 3, 2 / 3)
    assert np.flatnonzero(verdict.wrong).tolist() == [3]
    portent = judged("portent", np.array([False, False, True, False, False]), Judge(LEXICON, texts.documents), texts)
    assert portent.score == Score(1.0, 1.0), "its other forms may be the noun's"
    assert portent.strictly == Score(1.0, 1 / 3)


def test_words_are_drawn_once_in_any_case_without_numbers() -> None:
    titles = ["Le", "le", "a", "2022", "A13", "Mali", "MALI"] * 5
    assert sorted(map(str.lower, drawn(titles, 10, 1))) == ["a13", "le", "mali"]
    assert drawn(titles, 2, 1) == drawn(titles, 2, 1)
    assert len(drawn(titles, 2, 1)) == 2


def test_frequent_words_of_titles_are_drawn_first() -> None:
    titles = [f"rare{number}" for number in range(50)] + ["souvent"] * 500
    assert all("souvent" in drawn(titles, 5, seed) for seed in range(20))


def test_judging_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    titles = ["La porte bleue", "Les portes", "Un marché", "Le Mali"]
    lines = [json.dumps({"id": f"a{number}", "title": title, "body": "Texte."}) for number, title in enumerate(titles)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    build([tmp_path / "a.jsonl"], tmp_path / "index")
    monkeypatch.setattr(matching, "read_lexicon", lambda: LEXICON)
    monkeypatch.setattr(floors, "FLOORS", tmp_path / "floors.toml")
    arguments = ["--index", str(tmp_path / "index"), "--tsv", str(tmp_path / "errors.tsv"), "--pin-floors"]
    assert matching.main(arguments) == 0
    assert "| all | 9 |" in capsys.readouterr().out
    assert (tmp_path / "errors.tsv").read_text("utf-8").startswith("word\tprecision\trecall\twrong\t")
    assert set(floors.read()["matching"]) >= {"precision", "recall"}
    floors.write({"matching": {"recall": 1.5}})
    assert matching.main([*arguments[:2], "--floors"]) == 1
    assert "matching, recall" in capsys.readouterr().err
