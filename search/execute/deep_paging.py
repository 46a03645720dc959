"""Caches whole orders, so that a long result read page after page is sorted once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

FIRST: Final = 1000
"""Pages up to this hit need no whole order: a heap of that size costs less."""

MOST: Final = 2
"""Orders kept; one of 100,000 matches takes about 15 MB."""

Order = TypeVar("Order")


class OrderCache(Generic[Order]):
    """The last whole orders of a state, by request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Order] = OrderedDict()

    def get(self, asked: Hashable, find: Callable[[], Order]) -> Order:
        """The cached order for `asked`, or else that of `find`."""
        with self._lock:
            known = self._known.pop(asked, None)
        found = known if known is not None else find()  # without the lock: a long one holds up no other
        with self._lock:
            self._known[asked] = found
            self._known.move_to_end(asked)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found
