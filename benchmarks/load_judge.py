"""Judges each answer of the load: its status, its time, and whether all of it is of one state of the index."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import Final

import msgspec

from benchmarks.load_client import Answered
from benchmarks.load_corpus import witnesses

REFUSED: Final = (429, 503)
MOST_TOLD: Final = 20
STATE: Final = re.compile(r"état (\d+)$")
WINDOW: Final = 10
"""Seconds of a point of the plot."""


class Found(msgspec.Struct):
    title: str


class Count(msgspec.Struct):
    count: int


class Sources(msgspec.Struct):
    source: list[Count]


class Page(msgspec.Struct):
    """What is judged of a SearchPage."""

    total: int
    hits: list[Found]
    facets: Sources


class Window:
    """The answers to what was sent within WINDOW seconds."""

    def __init__(self) -> None:
        self.answered, self.refused = array("f"), array("f")
        """Milliseconds."""


class Judge:
    """`committed` is the last state that a writer has committed: who asks after that must not be told an older one."""

    def __init__(self, began: float) -> None:
        self.windows, self.statuses, self.kinds = dict[int, Window](), Counter[int](), Counter[str]()
        self.wrong, self.mistakes, self.witnessed, self.compared = list[str](), 0, 0, 0
        self.committed: list[tuple[float, int]] = [(began, 0)]
        self._began, self._decoder = began, msgspec.json.Decoder(Page)
        self._states, self._totals = dict[str, int](), dict[tuple[str, str], int]()

    def __call__(self, answer: Answered) -> None:
        """Counts one."""
        window = self.windows.setdefault(int((answer.asked.sent - self._began) // WINDOW), Window())
        (window.refused if answer.status in REFUSED else window.answered).append(answer.milliseconds)
        self.statuses[answer.status] += 1
        self.kinds[answer.asked.kind] += answer.status == 200
        if answer.status in REFUSED and "retry-after" not in answer.headers:
            self._say(answer, "no Retry-After")
        elif answer.status not in (200, *REFUSED):
            self._say(answer, answer.body[:200].decode("utf-8", "replace"))
        elif answer.status == 200 and answer.asked.kind in ("witness", "api"):
            self._compare(answer)

    def _compare(self, answer: Answered) -> None:
        page, tag = self._decoder.decode(answer.body), answer.headers.get("etag", "")
        if answer.asked.kind == "witness":
            self._witness(answer, page, tag)
        if tag:
            self.compared += 1
            if self._totals.setdefault((tag, answer.asked.path), page.total) != page.total:
                self._say(answer, f"another total under the same tag {tag}")

    def _witness(self, answer: Answered, page: Page, tag: str) -> None:
        """All witnesses say one state, there are as many as it has, and it is neither older nor another's."""
        self.witnessed += 1
        states = {int(found[1]) for hit in page.hits if (found := STATE.search(hit.title))}
        if len(states) != 1:
            self._say(answer, f"states {sorted(states)} in one answer")
            return
        state = states.pop()
        if not page.total == sum(source.count for source in page.facets.source) == witnesses(state):
            self._say(answer, f"total {page.total} in state {state}, which has {witnesses(state)}")
        if state < (least := max(number for moment, number in self.committed if moment <= answer.asked.sent)):
            self._say(answer, f"state {state} after {least} was committed")
        if tag and self._states.setdefault(tag, state) != state:
            self._say(answer, f"tag {tag} stands for the states {self._states[tag]} and {state}")

    def _say(self, answer: Answered, what: str) -> None:
        if len(self.wrong) < MOST_TOLD:
            at = answer.asked.sent - self._began
            self.wrong.append(f"{at:.1f} s, {answer.status} {answer.asked.path}: {what}")
        self.mistakes += 1
