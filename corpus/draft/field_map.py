"""Maps the field names of other systems' records to title, text, date and so on. No I/O here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from kiosque.corpus.draft.draft import Draft
from kiosque.corpus.markup.text_of_markup import text_of_markup
from kiosque.corpus.refusal import Unreadable
from kiosque.corpus.sources.source import fold_name

# For each field the names that hold it, the surest first, folded: "Date_de_publication" is "date de publication".
_NAMES = {
    "id": """
        id, _id, uid, uuid, guid, doc id, docid, article id, articleid, document id, identifiant, numero,
        accession no, accessionno""",
    "title": """
        title, titre, headline, titre article, article title, heading, title full, titre de l article, nom, name""",
    "body": """
        body, content, text, texte, maintext, main text, corps, contenu, article body, articlebody, fulltext,
        full text, texte integral, texte complet, article text, articletext, content text, raw text, clean text,
        cleaned text, texte article, article, body text, raw content, content html, body html, html, plaintext,
        transcript, tail paragraphs, main, extrait""",
    "date": """
        date, published, date publish, publishing date, date de diffusion, date diffusion, datepublished,
        date published, pubdate, pub date, published at, publishedat, publication date, publicationdate,
        date publication, date de publication, datepublication, publish date, published date, publisheddate,
        date parution, date de parution, parution, published on, issued, dc date, webpublicationdate, seendate,
        versioncreated, firstcreated, datetime, jour, first published, display date, timestamp, created at, annee,
        year""",
    "source": """
        source, outlet, journal, publication, media, publisher, newspaper, site name, sitename, source name,
        sourcename, media name, nom du journal, nom journal, titre du journal, titre de presse, titre journal,
        publication name, quotidien, revue, periodique, support, nom du support, source hostname, site, provider,
        feed, source domain, domain, hostname, website, outlet name""",
    "url": """
        url, link, lien, permalink, canonical url, canonical, web url, weburl, article url, source url, uri, adresse,
        address, href, external url""",
    "author": """
        author, authors, auteur, auteurs, auteur s, byline, creator, creators, signature, journaliste, writer""",
    "section": """
        section, rubrique, category, categorie, categories, section name, sectionname, desk, news desk, theme,
        article section, topic""",
}
_LEADS = "chapo, chapeau, standfirst, lead, lead paragraph, accroche, description, summary, resume, abstract, excerpt"
_ABOVE = frozenset(("chapo", "chapeau", "standfirst", "lead", "lead paragraph", "accroche"))

_FIELDS = {field: tuple(map(str.strip, names.split(","))) for field, names in _NAMES.items()}
_LEAD_NAMES = tuple(_LEADS.split(", "))
_KNOWN = frozenset(name for names in (*_FIELDS.values(), _LEAD_NAMES) for name in names)
_WRAPPERS = ("_source", "fields", "article", "document", "doc")
_FOREIGN = _KNOWN.union(_WRAPPERS)
_NUMBERS = ("id", "date")
_TEXTS = ("title", "body")
_INSIDE = (
    "name title rendered value text label display_name original #text $ full main $date $oid $numberLong raw".split()
)
_ADDRESS = re.compile(r"(?:https?:)?//\S+\Z")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


Columns = tuple[tuple[str, tuple[str, ...]], ...]
"""For some fields the names of the columns that hold them, the surest first, as settings have them."""


class FieldMap:
    """Makes articles of records, by the names that exports give to fields and by those of a corpus's settings.

    A column that the settings give to a field comes first for it, and counts for no other field.
    """

    def __init__(self, columns: Columns = ()) -> None:
        own = {field: tuple(map(folded, names)) for field, names in columns}
        taken = {name for names in own.values() for name in names}
        self._paths = {folded(name): name.split(".") for _, names in columns for name in names if "." in name}
        self._fields = {
            field: (*own.get(field, ()), *(name for name in names if name not in taken))
            for field, names in _FIELDS.items()
        }
        self._leads = tuple(name for name in _LEAD_NAMES if name not in taken)
        self._foreign = _FOREIGN | taken
        self.is_own = bool(columns)
        """Whether settings have a word in it."""

    def knows(self, names: list[str]) -> bool:
        """Whether these names of columns hold a title or a text."""
        found = {folded(name) for name in names}
        return any(found.intersection(self._fields[field]) for field in _TEXTS)

    def draft(self, record: Mapping[str, object]) -> Draft:
        """The article in a record of any export. Raises Unreadable where a title or a text is no text."""
        values = {folded(name): value for name, value in reversed(list(record.items())) if value not in (None, "", [])}
        values |= {name: value for name, path in self._paths.items() if (value := _below(record, path)) is not None}
        inner = next((record[name] for name in _WRAPPERS if isinstance(record.get(name), dict)), None)
        if isinstance(inner, dict):  # "_source", as Elasticsearch has it, is the article; "source" is not
            outer = {name: value for name, value in record.items() if not isinstance(value, dict)}
            return self.draft(outer | inner | {".".join(path): values.get(name) for name, path in self._paths.items()})
        found = {field: _first_text(values, names, field) for field, names in self._fields.items()}
        unread = [field for field, names in self._fields.items() if not found[field] and _is_there(values, names)]
        draft = Draft(**dict[str, Any](found), unread=unread)
        return msgspec.structs.replace(draft, body=self._body(draft.body, values))

    def foreign_draft(self, line: bytes, own: Collection[str], *, valid: bool = True) -> Draft | None:
        """The article in a line of JSON that uses other names than `own`; None where it has none of those.

        A line that is not `valid` has a value of another kind ({"source": {"name": "AFP"}}) and is foreign for that
        alone; where settings name fields, any line is.
        """
        try:
            record = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
            usual = valid and not self.is_own
            if usual and not any(name not in own and folded(name) in self._foreign for name in record):
                return None
            return self.draft({name: msgspec.json.decode(value) for name, value in record.items()})
        except (msgspec.DecodeError, RecursionError):
            return None

    def _body(self, body: str | None, values: Mapping[str, object]) -> str | None:
        """The text under its lead; a summary is the text where there is no other."""
        leads = ((name, _text(values.get(name), "body")) for name in self._leads)
        name, lead = next(((name, lead) for name, lead in leads if lead), ("", None))
        if not body or not lead:
            return body or lead
        return f"{lead}\n\n{body}" if name in _ABOVE and lead[:80] not in body else body


@lru_cache(maxsize=100)
def field_map(columns: Columns) -> FieldMap:
    """The field map of the corpora whose settings name these columns."""
    return FieldMap(columns)


@lru_cache(maxsize=10_000)
def folded(name: str) -> str:
    """The name without case, accents and signs: "pubDate", "pub_date" and "Pub. date" are one."""
    plain = fold_name(name)
    return plain if plain in _KNOWN else fold_name(_CAMEL.sub(" ", name))


def _below(record: Mapping[str, object], path: list[str]) -> object:
    """The value at "meta.titre": {"meta": {"titre": "Le pont"}}; None where there is none."""
    value: object = record
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _first_text(values: Mapping[str, object], names: tuple[str, ...], field: str) -> str | None:
    """The first of these values that is a text. Raises Unreadable where a title or a text is there and is none.

    An optional field of another kind ("byline": {"person": 3}, "published": true) is passed over: the article is read
    without it, or by its next name ("published_at"). An address is no source: its host is, which `finish` finds.
    """
    found = (_text(values[name], field) for name in names if name in values)
    usable = (text for text in found if text and not (field == "source" and _ADDRESS.match(text)))
    text = next(usable, None)
    if text is None and field in _TEXTS and _is_there(values, names):
        raise Unreadable(f"champ « {field} » : texte attendu")
    return text


def _text(value: object, field: str) -> str | None:
    found = ("\n\n" if field == "body" else ", ").join(_texts(value, numbers=field in _NUMBERS))
    return text_of_markup(found) if found and field in _TEXTS else found or None


def _is_there(values: Mapping[str, object], names: tuple[str, ...]) -> bool:
    """Whether one of these holds anything."""
    return not all(_is_empty(values.get(name)) for name in names)


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not str(value).strip(" []{}"))


def _texts(value: object, *, numbers: bool) -> list[str]:
    """The texts of a value: its own, those of a list, the name of an object ({"name": "AFP"})."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)] if numbers else []
    if isinstance(value, list):
        return [text for one in value for text in _texts(one, numbers=numbers)]
    if isinstance(value, dict):
        return next((texts for name in _INSIDE if (texts := _texts(value.get(name), numbers=numbers))), [])
    return []
