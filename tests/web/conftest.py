"""Fixtures for the tests of the web server."""

from __future__ import annotations

import os
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

ROOT = Path(__file__).parents[2]


class CompiledTemplates(BytecodeCache):
    """The templates compiled so far: each test makes an app, and compiling them took most of its time."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self.codes[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


@pytest.fixture
def htmx_file() -> Path:
    path = Path(os.environ.get("KIOSQUE_HTMX") or ROOT / "var/assets/htmx-2.0.11/htmx.min.js")
    if not path.is_file():
        pytest.skip(f"no htmx at {path}: run make assets")
    return path
