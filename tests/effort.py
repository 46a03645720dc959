"""How long properties are tried: a quarter of their examples each time, all of them in CI and with KIOSQUE_FUZZ=1."""

from __future__ import annotations

import os
from typing import Final

THOROUGH: Final = bool(os.environ.get("CI")) or os.environ.get("KIOSQUE_FUZZ") == "1"


def examples(all_of_them: int) -> int:
    """How many of a property's examples are tried, or of other trials that are all alike."""
    return all_of_them if THOROUGH else -(-all_of_them // 4)
