"""Customers shared by several processes that judge, range by range."""

import subprocess
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from analytics import claims, refresh
from analytics.engine import judge
from analytics.models import Outlook, RefreshRange
from analytics.refresh import refresh_stale, stale_customers
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 20)


@pytest.fixture
def three(monkeypatch):
    """Customers of three ranges."""
    monkeypatch.setattr(claims, "SPAN", 1)
    monkeypatch.setattr(refresh, "LOOKED_AGAIN", 0)
    customers = [make_customer(orders_known_through=LAST) for _ in range(3)]
    for customer in customers:
        make_order(customer, LAST)
    return customers


def claimed(customer):
    claims.prepare([customer.pk])
    return claims.claim(customer.pk)


def test_a_range_is_one_workers_until_he_lets_go_or_dies(three):
    mine = claimed(three[0])
    assert mine
    assert claims.claim(mine.first) is None
    assert mine.renew()
    assert mine.release()
    assert not mine.release()
    dead = claims.claim(mine.first)
    RefreshRange.objects.update(claimed_at=Now() - claims.LEASE - timedelta(seconds=1))
    mine = claims.claim(dead.first)
    assert mine
    assert not dead.renew()
    assert not dead.release()
    assert mine.renew()


def test_of_a_process_of_this_machine_that_is_gone_it_is_taken_at_once(three):
    gone = subprocess.Popen(["true"])
    gone.wait()
    theirs = claimed(three[0])
    here, _pid, rest = theirs.token.split(".")
    for token, taken in [(f"elsewhere.{gone.pid}.{rest}", False), (f"{here}.{gone.pid}.{rest}", True)]:
        RefreshRange.objects.update(token=token, claimed_at=Now())
        assert bool(claims.claim(theirs.first)) == taken


def test_what_another_has_in_hand_is_left_to_him(three, monkeypatch):
    other = claimed(three[1])

    def other_ends(_seconds):
        """He needs as long as this one sleeps."""
        assert [customer.pk for customer in stale_customers()] == [three[1].pk]
        three[1].refresh_from_db()
        values = {"rev": three[1].orders_rev, "version": judge.VERSION, "known_through": LAST, "fit": 1}
        Outlook.objects.create(customer=three[1], computed_at=Now(), **values)
        other.release()

    monkeypatch.setattr(refresh.time, "sleep", other_ends)
    assert refresh_stale() == 2
    assert not stale_customers().exists()


def test_what_a_dead_one_had_in_hand_is_done_when_his_claim_ends(three, monkeypatch):
    claimed(three[1])
    turns = []

    def time_goes_by(_seconds):
        turns.append(1)
        past = F("claimed_at") - claims.LEASE / 2
        RefreshRange.objects.exclude(token="").update(claimed_at=past)

    monkeypatch.setattr(refresh.time, "sleep", time_goes_by)
    assert refresh_stale() == 3
    assert 1 < len(turns) < 4


def test_who_lost_his_claim_stores_nothing(three, monkeypatch):
    real = judge.judge

    def judge_too_long(part, *rest):
        if part.customers[0] == three[1].pk:
            RefreshRange.objects.filter(first=three[1].pk).update(token="another", claimed_at=Now())
        return real(part, *rest)

    monkeypatch.setattr(judge, "judge", judge_too_long)
    assert refresh_stale() == 2
    assert list(stale_customers()) == [three[1]]


def test_one_customer_whom_the_engine_fails_at_keeps_nobody_waiting(three, monkeypatch):
    real = judge.judge

    def judge_that_fails(part, *rest):
        if part.customers[0] == three[0].pk:
            raise ZeroDivisionError
        return real(part, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(judge, "judge", judge_that_fails)
        with pytest.raises(ZeroDivisionError):
            refresh_stale()
    assert list(stale_customers()) == [three[0]]
    assert refresh_stale() == 1


def test_a_job_ends_in_time_and_the_next_goes_on(three, monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr(refresh.time, "monotonic", lambda: next(clock))
    done = refresh_stale(seconds=5)
    assert 0 < done < 3
    assert refresh_stale() == 3 - done
