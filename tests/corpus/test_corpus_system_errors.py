"""System errors in French, or unchanged if there is no French text."""

import errno
import os

import pytest

from kiosque.corpus.system_errors import CAUSES, cause_of


@pytest.mark.parametrize("number", sorted(CAUSES))
def test_known_system_errors_are_in_french(number: int) -> None:
    assert cause_of(OSError(number, os.strerror(number), "articles")) == CAUSES[number] != os.strerror(number)


def test_other_system_errors_are_unchanged() -> None:
    assert cause_of(OSError(errno.EPIPE, "Broken pipe")) == "Broken pipe"
    assert cause_of(OSError("half a message")) == "half a message"
