from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import orderbook_db
from analytics.engine.calendar import epoch_day
from analytics.orderbook_db import load_book
from crm.models import ExchangeRate, Installation, Order, OrderLine
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.django_db


def history_of(customer):
    book = load_book()
    return book.history(book.customers.tolist().index(customer.pk))


def test_the_book_holds_the_facts():
    customer = make_customer(orders_known_through=date(2026, 3, 31))
    make_order(customer, date(2026, 3, 1), [("A", 10, "12.50"), ("B", 2, "3")])
    make_order(customer, date(2026, 3, 20), [("A", 4, "12.50")])
    history = history_of(customer)
    assert history.days.tolist() == [epoch_day(date(2026, 3, 1)), epoch_day(date(2026, 3, 20))]
    assert history.amounts.tolist() == [131, 50]
    assert (history.silence, history.currency) == (11, "EUR")


def test_the_book_knows_when_fiscal_years_begin():
    april, unknown = make_customer(fiscal_year_start=4), make_customer()
    for customer in (april, unknown):
        make_order(customer, date(2026, 3, 1), [("A", 10, "2")])
    assert (history_of(april).fiscal_start, history_of(unknown).fiscal_start) == (4, 0)


def test_services_and_cancelled_orders_are_left_out_and_returns_do_not_teach():
    customer = make_customer()
    order = make_order(customer, date(2026, 3, 1), [("A", 10, "2"), ("POST", 1, "18")])
    OrderLine.objects.filter(product__sku="POST").update(kind="service")
    make_order(customer, date(2026, 3, 5), [("A", 99, "2")], status=Order.Status.CANCELLED)
    make_order(customer, date(2026, 3, 9), [("A", -3, "2")])
    history = history_of(customer)
    assert history.days.tolist() == [epoch_day(order.ordered_on)]
    assert history.figures[3].sum() == 14


@pytest.mark.parametrize("what", ["order", "line"])
def test_what_is_not_to_be_learned_from_stays_in_the_figures(what):
    customer = make_customer()
    order = make_order(customer, date(2026, 3, 1), [("A", 10, "2")])
    if what == "order":
        Order.objects.filter(pk=order.pk).update(learn=False)
    else:
        order.lines.update(learn=False)
    history = history_of(customer)
    assert history.n == 0
    assert history.figures[3].sum() == 20


def test_foreign_orders_convert_at_the_rate_of_their_month_or_not_at_all():
    assert Installation.current().base_currency == "EUR"
    customer = make_customer(currency="USD")
    for month, rate in ((1, "0.90"), (2, "0.80")):
        ExchangeRate.objects.create(currency="USD", month=date(2026, month, 1), rate=Decimal(rate))
    ExchangeRate.objects.create(currency="KRW", month=date(2026, 2, 1), rate=Decimal("0.0006"))
    make_order(customer, date(2026, 1, 31), [("A", 1, "90")], currency="EUR")
    make_order(customer, date(2026, 2, 1), [("A", 1, "90")], currency="EUR")
    make_order(customer, date(2026, 2, 5), [("A", 1, "100000")], currency="KRW")
    make_order(customer, date(2026, 3, 1), [("A", 1, "90")], currency="EUR")
    make_order(customer, date(2026, 3, 2), [("A", 1, "77")])
    amounts = history_of(customer).amounts
    assert np.allclose(amounts[[0, 1, 2, 4]], [100, 112.5, 75, 77])
    assert np.isnan(amounts[3])


def test_a_customer_without_orders_or_a_known_day_is_there_too():
    make_customer()
    late = make_customer()
    make_order(late, date(2026, 3, 1))
    book = load_book()
    assert [book.history(index).n for index in range(2)] == [0, 1]
    assert history_of(late).silence == 0


def test_an_empty_database_is_an_empty_book():
    assert len(load_book()) == 0


@pytest.mark.once
def test_a_large_book_asks_as_often_as_a_small_one():
    counts = []
    for _ in range(2):
        for _ in range(8):
            make_order(make_customer())
        with CaptureQueriesContext(connection) as queries:
            load_book()
        counts.append(len(queries))
    assert counts[0] == counts[1] == 6


def test_a_book_loaded_part_by_part_is_the_whole_book(monkeypatch):
    for number in range(8):
        customer = make_customer(currency="USD" if number % 3 else "EUR", country="NO")
        for item in (number, 7 - number):
            make_order(customer, date(2026, 3, 1 + number), [(f"P{item}", item + 1, "2")])
    # Three at once: of the last three nobody has ordered.
    for _number in range(4):
        make_customer(currency="EUR", country="NO")
    whole = load_book()
    monkeypatch.setattr(orderbook_db, "CUSTOMERS_AT_ONCE", 3)
    parts = load_book()
    for name in ("customers", "items", "currency", "known_through", "customer", "day", "item", "quantity", "amount",
                 "learn"):  # fmt: skip
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    assert len(parts.customers) == len(parts.fiscal_start) == len(parts.holidays) == len(parts.closed) == 12
    assert epoch_day(date(2026, 5, 17)) in parts.holidays[7]
