"""Exports of press databases: many articles in one page, of Europresse, Factiva and Nexis; an issue of Gallica."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import msgspec
from lxml import html

from kiosque.corpus.article import Article
from kiosque.corpus.dates.metadata_dates import find_date, read_date
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.location import Location
from kiosque.corpus.markup.html_text import plain_text
from kiosque.corpus.markup.html_tree import parse_page, without_unseen
from kiosque.corpus.markup.xml_parts import outermost
from kiosque.corpus.readers.europresse import europresse_text, section_of
from kiosque.corpus.readers.factiva import author_of, draft_of_fields
from kiosque.corpus.readers.text_exports import export_of_text
from kiosque.corpus.refusal import Refusal, Unreadable

_FACTIVA_ARTICLE = re.compile(r"\barticle [a-z]{2}Article\b")
_TIME = re.compile(r"\d{1,2}[:h]\d{2}.*")

Reader = Callable[[html.HtmlElement], Iterator[Draft]]


def export_reader(text: str) -> Reader | None:
    """The reader of this page, if it is an export."""
    return next((reader for mark, reader in _EXPORTS if mark.search(text)), None)


def read_export(text: str, reader: Reader, location: Location) -> Iterator[Article | Refusal]:
    """The articles of an export, and a Refusal for each that has no text."""
    number = 0
    for number, draft in enumerate(reader(parse_page(text, bounded=False)), 1):
        try:
            yield finish(draft, location, number)
        except Unreadable as error:
            yield Refusal(location.part(number), str(error))
    if not number:
        yield Refusal(location.shown, "export sans article connu : l’exporter de nouveau, en HTML")


def europresse(tree: html.HtmlElement) -> Iterator[Draft]:
    """The articles of an export of Europresse: each an <article> with its classes, before 2013 a cell of a table."""
    for cell in outermost(tree, _is_article_cell):
        yield from map(partial(_titled, _words(cell, "TitreArticleVisu")), islice(europresse_text(plain_text(cell)), 1))
    for article in tree.iter("article"):
        header = _words(article, "DocHeader")
        house = _words(article, "DocPublicationName") or ""
        text = _of_class(article, "docOcurrContainer", "DocText")
        yield Draft(
            title=_words(article, "titreArticleVisu", "titreArticle"),
            body=plain_text(text).strip() if text is not None else None,
            date=find_date(header or house or _words(article, "header") or ""),
            source=re.split(r",|\s+no\.\s", house)[0].strip(" -–") or None,
            author=_words(article, "sm-margin-bottomNews", "docAuthors"),
            section=section_of(header or ""),
        )


def telegram(tree: html.HtmlElement) -> Iterator[Draft]:
    """The messages of an export of Telegram (messages.html); the page's header names the channel."""
    header = _of_class(tree, "page_header")
    channel = _words(header, "text") if header is not None else None
    for message in outermost(tree, lambda part: "message default" in str(part.get("class") or "")):
        text, date = _of_class(message, "text"), _of_class(message, "date")
        sender = _words(message, "signature") or _words(message, "from_name")
        if text is not None:
            yield Draft(
                body=plain_text(text).strip(),
                date=date.get("title") if date is not None else None,
                source=channel,
                author=sender if sender != channel else None,
            )


def facebook(tree: html.HtmlElement) -> Iterator[Draft]:
    """The posts of an export of Facebook (your_posts.html): a box each, with a text and below it the time."""
    for box in outermost(tree, lambda part: "_a6-g" in str(part.get("class") or "").split()):
        text, date = _of_class(box, "_a6-p"), _words(box, "_a72d", "_a6-o")
        body = plain_text(text).strip() if text is not None else ""
        if body:
            yield Draft(body=body, date=find_date(date or "") or date)


def _titled(title: str | None, draft: Draft) -> Draft:
    """The draft with the title of the page, above which a line of its own may stand."""
    if not title or title == draft.title:
        return draft
    return msgspec.structs.replace(
        draft, title=title, body=(draft.body or "").partition(title)[2].strip() or draft.body
    )


def _is_article_cell(part: html.HtmlElement) -> bool:
    return part.tag == "td" and any(child.get("class") == "DocPublicationName" for child in part.iterchildren("span"))


def of_text(tree: html.HtmlElement) -> Iterator[Draft]:
    """The articles of an export that is the same in plain text: of Nexis, of Gallica."""
    body = without_unseen(tree).find("body")
    export = export_of_text(plain_text(body)) if body is not None else None
    return export or iter(())


def factiva(tree: html.HtmlElement) -> Iterator[Draft]:
    """The articles of an export of Factiva: with its two-letter fields, or with lines in their order."""
    for article in tree.iter("div"):
        if _FACTIVA_ARTICLE.search(article.get("class") or ""):
            fields = _fields(article)
            yield draft_of_fields(fields) if fields else _factiva_lines(article)


def _fields(article: html.HtmlElement) -> dict[str, str]:
    """The fields of a table: HD is the headline, PD the day, SN the source, LP and TD the text."""
    fields = {}
    for row in article.iter("tr"):
        cells = list(row.iterchildren("td", "th"))
        if len(cells) >= 2:
            fields[cells[0].text_content().strip()] = plain_text(cells[1]).strip()
    return fields if "HD" in fields else {}


def _factiva_lines(article: html.HtmlElement) -> Draft:
    """An article without field names: its source follows its day (and hour), its text is in paragraphs."""
    title = next((part.text_content() for part in article.iter("div") if part.get("id") == "hd"), None)
    lines = [line for part in article.iter("div") if (line := " ".join(part.text_content().split()))]
    day = next((place for place, line in enumerate(lines) if read_date(line)), None)
    below = [line for line in lines[day + 1 : day + 3] if not _TIME.fullmatch(line)] if day is not None else []
    paragraphs = (part for part in article.iter("p") if "articleParagraph" in (part.get("class") or ""))
    return Draft(
        title=title,
        body="\n".join(plain_text(part).strip() for part in paragraphs),
        date=lines[day] if day is not None else None,
        source=below[0] if below else None,
        author=author_of(next((line for line in lines[:day] if line.startswith(("Par ", "By ", "par "))), None)),
    )


def _of_class(element: html.HtmlElement, *names: str) -> html.HtmlElement | None:
    """The first element below of the first of these classes that there is."""
    for name in names:
        found = next((part for part in element.iter() if name in str(part.get("class") or "").split()), None)
        if found is not None:
            return found
    return None


def _words(element: html.HtmlElement, *names: str) -> str | None:
    found = _of_class(element, *names)
    return " ".join(found.text_content().split()) or None if found is not None else None


_EXPORTS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile("DocPublicationName|titreArticle"), europresse),
    (_FACTIVA_ARTICLE, factiva),
    (re.compile(r'<div class="message default clearfix'), telegram),
    (re.compile(r'class="[^"]*\b_a6-g\b[^"]*"'), facebook),
    (re.compile(r'<DOCFULL>|<a name="DOC_ID_\d', re.IGNORECASE), of_text),
    (re.compile(r"\A\s*(?:<[^<>]*>[^<>]{0,200}){0,60}?Rappel de votre demande\s*:"), of_text),
)
"""What only the pages of an export have, and what reads them."""
