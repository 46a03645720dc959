"""What the formats of reference managers have in common: names, the text of abstract and notes, what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from kiosque.corpus.article import Article
from kiosque.corpus.dates.metadata_dates import read_date
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.location import Location
from kiosque.corpus.refusal import Refusal, Unreadable

_MOST_NAMED = 12  # fields that a refusal lists
_INVERTED = re.compile(r"(?P<last>[^,]+?)\s*,\s*(?P<first>[^,]+?)(?:\s*,\s*(?P<suffix>[^,]+))?")


class Reference(NamedTuple):
    """A record of a reference manager: what it says of an article, and the names of its fields."""

    draft: Draft
    fields: Sequence[str]


def articles_of(references: Iterable[Reference], location: Location) -> Iterator[Article | Refusal]:
    """The article of each reference, of its title alone where it has no abstract; a Refusal where it has neither."""
    rest = iter(references)
    start = list(islice(rest, 2))
    for number, found in enumerate(chain(start, rest), 1):
        try:
            yield article_of(found, location, None if len(start) == 1 else number)
        except Unreadable as error:
            yield Refusal(location.part(number), str(error))


def article_of(reference: Reference, location: Location, number: int | None) -> Article:
    """The article of a reference. Raises Unreadable, with the names of its fields, for one without title and text."""
    if not (reference.draft.title or reference.draft.body):
        raise Unreadable(_without_text(reference.fields))
    return finish(reference.draft, location, number)


def _without_text(fields: Sequence[str]) -> str:
    named = list(dict.fromkeys(fields))
    rest = ["…"] if len(named) > _MOST_NAMED else []
    return f"référence sans titre ni résumé (champs : {', '.join(named[:_MOST_NAMED] + rest)}) : les exporter avec"


def direct_name(name: str) -> str:
    """The name as it is signed: "Dupré, Anne" is "Anne Dupré", "Martin, Jean, fils" is "Jean Martin, fils"."""
    match = _INVERTED.fullmatch(name.strip())
    if match is None:
        return name.strip()
    return f"{match['first']} {match['last']}" + (f", {match['suffix']}" if match["suffix"] else "")


def names_joined(names: Iterable[str]) -> str | None:
    """The names of all authors in one line; None where there are none."""
    return ", ".join(filter(None, (" ".join(name.split()) for name in names))) or None


def text_joined(parts: Iterable[str | None]) -> str | None:
    """Abstract and notes one under the other, each once; None where there are none."""
    return "\n\n".join(dict.fromkeys(part.strip() for part in parts if part and part.strip())) or None


def most_precise(dates: Iterable[str | None]) -> str | None:
    """Of the dates that can be read the most precise one, the first of several: a year beside a day says less."""
    return max(filter(None, map(read_date, dates)), key=len, default=None)
