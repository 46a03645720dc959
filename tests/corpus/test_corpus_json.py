from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.readers import json as reader
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Read = Callable[..., list[Article | Refusal]]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    def read_content(content: object, name: str = "depot.json") -> list[Article | Refusal]:
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        return list(read_corpus([make_corpus({name: text})]))

    return read_content


def titles(items: list[Article | Refusal]) -> list[str]:
    return [item.title for item in items if isinstance(item, Article)]


def reasons(items: list[Article | Refusal]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Refusal)]


RECORD = {"headline": "Le pont", "content": "Il rouvre.", "publishedAt": "2022-01-19T08:00:00Z", "outlet": "La Vigie"}


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        {"Titre": "Le pont", "texte": "Il rouvre.", "date_publish": "19 janvier 2022", "journal": "La Vigie"},
        {
            "title": "Le pont",
            "maintext": "Il rouvre.",
            "pubDate": "Wed, 19 Jan 2022 08:00:00 +0100",
            "media": "La Vigie",
        },
        {
            "title": {"rendered": "Le pont"},
            "body": ["Il rouvre."],
            "date": "2022-01-19",
            "source": {"name": "La Vigie"},
        },
        {"_id": "x", "_source": {"title": "Le pont", "text": "Il rouvre.", "date": 20220119, "site_name": "La Vigie"}},
    ],
)
@pytest.mark.parametrize("name", ["depot.json", "depot.jsonl"])
def test_fields_are_recognized_by_name(read: Read, record: dict[str, object], name: str) -> None:
    (found,) = read(json.dumps(record), name)
    assert isinstance(found, Article), found
    assert (found.title, found.body, found.source, found.date) == ("Le pont", "Il rouvre.", "La Vigie", "2022-01-19")


def test_markup_in_a_field_is_read_as_text(read: Read) -> None:
    (found,) = read(
        RECORD | {"headline": "L&rsquo;été", "content": "<p>Un <b>pont</b></p><script>x()</script><p>R&amp;D</p>"}
    )
    assert isinstance(found, Article)
    assert (found.title, found.body) == ("L’été", "Un pont\nR&D")
    (plain,) = read(RECORD | {"content": "R&D, a < b > c"})
    assert isinstance(plain, Article) and plain.body == "R&D, a < b > c"


def test_a_lead_precedes_the_text_and_a_summary_replaces_a_missing_one(read: Read) -> None:
    lead, summary = read([RECORD | {"chapo": "Enfin."}, {"title": "Le pont", "description": "Il rouvre."}])
    assert isinstance(lead, Article) and isinstance(summary, Article)
    assert (lead.body, summary.body) == ("Enfin.\n\nIl rouvre.", "Il rouvre.")


@pytest.mark.parametrize(
    "shape",
    [
        [RECORD, RECORD],
        {"status": "ok", "articles": [RECORD, RECORD]},
        {"response": {"hits": {"hits": [{"_source": RECORD}, {"_source": RECORD}]}}},
        {"version": "https://jsonfeed.org/version/1.1", "title": "La Vigie", "items": [RECORD, RECORD]},
        "\ufeff" + json.dumps([RECORD, RECORD]),
        "\n".join([json.dumps(RECORD)] * 2),
    ],
)
def test_shapes(read: Read, shape: object) -> None:
    assert titles(read(shape)) == ["Le pont"] * 2


def test_a_file_name_dates_only_a_single_article(read: Read) -> None:
    undated = {"title": "Le pont", "body": "Il rouvre."}
    (alone,) = read(undated, "2022-01-19_pont.json")
    assert isinstance(alone, Article) and (alone.id, alone.date) == ("2022-01-19_pont", "2022-01-19")


def test_the_name_of_an_export_dates_no_article(read: Read) -> None:
    (found,) = read([{"title": "Le pont"}], "2022-01-19_export.json")
    assert isinstance(found, Article) and (found.id, found.date) == ("2022-01-19_export:1", None)


def test_only_values_that_are_not_articles_are_refused(read: Read) -> None:
    items = read([RECORD, 3, {"x": 1}, {"title": 3}, RECORD])
    assert titles(items) == ["Le pont"] * 2
    assert [reason.split(" ")[0] for reason in reasons(items)] == ["pas", "ni", "champ"]


@pytest.mark.parametrize(
    ("record", "unread"),
    [
        ({"author": [True]}, ["author"]),
        ({"byline": {"person": 3}, "section": {"id": 4}}, ["author", "section"]),
        ({"published": True}, ["date"]),
        ({"published": True, "published_at": "2022-01-19"}, []),
        ({"byline": {"original": "Par Ana Roy"}, "_id": {"$oid": "5f"}, "date": {"$date": "2022-01-19"}}, []),
    ],
)
def test_an_invalid_field_is_dropped_from_its_article(read: Read, record: dict[str, object], unread: list[str]) -> None:
    [item] = read([{"title": "Le pont", "text": "Il rouvre."} | record])
    assert isinstance(item, Article)
    assert sorted(item.unread) == unread


@pytest.mark.parametrize(
    "value",
    [
        {"title": {"0": "Le pont", "1": "Le bac"}, "text": {"0": "Il rouvre.", "1": "Il ferme."}},
        {"0": {"title": "Le pont", "text": "Il rouvre."}, "1": {"title": "Le bac", "text": "Il ferme."}},
        {"columns": ["title", "text"], "index": [0, 1], "data": [["Le pont", "Il rouvre."], ["Le bac", "Il ferme."]]},
        {"schema": {}, "data": [{"title": "Le pont", "text": "Il rouvre."}, {"title": "Le bac", "text": "Il ferme."}]},
    ],
    ids=["columns", "index", "split", "table"],
)
def test_pandas_tables_in_every_orient_with_column_names(read: Read, value: object) -> None:
    assert titles(read(value)) == ["Le pont", "Le bac"]


def test_a_list_of_any_name_in_an_object_without_a_text(read: Read) -> None:
    messages = [{"id": 1, "date": "2022-01-19", "text": "Le pont rouvre."}, {"id": 2, "text": "Le bac ferme."}]
    items = read({"name": "La Vigie", "type": "public_channel", "messages": messages, "tags": [{"name": "port"}]})
    assert [item.body for item in items if isinstance(item, Article)] == ["Le pont rouvre.", "Le bac ferme."]


def test_lists_next_to_a_text_are_not_articles(read: Read) -> None:
    comments = [{"name": "Jo", "text": "Bravo !"}, {"name": "Al", "text": "Enfin !"}]
    assert titles(read(RECORD | {"comments": comments})) == ["Le pont"]


def test_a_url_is_not_a_source_name(read: Read) -> None:
    record = {"title": "Le pont", "text": "Il rouvre.", "source": "https://vigie.example/pont"}
    [named] = read([record | {"source-hostname": "La Vigie"}])
    [alone] = read([record])
    assert isinstance(named, Article) and isinstance(alone, Article)
    assert (named.source, alone.source) == ("La Vigie", None)


@pytest.mark.parametrize("end", ['{"titre": "cou', "]]", ""])
def test_a_broken_list_gives_the_articles_before_the_break(read: Read, end: str) -> None:
    items = read(f"[{json.dumps(RECORD)}, {json.dumps(RECORD)}, {end}")
    assert titles(items) == ["Le pont"] * 2
    assert len(reasons(items)) == 1 and "après 2 articles" in reasons(items)[0]


@pytest.mark.parametrize(
    "content", ["{", "[]", "[[]]", '{"x": ' * 50_000, "[" * 100_000, "\x00{}", '"a"', "{}", "null"]
)
def test_hostile_files_are_refused(read: Read, content: str) -> None:
    assert titles(read(content)) == [] and reasons(read(content))


def test_other_encodings(read: Read) -> None:
    for encoding in ("windows-1252", "utf-16", "utf-8-sig"):
        assert titles(read('[{"titre": "L’été"}]'.encode(encoding))) == ["L’été"]


def test_a_too_large_json_file_is_refused_with_the_repair(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LARGEST", 20)
    assert "JSON lines" in reasons(read([RECORD]))[0]
