"""How much the tests try: all in CI and with KIOSQUE_FUZZ=1; else a quarter of the examples, and no slow test."""

from __future__ import annotations

import os
from typing import Final

import pytest

THOROUGH: Final = bool(os.environ.get("CI")) or os.environ.get("KIOSQUE_FUZZ") == "1"

slow: Final = pytest.mark.skipif(not THOROUGH, reason="slow: runs in CI, here with CI=1")
"""Marks a test of ten seconds or more of processor time, where faster ones cover most of what it covers."""


def examples(thorough: int) -> int:
    """The number of examples to try, or of other similar trials."""
    return thorough if THOROUGH else -(-thorough // 4)
