"""Fixtures for the tests of the web server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def htmx_file() -> Path:
    path = Path(os.environ.get("KIOSQUE_HTMX") or ROOT / "var/assets/htmx-2.0.11/htmx.min.js")
    if not path.is_file():
        pytest.skip(f"no htmx at {path}: run make assets")
    return path
