from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.readers.markdown import _draft
from kiosque.corpus.refusal import Refusal, Unreadable
from kiosque.corpus.walk.read_corpus import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Callable[..., Article]:
    def read_content(content: str, name: str = "pont.md") -> Article:
        (item,) = read_corpus([make_corpus({name: content})])
        assert isinstance(item, Article), item
        return item

    return read_content


def test_front_matter_in_yaml(read: Callable[..., Article]) -> None:
    fields = 'title: "Le pont : la suite"\nauthors:\n  - Ana Roy\n  - Léo Vidal\ndate: 2022-01-19 08:12:00 +0100\n'
    found = read(
        f"---\n{fields}categories: [ville]\nsource: La Vigie\ndraft: no\n---\n\n# Le pont : la suite\n\nIl rouvre."
    )
    assert (found.title, found.body, found.author) == ("Le pont : la suite", "Il rouvre.", "Ana Roy, Léo Vidal")
    assert (found.date, found.date_origin, found.source) == ("2022-01-19", Origin.METADATA, "La Vigie")
    assert found.section == "ville"


def test_front_matter_in_toml(read: Callable[..., Article]) -> None:
    found = read('+++\ntitle = "Le pont"\ndate = 2022-01-19T08:12:00+01:00\n+++\nIl rouvre.\n')
    assert (found.title, found.date, found.body) == ("Le pont", "2022-01-19", "Il rouvre.")


def test_broken_front_matter_is_read_line_by_line(read: Callable[..., Article]) -> None:
    found = read("---\ntitle: Le pont : la suite\ndate: 2022-01-19\ntags: [a\n---\nIl rouvre.")
    assert (found.title, found.date) == ("Le pont : la suite", "2022-01-19")


def test_yaml_aliases_are_not_expanded(read: Callable[..., Article]) -> None:
    bomb = "a: &a [x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    found = read(f"---\ntitle: Le pont\n{bomb}source: *j\n---\nIl rouvre.")
    assert (found.title, found.source) == ("Le pont", "*j")


def test_without_front_matter_the_first_heading_is_the_title(read: Callable[..., Article]) -> None:
    found = read("# Le *pont* rouvre\n\nEnfin.\n", "la-vigie/2022-01-19-pont.md")
    assert (found.title, found.body, found.date, found.source) == ("Le pont rouvre", "Enfin.", "2022-01-19", "La vigie")


def test_markup_is_removed(read: Callable[..., Article]) -> None:
    text = (
        "Un [lien](https://a.example) **fort**, ~~barré~~, du `code`, une ![image](a.png) {: .classe }.\n"
        "Suite :sparkles: à 12:30:45.\n\n- un\n- deux\n\n> Cité.\n\n| a | b |\n|---|---|\n| c | d |\n\n"
        "```py\nx = 1\n```\n\n<p>R&amp;D <b>là</b></p>\n\n{% include x %}\n"
    )
    assert read(f"# T\n\n{text}").body.split("\n") == [
        "Un lien fort, barré, du code, une  . Suite  à 12:30:45.",
        "",
        *("un", "deux", "Cité.", "a", "b", "c", "d", "x = 1", "R&D là"),
    ]


def test_a_file_of_only_markup_is_refused(make_corpus: MakeCorpus) -> None:
    (item,) = read_corpus([make_corpus({"vide.md": "---\ntitle: Le pont\n---\n![](a.png)\n"})])
    assert isinstance(item, Refusal)


@settings(deadline=None)
@given(st.text(st.sampled_from("-+\n :a#*[]()>`|&{}%é!&"), max_size=80))
def test_any_text_gives_a_draft_or_a_reason(text: str) -> None:
    try:
        assert _draft(f"---\n{text}\n---\n{text}\nfin").body
    except Unreadable as error:
        assert str(error)


def test_long_runs_of_markdown_signs_do_not_hang() -> None:
    for run in ("[" * 20_000, "*a " * 20_000, "> " * 2_000, "`" * 20_000, "|" * 20_000, "---\n" * 20_000, ":" * 20_000):
        assert _draft(f"# T\n\nDébut.\n\n{run} fin").title == "T"


def test_comments_are_not_text() -> None:
    body = _draft("# Le pont\n\n<!-- more -->\n\nIl rouvre<!-- enfin -->.").body
    assert body is not None and body.strip() == "Il rouvre."


def test_a_heading_that_is_not_the_title_is_text(read: Callable[..., Article]) -> None:
    found = read("---\ntitle: Le pont\n---\n# Ce que la ville a payé\n\nIl rouvre.")
    assert (found.title, found.body) == ("Le pont", "Ce que la ville a payé\n\nIl rouvre.")


@pytest.mark.parametrize("stamp", ["Publié le 19 janvier 2022", ":calendar: Date de publication initiale : 19/01/2022"])
def test_a_stamp_dates_a_text_and_is_removed(read: Callable[..., Article], stamp: str) -> None:
    found = read(f"# Le pont\n\n{stamp}\n\nIl rouvre.")
    assert (found.body, found.date, found.date_origin) == ("Il rouvre.", "2022-01-19", Origin.TEXT)
    assert read(f"---\ndate: 2022-01-17\n---\n# Le pont\n\n{stamp}\n\nIl rouvre.").date == "2022-01-17"


def test_shortcodes_and_admonition_marks_are_not_text(read: Callable[..., Article]) -> None:
    text = '<iframe src="https://a.example/film"></iframe>\n\n!!! info "La mairie"\n    Il rouvre.\n\n'
    text += "[![Le pont](pont.png){: .image }]\n\n"
    assert read(f"# Le pont\n\n{text}> [!NOTE]\n> Enfin !!! dit-on.").body.split("\n") == [
        '"La mairie" Il rouvre.',
        "",
        "Enfin !!! dit-on.",
    ]
