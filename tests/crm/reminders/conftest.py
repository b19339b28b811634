from datetime import UTC, datetime

import pytest
import time_machine

from tests.factories import make_user

# A Thursday, nine in the morning in Berlin.
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


@pytest.fixture
def at():
    """at(moment): the clock stands there from now on."""
    traveller = time_machine.travel(NOW, tick=False)
    clock = traveller.start()
    yield clock.move_to
    traveller.stop()


@pytest.fixture
def rep(at):
    """Who came long ago, reads English in Berlin, and gets his digest at seven from Monday to Friday."""
    at(datetime(2026, 1, 5, tzinfo=UTC))
    user = make_user("rep@example.com", name="Rep", time_zone="Europe/Berlin", language="en")
    at(NOW)
    return user
