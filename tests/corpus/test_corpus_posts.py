"""Posts of social networks, in the exports that Telegram, Facebook and X give; and messages of agencies' wires."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.readers.sniffing import sniff
from kiosque.corpus.readers.social import post_of, telegram
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]
Read = Callable[[str, str | bytes], list[Article | Refusal]]


@pytest.fixture
def read(make_corpus: MakeCorpus) -> Read:
    return lambda name, content: list(read_corpus([make_corpus({name: content}) / name]))


def articles(items: list[Article | Refusal]) -> list[Article]:
    assert not [item for item in items if isinstance(item, Refusal)], items
    return [item for item in items if isinstance(item, Article)]


CHANNEL: dict[str, Any] = {
    "name": "La Vigie du Port",
    "type": "public_channel",
    "id": 12,
    "messages": [
        {"id": 1, "type": "service", "date": "2022-01-18T08:00:00", "action": "create_channel", "text": ""},
        {
            "id": 2,
            "type": "message",
            "date": "2022-01-19T08:12:00",
            "from": "La Vigie du Port",
            "text": [
                {"type": "bold", "text": "Le pont rouvre."},
                "\n",
                {"type": "italic", "text": "Les bus"},
                " ",
                "passent, ",
                {"type": "text_link", "text": "lire ici", "href": "https://vigie.example"},
                ".",
            ],
        },
        {
            "id": 3,
            "type": "message",
            "date": "2022-01-19T09:00:00",
            "from": "La Vigie du Port",
            "text": "",
            "photo": "x",
        },
        {
            "id": 4,
            "type": "message",
            "date": "2022-01-20T08:00:00",
            "from": "La Vigie du Port",
            "author": "Ana Roy",
            "text": "",
            "poll": {"question": "Faut-il un bac ?", "answers": [{"text": "Oui"}, {"text": "Non"}]},
        },
    ],
}


@pytest.mark.parametrize("whole", [False, True])
def test_telegram_gives_the_messages_of_channels(read: Read, whole: bool) -> None:
    content = {"about": "…", "chats": {"about": "…", "list": [CHANNEL]}} if whole else CHANNEL
    first, second = articles(read("result.json", json.dumps(content)))
    assert (first.source, first.date, first.author) == ("La Vigie du Port", "2022-01-19", None)
    assert first.body == "Le pont rouvre.\nLes bus passent, lire ici."
    assert (second.author, second.body) == ("Ana Roy", "Faut-il un bac ?\nOui\nNon")
    assert first.id == "12:2"


def test_telegram_without_texts_is_refused(read: Read) -> None:
    [item] = read("result.json", json.dumps(CHANNEL | {"messages": CHANNEL["messages"][:1]}))
    assert isinstance(item, Refusal) and "Telegram" in item.reason


@pytest.mark.parametrize(
    "value",
    [
        *([], {}, {"messages": [{"text": "a"}]}, {"type": "x", "messages": 3}, {"type": "x", "messages": [1]}),
        {"chats": 1},
        {"chats": {"list": 1}},
        {"chats": {"list": [1, {}]}},
        {"type": 1, "messages": [{"type": "message"}]},
    ],
)
def test_other_json_is_not_telegram(value: object) -> None:
    assert telegram(value) is None


MESSAGES = """<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">
La Vigie du Port
</div></div></div><div class="history">
<div class="message service" id="message-1"><div class="body details">19 January 2022</div></div>
<div class="message default clearfix" id="message2"><div class="pull_left userpic_wrap"></div><div class="body">
<div class="pull_right date details" title="19.01.2022 08:12:00 UTC+01:00">08:12</div>
<div class="from_name">La Vigie du Port </div>
<div class="text"><strong>Le pont rouvre.</strong><br>Les bus passent.</div>
</div></div><div class="message default clearfix joined" id="message3"><div class="body">
<div class="pull_right date details" title="20.01.2022 08:00:00 UTC+01:00">08:00</div>
<div class="media_wrap clearfix"></div></div></div>
<div class="message default clearfix joined" id="message4"><div class="body">
<div class="pull_right date details" title="20.01.2022 09:00:00 UTC+01:00">09:00</div>
<div class="text">Le bac ferme.</div><div class="signature details">Ana Roy</div></div></div></div></div>
</body></html>"""


def test_telegram_in_pages(read: Read) -> None:
    first, second = articles(read("messages.html", MESSAGES))
    assert (first.source, first.date, first.author) == ("La Vigie du Port", "2022-01-19", None)
    assert first.body == "Le pont rouvre.\nLes bus passent."
    assert (second.date, second.body, second.author) == ("2022-01-20", "Le bac ferme.", "Ana Roy")


def broken(text: str) -> str:
    """The text as Facebook writes it."""
    return text.encode().decode("latin-1")


POSTS: list[dict[str, Any]] = [
    {
        "timestamp": 1642576320,
        "data": [{"post": broken("Le pont rouvre à Lanvec.")}, {"update_timestamp": 1642576321}],
        "title": broken("La Vigie a publié une mise à jour."),
        "attachments": [{"data": [{"external_context": {"url": "https://ailleurs.example/a"}}]}],
    },
    {
        "timestamp": 1642662720,
        "attachments": [
            {"data": [{"external_context": {"url": "https://ailleurs.example/b", "name": broken("Le bac fermé")}}]}
        ],
        "title": "La Vigie a partagé un lien.",
    },
    {
        "timestamp": 1642662720,
        "attachments": [{"data": [{"media": {"uri": "a.jpg", "description": broken("Le bac à quai")}}]}],
    },
]


@pytest.mark.parametrize("content", [POSTS, {"profile_posts_v2": POSTS}])
def test_facebook_gives_posts(read: Read, content: object) -> None:
    first, second, third = articles(read("your_posts_1.json", json.dumps(content)))
    assert (first.body, first.date, first.source) == ("Le pont rouvre à Lanvec.", "2022-01-19", None)
    assert (second.body, second.date) == ("Le bac fermé", "2022-01-20")
    assert third.body == "Le bac à quai"


def test_only_a_facebook_post_without_text_is_refused(read: Read) -> None:
    empty = {"timestamp": 1642662720, "attachments": [{"data": [{"media": {"uri": "a.jpg"}}]}], "title": "La Vigie…"}
    first, second = read("your_posts_1.json", json.dumps([empty, POSTS[0]]))
    assert isinstance(first, Refusal) and isinstance(second, Article)


BOX = """<div class="_3-95 _a6-g"><div class="_2ph_ _a6-h _a6-i">La Vigie a publié.</div><div class="_2ph_ _a6-p"><div>
<div class="_2pin"><div>{text}</div></div></div></div><div class="_3-94 _a6-o"><a href="x">
<div class="_a72d">{day}</div></a></div></div>"""


@pytest.mark.parametrize("day", ["19 janv. 2022, 08:12", "Jan 19, 2022 8:12:00am", "19 janvier 2022 à 08:12"])
def test_facebook_in_pages(read: Read, day: str) -> None:
    boxes = BOX.format(text="Le pont rouvre.<br>Enfin !", day=day) + BOX.format(text="", day=day)
    [article] = articles(read("your_posts.html", f"<html><body><h1>Vos publications</h1>{boxes}</body></html>"))
    assert (article.body, article.date) == ("Le pont rouvre.\nEnfin !", "2022-01-19")


TWEET = {
    "tweet": {
        "id_str": "14",
        "full_text": "Le pont rouvre &amp; les bus passent https://t.co/a1 https://t.co/zz",
        "created_at": "Tue Jan 18 23:30:00 +0000 2022",
        "entities": {"urls": [{"url": "https://t.co/a1", "expanded_url": "https://vigie.example/pont"}]},
    }
}
ACCOUNT = {"account": {"username": "vigie_port", "accountDisplayName": "La Vigie du Port"}}


def assigned(name: str, value: object, end: str = "") -> str:
    return f"window.YTD.{name}.part0 = {json.dumps(value, indent=1)}{end}"


@pytest.mark.parametrize("end", ["", "\n", ";\n"])
def test_an_archive_of_x_gives_posts(read: Read, end: str) -> None:
    [article] = articles(read("tweets.js", assigned("tweets", [TWEET], end)))
    assert article.body == "Le pont rouvre & les bus passent https://vigie.example/pont https://t.co/zz"
    assert (article.date, article.id, article.source) == ("2022-01-18", "14", None)


@pytest.mark.parametrize("packed", [False, True])
def test_the_account_file_names_the_author_of_posts(make_corpus: MakeCorpus, packed: bool) -> None:
    files = {"data/tweets.js": assigned("tweets", [TWEET]), "data/account.js": assigned("account", [ACCOUNT])}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    items = list(read_corpus([make_corpus({"x.zip": data.getvalue()} if packed else files)]))
    [article] = [item for item in items if isinstance(item, Article)]
    assert (article.source, article.url) == ("La Vigie du Port", "https://x.com/vigie_port/status/14")
    [refusal] = [item for item in items if isinstance(item, Refusal)]
    assert "n’en garder que tweets.js" in refusal.reason


def test_long_posts_and_posts_in_plain_json(read: Read) -> None:
    note = {"noteTweet": {"createdAt": "2022-01-19T08:12:00.000Z", "core": {"text": "Le pont rouvre. " * 30}}}
    [article] = articles(read("note-tweet.js", assigned("note_tweet", [note])))
    assert article.date == "2022-01-19" and article.body.startswith("Le pont rouvre. Le pont")
    [article] = articles(read("tweets.json", json.dumps([TWEET])))
    assert article.body.startswith("Le pont rouvre & les bus")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("window.YTD.tweets.part0 = [{", "tronquée"),
        ("window.YTD.tweets.part0 = " + "[" * 100_000, "tronquée"),
        ("window.YTD.tweets.part0 = {}", "tronquée"),
        (assigned("like", [{"like": {"fullText": "Un pont"}}]), "sans messages"),
        ("function a() { return 1 }", "JavaScript sans articles"),
        (assigned("tweets", [1]), "pas un message"),
    ],
)
def test_other_javascript_is_refused(read: Read, content: str, said: str) -> None:
    [item] = read("tweets.js", content)
    assert isinstance(item, Refusal) and said in item.reason


@pytest.mark.parametrize(
    "record",
    [
        *(
            {},
            {"tweet": "a"},
            {"tweet": {"text": "a"}},
            {"timestamp": "2022", "data": []},
            {"timestamp": 1, "data": [1]},
        ),
        *({"timestamp": 1642662720, "title": "Le pont", "text": "Il rouvre."}, {"timestamp": 1, "attachments": []}),
    ],
)
def test_other_records_are_not_posts(record: dict[str, Any]) -> None:
    assert post_of(record) is None


HEAD = "\x01abc123 4 i 42 vigie 061\r\n\r\nVille-pont/\r\n\x02"
TEXT = (
    "Le pont de la Lune rouvre =\r\n\r\n"
    "   LANVEC, 19 jan 2022 (AFP) - Les bus passent depuis ce matin sur le pont de\r\n"
    "la Lune, que la ville avait fermé.\r\n   Les vélos attendront le\r\nprintemps.\r\n\r\nvig/abc\r\n"
)


def wire(text: str = TEXT, sent: str = "191208 GMT JAN 22", head: str = HEAD) -> str:
    return f"{head}{text}\x03{sent} \r\n\x7f\x04"


@pytest.mark.parametrize("name", ["a.iptc", "a.txt", "a", "a.fil"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_messages_of_a_wire(read: Read, name: str, encoding: str) -> None:
    second = wire("1ERE AV\r\nLe bac ferme\r\nPar Ana Roy =\r\n\r\n   Il était temps.\r\n", "200900 FEV 22")
    one, two = articles(read(name, (wire() + "\x16\x16" + second).encode(encoding)))
    assert (one.title, one.date, one.date_confidence) == ("Le pont de la Lune rouvre", "2022-01-19", "sure")
    assert one.source == "AFP"
    assert one.body.split("\n")[:2] == [
        "LANVEC, 19 jan 2022 (AFP) - Les bus passent depuis ce matin sur le pont de la Lune, que la ville avait fermé.",
        "Les vélos attendront le printemps.",
    ]
    assert (two.title, two.author, two.date, two.body) == ("Le bac ferme", "Ana Roy", "2022-02-20", "Il était temps.")


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("131137 GMT Nov 13", "2013-11-13"),
        ("131137 aou 2013", "2013-08-13"),
        ("131137Z DEC 99", "1999-12-13"),
        ("991137 DEC 99", None),
        ("", None),
        ("1234", None),
    ],
)
def test_the_day_of_a_message(read: Read, sent: str, day: str | None) -> None:
    [article] = articles(read("a.iptc", wire("Le pont rouvre\r\n\r\nIl rouvre.\r\n", sent)))
    assert (article.title, article.date) == ("Le pont rouvre", day)


def test_a_truncated_message_is_read_and_reported(read: Read) -> None:
    article, refusal = read("a.iptc", wire().partition("\x03")[0])
    assert isinstance(article, Article) and isinstance(refusal, Refusal) and "tronquée" in refusal.reason
    article, refusal = read("b.iptc", wire() + "\x01abc 1 i 2\r\n")
    assert isinstance(article, Article) and isinstance(refusal, Refusal)


@pytest.mark.parametrize("content", ["\x01abc123 4 i\x02\x03\x04", "\x01\x02", "Le pont", "\x01" * 5000])
def test_other_texts_are_refused_as_messages(read: Read, content: str) -> None:
    [item] = [item for item in read("a.iptc", content) if "tronquée" not in getattr(item, "reason", "")]
    assert isinstance(item, Refusal)


@pytest.mark.parametrize("head", [b"\x01\x02\x03\x04", b"\x01" * 4096, b"\x01" + bytes(4000), b"Le pont\x01abc\x02"])
def test_binary_files_are_not_wires(head: bytes) -> None:
    assert sniff(head) != ".iptc"
