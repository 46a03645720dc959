"""The examples of each property: 40, the same each time, in `make test`; 400 new ones a round in `make fuzz`."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase

FUZZING: Final = os.environ.get("KIOSQUE_FUZZ") == "1"
SLOW: Final = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

_REPEATABLE = settings(
    max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=SLOW,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
_EXPLORING = settings(
    max_examples=400, database=DirectoryBasedExampleDatabase("var/fuzz"), deadline=None, suppress_health_check=SLOW
)
PROFILE: Final = _EXPLORING if FUZZING else _REPEATABLE
