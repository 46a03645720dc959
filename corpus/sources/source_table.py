"""The one name of a source: from a table that people can read and extend, and from what credits are made of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from kiosque.corpus.settings import read_settings
from kiosque.corpus.sources.source import fold_name

TABLE = Path(__file__).with_name("sources.toml")

_CREDIT = re.compile(r"sources?\s*(?::\s*|\s)(?=\S)", re.IGNORECASE)
_WITH = re.compile(r"(?P<house>.*\S)\s+avec\s+(?P<agency>\S.*)", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:le|la|les|l) (?=\w)")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\d?\.)?((?:[\w-]+\.)+[a-z]{2,})/?", re.IGNORECASE)


class SourceTable:
    """Gives each source its one name."""

    def __init__(self, tables: Iterable[Mapping[str, list[str]]]) -> None:
        """Of several tables that know a name, the last one counts."""
        self._names = {
            source_key(other): name for table in tables for name, others in table.items() for other in (name, *others)
        }

    def name(self, source: str) -> str:
        """The name of a source: "BFMTV" for "Source : BFM TV" and "bfmtv.com"; an unknown source keeps its own.

        "Orange avec AFP" is "Orange", the house; "avec AFP" alone is the agency.
        """
        bare = _CREDIT.sub("", source.strip(), count=1) if _CREDIT.match(source.strip()) else source.strip()
        with_agency = _WITH.fullmatch(bare)
        house = with_agency["house"] if with_agency else bare
        return self._known(house) or self._known(bare) or house or source

    def _known(self, source: str) -> str | None:
        domain = _DOMAIN.fullmatch(source)
        if domain is None:
            return self._names.get(source_key(source))
        parts = domain[1].lower().split(".")
        names = (self._names.get(source_key(".".join(parts[start:]))) for start in range(len(parts) - 1))
        return next(filter(None, names), None)


@lru_cache(maxsize=10_000)
def source_key(source: str) -> str:
    """What the folder "gazette-du-port" and the credit line of "La Gazette du Port" share."""
    return _ARTICLE.sub("", fold_name(source))


def read_source_table(roots: Iterable[Path]) -> SourceTable:
    """The table that comes with Kiosque, extended by those of the corpora. Raises BadSettings."""
    return SourceTable([_own(), *(read_settings(root).sources for root in roots)])


@lru_cache(maxsize=1)
def _own() -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads(TABLE.read_text("utf-8"))["sources"]
    return table
