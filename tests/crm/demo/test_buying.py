"""How each customer buys is what truths.py says."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db.models import Min, Sum

from crm.demo import REP_EMAIL
from crm.demo.customers import CUSTOMERS
from crm.demo.orders import workday
from crm.demo.truths import TRUTHS
from crm.models import Closure, Customer, CustomerItem, ExchangeRate, Note, Order, OrderLine
from crm.money import round_money
from tests.crm.demo import TODAY

# What is planted is the same wherever it is kept.
pytestmark = pytest.mark.once
ODD_RHYTHM = {"OUL-KAR", "DXB-QAM", "SEA-RAI", "CHC-KAH"}  # going quiet, none, one and few orders


def test_rhythms_are_as_planted(order_days):
    for code, truth in TRUTHS.items():
        if code in ODD_RHYTHM:
            continue
        gaps = np.diff([day.toordinal() for day in order_days[code]])
        assert abs(np.median(gaps) - truth.interval) <= max(1.5, 0.12 * truth.interval), code


def test_new_single_and_missing_customers(order_days):
    assert 3 <= len(order_days["CHC-KAH"]) <= 8
    assert len(order_days["SEA-RAI"]) == 1
    assert order_days["DXB-QAM"] == []


def test_overdue_ones_are_silent(order_days):
    overdue = {code: truth for code, truth in TRUTHS.items() if truth.overdue}
    assert overdue
    for code, truth in overdue.items():
        silence = (TODAY - order_days[code][-1]).days
        assert silence >= (truth.overdue - 0.2) * truth.interval, code


def test_one_goes_quiet(order_days):
    truth = TRUTHS["OUL-KAR"]
    gaps = np.diff([day.toordinal() for day in order_days["OUL-KAR"]])
    before, since = gaps[:-5], gaps[-3:]
    assert since.mean() > 1.5 * np.median(before)
    lines = OrderLine.objects.filter(order__customer__code="OUL-KAR", quantity__gt=0, learn=True)
    turning = TODAY - timedelta(days=truth.going_quiet)
    year_before = lines.filter(
        order__ordered_on__range=(turning - timedelta(days=truth.going_quiet), turning)
    )
    now = lines.filter(order__ordered_on__gt=turning)
    assert sum(line.amount for line in now) < sum(line.amount for line in year_before) / 2


def test_a_giant_order_was_taken_back_the_same_day_and_is_not_learned_from(rep):
    reversals = OrderLine.objects.exclude(reverses=None).select_related("order", "reverses__order")
    assert {line.order.customer.code for line in reversals} == {
        code for code, truth in TRUTHS.items() if truth.giant
    }
    for line in reversals:
        assert line.order.ordered_on == line.reverses.order.ordered_on
        assert line.quantity == -line.reverses.quantity
        assert line.amount == -line.reverses.amount
        assert not line.learn
        assert not line.reverses.learn
        usual = OrderLine.objects.filter(
            order__customer=line.order.customer, product=line.product, learn=True
        )
        assert line.reverses.quantity > 20 * max(one.quantity for one in usual)


def test_seasonal_items_keep_to_their_months(rep):
    for code, truth in TRUTHS.items():
        for sku, months in truth.seasonal.items():
            bought = OrderLine.objects.filter(
                order__customer__code=code, product__sku=sku, order__kind=Order.Kind.ORDER
            )
            assert bought.exists(), (code, sku)
            assert set(bought.values_list("order__ordered_on__month", flat=True)) <= set(months), (code, sku)


def test_items_come_go_and_replace_each_other(rep):
    def days(code, sku):
        rows = OrderLine.objects.filter(order__customer__code=code, product__sku=sku, quantity__gt=0)
        return sorted(rows.values_list("order__ordered_on", flat=True))

    for code, truth in TRUTHS.items():
        if truth.stopped:
            assert days(code, truth.stopped[0])[-1] < TODAY - timedelta(days=truth.stopped[1])
        if truth.started:
            assert days(code, truth.started[0])[0] >= TODAY - timedelta(days=truth.started[1])
        if truth.replaced:
            old, new, ago = truth.replaced
            assert days(code, old)[-1] < TODAY - timedelta(days=ago) <= days(code, new)[0]


def test_steady_items_are_small_regular_and_explained(rep):
    year = OrderLine.objects.filter(order__ordered_on__gt=TODAY - timedelta(days=365), quantity__gt=0)
    for code, truth in TRUTHS.items():
        lines = year.filter(order__customer__code=code, learn=True)
        total = sum(line.amount for line in lines)
        for sku in truth.steady:
            bought = [line for line in lines.filter(product__sku=sku).select_related("order")]
            assert len({line.order.ordered_on.month for line in bought}) >= 6, (code, sku)
            assert sum(line.amount for line in bought) < total * Decimal("0.05"), (code, sku)
            assert (
                CustomerItem.objects.filter(customer__code=code, product__sku=sku).exclude(remark="").exists()
            )


def test_every_planted_year_end_is_pushed(demo, db):
    """An order in the last month of his fiscal year is larger than one in the months around it."""
    for customer in CUSTOMERS:
        push = TRUTHS[customer.code].year_end_push
        if push == 1:
            continue
        orders = Order.objects.filter(customer__code=customer.code, kind=Order.Kind.ORDER, lines__learn=True)
        by_month = defaultdict(list)
        for month, amount in orders.annotate(amount=Sum("lines__amount")).values_list(
            "ordered_on__month", "amount"
        ):
            by_month[month].append(amount)
        last = (customer.fiscal_year_start - 2) % 12 + 1
        around = by_month[(last - 2) % 12 + 1] + by_month[last % 12 + 1]
        ratio = float(np.mean(by_month[last]) / np.mean(around))
        assert ratio > 1 + 0.5 * (push - 1), customer.code


def test_nobody_orders_in_his_vacation_and_it_is_told_beforehand(demo, db):
    for code, truth in TRUTHS.items():
        closures = Closure.objects.filter(customer__code=code)
        assert closures.exists() == bool(truth.vacation)
        if not truth.vacation:
            continue
        first, last = truth.vacation
        closure = closures.get()
        assert (f"{closure.from_on:%m-%d}", f"{closure.to_on:%m-%d}") == (first, last)
        assert closure.yearly
        orders = Order.objects.filter(customer__code=code, kind=Order.Kind.ORDER, lines__learn=True)
        days = {f"{day:%m-%d}" for day in orders.values_list("ordered_on", flat=True)}
        if first <= last:
            assert not [day for day in days if first <= day <= last], code
        else:
            assert not [day for day in days if day >= first or day <= last], code


def test_shipments_are_late_as_often_as_planted(demo, db):
    """Five days or more after the promised day; where it is often, somebody has complained."""
    shares = {}
    for code, truth in TRUTHS.items():
        first = Order.objects.filter(customer__code=code).exclude(shipments=None)
        first = first.annotate(shipped=Min("shipments__shipped_on"), promised=Min("lines__promised_on"))
        late = [
            (shipped - promised).days >= 5 for shipped, promised in first.values_list("shipped", "promised")
        ]
        if len(late) >= 25:
            shares[code] = np.mean(late)
            chance = 3 * (truth.late * (1 - truth.late) / len(late)) ** 0.5
            assert abs(shares[code] - truth.late) < chance + 0.02, code
    assert max(shares, key=shares.get) in {"ATH-THA", "MEL-BLU", "YVR-COA"}
    assert Note.objects.filter(customer__code="ATH-THA", kind="claim").count() >= 2


def test_half_of_a_faulty_lot_came_back(demo, db):
    claims = {code: truth.claim for code, truth in TRUTHS.items() if truth.claim}
    assert claims
    for code, (sku, ago) in claims.items():
        back = OrderLine.objects.get(
            order__customer__code=code, order__kind=Order.Kind.RETURN, product__sku=sku,
            order__ordered_on=workday(TODAY - timedelta(days=ago)),
        )  # fmt: skip
        assert back.quantity < 0
        told = Note.objects.filter(
            customer__code=code, kind="claim", happened_at__date__lte=TODAY - timedelta(days=ago)
        )
        assert told.latest("happened_at").promises.exclude(done_at=None).exists()


def test_nobody_orders_on_weekends_at_christmas_or_after_yesterday(demo, db):
    days = set(Order.objects.values_list("ordered_on", flat=True))
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert max(days) == TODAY - timedelta(days=1)
    assert set(Customer.objects.values_list("orders_known_through", flat=True)) == {TODAY - timedelta(days=1)}
    ordered = Order.objects.filter(kind=Order.Kind.ORDER).values_list("ordered_on", flat=True)
    assert not [day for day in ordered if f"{day:%m-%d}" >= "12-24" or f"{day:%m-%d}" == "01-01"]


def test_amounts_have_the_digits_of_their_currency(demo, db):
    rows = OrderLine.objects.values_list("quantity", "unit_price", "amount", "order__currency")
    for quantity, price, amount, currency in rows.iterator():
        assert amount == round_money(quantity * price, currency)
    kuwaiti = OrderLine.objects.filter(order__currency="KWD").values_list("amount", flat=True)
    assert any(amount != round(amount, 2) for amount in kuwaiti)


def test_every_currency_has_a_rate_in_every_month_with_orders(demo, db):
    rates = set(ExchangeRate.objects.values_list("currency", "month"))
    orders = Order.objects.exclude(currency="EUR").values_list("currency", "ordered_on")
    assert {(currency, day.replace(day=1)) for currency, day in orders} <= rates


def test_orders_are_credited_to_the_rep_of_their_time(demo, db):
    handed = Order.objects.filter(customer__code="BGO-FJE")
    assert handed.filter(credited_to__email=REP_EMAIL).exists()
    assert handed.exclude(credited_to__email=REP_EMAIL).exists()
    assert not Order.objects.filter(credited_to=None).exists()
    assert not OrderLine.objects.filter(kind="goods", unit_cost=None).exists()
