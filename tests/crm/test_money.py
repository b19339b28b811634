from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import OrderLine
from crm.money import digits, round_money, sum_money
from tests.factories import make_customer, make_order, make_product

amounts = st.lists(
    st.tuples(st.sampled_from(["EUR", "KRW", "KWD"]), st.decimals(-(10**9), 10**9, places=3)),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize(("currency", "places"), [("EUR", 2), ("KRW", 0), ("JPY", 0), ("KWD", 3)])
def test_a_currency_has_its_own_digits(currency, places):
    assert digits(currency) == places


@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(["EUR", "KRW", "KWD"]))
def test_rounding_twice_is_rounding_once(value, currency):
    once = round_money(value, currency)
    assert round_money(once, currency) == once
    assert abs(once - value) <= Decimal("0.5").scaleb(-digits(currency))


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts)
def test_the_database_adds_as_decimals_do_and_never_across_currencies(rows):
    customer, product = make_customer(), make_product()
    orders = {
        code: make_order(customer, date(2026, 1, 1), [], currency=code) for code in ("EUR", "KRW", "KWD")
    }
    lines = [
        OrderLine(
            order=orders[code],
            key=str(n),
            product=product,
            quantity=1,
            unit_price=1,
            amount=round_money(value, code),
        )
        for n, (code, value) in enumerate(rows)
    ]
    OrderLine.objects.bulk_create(lines)
    expected = {}
    for line in lines:
        expected[line.order.currency] = expected.get(line.order.currency, Decimal()) + line.amount
    assert sum_money(OrderLine.objects.filter(order__customer=customer)) == expected
