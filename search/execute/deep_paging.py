"""Remembers the last whole orders, so that who reads a long result page after page has it put in order once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

FIRST: Final = 1000
"""Hits up to which a page is found by itself: a heap of so many costs less than the order of all matches."""

MOST: Final = 2
"""Orders that are remembered; one of 100,000 matches takes about 15 MB."""

Order = TypeVar("Order")


class LastOrders(Generic[Order]):
    """The orders that were asked for last, by what asked for them. They live as long as the snapshot they are of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Order] = OrderedDict()

    def get(self, asked: Hashable, find: Callable[[], Order]) -> Order:
        """The order for `asked`, found by `find` where it is not remembered."""
        with self._lock:
            if asked not in self._known:
                self._known[asked] = find()
            self._known.move_to_end(asked)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            return self._known[asked]
