"""French for people: months, numbers, plurals, and the no-break spaces of French typography. No I/O here.

Messages are written with plain spaces, which grep finds, and pass through `typeset` where they are made.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

NBSP: Final = "\u00a0"
NARROW: Final = "\u202f"
"""Groups thousands."""

MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

SHORT_MONTHS: Final = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
"""As Kiosque prints them."""

_SHORTER: Final = {"jan": 1, "fév": 2, "fev": 2, "juill": 7, "aou": 8, "aoû": 8, "sep": 9, "dec": 12}

MONTH_NUMBERS: Final[dict[str, int]] = {
    name: number
    for number, (long, short) in enumerate(zip(MONTHS, SHORT_MONTHS, strict=True), 1)
    for name in (long, long.translate(str.maketrans("éû", "eu")), short.removesuffix("."))
} | _SHORTER
"""As texts write them: "février", "fevrier", "févr" and "fév" are 2."""


class Origin(NamedTuple):
    """Where a date or a source was found: as a label, and after "d’après"."""

    label: str
    phrase: str


ORIGINS: Final = {
    "metadata": Origin("métadonnées", "les métadonnées"),
    "file name": Origin("nom de fichier", "le nom du fichier"),
    "address": Origin("adresse", "l’adresse de l’article"),
    "text": Origin("texte", "le texte de l’article"),
    "folder": Origin("dossier", "le nom du dossier"),
    "dateline": Origin("en-tête de dépêche", "l’en-tête de la dépêche"),
    "update": Origin("mise à jour", "la mise à jour de l’article"),
    "guess": Origin("dates de la page", "les dates de la page"),
    "settings": Origin("réglages", "les réglages du corpus"),
    "file time": Origin("heure du fichier", "l’heure du fichier"),
}
"""By corpus.article.Origin."""

CONFIDENCES: Final = {"sure": "sûre", "likely": "probable", "uncertain": "incertaine"}
"""By corpus.article.Confidence, of a date or a source: both are feminine in French."""

_TIED = re.compile(r"(?<=«) | (?=[»:;?!%])|(?<=[0-9]) (?=[kMG]o\b)")


def typeset(text: str) -> str:
    """`text` with a no-break space inside « », before : ; ? ! % and in a size ("16 Mo")."""
    return _TIED.sub(NBSP, text)


def number(value: int) -> str:
    """The number as French prints it: 34 240 with a narrow no-break space."""
    return f"{value:,}".replace(",", NARROW)


def counted(value: int, one: str, many: str) -> str:
    """ "0 article lu", "1 article lu", "2 articles lus": in French zero is singular."""
    return f"{number(value)} {many if value > 1 else one}"
