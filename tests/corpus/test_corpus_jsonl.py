from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.location import Location
from kiosque.corpus.packed import blocks as lines
from kiosque.corpus.readers import jsonl
from kiosque.corpus.readers.jsonl import read_gzipped_json_lines, read_json_lines
from kiosque.corpus.refusal import Refusal


def read(data: str | bytes, name: str = "depot") -> list[Article | Refusal]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return list(read_json_lines(Location(path, PurePosixPath(name))))


def read_gzipped(data: bytes) -> list[Article | Refusal]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        return list(read_gzipped_json_lines(Location(path, PurePosixPath("depot"))))


def one(fields: dict[str, object], name: str = "depot") -> Article:
    (item,) = read(json.dumps(fields), name)
    assert isinstance(item, Article), item
    return item


FIELDS: dict[str, object] = {"id": "a1", "title": "Le pont", "body": "Il rouvre.", "date": "2022-01-19T23:00:00-05:00"}


def test_every_field_is_read_unchanged() -> None:
    more = {"source": "La Vigie", "url": "https://vigie.example/1", "author": "Ana Roy", "section": "Ville"}
    assert one(FIELDS | more) == Article(
        id="a1",
        title="Le pont",
        body="Il rouvre.",
        source="La Vigie",
        source_origin=Origin.METADATA,
        date="2022-01-19",
        date_origin=Origin.METADATA,
        url="https://vigie.example/1",
        author="Ana Roy",
        section="Ville",
        format="JSON lines",
    )


def test_metadata_corpora_are_not_cleaned() -> None:
    body = "Il rouvre.\n\nFacebook\n\nLe pont – POLITICO"
    found = one(FIELDS | {"title": "Le pont – POLITICO", "body": body})
    assert (found.title, found.body, found.source) == ("Le pont – POLITICO", body, None)


def test_identifiers() -> None:
    assert one(FIELDS | {"id": 12}).id == "12"
    assert one(FIELDS | {"id": 0}).id == "0"
    lines = "\n".join(json.dumps({"title": title}) for title in "ab")
    assert [item.id for item in read(f"\n{lines}", "2022/depot") if isinstance(item, Article)] == [
        "2022/depot:2",
        "2022/depot:3",
    ]
    assert one(FIELDS | {"id": " "}).id == "depot:1"


def test_a_title_or_a_body_is_enough() -> None:
    assert one({"body": "Le pont rouvre aux voitures. Enfin."}).title == "Le pont rouvre aux voitures."
    assert one({"title": "Le pont"}).body == ""


def test_blank_metadata_is_missing() -> None:
    found = one(FIELDS | {"source": " ", "url": "", "author": None, "section": "\n", "date": "hier"})
    assert (found.source, found.source_origin, found.url, found.author, found.section) == (None,) * 5
    assert (found.date, found.date_origin) == (None, None)


def test_several_authors_are_joined() -> None:
    assert one(FIELDS | {"author": ["Ana Roy", "Léo Vidal"]}).author == "Ana Roy, Léo Vidal"


def test_folders_fill_missing_fields_and_file_names_do_not() -> None:
    found = one({"title": "Le pont"}, "la-vigie/2021/2022-01-19_export")
    assert (found.source, found.source_origin) == ("La vigie", Origin.FOLDER)
    assert (found.date, found.date_origin) == ("2021", Origin.FOLDER)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": 3}', "champ «\u00a0title\u00a0»\u00a0: texte attendu"),
        ("[]", "pas un objet JSON"),
        ("3", "pas un objet JSON"),
        ('{"title": ', "JSON illisible"),
        ('{"title": "\\ud800"}', "JSON illisible"),
        ('{"x": ' + "[" * 100_000, "JSON illisible"),
        ('{"title": " ", "body": "\\n"}', "ni titre ni texte"),
        ("{}", "ni titre ni texte"),
    ],
)
def test_only_a_bad_line_is_refused(line: str, reason: str) -> None:
    before, bad, after = read(f'{{"title": "a"}}\n{line}\n{{"title": "b"}}\n')
    assert isinstance(before, Article) and isinstance(after, Article)
    assert isinstance(bad, Refusal)
    assert bad.line == 2 and bad.reason.startswith(reason)


def test_a_line_in_windows_1252_is_read() -> None:
    (item,) = read('{"title": "L’été"}'.encode("windows-1252"))
    assert isinstance(item, Article) and item.title == "L’été"


def test_certain_mojibake_is_repaired() -> None:
    (found,) = read(json.dumps({"title": "Lâ€™Ã©tÃ© du pont", "body": "Le pont Ã© dit-il"}, ensure_ascii=False))
    assert isinstance(found, Article)
    assert (found.title, found.body) == ("L’été du pont", "Le pont Ã© dit-il")


def test_byte_order_marks() -> None:
    (item,) = read('\ufeff{"title": "a"}')
    assert isinstance(item, Article)
    (refusal,) = read('{"title": "a"}\n{"title": "b"}\n'.encode("utf-16"))
    assert isinstance(refusal, Refusal) and "UTF-16" in refusal.reason


def test_empty_file_is_refused() -> None:
    assert [item.reason for item in read("") if isinstance(item, Refusal)] == ["fichier vide"]


def test_an_endless_line_is_refused_in_constant_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 40)
    monkeypatch.setattr(lines, "LONGEST_LINE", 40)
    first, long, last = read('{"title": "a"}\n{"title": "' + "b" * 500 + '"}\n{"title": "c"}\n')
    assert isinstance(first, Article) and isinstance(last, Article)
    assert isinstance(long, Refusal) and (long.line, "trop longue" in long.reason) == (2, True)


def gzipped(count: int) -> bytes:
    # Numbers that do not repeat, so that the archive is long enough to be cut within.
    return gzip.compress("".join(json.dumps({"title": f"{n * n * 7919}"}) + "\n" for n in range(count)).encode())


def test_gzip_is_read_line_by_line() -> None:
    assert [item.id for item in read_gzipped(gzipped(3)) if isinstance(item, Article)] == [
        f"depot:{n}" for n in (1, 2, 3)
    ]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_truncated_gzip_gives_its_complete_lines_and_says_so(share: float) -> None:
    data = gzipped(5000)
    data = data[: int(len(data) * share)]
    complete = zlib.decompressobj(wbits=31).decompress(data).count(b"\n")
    *articles, last = read_gzipped(data)
    assert len(articles) == complete > 0 and all(isinstance(item, Article) for item in articles)
    assert isinstance(last, Refusal) and "tronquée" in last.reason


def test_a_damaged_gzip_is_refused() -> None:
    data = bytearray(gzipped(2000))
    data[len(data) // 2] ^= 0xFF
    for damaged in (bytes(data), b"no gzip at all"):
        last = read_gzipped(damaged)[-1]
        assert isinstance(last, Refusal) and "gzip" in last.reason


@settings(deadline=None)  # it writes a file
@given(st.binary(max_size=300))
def test_any_bytes_give_articles_or_refusals(data: bytes) -> None:
    items = read(data)
    assert all(isinstance(item, Refusal) or item.title for item in items)
    assert len(items) >= (1 if data.strip() else 0)
    assert all(isinstance(item, Refusal) for item in read_gzipped(data))


JSON_VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8"))
)


@settings(deadline=None)  # it writes a file
@given(st.dictionaries(st.sampled_from([*FIELDS, "source", "url", "author", "section"]), JSON_VALUES))
def test_any_object_gives_one_article_or_one_refusal(fields: dict[str, object]) -> None:
    (item,) = read(json.dumps(fields))
    assert isinstance(item, Refusal) or (item.title and (item.source is None) == (item.source_origin is None))
