"""A server whose answer to a search is held back: `held_server.py PORT BEGUN GATE`, the last two being named pipes."""

from __future__ import annotations

import sys
from pathlib import Path

from fake_engine import ARTICLES, FakeEngine

from kiosque.search import SearchPage, SearchRequest
from kiosque.web.serve import serve
from kiosque.web.serving.settings import load


class Held(FakeEngine):
    """Says into one pipe that a search has begun, and answers when something comes out of the other."""

    def __init__(self, begun: Path, gate: Path) -> None:
        super().__init__(ARTICLES)
        self.begun, self.gate = begun, gate

    def search(self, request: SearchRequest) -> SearchPage:
        self.begun.write_text("held\n")
        self.gate.read_text()
        return super().search(request)


if __name__ == "__main__":
    port, begun, gate = sys.argv[1:]
    engine = Held(Path(begun), Path(gate))
    serve(load({}, {"port": int(port), "index": f"{gate}.none"}) | {"ENGINE": engine})
