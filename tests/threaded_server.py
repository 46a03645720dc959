"""A server in a thread of this process, for clients that need a real address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from kiosque.web.app import create_app


class SilentHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def serve_in_thread(config: dict[str, Any]) -> Iterator[str]:
    """The address of a server with this configuration; it is stopped at the end."""
    server = make_server("127.0.0.1", 0, create_app(config), threaded=True, request_handler=SilentHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
