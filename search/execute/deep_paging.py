"""Caches the last whole orders: a long result that is read page after page is put in order once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

FIRST: Final = 1000
"""Hits up to which a page is found without the whole order: a heap of so many costs less."""

MOST: Final = 2
"""Orders that are kept; one of 100,000 matches takes about 15 MB."""

Order = TypeVar("Order")


class OrderCache(Generic[Order]):
    """The last whole orders, by request. It lives as long as the state that they are of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Order] = OrderedDict()

    def get(self, asked: Hashable, find: Callable[[], Order]) -> Order:
        """The order for `asked`, found by `find` where it is not kept."""
        with self._lock:
            if asked not in self._known:
                self._known[asked] = find()
            self._known.move_to_end(asked)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            return self._known[asked]
