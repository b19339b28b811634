"""Workers killed with -9 while they judge customers, and several at the same time: the next turn completes it."""

import random

import pytest

KILLS, RACES, PROCESSES = 20, 6, 3
CUSTOMERS, CHANGED = 200, 45
KILLED = -9

pytestmark = pytest.mark.slow


@pytest.fixture
def host(start_host):
    with start_host("refresh_host") as ask:
        ask("start", CUSTOMERS)
        yield ask


def test_killed_anywhere_the_next_turn_completes_it(host):
    none, told, torn = host("state")
    assert (none, torn) == (0, 0)
    host("night")
    whole, code = host("work")
    assert code == 0
    chance, cut = random.Random(3), 0
    for kill in range(KILLS):
        host("night")
        if kill % 3 == 0:
            host("orders_arrive", CHANGED)
        _seconds, code = host("work", chance.uniform(0, 1.02) * whole)
        left, _told, torn = host("state")
        assert torn == 0
        assert (code == KILLED) or left == 0
        cut += 0 < left < CUSTOMERS
        _seconds, code = host("work")
        assert code == 0
        assert host("state") == [0, told, 0]
    print(f"{cut} of {KILLS} were killed between their first customer and their last")
    assert cut > KILLS / 3


def test_several_at_once_share_the_customers_and_do_none_twice(host):
    _none, told, _torn = host("state")
    shared = 0
    for _race in range(RACES):
        host("night")
        shares = host("race", PROCESSES)
        assert sum(shares) == CUSTOMERS
        assert host("state") == [0, told, 0]
        shared += min(shares) > 0
    assert shared > RACES / 2
