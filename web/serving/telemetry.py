"""For those who run the server: probes, an id for each request, a line in the log, counts for Prometheus."""

from __future__ import annotations

import os
import re
import sys
import time
from typing import Any, Final

import msgspec
from flask import Blueprint, Flask, Response, g, request

from kiosque.web.engine import engine

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What an id from a proxy in front may be: it is written into headers, pages and logs."""

health = Blueprint("health", __name__)

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""Seconds."""


def register(app: Flask) -> None:
    """Name every request; log and count as the settings say."""
    app.before_request(_begin)
    app.after_request(_name)
    if app.config["LOG"] != "none":
        write = _as_json if app.config["LOG"] == "json" else _as_text
        app.after_request(lambda response: _logged(response, write))
    if app.config["METRICS"]:
        _count(app)


def _begin() -> None:
    g.began = time.perf_counter()
    asked = request.headers.get("X-Request-Id", "")
    g.request_id = asked if REQUEST_ID.fullmatch(asked) else os.urandom(8).hex()


def _name(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    return response


def _logged(response: Response, write: Any) -> Response:
    """A line without the query: what a journalist looks for is nobody's business."""
    fields = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "id": g.request_id,
        "client": request.remote_addr,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000, 2),
    }
    # one write: where nothing is buffered, the lines of two processes would run into one another
    print(f"{write(fields)}\n", end="", file=sys.stderr, flush=True)
    return response


def _as_json(fields: dict[str, Any]) -> str:
    return msgspec.json.encode(fields).decode()


def _as_text(fields: dict[str, Any]) -> str:
    path = ascii(fields["path"])[1:-1]  # a line break in an address would begin a line of its own
    return "{time} {id} {client} {method} {at} {status} {ms} ms".format(at=path, **fields)


def _count(app: Flask) -> None:
    # prometheus_client decides on import, by the environment, whether processes share their counts (web/serve.py)
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        Counter,
        Histogram,
        generate_latest,
        multiprocess,
    )

    registry = CollectorRegistry()
    requests = Counter("kiosque_requests", "Requests answered", ["endpoint", "status"], registry=registry)
    seconds = Histogram("kiosque_seconds", "Seconds to an answer", ["endpoint"], registry=registry, buckets=BUCKETS)
    metrics = Blueprint("metrics", __name__)

    @metrics.get("/metrics", endpoint="metrics")
    def scrape() -> Response:
        """Counts and times of all processes, as Prometheus reads them."""
        shared = registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            shared = CollectorRegistry()
            multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return Response(generate_latest(shared), content_type=CONTENT_TYPE_LATEST)

    def counted(response: Response) -> Response:
        endpoint = request.endpoint or "unknown"
        requests.labels(endpoint, response.status_code).inc()
        seconds.labels(endpoint).observe(time.perf_counter() - g.began)
        return response

    app.after_request(counted)
    app.register_blueprint(metrics)


@health.get("/healthz")
def lives() -> Response:
    """The process lives, whatever its index."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> Response:
    """The engine answers, else the error handler says 503; the text says why it may answer from an older commit."""
    engine().stats()
    return Response(f"{engine().trouble() or 'ok'}\n", mimetype="text/plain")
