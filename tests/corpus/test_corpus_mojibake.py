from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.clean.mojibake import mended

LINE = "L’été, à l’Élysée, on dit : « Où est le cœur ? »"


def spoilt(text: str) -> str:
    """UTF-8 text decoded as windows-1252, or as latin-1 where that has no character."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


def test_mojibake_is_repaired() -> None:
    assert mended(spoilt(LINE)) == LINE
    assert mended(spoilt(spoilt(LINE))) == LINE
    assert mended("Lâ€™avion dâ€™Airbus") == "L’avion d’Airbus"


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        "São Paulo, la Pão de Açúcar, le café Ångström, Ærø",
        "ÂGE, CHÂTEAU, À LA UNE, ÎLE, GARÇON, MAÏS, NOËL, ŒUVRE",
        "Un signe Ã© se lit mal, écrit-il.",  # someone writes about mojibake
        "Â\u00a0",
    ],
)
def test_text_that_may_be_intended_stays(text: str) -> None:
    assert mended(text) == text


def test_correct_lines_among_mojibake_stay() -> None:
    assert mended(f"{LINE}\n{spoilt(LINE)}\n{LINE}") == f"{LINE}\n{LINE}\n{LINE}"


@given(st.text(st.sampled_from("aeéèàùçêîôœ’«» \u00a0ÉÀÇ.,\n"), min_size=1))
def test_french_is_kept_and_its_mojibake_repaired(text: str) -> None:
    assert mended(text) == text
    if sum(not sign.isascii() for sign in text) > 1 and "\n" not in text:
        assert mended(spoilt(text)) in (text, spoilt(text))
