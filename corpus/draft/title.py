"""A title for a text: its first line, or the first sentence of its first paragraph. No I/O here."""

from __future__ import annotations

import re

from kiosque.corpus.french import NARROW, NBSP

LONGEST_TITLE = 120  # characters of a title that is made from a paragraph
_SHORTEST_SENTENCE = 20  # "Non." is no title: the next sentence comes with it
_SHORTEST_CRUMB = 3  # words; "Accueil > Ville > Page 2" is no article
_LONGEST_LINE = 200  # characters of a first line that can still be a title

_CRUMBS = re.compile(r"\s+(?:>|»|›|::)\s+")
_END = re.compile(r"[.!?…]+(?:\s*[»”])?(?=\s|$)")
# "M. Dupont", "art. 1.", "J. Verne": these points end no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s('’«“])(?:MM?|Mmes?|Mlles?|Dr|Drs|Pr|Me|Mes|Mgr|Sr|St|Ste|art|al|av|apr|cf|ch|éd|env|etc|ex|fig|no|p|pp|"
    r"vol|tél|bd|[A-Z]|[A-Z]\.-[A-Z]|\d{1,2})\.$"
)


def is_title(line: str) -> bool:
    """Whether the first line of a text can be its title: "a paragraph." cannot."""
    return len(line) <= LONGEST_TITLE or (len(line) <= _LONGEST_LINE and not line.endswith("."))


def title_of_paragraph(text: str) -> str:
    """The first sentence of the text, cut at a word with "…" where it is longer than LONGEST_TITLE."""
    paragraph = text.strip().split("\n", 1)[0]
    sentence = first_sentence(paragraph[: 2 * LONGEST_TITLE].strip())
    return sentence if len(sentence) <= LONGEST_TITLE else _cut(sentence)


def last_crumb(title: str) -> str:
    """The title at the end of a trail: "Accueil > Ville > Le pont rouvre" is "Le pont rouvre"."""
    crumbs = _CRUMBS.split(title)
    trail = len(crumbs) > 2 or crumbs[0].strip()[:1].isdigit()
    return crumbs[-1].strip() if trail and len(crumbs[-1].split()) >= _SHORTEST_CRUMB else title


def first_sentence(paragraph: str) -> str:
    """The paragraph up to the first end of a sentence that is not a mere word."""
    matches = _END.finditer(paragraph, _SHORTEST_SENTENCE)
    ends = (match.end() for match in matches if _ends_sentence(paragraph, match))
    return paragraph[: next(ends, len(paragraph))]


def _ends_sentence(paragraph: str, match: re.Match[str]) -> bool:
    before = paragraph[: match.end()]
    after = paragraph[match.end() :].lstrip()
    quoted = before.count("«") > before.count("»")
    return not (quoted or after[:1].islower() or _ABBREVIATION.search(before[-12:]))


def _cut(sentence: str) -> str:
    room = sentence[:LONGEST_TITLE]
    words = re.match(r".*\S(?=\s)", room, re.DOTALL)
    return (words[0] if words else room[:-1]).rstrip(f" {NBSP}{NARROW},;:–—-«“(") + "…"
