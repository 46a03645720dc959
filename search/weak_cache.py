"""A cache of a method's answers that does not keep its object alive."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakMethod

Method = TypeVar("Method", bound=Callable[..., Any])


def weakly_cached(method: Method, most: int) -> Method:
    """A bound method that caches its last `most` answers, for its object to keep; callers must hold the object.

    A plain cache of a bound method and its object hold one another. So the words of a replaced commit kept its arrays
    mapped until Python collected such cycles: under load some four commits at a time.
    """
    weak = WeakMethod(method)

    @lru_cache(most)
    def answer(*asked: Any) -> Any:
        held = weak()
        if held is None:
            raise ReferenceError("a method was asked of an object that nobody holds")
        return held(*asked)

    return answer  # type: ignore[return-value]  # it is called as the method is
