"""How many examples a property gets: all in CI and with KIOSQUE_FUZZ=1, else a quarter."""

from __future__ import annotations

import os
from typing import Final

THOROUGH: Final = bool(os.environ.get("CI")) or os.environ.get("KIOSQUE_FUZZ") == "1"


def examples(thorough: int) -> int:
    """The number of examples to try, or of other similar trials."""
    return thorough if THOROUGH else -(-thorough // 4)
