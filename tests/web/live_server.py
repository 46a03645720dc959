"""A real server in this process over the sample articles, for programs that speak HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from kiosque.index.build.full_build import build
from kiosque.search import open_engine, warm_up
from kiosque.web.app import create_app

ROOT = Path(__file__).parents[2]


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def live_server(folder: Path, **config: Any) -> Iterator[str]:
    """The address of a server over an index of the sample articles, built in `folder`."""
    build([ROOT / "corpus/sample"], folder)
    warm_up(open_engine(str(folder)))
    app = create_app({"INDEX": str(folder), **config})
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
