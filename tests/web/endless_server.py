"""A server of one process whose exports never end: `endless_server.py PORT READER_SECONDS`."""

from __future__ import annotations

import sys
from itertools import repeat

from kiosque.search import SearchRequest
from kiosque.search.export import Export
from kiosque.web.serve import serve
from kiosque.web.serving.settings import load
from tests.web.fake_engine import ARTICLES, FakeEngine, article


class Endless(FakeEngine):
    """Its exports have one article of 100 KB, again and again."""

    def export(self, request: SearchRequest) -> Export:
        return Export(1, repeat(article("a", body="mot " * 25_000)))


if __name__ == "__main__":
    port, seconds = map(int, sys.argv[1:])
    settings = load({}, {"port": port, "index": "none", "workers": 1, "reader_seconds": seconds})
    serve(settings | {"ENGINE": Endless(ARTICLES)})
