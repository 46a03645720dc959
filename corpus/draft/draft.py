"""What a reader found, completed into an article with what the file name and folders say. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import msgspec

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.clean.cuts import known_cuts
from kiosque.corpus.clean.lines import tidy
from kiosque.corpus.dates.dateline import choose_with_dateline
from kiosque.corpus.dates.metadata_dates import address_date, read_date
from kiosque.corpus.dates.stamp import Dated, choose_date, file_name_date, is_to_come
from kiosque.corpus.draft.title import title_of_paragraph
from kiosque.corpus.location import Location
from kiosque.corpus.refusal import Refusal, Unreadable
from kiosque.corpus.sources.from_path import date_from_file_time, date_from_folders, source_from_path
from kiosque.corpus.sources.source import choose_source


class Draft(msgspec.Struct, kw_only=True):
    """What a reader found, as written.

    `date` has any form; `stamp` and `updated` are ISO dates that the text itself says, the latter counts only where
    there is no other. `dateline` is a date that is less sure than a file name, perhaps without its year ("-03-03") or
    only a day of the week ("mardi").
    `guessed` is a day found somewhere on the page. `credit` is a source that the text names, `site` an address that is
    only that of the house. `before` is the text before boilerplate left it, where there was any. `unread` are the
    fields whose value could not be read. A date is `contested` where another place of the page names another day.
    """

    title: str | None = None
    body: str | None = None
    before: str | None = None
    id: str | None = None
    date: str | int | float | None = None
    stamp: str | None = None
    updated: str | None = None
    dateline: str | None = None
    guessed: str | None = None
    source: str | None = None
    credit: str | None = None
    url: str | None = None
    site: str | None = None
    author: str | None = None
    section: str | None = None
    unread: list[str] = []
    contested: bool = False


def finish(draft: Draft, location: Location, number: int | None = None) -> Article:
    """The article of a draft. Raises Unreadable where there is neither title nor text.

    `number` is its place in a file of several, whose own name is that of the export and says nothing about it.
    """
    title, body = _line(draft.title), tidy(draft.body or "")
    if not title and not body:
        raise Unreadable("ni titre ni texte d’article")
    date, date_origin = _date(draft, location, alone=number is None)
    source, source_origin = choose_source(
        (_line(draft.source), Origin.METADATA),
        (_line(draft.credit), Origin.TEXT),
        (host(draft.url) or host(draft.site), Origin.ADDRESS),
        source_from_path(location),
    )
    return Article(
        id=_line(draft.id) or (location.id if number is None else f"{location.id}:{number}"),
        title=title or title_of_paragraph(body),
        body=body,
        source=source,
        source_origin=source_origin,
        date=date,
        date_origin=date_origin,
        url=_line(draft.url) if host(draft.url) else None,
        author=_line(draft.author),
        section=_line(draft.section),
        cuts=known_cuts(draft.before, body),
        unread=draft.unread,
        date_contested=draft.contested or _is_contested(date, draft) or is_to_come(date),
    )


def finished(drafts: Sequence[Draft], location: Location) -> Iterator[Article | Refusal]:
    """The articles of all drafts of one file, and a Refusal for each without title and text."""
    for number, draft in enumerate(drafts, 1):
        try:
            yield finish(draft, location, None if len(drafts) == 1 else number)
        except Unreadable as error:
            yield Refusal(location.part(number), str(error))


def _date(draft: Draft, location: Location, *, alone: bool) -> Dated:
    chosen = choose_date(
        (read_date(draft.date, location.settings.date_formats), Origin.METADATA),
        (draft.stamp, Origin.TEXT),
        (address_date(draft.url), Origin.ADDRESS),
        (file_name_date(location.name) if alone else None, Origin.FILE_NAME),
        date_from_folders(location),
    )
    chosen = choose_with_dateline(chosen, draft.dateline, draft.updated)
    return choose_date(chosen, (draft.guessed, Origin.GUESS), date_from_file_time(location))


def _is_contested(date: str | None, draft: Draft) -> bool:
    """Whether the text or the address names another day than the one that was chosen."""
    others = (draft.stamp, address_date(draft.url))
    return any(date and one and not (one.startswith(date) or date.startswith(one)) for one in others)


def host(url: str | None) -> str | None:
    """The site of an address: "lemonde.fr" of "https://www.lemonde.fr/idees/"."""
    try:
        found = urlsplit(url or "").hostname if (url or "").startswith(("http://", "https://")) else None
    except ValueError:  # "http://[vote]/"
        return None
    return found.removeprefix("www.") if found else None


def _line(value: str | None) -> str | None:
    """The value on one line; None where nothing is left."""
    return " ".join(tidy(value).split()) or None if value else None
