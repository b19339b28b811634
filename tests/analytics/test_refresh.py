from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import claims, fits
from analytics.engine import judge
from analytics.models import Insight, Outlook
from analytics.refresh import refresh_stale, stale_customers
from crm.models import Customer, Order, OrderLine
from tests.factories import make_customer, make_order, make_orders

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 20)


def make_regular(count=12, gap=21, **fields):
    fields = {"orders_known_through": LAST} | fields
    customer = make_customer(**fields)
    make_orders(
        customer,
        [(LAST - timedelta(days=gap * n), [("A", 10, "12.50"), ("B", 2, "3")]) for n in range(count)],
    )
    return customer


def test_a_regular_customer_gets_his_next_order():
    customer = make_regular()
    assert refresh_stale() == 1
    outlook = Outlook.objects.get(customer=customer)
    assert outlook.expected_on == LAST + timedelta(days=21)
    assert outlook.low_on <= outlook.expected_on <= outlook.high_on
    assert (outlook.last_ordered_on, outlook.order_days, outlook.interval_days) == (LAST, 12, 21)
    assert (outlook.amount, outlook.currency, outlook.overdue_days) == (131, "EUR", 0)
    assert outlook.forecast["hit_rate"] == {"right": 9, "of": 9}
    assert set(customer.insights.values_list("detector", flat=True)) == {
        "rhythm", "focus", "best_sellers", "items", "sales"
    }  # fmt: skip


def test_overdue_counts_up_to_the_day_orders_are_known_through():
    known = make_regular(orders_known_through=LAST + timedelta(days=60))
    unknown = make_regular()
    refresh_stale()
    assert known.outlook.overdue_days > 10
    assert unknown.outlook.overdue_days == 0


def test_only_what_changed_is_computed_again():
    customer, other = make_regular(), make_regular()
    assert refresh_stale() == 2
    assert refresh_stale() == 0
    make_order(customer, LAST + timedelta(days=1))
    assert list(stale_customers()) == [customer]
    assert refresh_stale() == 1
    Customer.objects.filter(pk=other.pk).update(orders_known_through=LAST + timedelta(days=9))
    assert list(stale_customers()) == [other]
    assert refresh_stale() == 1
    assert refresh_stale(everyone=True) == 2


def test_an_answer_of_an_older_engine_is_stale(monkeypatch):
    make_regular()
    refresh_stale()
    monkeypatch.setattr(judge, "VERSION", judge.VERSION + 1)
    assert refresh_stale() == 1
    assert refresh_stale() == 0


WRITERS = {
    "order saved": lambda order: order.save(),
    "order deleted": lambda order: order.delete(),
    "orders deleted": lambda order: Order.objects.filter(pk=order.pk).delete(),
    "line saved": lambda order: order.lines.first().save(),
    "line deleted": lambda order: order.lines.first().delete(),
    "lines deleted": lambda order: OrderLine.objects.filter(order=order).delete(),
}


@pytest.mark.both("every case")
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_every_writer_of_orders_makes_the_customer_stale(write):
    customer, _ = make_regular(), make_regular()
    refresh_stale()
    write(customer.orders.first())
    assert list(stale_customers()) == [customer]


def test_too_few_orders_are_said_and_none_are_no_error():
    single, none = make_regular(count=1), make_customer()
    refresh_stale()
    assert (single.outlook.needs_orders, single.outlook.expected_on) == (2, None)
    assert (none.outlook.needs_orders, none.outlook.order_days) == (3, 0)
    assert refresh_stale() == 0


def test_a_change_while_computing_leaves_the_customer_stale(monkeypatch):
    customer = make_regular()
    real = judge.judge

    def judge_while_an_order_arrives(*arguments):
        make_order(customer, LAST + timedelta(days=2))
        return real(*arguments)

    monkeypatch.setattr(judge, "judge", judge_while_an_order_arrives)
    refresh_stale()
    assert list(stale_customers()) == [customer]


def test_a_customer_deleted_while_computing_is_passed_over(monkeypatch):
    customer, kept = make_customer(), make_regular()
    real = judge.judge

    def judge_while_one_goes(*arguments):
        Customer.objects.filter(pk=customer.pk).delete()
        return real(*arguments)

    monkeypatch.setattr(judge, "judge", judge_while_one_goes)
    refresh_stale()
    assert list(Outlook.objects.values_list("customer", flat=True)) == [kept.pk]
    assert not Insight.objects.exclude(customer=kept).exists()


def test_many_customers_are_stored_with_few_queries(monkeypatch):
    # However the keys fall, one range; and one fit.
    monkeypatch.setattr(claims, "SPAN", 10**9)
    monkeypatch.setattr(fits, "GROWN", 1000)
    make_regular(count=4)
    refresh_stale()
    counts = []
    for _ in range(2):
        for _ in range(6):
            make_regular(count=4)
        with CaptureQueriesContext(connection) as queries:
            refresh_stale(everyone=True)
        counts.append(len(queries))
    # The first time also makes the row by which replaying is claimed.
    assert counts[1] <= counts[0]


def test_the_command_says_how_many(capsys):
    make_regular()
    call_command("refresh")
    assert capsys.readouterr().out.startswith("1 customers computed")
