"""Licences of the installed dependencies are compatible with ours. Reads installed metadata, offline."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|MPL|PSF|Python Software Foundation|Mozilla|LGPL|GPL|Zope|Unlicense|Public Domain|0BSD|HPND"
    r"|CC0|Zlib)\b",
    re.IGNORECASE,
)
"""Licences compatible with GPL-3.0-or-later."""
REFUSED = re.compile(r"GPL-2\.0-only|GPLv2 only|\bSSPL|\bBUSL|Proprietary|Commons Clause|\bAGPL-1", re.IGNORECASE)


def locked() -> list[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return sorted({found[1] for line in lines if (found := re.match(r"([\w.-]+)==", line))})


@pytest.mark.parametrize("name", locked())
def test_every_dependency_is_compatible_with_the_gpl(name: str) -> None:
    try:
        known = metadata(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is for another system")
    classifiers = [line for line in known.get_all("Classifier") or [] if line.startswith("License ::")]
    texts = [line[:400] for name in ("License-Expression", "License") for line in known.get_all(name) or []]
    said = " ".join([*texts, *classifiers])
    choices = said.split(" OR ")
    assert any(ALLOWED.search(one) and not REFUSED.search(one) for one in choices), f"{name}: {said!r}: look at it"
