from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.location import locate
from kiosque.corpus.readers import mail
from kiosque.corpus.readers.mail import read_mbox, read_message
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus
from tests.effort import examples

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]

PARAGRAPH = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés seule."


def letter(
    plain: str | None = "Le pont rouvre.\n\nFrom ici, tout va.", html: str | None = None, **headers: str
) -> EmailMessage:
    made = EmailMessage()
    values = {
        "Subject": "L’été du pont",
        "From": "La Vigie <l@vigie.example>",
        "Date": "Wed, 19 Jan 2022 00:30:00 +0100",
    }
    for name, value in (values | headers).items():
        made[name.replace("_", "-")] = value
    if plain is not None:
        made.set_content(plain)
    if html is not None:
        made.add_alternative(html, subtype="html") if plain is not None else made.set_content(html, subtype="html")
    return made


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: bytes, name: str = "lettre.eml") -> list[Article | Refusal]:
        return list(read_corpus([make_corpus({name: content})]))

    return read_content


def test_a_plain_message(read: Read) -> None:
    assert read(letter().as_bytes()) == [
        Article(
            id="lettre",
            title="L’été du pont",
            body="Le pont rouvre.\n\nFrom ici, tout va.",
            source="La Vigie",
            source_origin=Origin.METADATA,
            date="2022-01-19",
            date_origin=Origin.METADATA,
            format="courriel",
        )
    ]


def test_an_html_newsletter_is_read_completely(read: Read) -> None:
    cells = "".join(f"<tr><td><h2>Brève {n}</h2><p>{PARAGRAPH}</p></td></tr>" for n in range(3))
    html = f"<html><body><table>{cells}</table><p>Partager sur Facebook</p></body></html>"
    (found,) = read(letter("court", html).as_bytes())
    assert isinstance(found, Article)
    assert found.body.count(PARAGRAPH) == 3 and "Brève 2" in found.body and "court" not in found.body


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "iso-8859-1"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_encodings(read: Read, charset: str, encoding: str) -> None:
    made = letter(None)
    made.set_content("À l'été, 3 %.", charset=charset, cte=encoding)
    (found,) = read(made.as_bytes())
    assert isinstance(found, Article) and found.body == "À l'été, 3 %."


def test_a_page_saved_as_mhtml(read: Read) -> None:
    page = f"<html><head><title>Le pont rouvre</title></head><body><article><p>{PARAGRAPH}</p></article></body></html>"
    address = "https://vigie.example/2021/03/04/pont"
    saved = letter(None, page, From="<Saved by Blink>", Subject="x", Snapshot_Content_Location=address)
    (found,) = read(saved.as_bytes(), "page.mhtml")
    assert isinstance(found, Article)
    assert (found.title, found.date, found.source, found.url) == (
        "Le pont rouvre",
        "2021-03-04",
        "vigie.example",
        address,
    )


def test_attached_documents_are_read_and_images_are_not(read: Read) -> None:
    made = letter()
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    made.add_attachment(b"PK\x05\x06" + b"\0" * 18, maintype="application", subtype="zip", filename="../depot.zip")
    first, second = read(made.as_bytes())
    assert isinstance(first, Article)
    assert isinstance(second, Refusal) and second.path.endswith("lettre.eml/depot.zip")


def box(*letters: EmailMessage) -> bytes:
    return b"".join(
        b"From x@y Wed Jan 19 08:12:00 2022\n" + one.as_bytes(unixfrom=False).replace(b"\nFrom ", b"\n>From ") + b"\n\n"
        for one in letters
    )


def test_a_mailbox(read: Read) -> None:
    items = read(box(letter(), letter(None), letter(Subject="Autre")), "lettres.mbox")
    assert [(item.id, item.title) for item in items if isinstance(item, Article)] == [
        ("lettres:1", "L’été du pont"),
        ("lettres:3", "Autre"),
    ]
    assert [item.path[-4:] for item in items if isinstance(item, Refusal)] == ["n°\u00a02"]
    first = items[0]
    assert isinstance(first, Article) and first.body == "Le pont rouvre.\n\nFrom ici, tout va."


def test_only_a_huge_message_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "LARGEST", 2000)
    items = read(box(letter(), letter("long " * 1000), letter()), "lettres.mbox")
    assert [type(item) for item in items] == [Article, Refusal, Article]
    assert isinstance(read(letter("long " * 1000).as_bytes())[0], Refusal)


@pytest.mark.parametrize(
    ("limit", "text", "told"),
    [
        ("MOST_PARTS", "X: y\n" * 50, "20 en-têtes ou parties"),
        ("MOST_PARTS", "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 50, "20 en-têtes ou parties"),
        ("MOST_LINES", "\n" + "pont\n" * 50, "20 lignes"),
    ],
    ids=["headers", "parts", "lines"],
)
def test_a_message_of_too_many_parts_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch, limit: str, text: str, told: str
) -> None:
    monkeypatch.setattr(mail, limit, 20)
    (refusal,) = read(f"MIME-Version: 1.0\n{text}".encode())
    assert isinstance(refusal, Refusal) and told in refusal.reason


def test_a_subject_of_many_encoded_words_is_cut(read: Read) -> None:
    words = "=?utf-8?q?pont?= " * 100_000
    (found,) = read(f"MIME-Version: 1.0\nSubject: {words}\n\nLe pont rouvre.".encode())
    assert isinstance(found, Article) and found.title.startswith("pontpont") and len(found.title) < 4_000


def test_endlessly_nested_parts_are_refused(read: Read) -> None:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5_000))
    (refusal,) = read(f"MIME-Version: 1.0\n{parts}".encode())
    assert isinstance(refusal, Refusal) and refusal.reason == "message illisible\u00a0: l’enregistrer de nouveau"


def test_long_lines_are_read_in_pieces(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    data = box(letter("\n\nLe quai, From ici, tout va.\n>From là\n\n" + "pont " * 30), letter(Subject="Autre"))
    whole = read(data, "lettres.mbox")
    for size in range(40, 60):
        monkeypatch.setattr(mail, "_PIECE", size)
        assert read(data, "lettres.mbox") == whole
    assert len(whole) == 2


@settings(deadline=None, max_examples=examples(60))
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n", b"Content-Type: text/html\n\n"]),
)
def test_any_bytes_give_articles_or_refusals(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.eml").write_bytes(head + data)
    for reader in (read_message, read_mbox):
        assert all(
            isinstance(item, Refusal) or item.title for item in reader(locate(folder / "any.eml", folder, ".eml"))
        )
