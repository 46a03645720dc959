from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Cut, Origin
from kiosque.corpus.clean.cuts import known_cuts, restore_cuts, split_cuts
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
LINES = st.lists(st.tuples(st.sampled_from(["Le pont.", "Il rouvre.", "Facebook", "", "\u00a0"]), st.booleans()))


def filled(lines: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [(line, out) for line, out in lines if line.strip()]


@given(LINES)
def test_restoring_cuts_gives_the_lines_in_order(lines: list[tuple[str, bool]]) -> None:
    body, cuts = split_cuts(lines)
    assert filled(list(restore_cuts(body, cuts))) == filled(lines)
    assert "Facebook" not in body or ("Facebook", False) in lines


@given(LINES, st.sampled_from(["Le pont.", "Facebook"]))
def test_later_cuts_are_merged_in_order_with_earlier_ones(lines: list[tuple[str, bool]], more: str) -> None:
    again = split_cuts((line, out or line == more) for line, out in restore_cuts(*split_cuts(lines)))
    assert filled(list(restore_cuts(*again))) == [(line, out or line == more) for line, out in filled(lines)]


def test_known_cuts_have_positions_in_the_body() -> None:
    text = "Partager :\nLe pont\nPublié le 3 mai 2022\nUn.\n\nLire aussi : le bac\nUn.\nTwitter\nDeux.\x07 \nFacebook"
    assert known_cuts(text, "Un.\n\nUn.\nDeux.") == [
        Cut(0, "Partager :"),
        Cut(1, "Lire aussi : le bac"),
        Cut(2, "Twitter"),
        Cut(3, "Facebook"),
    ]
    assert known_cuts(None, "Facebook") == []


def article(make_corpus: MakeCorpus, name: str, content: str | bytes) -> Article:
    (found,) = read_corpus([make_corpus({name: content})])
    assert isinstance(found, Article)
    return found


PARAGRAPH = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés."


def test_a_text_file_keeps_its_removed_lines(make_corpus: MakeCorpus) -> None:
    found = article(make_corpus, "a.txt", "Facebook\nLe pont\n\nIl rouvre.\nLire aussi : le bac\n\nFin.\n")
    assert (found.title, found.body) == ("Le pont", "Il rouvre.\n\nFin.")
    assert found.cuts == [Cut(0, "Facebook"), Cut(1, "Lire aussi : le bac")]


def test_a_markdown_file_keeps_its_removed_lines(make_corpus: MakeCorpus) -> None:
    marked = article(make_corpus, "m/a.md", f"# Le pont\n\n{PARAGRAPH}\n\nLire aussi : le bac\n\nFin.\n")
    assert marked.cuts == [Cut(1, "Lire aussi : le bac")]


def test_a_mail_keeps_its_removed_lines(make_corpus: MakeCorpus) -> None:
    message = f"Subject: Le pont\nFrom: La Vigie <a@vigie.example>\n\n{PARAGRAPH}\n\nFacebook\n\nFin.\n"
    assert article(make_corpus, "a.eml", message).cuts == [Cut(1, "Facebook")]


def test_a_page_keeps_its_removed_lines(make_corpus: MakeCorpus) -> None:
    body = f"<h1>Le pont</h1><p>{PARAGRAPH}</p><p>Lire aussi : le bac</p><p>{PARAGRAPH[::-1]}</p>"
    found = article(make_corpus, "a.html", f"<html><body><article>{body}</article></body></html>")
    assert found.cuts == [Cut(1, "Lire aussi : le bac")]


def test_learned_and_known_boilerplate_are_both_kept(make_corpus: MakeCorpus) -> None:
    foot = "Rejoignez-nous au kiosque du quai"
    texts = {f"v/{n}.txt": f"Le pont {n}\n\nIl rouvre {n}.\nFacebook\n{foot}\nTwitter\nFin {n}." for n in range(6)}
    found = {item.id: item for item in read_corpus([make_corpus(dict(texts))]) if isinstance(item, Article)}
    assert found["v/3"].cuts == [Cut(1, "Facebook"), Cut(1, foot), Cut(1, "Twitter")]
    assert found["v/3"].body == "Il rouvre 3.\nFin 3."


def test_a_date_from_an_update_has_its_own_origin(make_corpus: MakeCorpus) -> None:
    found = article(make_corpus, "a.txt", "Le pont\n\nMis à jour le 20 janvier 2022\n\nIl rouvre.")
    assert (found.date, found.date_origin) == ("2022-01-20", Origin.UPDATE)
