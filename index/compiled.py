"""Whether the kernels are compiled already: the first time ever that takes up to a minute, which people are told."""

from __future__ import annotations

from pathlib import Path

import numba

FIRST_TIME = "Première utilisation\u00a0: les noyaux sont compilés, une fois pour toutes (une minute au plus)…"


def compiled_before(module: Path) -> bool:
    """Whether Numba has kept the kernels of the module in this file, beside it or where NUMBA_CACHE_DIR says."""
    kept = Path(getattr(numba.config, "CACHE_DIR", "") or module.parent / "__pycache__")
    return any(kept.rglob(f"{module.stem}.*.nbi"))
