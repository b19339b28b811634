"""Workers killed with -9 while they judge customers, and several at the same time: the next turn completes it."""

import random

import pytest

KILLS, RACES, PROCESSES = 15, 6, 3
CUSTOMERS, CHANGED = 48, 12
KILLED = -9

pytestmark = pytest.mark.slow


@pytest.fixture
def host(start_host):
    with start_host("refresh_host") as ask:
        ask("start", CUSTOMERS)
        yield ask


def test_killed_anywhere_the_next_turn_completes_it(host):
    due, told, ledger, wrong = host("state")
    assert (due, wrong) == (0, 0)
    host("night")
    whole, code = host("work")
    assert code == 0
    chance, cut = random.Random(3), 0
    for kill in range(KILLS):
        host("night")
        if kill % 3 == 0:
            host("orders_arrive", CHANGED, kill + 1)
        _seconds, code = host("work", chance.uniform(0, 1.02) * whole)
        left, _told, _ledger, wrong = host("state")
        assert wrong == 0
        assert (code == KILLED) or left == 0
        cut += left > 0
        _seconds, code = host("work")
        assert code == 0
        before, (due, *after) = (told, ledger, 0), host("state")
        assert due == 0
        if kill % 3 == 0:
            # Each has a forecast and a naive one more; those of the order before came too late for his (the simulated orders
            # are long past) and are replayed, and his order settles two. Done again they stay what they are.
            told, ledger = after[0], [ledger[0] + 4 * CHANGED, ledger[1] + 2 * CHANGED]
            assert after[0] != before[0]
        assert after == [told, ledger, 0]
    print(f"{cut} of {KILLS} were killed before their last customer")
    assert cut > KILLS / 4


def test_several_at_once_share_the_customers_and_do_none_twice(host):
    _due, told, ledger, _wrong = host("state")
    shared = 0
    for _race in range(RACES):
        host("night")
        shares = host("race", PROCESSES)
        assert sum(shares) == CUSTOMERS
        assert host("state") == [0, told, ledger, 0]
        shared += sum(share > 0 for share in shares) > 1
    assert shared > RACES / 2
