"""A message as a mail program prints it or saves it as text: « De : », « Envoyé : », « Objet : », then the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr

from kiosque.corpus.clean.lines import without_boilerplate
from kiosque.corpus.dates.metadata_dates import find_date, read_date
from kiosque.corpus.draft.draft import Draft

_MOST_LABELS = 15  # lines above the text
_LABELS = {
    "from": ("de", "from", "expéditeur", "expediteur"),
    "date": ("envoyé", "envoye", "envoyé le", "sent", "date", "reçu"),
    "subject": ("objet", "sujet", "subject"),
    "other": (
        *("à", "a", "to", "pour", "destinataire", "destinataires", "cc", "cci", "bcc", "copie à", "copie"),
        *("pièces jointes", "pièce jointe", "attachments", "importance", "priorité", "répondre à", "reply-to"),
    ),
}
_KINDS = {name: kind for kind, names in _LABELS.items() for name in names}
_ROW = re.compile(r"[ \t]*(?P<name>[^\W\d_][\w -]{0,18}?)[^\S\n]*:[^\S\n]*(?P<value>.*)")
_ADDRESS = re.compile(r"\s*\[(?:mailto:|SMTP:)?[^\[\]]*\]|\s*<[^<>]*>", re.IGNORECASE)


def is_printed_mail(text: str) -> bool:
    """Whether the text begins with who wrote, a date that can be read and a subject, each with its label."""
    head = text[:4000].lstrip()
    if _KINDS.get(head.partition(":")[0].strip().lower()) is None:
        return False
    rows, _ = _head(head.split("\n"))
    return {"from", "subject"} <= rows.keys() and _day(rows.get("date", "")) is not None


def printed_mail(text: str) -> Iterator[Draft]:
    """The article of such a message."""
    rows, lines = _head(text.lstrip().split("\n"))
    kept, before = without_boilerplate("\n".join(lines))
    sender = rows["from"]
    yield Draft(
        title=rows["subject"],
        body="\n".join(kept),
        before=before,
        date=_day(rows["date"]),
        source=_ADDRESS.sub("", sender).strip(" \"'") or parseaddr(sender)[1].partition("@")[2] or None,
    )


def _head(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The values by kind, the first of each, and the lines below the labels."""
    rows: dict[str, str] = {}
    for number, line in enumerate(lines[:_MOST_LABELS]):
        match = _ROW.fullmatch(line)
        kind = _KINDS.get(match["name"].strip().lower()) if match else None
        if match is None or kind is None:
            return rows, lines[number:]
        rows.setdefault(kind, match["value"].strip())
    return rows, lines[_MOST_LABELS:]


def _day(value: str) -> str | None:
    return read_date(value) or find_date(value)
