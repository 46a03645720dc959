"""Whether the kernels are compiled: the first time that takes up to a minute, and people are told."""

from __future__ import annotations

from pathlib import Path

import numba

from kiosque.corpus.french import typeset

FIRST_TIME = typeset("Première utilisation : les noyaux sont compilés, une fois pour toutes (une minute au plus)…")


def compiled_before(module: Path) -> bool:
    """Whether Numba has cached the kernels of this module, beside it or in NUMBA_CACHE_DIR."""
    kept = Path(getattr(numba.config, "CACHE_DIR", "") or module.parent / "__pycache__")
    return any(kept.rglob(f"{module.stem}.*.nbi"))
