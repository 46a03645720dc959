"""Markdown: one article a file, often under front matter in YAML or TOML, as static sites keep their articles."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kiosque.corpus.article import Article
from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.clean.lines import without_boilerplate, without_title
from kiosque.corpus.dates.metadata_dates import read_date
from kiosque.corpus.draft.draft import Draft, finish
from kiosque.corpus.draft.field_map import Columns, field_map
from kiosque.corpus.draft.stamp_lines import extract_stamp
from kiosque.corpus.location import Location
from kiosque.corpus.refusal import Refusal, Unreadable

LARGEST = 2 * 2**20  # bytes; what is hostile takes a minute to parse at most

_FRONT = re.compile(r"\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<fields>.*?\n)(?P=fence)[ \t]*(?:\n|$)", re.DOTALL)
_LONGEST_FRONT = 256 * 2**10  # characters
_FIELD = re.compile(r"([\w -]+?)\s*:\s*(.+)")
# What static sites put between the words: comments, attribute lists of kramdown, tags of Jekyll,
# shortcodes of Hugo, emoji, the marks of boxes. None holds its own opening: else a line of thousands of openings would
# be searched to its end from each of them.
_EXTRAS = re.compile(
    r"<!--(?:(?!<!--)[^\n])*?-->|\{:[^{}\n]*\}|\{%(?:(?!\{%)[^\n])*?%\}|\{\{(?:(?!\{\{)[^\n])*?\}\}"
    r"|(?<!\w):[a-z0-9_+-]+:(?!\w)"
    r"|^[ \t>]*(?:\[!\w+\][ \t]*$|(?:!!!|\?{3}\+?)[ \t]+"
    r"(?:(?:abstract|bug|danger|example|failure|info|note|question|quote|success|tip|warning)\b)?)",
    re.MULTILINE | re.IGNORECASE,
)

_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read_markdown(location: Location) -> Iterator[Article | Refusal]:
    """The article of a file, or a Refusal that says why there is none. Raises OSError."""
    try:
        text = decode_declared(location.read(LARGEST)).replace("\r\n", "\n")
        yield finish(_draft(text, location.settings.fields), location)
    except Unreadable as error:
        yield Refusal(location.shown, str(error))


def _draft(text: str, columns: Columns = ()) -> Draft:
    front = _FRONT.match(text[:_LONGEST_FRONT])
    tokens = _markdown.parse(_EXTRAS.sub("", text[front.end() :] if front else text))
    heading = _heading(tokens)
    found = field_map(columns).draft({**(_fields(front) if front else {}), "body": "-"})
    found.title = found.title or heading
    lines, found.before = without_boilerplate("\n".join(_paragraphs(tokens)))
    known = read_date(found.date)
    lines, stamp = extract_stamp(lines, known if known and len(known) == 10 else None)
    found.stamp, found.updated, found.author = stamp.published, stamp.updated, found.author or stamp.author
    found.body = "\n".join(without_title(lines, filter(None, (found.title,))))
    if not found.body.strip():
        raise Unreadable("aucun texte d’article")
    return found


def _fields(front: re.Match[str]) -> dict[str, object]:
    """The fields of front matter; where it is broken ("title: Pont : la suite"), those of its plain lines."""
    try:
        found = tomllib.loads(front["fields"]) if front["fence"] == "+++" else yaml.load(front["fields"], _Loader)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        found = {match[1]: match[2] for match in map(_FIELD.fullmatch, front["fields"].split("\n")) if match}
    return {str(name): _plain(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _plain(value: object) -> object:
    """A date of TOML as it is written; all else as it is."""
    return value if isinstance(value, str | list | dict | int) else str(value) if value is not None else None


class _Loader(yaml.BaseLoader):
    """Every value is the text that stands there ("2022-01-19", "no"); aliases, of which bombs are made, are refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node of the document. Raises ComposerError for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "alias", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


def _heading(tokens: list[Token]) -> str | None:
    """The first heading of the first level, where it opens the text."""
    if len(tokens) > 1 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return _inline(tokens[1])
    return None


def _paragraphs(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield _inline(token)
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n")
        elif token.type == "html_block":
            yield _text_of_block(token.content)
        elif token.type in ("paragraph_close", "heading_close") and token.level == 0:
            yield ""


def _text_of_block(markup: str) -> str:
    from kiosque.corpus.markup.html_text import text_of_fragment  # loads lxml for those who need it

    return text_of_fragment(markup)


def _inline(token: Token) -> str:
    """The words of a paragraph; links without their addresses, pictures not at all."""
    text = "".join(_TEXTS.get(part.type, _nothing)(part) for part in token.children or []).strip()
    return text if text.strip("[]") else ""  # "[![](a.png){: .x }]" leaves its brackets


def _nothing(token: Token) -> str:
    return ""


_TEXTS: dict[str, Callable[[Token], str]] = {
    "text": lambda token: token.content,
    "code_inline": lambda token: token.content,
    "softbreak": lambda token: " ",
    "hardbreak": lambda token: "\n",
}
