"""Posts of social networks in the JSON that these give their users: Telegram, Facebook, X. No I/O here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from kiosque.corpus.draft.draft import Draft

_DEEPEST = 4  # pieces of a text within one another
_MOST_LINKS = 100  # of a post that are written out; a post of 280 characters has a dozen
_NAMES = ("name", "title", "description")  # of what a post shares
_SHORT_LINK = re.compile(r"https?://t\.co/\w+")


def telegram(value: object) -> Iterator[Draft] | None:
    """The messages of an export of Telegram (result.json), of one channel or of all; None where it is none.

    Notices of the service and pictures without a caption are no articles.
    """
    chats = value.get("chats") if isinstance(value, dict) else None
    listed = chats.get("list") if isinstance(chats, dict) else [value]
    found = [chat for chat in listed if _is_chat(chat)] if isinstance(listed, list) else []
    return (draft for chat in found for draft in _messages(chat)) if found else None


def _is_chat(chat: object) -> bool:
    if (
        not isinstance(chat, dict)
        or not isinstance(chat.get("messages"), list)
        or not isinstance(chat.get("type"), str)
    ):
        return False
    kinds = (message.get("type") for message in chat["messages"] if isinstance(message, dict))
    return next(kinds, None) in ("message", "service")


def _messages(chat: Mapping[str, Any]) -> Iterator[Draft]:
    channel = _text(chat.get("name"))
    for message in chat["messages"]:
        if isinstance(message, dict) and message.get("type") == "message" and (text := _text_of_message(message)):
            sender = _text(message.get("author")) or _text(message.get("from"))
            yield Draft(
                id=f"{chat.get('id')}:{message.get('id')}",
                body=text,
                date=_text(message.get("date")),
                source=channel or sender,
                author=sender if sender != channel else None,
            )


def _text_of_message(message: Mapping[str, Any]) -> str:
    """The text, which comes in pieces where it has links or is set in bold; the question and answers of a poll."""
    poll = message.get("poll")
    asked = [poll.get("question"), *_dicts(poll.get("answers"))] if isinstance(poll, dict) else []
    return "\n".join(filter(None, [_joined(message.get("text")), *map(_joined, asked)])).strip()


def _joined(pieces: object, depth: int = 0) -> str:
    """A text, that of an object, or those of a list."""
    if depth > _DEEPEST:
        return ""
    if isinstance(pieces, dict):
        return _joined(pieces.get("text"), depth + 1)
    if isinstance(pieces, list):
        return "".join(_joined(piece, depth + 1) for piece in pieces)
    return pieces if isinstance(pieces, str) else ""


def post_of(record: Mapping[str, Any]) -> Draft | None:
    """The post in a record of an export of Facebook, or of an archive of X; None in any other."""
    tweet = record.get("tweet")
    if isinstance(tweet, dict) and isinstance(tweet.get("full_text"), str):
        return tweet_draft(tweet)
    return _facebook_post(record) if _is_facebook(record) else None


def posts_in(value: object) -> list[object] | None:
    """The list in an object that holds such records, whatever its name; None where there is none."""
    lists = (inner for inner in value.values() if isinstance(inner, list)) if isinstance(value, dict) else ()
    return next((inner for inner in lists if any(isinstance(one, dict) and post_of(one) for one in inner)), None)


def tweet_draft(tweet: Mapping[str, Any], user: str | None = None, name: str | None = None) -> Draft:
    """A post of X, by the user of that address and that name where they are known."""
    number = _text(tweet.get("id_str")) or str(tweet.get("id") or "")
    return Draft(
        id=number or None,
        body=_expanded(unescape(_text(tweet.get("full_text")) or ""), tweet),
        date=_text(tweet.get("created_at")),
        source=name,
        url=f"https://x.com/{user}/status/{number}" if user and number else None,
    )


def _expanded(text: str, tweet: Mapping[str, Any]) -> str:
    """The text with the addresses that stand behind short ones."""
    entities = tweet.get("entities")
    links = _dicts(entities.get("urls"))[:_MOST_LINKS] if isinstance(entities, dict) else []
    whole = {_text(link.get("url")): _text(link.get("expanded_url")) for link in links}
    return _SHORT_LINK.sub(lambda match: whole.get(match[0]) or match[0], text)


def _is_facebook(record: Mapping[str, Any]) -> bool:
    """Whether a record has a time in seconds, and its text or its attachments in lists of "data"."""
    stamp, data, attached = (record.get(name) for name in ("timestamp", "data", "attachments"))
    if not isinstance(stamp, int) or not isinstance(data if data is not None else attached, list):
        return False
    said = any("post" in one for one in _dicts(data))
    return said or (bool(_dicts(attached)) and all(isinstance(one.get("data"), list) for one in _dicts(attached)))


def _facebook_post(record: Mapping[str, Any]) -> Draft:
    """A post; its title says only that somebody wrote one. What it shares is its text where it has no other."""
    posts = [_mended(one.get("post")) for one in _dicts(record.get("data"))]
    shared = [text for one in _dicts(record.get("attachments")) for text in _shared(one)]
    return Draft(body="\n".join(filter(None, posts)) or "\n".join(dict.fromkeys(shared)), date=record.get("timestamp"))


def _shared(attachment: Mapping[str, Any]) -> Iterator[str]:
    """The titles and captions of what is attached."""
    for part in _dicts(attachment.get("data")):
        texts = [
            part.get("text"),
            *(each.get(name) for each in part.values() if isinstance(each, dict) for name in _NAMES),
        ]
        yield from filter(None, map(_mended, texts))


def _mended(text: object) -> str | None:
    """The text; Facebook writes the bytes of UTF-8 as if each were a letter ("Ã©")."""
    if not isinstance(text, str):
        return None
    try:
        return text.encode("latin-1").decode() or None
    except UnicodeError:
        return text


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
