"""Reading time in minutes."""

from __future__ import annotations

import pytest

from kiosque.search.snippets.snippet import reading_minutes


@pytest.mark.parametrize(("size", "minutes"), [(0, 0), (1, 1), (1400, 1), (1600, 2), (10_000, 10)])
def test_reading_minutes(size: int, minutes: int) -> None:
    assert reading_minutes(size) == minutes
