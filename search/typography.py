"""French typography for the sentences that are shown to people."""

from __future__ import annotations

import re

TIED = re.compile(r"(?<=«) | (?=[»:;?!%])")


def typeset(text: str) -> str:
    """`text` with a no-break space inside « » and before : ; ? ! %."""
    return TIED.sub("\u00a0", text)
