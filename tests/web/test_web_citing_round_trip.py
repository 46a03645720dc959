"""Exports for reference managers are read back without losing a field or paragraph."""

from __future__ import annotations

from datetime import date
from io import BufferedReader, BytesIO
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article as Read
from kiosque.corpus.location import Location
from kiosque.corpus.readers.dispatch import read
from kiosque.search.model import Article
from kiosque.web.api.citations import CITATIONS
from kiosque.web.api.exports import FORMATS
from tests.web.fake_engine import article

SIGNS = "aéÉœZ0 ,.;:!?'’`\"-–«»\u00a0\u202f\\{}$&#_%~^@=()[]|/+*<>\n"
BARE = st.text(alphabet=SIGNS.replace("\n", ""), min_size=1, max_size=40).map(lambda text: " ".join(text.split()))
BODIES = st.lists(st.tuples(BARE, st.sampled_from(("\n", "\n\n"))), max_size=6).map(
    lambda lines: "".join(line + end for line, end in lines if line).strip()
)
NAMES = st.lists(
    st.text("Aéb .-'", min_size=1, max_size=12).map(lambda name: " ".join(name.split())).filter(bool), max_size=3
)
DATES = st.one_of(
    st.none(), st.dates(date(1800, 1, 1), date(2025, 12, 31)).map(str), st.just("2022-01"), st.just("1998")
)
ADDRESSES = st.one_of(st.none(), st.text("ab_%&#?=~/-", max_size=20).map("https://x.example/".__add__))
FIELDS = ("title", "body", "author", "source", "section", "date", "url")
ARTICLES = st.builds(
    lambda title, **fields: article("monde/1", f"Titre {title}".strip(), **fields),
    title=BARE,
    body=BODIES,
    author=NAMES.map(", ".join).map(lambda names: names or None),
    source=BARE.map("Le ".__add__).map(str.strip),
    section=st.one_of(st.none(), BARE.map("A ".__add__).map(str.strip)),
    date=DATES,
    url=ADDRESSES,
)


def read_back(text: str, suffix: str) -> list[Read]:
    data = text.encode()
    location = Location(Path(f"a{suffix}"), PurePosixPath("a"), lambda: BufferedReader(BytesIO(data)))
    items = list(read(location, suffix))
    assert all(isinstance(item, Read) for item in items), items
    return [item for item in items if isinstance(item, Read)]


def fields(one: Read | Article) -> dict[str, str | None]:
    return {name: getattr(one, name) for name in FIELDS}


@pytest.mark.parametrize(("name", "suffix"), [("ris", ".ris"), ("bibtex", ".bib"), ("csl", ".json")])
@given(one=ARTICLES)
def test_an_exported_article_round_trips(name: str, suffix: str, one: Article) -> None:
    [found] = read_back(CITATIONS[name].write(one), suffix)
    assert fields(found) == fields(one)


@pytest.mark.parametrize("suffix", ["ris", "bib"])
def test_an_exported_result_round_trips(suffix: str) -> None:
    several = [article(f"monde/{n}", f"Le pont {n}", body=f"Il rouvre le {n}.\nMardi.\n\nFin.") for n in range(3)]
    found = read_back("".join(FORMATS[suffix].write(several)), f".{suffix}")
    assert [(one.title, one.body) for one in found] == [(one.title, one.body) for one in several]


def test_ris_and_csl_keep_the_identifier() -> None:
    one = article("le-monde/été 1", "Le pont")
    assert read_back(CITATIONS["ris"].write(one), ".ris")[0].id == one.id
    assert read_back(CITATIONS["csl"].write(one), ".json")[0].id == one.id


def test_a_text_line_resembling_a_tag_is_kept() -> None:
    one = article("a", "Le pont", body="Un début.\nER  - \nTY  - NEWS\nTI  - Un autre")
    [found] = read_back(CITATIONS["ris"].write(one), ".ris")
    assert " ".join(found.body.split()) == " ".join(one.body.split())


@pytest.mark.parametrize(
    "line",
    ["* une étoile", "[un crochet]", "-- un tiret", "% un pour cent", "@jean (de Lanvec)", "@article{b,", "\\\\"],
)
def test_a_line_of_a_text_may_begin_as_tex(line: str) -> None:
    one = article("a", "Le pont", body=f"Un début.\n{line}\n\n{line}\n{line} fin")
    assert read_back(CITATIONS["bibtex"].write(one), ".bib")[0].body == one.body
