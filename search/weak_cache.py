"""A cache of a method's answers that lets its object go."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakMethod

Method = TypeVar("Method", bound=Callable[..., Any])


def weakly_cached(method: Method, most: int) -> Method:
    """A bound method with its last `most` answers, for its object to keep: who calls it must hold that.

    A plain cache of a bound method holds the object that holds the cache. So the words of a commit that was long gone
    kept its arrays mapped until Python looked for such circles: under load some four commits at a time.
    """
    weak = WeakMethod(method)

    @lru_cache(most)
    def answer(*asked: Any) -> Any:
        held = weak()
        if held is None:
            raise ReferenceError("a method was asked of an object that nobody holds")
        return held(*asked)

    return answer  # type: ignore[return-value]  # it is called as the method is
