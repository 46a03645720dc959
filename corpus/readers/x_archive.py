"""The archive that X (Twitter) gives its users: posts in JavaScript, one list a file (tweets.js)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.location import Location
from kiosque.corpus.readers.social import post_of, tweet_draft
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 256 * 2**20  # bytes of a file
_LARGEST_ACCOUNT = 2**20
_ASSIGNED = re.compile(rb"\s*window\.YTD\.(?P<name>\w{1,60})\.part\d+\s*=\s*")
_POSTS = ("tweet", "tweets", "community_tweet", "note_tweet")


def read_x_archive(location: Location) -> Iterator[Article | Refusal]:
    """The posts of a file of an archive. The name of their author is in the file account.js beside it.

    Raises Unreadable where the file is of another kind, or damaged; OSError.
    """
    name, records = _list_of(location.read(LARGEST))
    if name not in _POSTS:
        raise Unreadable("fichier d’une archive de X sans messages : n’en garder que tweets.js et account.js")
    user, shown = _account(location)
    for number, record in enumerate(records, 1):
        try:
            yield finish(_draft(record, user, shown), location, number)
        except Unreadable as error:
            yield Refusal(location.part(number), str(error))


def _draft(record: Any, user: str | None, shown: str | None) -> Draft:
    long = record.get("noteTweet") if isinstance(record, dict) else None
    if isinstance(long, dict) and isinstance(long.get("core"), dict):
        return Draft(body=str(long["core"].get("text") or ""), date=str(long.get("createdAt") or ""), source=shown)
    if not isinstance(record, dict) or post_of(record) is None:
        raise Unreadable("pas un message de X")
    return tweet_draft(record["tweet"], user, shown)


def _list_of(data: bytes) -> tuple[str, list[Any]]:
    """The name of the list in a file, and what is in it. Raises Unreadable."""
    match = _ASSIGNED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if match is None:
        raise Unreadable("JavaScript sans articles : d’une archive de X, donner tweets.js")
    try:
        content = data.removeprefix(b"\xef\xbb\xbf")[match.end() :].rstrip().removesuffix(b";")
        return match["name"].decode(), msgspec.json.decode(content, type=list[Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable("archive de X tronquée ou abîmée : la télécharger de nouveau") from error


def _account(location: Location) -> tuple[str | None, str | None]:
    """The address and the name of the archive's user; None of each where the file beside does not say it."""
    beside = location.neighbour("account.js")
    try:
        [record, *_] = _list_of(beside.read(_LARGEST_ACCOUNT))[1] if beside else [{}]
        account = record["account"] if isinstance(record["account"], dict) else {}
    except (Unreadable, OSError, ValueError, KeyError, TypeError):
        account = {}
    user, shown = (str(account.get(name) or "") for name in ("username", "accountDisplayName"))
    return user if user.isidentifier() else None, shown or None
