from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.corpus.clean.printed import joined_words, running_text, unwrapped, without_breaks, without_heads
from kiosque.corpus.walk.read_corpus import read_corpus

PAGES = [
    ["LA VIGIE — 19 janvier 2022", "", f"Le quai n° {n} rouvre.", "Les vélos aussi.", "Fin du quai.", "", f"- {n} -"]
    for n in range(1, 5)
]


def test_page_headers_and_numbers_are_removed() -> None:
    assert without_heads(PAGES)[2] == ["Le quai n° 3 rouvre.", "Les vélos aussi.", "Fin du quai."]


def test_lines_of_a_single_page_stay() -> None:
    assert without_heads([["Titre", "Un texte."], ["Suite.", "Fin."]]) == [["Titre", "Un texte."], ["Suite.", "Fin."]]
    assert without_heads([["Titre", "12"]]) == [["Titre"]]
    assert without_heads([["En 1998", "Il a 30 ans", "1998 fut"]]) == [["En 1998", "Il a 30 ans", "1998 fut"]]


def test_hyphenated_words_are_joined() -> None:
    assert (
        joined_words("le gouverne-\nment, l’impor\u00ad\n  tance, fi\ufffe\nnance")
        == "le gouvernement, l’importance, finance"
    )
    own = "peut-\nêtre, dit-\nil, celui-\nci, le vice-\nprésident"
    assert joined_words(own) == own.replace("\n", "")
    assert joined_words("Paris-\nMatch, 12-\n13, - \noui") == "Paris-\nMatch, 12-\n13, - \noui"


def test_lines_of_a_paragraph_are_joined() -> None:
    full = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de"
    lines = [full, "travaux.", full, "Travaux encore", "", "Le titre", full, full, "travaux."]
    assert unwrapped("\n".join(lines)).split("\n") == [
        f"{full} travaux.",
        f"{full} Travaux encore",
        "",
        "Le titre",
        f"{full} {full} travaux.",
    ]


def test_a_short_text_is_unchanged() -> None:
    assert unwrapped("Un titre\nune suite\nfin") == "Un titre\nune suite\nfin"


@given(st.lists(st.lists(st.text(st.sampled_from("ab c.é-12\n"), max_size=12), max_size=8), max_size=5))
def test_only_words_of_page_headers_are_removed(pages: list[list[str]]) -> None:
    kept = [line for page in without_heads(pages) for line in page]
    assert "".join("".join(kept).split()) == "".join(unwrapped("\n".join(kept)).split())
    assert running_text(pages) is not None


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Le gouverne-\nment réunit ses ministres.", "Le gouvernement réunit ses ministres."),
        ("L’amitié franco-\nallemande", "L’amitié franco-allemande"),
        ("Au nord-\nest du quai, le grand-\npère", "Au nord-est du quai, le grand-père"),
        ("Un porte-\nparole. Le porte-parole se tait.", "Un porte-parole. Le porte-parole se tait."),
        ("les pro-\net anti-quai", "les pro- et anti-quai"),
        ("soixante-\nquinze vélos", "soixante-quinze vélos"),
        ("l’impor\u00ad\ntance du quai", "l’importance du quai"),
        ("Marie-\nClaude arrive à Saint-\nDenis", "Marie-\nClaude arrive à Saint-\nDenis"),
    ],
)
def test_hyphens_that_belong_to_words_stay(text: str, joined: str) -> None:
    assert without_breaks(text) == joined


SOUND = [
    "Le quai\nLe quai dort,\nle fleuve mord\n\nla pierre grise —\net l’eau la brise.",
    "Au menu :\n- soupe\n- poires -\n- fromage\n\nTotal : 12\n1998\n2004",
    "Score final 3-\n2 pour le quai",
    "Il dit -\npuis se tut.",
    "Le pont- enfin- rouvre, le quai- aussi- dort.",
    "Bus 12\n14\n16",
    "a-\nb",
    "Un pont\n\n\n\nDeux ponts\n  avec un retrait",
]


@pytest.mark.parametrize("text", SOUND)
def test_poems_lists_and_numbers_are_unchanged(text: str) -> None:
    assert without_breaks(text) == text


def test_hyphens_in_ocr_text_are_joined_if_the_text_has_the_word() -> None:
    broken = ["gouverne- ment", "minis- tre", "dépar- tement", "bâti- ment", "pro- blème", "travail- leurs", "cha- cun"]
    mended = [word.replace("- ", "") for word in broken]
    text = f"{' , '.join(broken)} , celui- ci , tout- le monde , reine- mère , la reine et la mère"
    assert (
        without_breaks(text) == f"{' , '.join(mended)} , celui-ci , tout- le monde , reine- mère , la reine et la mère"
    )
    few = " , ".join(broken[:3])
    assert without_breaks(few) == few, "it may be a typing error"


def test_form_feeds_delimit_pages_with_headers() -> None:
    pages = [
        f"LA VIGIE DU PORT – {n}\n\nLe quai numéro {n} rouvre.\n\n1998\nIl avait fermé.\nC’est dit.\n\nFin {n}.\n\n{n}"
        for n in (7, 8, 9)
    ]
    assert (
        without_breaks("\f".join(pages)).split()
        == " ".join(f"Le quai numéro {n} rouvre. 1998 Il avait fermé. C’est dit. Fin {n}." for n in (7, 8, 9)).split()
    )


def test_text_at_page_edges_stays() -> None:
    years = "\f".join(["1914\n\nLa guerre.\n\n1918", "1939\n\nEncore.\n\n1945", "1968\n\nMai.\n\n2022"])
    assert without_breaks(years).split() == years.split()
    refrain = "Ô quai\n\nUn.\n\nDeux.\fÔ quai\n\nTrois.\n\nQuatre."
    assert without_breaks(refrain).count("Ô quai") == 2
    title = "\f".join(f"Le pont rouvre\n\nPage du {word} jour.\n\nFin.\n\nEncore." for word in ("un", "deux", "trois"))
    assert without_breaks(title).split("\n")[0] == "Le pont rouvre"
    assert without_breaks(title).count("Le pont rouvre") == 1


def test_text_files_are_repaired_by_the_walk(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le gouverne-\nment\n\nIl siège à Paris-\nBercy.\n")
    (found,) = read_corpus([tmp_path])
    assert isinstance(found, Article)
    assert (found.title, found.body) == ("Le gouvernement", "Il siège à Paris-\nBercy.")


@given(st.text(st.sampled_from("ab c.é-1,\n\fZ"), max_size=60))
def test_a_single_page_keeps_every_letter(text: str) -> None:
    text = text.replace("\f", "\n")
    assert [sign for sign in without_breaks(text) if sign.isalnum()] == [sign for sign in text if sign.isalnum()]
