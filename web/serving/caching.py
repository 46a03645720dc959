"""An answer changes only with the index: its tag is the index's commit, and who has it already is told so (304)."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

from flask import Flask, Response, g, request

from kiosque.search import EngineUnavailable
from kiosque.web import htmx
from kiosque.web.engine import engine

EXCEPT: Final = ("static", "health.lives", "health.ready", "metrics.metrics", "assets.htmx")
"""Endpoints that answer for the process rather than for the index, or have tags of their own."""


def register(app: Flask) -> None:
    """Tag every answer of `app` that rests on the index."""
    app.extensions["kiosque.build"] = _build(Path(__file__).parents[2])
    app.before_request(unchanged)
    app.after_request(tag)


def _build(root: Path) -> str:
    """What changes when the program does: another program writes other pages of the same index."""
    files = sorted(path for folder in ("web", "search") for path in (root / folder).rglob("*.*") if path.is_file())
    state = "".join(f"{path} {path.stat().st_mtime_ns}" for path in files if "__pycache__" not in path.parts)
    return hashlib.sha256(state.encode()).hexdigest()[:8]


def unchanged() -> Response | None:
    """304 where the client has this very answer; before anything is searched."""
    g.tag = _tag() if request.method in ("GET", "HEAD") and request.endpoint not in EXCEPT else None
    if g.tag is None or "If-None-Match" not in request.headers:
        return None
    known = request.if_none_match
    return Response(status=304) if not known.star_tag and known.contains_weak(g.tag) else None


def _tag() -> str | None:
    # one URL has three answers: the page, its part for htmx, and that part with the address that typing names
    kind = "p" if not htmx.wants_fragment() else "t" if htmx.is_typing() else "f"
    with suppress(EngineUnavailable):
        from flask import current_app

        # links begin with what a proxy says of host and folder: an answer for one is none for another
        root = crc32(request.root_url.encode())
        return f"{engine().generation()}-{current_app.extensions['kiosque.build']}-{root:x}-{kind}"
    return None


def tag(response: Response) -> Response:
    """The tag is weak: the time that a search took differs from one answer to the next.

    `If-None-Match: *` is true of any answer, but only of what exists: 304 is told after the answer, never for a 404.
    Where a commit came in between, nobody can say of which of the two states the answer is: it gets none.
    """
    if g.get("tag") and response.status_code in (200, 304):
        response.headers["Cache-Control"] = "no-cache"
        if g.tag == _tag():
            response.headers["ETag"] = f'W/"{g.tag}"'
            if request.if_none_match.star_tag:
                response.make_conditional(request)
    return response
