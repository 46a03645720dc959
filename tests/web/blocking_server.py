"""A server that blocks in a search: `python -m tests.web.blocking_server PORT BEGUN GATE`, the last two named pipes."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosque.search import SearchPage, SearchRequest
from kiosque.web.serve import serve
from kiosque.web.serving.settings import load
from tests.web.fake_engine import ARTICLES, FakeEngine


class BlockingEngine(FakeEngine):
    """Writes to `begun` when a search has begun; answers after it can read from `gate`."""

    def __init__(self, begun: Path, gate: Path) -> None:
        super().__init__(ARTICLES)
        self.begun, self.gate = begun, gate

    def search(self, request: SearchRequest) -> SearchPage:
        self.begun.write_text("begun\n")
        self.gate.read_text()
        return super().search(request)


if __name__ == "__main__":
    port, begun, gate = sys.argv[1:]
    engine = BlockingEngine(Path(begun), Path(gate))
    serve(load({}, {"port": int(port), "index": f"{gate}.none"}) | {"ENGINE": engine})
