"""The articles in a page's JSON-LD, also where its JSON is damaged in one of the ways in which sites damage it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 4 * 2**20
"""Characters of a script that is read."""

_DEEPEST = 6
_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)?(?://)?|(?://)?\s*(?:-->|\]\]>)?\s*;?\s*$")
_MISSING_COMMA = re.compile(r"""(?P<end>["\]}\d]|true|false|null)(?P<blank>\s+)(?="[@\w:-]+"\s*:)""")
_EXTRA_COMMA = re.compile(r",(?=\s*[}\]])")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_KEYS = ("headline", "datePublished", "articleBody", "articleSection", "url")


def article_nodes(script: str) -> Iterator[dict[str, Any]]:
    """The articles in a script: alone, in a list, in a graph, or as what another thing is about."""
    if len(script) <= LONGEST:
        yield from _articles(_decoded(_WRAPPING.sub("", script)))


def _articles(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _articles(one, depth + 1)
    elif isinstance(value, dict):
        if _is_article(value.get("@type")):
            yield value
        else:
            for name in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _articles(value.get(name), depth + 1)


def _decoded(text: str) -> object:
    """The value of a script; controls in texts, comments, commas too many or too few do it no harm."""
    mended = _EXTRA_COMMA.sub("", _MISSING_COMMA.sub(r"\g<end>,\g<blank>", _COMMENT.sub("", text)))
    for attempt in (text, mended):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _salvaged(text: str) -> dict[str, str]:
    """What can be told of an article without understanding the whole script."""
    kind = re.search(r'"@type"\s*:\s*"([^"]*)"', text)
    found = {name: re.search(rf'"{name}"\s*:\s*"((?:[^"\\]|\\.)*)"', text) for name in _KEYS}
    return {"@type": kind[1] if kind else "", **{name: match[1] for name, match in found.items() if match}}


def _is_article(kind: object) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and name.endswith(("Article", "BlogPosting", "Report")) for name in kinds)
