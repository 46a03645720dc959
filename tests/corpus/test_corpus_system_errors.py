"""What the system refuses is said in French, in its own words where we have none."""

import errno
import os

import pytest

from kiosque.corpus.system_errors import CAUSES, cause_of


@pytest.mark.parametrize("number", sorted(CAUSES))
def test_what_is_known_is_said_in_french(number: int) -> None:
    assert cause_of(OSError(number, os.strerror(number), "articles")) == CAUSES[number] != os.strerror(number)


def test_anything_else_is_said_as_it_came() -> None:
    assert cause_of(OSError(errno.EPIPE, "Broken pipe")) == "Broken pipe"
    assert cause_of(OSError("half a message")) == "half a message"
