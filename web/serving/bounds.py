"""What one page may cost: the deadline of a search holds for the whole page, rendering too, and so does a size."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import islice
from typing import Any, Final

from flask import Flask

from kiosque.search.deadline import check, deadline
from kiosque.search.settings import Settings
from kiosque.web.problems import TooLargeError

MOST_CHARACTERS: Final = 8_000_000
"""Characters of a page: four times the list of 10,000 sources, the longest page that a reader has use for."""

PARTS: Final = 512
"""Parts of a template between two checks."""


def register(app: Flask) -> None:
    """Bound every view of `app` and all that its templates write. Error pages are made after the view, in any time."""
    seconds = (app.config["SEARCH"] or Settings.read(os.environ)).query_seconds
    app.view_functions = {name: _within(seconds, view) for name, view in app.view_functions.items()}
    app.jinja_env.concat = joined  # type: ignore[method-assign]


def _within(seconds: int, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def bounded(**values: Any) -> Any:
        with deadline(seconds):
            return view(**values)

    return bounded


def joined(parts: Iterable[str]) -> str:
    """The parts of a template as one text. Raises QueryTimeout, and TooLargeError beyond MOST_CHARACTERS."""
    rest, blocks, size = iter(parts), [], 0
    while block := "".join(islice(rest, PARTS)):
        check()
        blocks.append(block)
        size += len(block)
        if size > MOST_CHARACTERS:
            raise TooLargeError
    return "".join(blocks)
