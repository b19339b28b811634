from datetime import date

import numpy as np
import pytest

from analytics.engine.calendar import epoch_day
from analytics.orderbook_db import load_book
from crm.models import Closure
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.django_db


def test_the_book_knows_each_customers_closures_and_his_countrys_holidays():
    norwegian, unknown = make_customer(country="NO"), make_customer(country="")
    for customer in (norwegian, unknown):
        make_order(customer, date(2023, 3, 1), [("A", 1, "2")])
        make_order(customer, date(2026, 3, 1), [("A", 1, "2")])
    Closure.objects.create(
        customer=norwegian, from_on=date(2022, 7, 20), to_on=date(2022, 7, 21), yearly=True
    )
    book = load_book()
    mine, other = (book.history(book.customers.tolist().index(c.pk)) for c in (norwegian, unknown))
    summers = [epoch_day(date(year, 7, day)) for year in range(2023, 2028) for day in (20, 21)]
    assert np.array_equal(mine.closed, summers)
    assert epoch_day(date(2026, 5, 17)) in mine.holidays
    assert not len(other.closed)
    assert not len(other.holidays)
