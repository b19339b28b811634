"""What a digest says of orders to come and orders that are late, where a call of a rep's leads and where none does."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Call, Outlook
from crm.reminders import jobs
from crm.reminders.kind import kinds
from tests.crm.reminders.conftest import NOW
from tests.factories import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 11, 26)


@pytest.fixture
def late(rep):
    return outlook(make_customer("Late AS", owner=rep, country=""), overdue_days=5)


def outlook(customer, **fields):
    fields = {
        "rev": 0,
        "known_through": TODAY,
        "computed_at": NOW,
        "last_ordered_on": date(2026, 10, 1),
        "expected_on": date(2026, 11, 15),
        "low_on": date(2026, 11, 10),
        "high_on": date(2026, 11, 21),
        "overdue_after_on": date(2026, 11, 21),
        "interval_days": 45.0,
        "currency": "EUR",
        "amount": Decimal(900),
    } | fields
    return Outlook.objects.create(customer=customer, **fields)


def leading(row, on=date(2026, 11, 30), **fields):
    fields = {"author": row.customer.owner, "currency": "EUR"} | fields
    return Call.objects.create(
        customer=row.customer, anchor_on=row.last_ordered_on, made_on=date(2026, 11, 20), expected_on=on, leads=True,
        **fields,
    )  # fmt: skip


def digest():
    before = len(mail.outbox)
    jobs.send_due()
    return "\n".join(sent.body for sent in mail.outbox[before:])


@pytest.mark.both
def test_without_a_call_he_is_late(late):
    body = digest()
    assert "5 days over his own rhythm · EUR 900.00 at risk" in body
    assert "call" not in body


def test_a_call_that_leads_is_expected_on_its_day_and_not_late(late):
    leading(late, amount=Decimal(480))
    body = digest()
    assert "over his own rhythm" not in body
    assert "expected on Monday, 30 Nov · your call · about EUR 480.00 ·" in body


def test_what_a_call_leaves_open_is_dangols_and_said_to_be(late):
    leading(late, author=make_user("mia@example.com", name="Mia Manager", role="admin"))
    assert "Mia Manager’s call · about EUR 900.00 by Dangol’s forecast ·" in digest()


def test_a_former_reps_call_keeps_nothing_from_the_successor(late):
    leading(late, author=make_user("former@example.com"))
    body = digest()
    assert "over his own rhythm" in body
    assert "call" not in body


def test_a_call_for_later_is_no_order_of_this_week(rep):
    leading(outlook(make_customer(owner=rep), expected_on=date(2026, 11, 28)), date(2026, 12, 24))
    assert digest() == ""


def test_once_its_day_is_over_he_is_late_after_all(late, at):
    leading(late, TODAY)
    assert "expected today · your call" in digest()
    at(datetime(2026, 11, 27, 8, tzinfo=UTC))
    assert "over his own rhythm" in digest()


def test_calls_that_lead_ask_no_more_often(rep, late):
    def asked():
        counts = []
        for name in ("expected", "overdue"):
            with CaptureQueriesContext(connection) as queries:
                list(
                    kinds()[name].occasions({rep.pk: rep}, date(1970, 1, 1), date(2027, 1, 1), timezone.now())
                )
            counts.append(len(queries))
        return counts

    assert asked() == [1, 1]
    leading(late)
    for n in range(5):
        leading(outlook(make_customer(f"{n} AS", owner=rep)))
    assert asked() == [1, 1]
