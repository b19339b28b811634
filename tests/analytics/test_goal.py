"""A customer's target on his dashboard, and how far his orders have come."""

import re
from datetime import date

import pytest
import time_machine

from crm.models import OrderLine, Target
from tests.factories import make_customer, make_order, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-07-02 09:00Z", tick=False):
        yield


@pytest.fixture
def fjord(owner):
    return make_customer(
        "Fjord Handel AS", owner=owner, currency="USD", orders_known_through=date(2026, 7, 1)
    )


def aim(customer, amount=120_000, from_on=date(2026, 1, 1), months=12, currency="USD", **whom):
    return Target.objects.create(
        customer=customer, amount=amount, from_on=from_on, months=months, currency=currency, **whom
    )


@pytest.fixture
def said(client_for, owner):
    """said(customer): the words of the card, "" where there is none."""

    def said(customer):
        page = client_for(owner).get(f"/customers/{customer.pk}/").content.decode()
        found = re.search(r'aria-labelledby="goal-h".*?</section>', page, re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""

    return said


def test_orders_of_the_year_beside_its_target(fjord, said, client_for, owner):
    make_order(fjord, date(2025, 12, 31), [("A", 1, "70000")])
    make_order(fjord, date(2026, 1, 1), [("A", 1, "30000"), ("B", 2, "10000")])
    make_order(fjord, date(2026, 6, 30), [("A", 1, "-2000")])
    make_order(fjord, date(2026, 6, 30), [("A", 1, "90000")], status="cancelled")
    make_order(fjord, date(2026, 6, 30), [("FREIGHT", 1, "500")])
    OrderLine.objects.filter(product__sku="FREIGHT").update(kind=OrderLine.Kind.SERVICE)
    aim(fjord)
    words = said(fjord)
    assert "Target 2026" in words
    assert "Orders 2026 so far: USD 48,000 of 120,000 (40 %)" in words
    assert "50 % of the time has passed" in words
    page = client_for(owner).get(f"/customers/{fjord.pk}/").content.decode()
    assert f"/orders/?customer={fjord.pk}&amp;since=2026-01-01&amp;until=2026-12-31" in page


def test_no_order_yet_is_nothing_of_it(fjord, said):
    aim(fjord)
    assert "USD 0 of 120,000 (0 %)" in said(fjord)


def test_another_currency_is_not_added_and_that_is_said(fjord, said):
    make_order(fjord, date(2026, 3, 1), [("A", 1, "100")])
    make_order(fjord, date(2026, 3, 2), [("A", 1, "100")], currency="EUR")
    aim(fjord)
    words = said(fjord)
    assert "The target is USD 120,000.00. Orders 2026 are in EUR, USD: not compared" in words
    assert "so far" not in words


@pytest.mark.parametrize(
    ("from_on", "months", "period"),
    [
        (date(2026, 7, 1), 1, "Jul 2026"),
        (date(2026, 7, 1), 3, "Jul – Sep 2026"),
        (date(2026, 4, 1), 12, "Apr 2026 – Mar 2027"),
        (date(2026, 6, 1), 1, ""),
        (date(2025, 7, 1), 12, ""),
        (date(2027, 1, 1), 12, ""),
    ],
)
def test_the_period_that_is_running(fjord, said, from_on, months, period):
    aim(fjord, from_on=from_on, months=months)
    words = said(fjord).replace("Sept ", "Sep ")
    assert words.startswith(f'aria-labelledby="goal-h"> Target {period} Orders') if period else not words


def test_the_longest_period_and_the_whole_customer_come_first(fjord, said, owner, stranger):
    product = make_product("A")
    aim(fjord, 1, months=6, from_on=date(2026, 7, 1))
    aim(fjord, 2, product=product)
    aim(fjord, 3, rep=owner)
    aim(fjord, 4, rep=stranger)
    assert "of 3 (" in said(fjord)
    aim(fjord, 5)
    assert "of 5 (" in said(fjord)


def test_more_than_the_target_is_more_than_all_of_it(fjord, said):
    make_order(fjord, date(2026, 3, 1), [("A", 1, "180")])
    aim(fjord, 120)
    assert "(150 %)" in said(fjord)
