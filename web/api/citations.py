"""References to an article: as a sentence, and in the formats of reference managers. Pure.

No text of an article can leave its field: line breaks become spaces, special characters are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha1
from typing import Any, Final, NamedTuple

import msgspec
from unidecode import unidecode

from kiosque.corpus.french import NBSP
from kiosque.search.model import Article
from kiosque.web import french

TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "*": "{}*",  # after the end of a line these two belong to it
    "[": "{}[",
    "@": "{}@",  # at the start of a line some readers take it for a new entry
}
TEX_SIGN: Final = re.compile(r"(?<=\n)[*\[@]|[\\{}$&#_%~^]|-(?=-)|`(?=`)|'(?=')|[?!](?=`)")
"""What TeX gives a meaning, also to two signs together: "--" would be read as a dash."""

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
TAG: Final = re.compile(r"^([A-Z][A-Z0-9]) +-", re.MULTILINE)
UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


def line(text: str | None) -> str:
    """`text` on one line, without control characters."""
    return UNSEEN.sub(" ", text or "").strip()


def sentence(article: Article) -> str:
    """A reference as French readers write it: "Auteur, « Titre », Source, 19 janvier 2022, https://…"."""
    date = french.day(article.date)
    parts = [
        line(article.author),
        f"«{NBSP}{line(article.title)}{NBSP}»",
        line(article.source),
        date,
        line(article.url),
    ]
    return ", ".join(part for part in parts if part) + "."


def ris(article: Article) -> str:
    """A record as reference managers import it (RIS, type NEWS), with the text as its abstract; lines end in CR LF."""
    year, month, day = _parts(article.date)
    rows = [
        ("TY", "NEWS"),
        ("ID", line(article.id)),
        ("TI", line(article.title)),
        *(("AU", name) for name in line(article.author).split(", ")),
        ("T2", line(article.source)),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}/" if year else ""),
        ("SE", line(article.section)),
        ("UR", line(article.url)),
        ("LA", "fr"),
        ("AB", _ris_text(article.body)),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows if value) + "ER  - \r\n\r\n"


def _ris_text(text: str) -> str:
    """The text, each of its lines after the first a line without a tag; one that begins as a tag loses a blank."""
    return TAG.sub(r"\1 -", CONTROLS.sub(" ", text)).strip().replace("\n", "\r\n")


def bibtex(article: Article) -> str:
    """An entry for BibTeX and BibLaTeX, with the text as its abstract; double braces keep capitals and whole names."""
    year, month, day = _parts(article.date)
    rows = [
        ("title", f"{{{_tex(article.title)}}}"),
        ("author", f"{{{_tex(article.author)}}}" if article.author else ""),
        ("journal", _tex(article.source)),
        ("chapter", _tex(article.section)),
        ("date", "-".join(part for part in (year, month, day) if part)),
        ("year", year),
        ("month", month.lstrip("0")),
        ("url", _tex_url(article.url)),
        ("langid", "french"),
        ("abstract", _tex_text(article.body)),
    ]
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in rows if value)
    return f"@article{{{_key(article)},\n{fields}}}\n\n"


def csl(article: Article) -> str:
    """An item of CSL-JSON, as Zotero and citeproc read it, with the text as its abstract."""
    item: dict[str, Any] = {"id": article.id, "type": "article-newspaper", "title": article.title, "language": "fr"}
    if article.author:
        item["author"] = [{"literal": article.author}]
    if article.source:
        item["container-title"] = article.source
    if article.date:
        item["issued"] = {"date-parts": [[int(part) for part in article.date.split("-")]]}
    rest = (("URL", article.url), ("section", article.section), ("abstract", article.body))
    item |= {name: value for name, value in rest if value}
    return msgspec.json.encode([item]).decode()


def _parts(date: str | None) -> tuple[str, str, str]:
    year, month, day = (*(date or "").split("-"), "", "")[:3]
    return year, month, day


def _tex(text: str | None) -> str:
    return _tex_signs(line(text))


def _tex_signs(text: str) -> str:
    return TEX_SIGN.sub(lambda found: TEX.get(found[0]) or f"{found[0]}{{}}", text)


def _tex_text(text: str) -> str:
    r"""The text, a blank line between its paragraphs and \\ at the end of any other line, as TeX reads it."""
    lines = re.sub(r"\n[ \t]+", "\n", CONTROLS.sub(" ", text)).strip()
    return re.sub(r"(?<!\n)\n(?!\n)", lambda end: "\\\\\n", _tex_signs(lines))


def _tex_url(url: str | None) -> str:
    """A URL is kept, except for the characters that would end its field."""
    return re.sub(r"[{}\\ ]", lambda found: f"%{ord(found[0]):02X}", line(url))


def _key(article: Article) -> str:
    """Letters and digits of the id, with a digest of it: "le-monde/1" and "le-monde-1" are two articles."""
    words = re.sub(r"[^a-z0-9]+", "-", unidecode(article.id).lower()).strip("-")[:40]
    return f"{words or 'article'}-{sha1(article.id.encode(), usedforsecurity=False).hexdigest()[:8]}"


class Citation(NamedTuple):
    """A citation format: its label, its writer, its media type and file suffix."""

    label: str
    write: Callable[[Article], str]
    mimetype: str
    suffix: str


CITATIONS: Final = {
    "text": Citation("Texte", sentence, "text/plain", "txt"),
    "ris": Citation("RIS", ris, "application/x-research-info-systems", "ris"),
    "bibtex": Citation("BibTeX", bibtex, "application/x-bibtex", "bib"),
    "csl": Citation("CSL-JSON", csl, "application/vnd.citationstyles.csl+json", "json"),
}
"""By their name in a URL."""
