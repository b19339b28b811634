"""The engine's only reader of orders: order lines out of the database, as columns."""

import numpy as np
from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, When
from django.db.models.functions import Cast

from analytics import days_off
from analytics.engine.calendar import epoch_day
from analytics.engine.orderbook import OrderBook
from crm.models import Customer, ExchangeRate, Installation, Order, OrderLine

ORDER_COLUMNS = [
    ("id", np.int64),
    ("customer", np.int64),
    ("day", np.int32),
    ("currency", "U3"),
    ("learn", np.bool_),
]
LINE_COLUMNS = [
    ("order", np.int64),
    ("product", np.int64),
    ("quantity", np.float64),
    ("amount", np.float64),
    ("learn", np.int8),
]
# What a line teaches: it is learned from, left out by a person, or taken back by a return.
LEARN, LEFT_OUT, TAKEN_BACK = 1, 0, -1
CHUNK = 20_000
# Customers of a whole book that are loaded and sorted at once: what that takes is several times what is kept.
CUSTOMERS_AT_ONCE = 5_000


def load_book(customers=None, items=None):
    """The order book of all customers, or of these keys (a few hundred at most): goods of orders that were not cancelled.

    `items`: keys of products that take the first positions, bought by these customers or not (see OrderBook.from_columns).

    Amounts are in each customer's own currency, at the rate of the order's month; NaN where a rate is missing.
    Orders are known up to the stored day, or up to the customer's last order. A constant number of queries for each
    CUSTOMERS_AT_ONCE.
    """
    if customers is not None:
        return _loaded({"in": customers}, items)
    keys = list(Customer.objects.order_by("pk").values_list("pk", flat=True).iterator(CHUNK))
    if len(keys) <= CUSTOMERS_AT_ONCE:
        return _loaded({}, items)
    parts = [keys[start : start + CUSTOMERS_AT_ONCE] for start in range(0, len(keys), CUSTOMERS_AT_ONCE)]
    return OrderBook.joined([_loaded({"gte": part[0], "lte": part[-1]}, items) for part in parts], items)


def _loaded(which, items):
    """`which`: look-ups of customers' keys, by name."""

    def of(rows, key):
        return rows.filter(**{f"{key}__{lookup}": value for lookup, value in which.items()})

    orders, lines = of(Order.objects.all(), "customer"), of(OrderLine.objects.all(), "order__customer")
    columns = _columns(of(Customer.objects.all(), "pk"), orders, lines)
    return OrderBook.from_columns(**columns, items=items)


def _columns(everyone, orders, lines):
    """What OrderBook.from_columns sorts; the rows that they are made of are gone by then."""
    customers = list(
        everyone.order_by("pk")
        .values_list("pk", "currency", "orders_known_through", "fiscal_year_start")
        .iterator(CHUNK)
    )
    orders, lines = _orders(orders), _lines(lines)
    # Both are sorted by order id; a line whose order is cancelled finds no partner and drops out.
    at = np.searchsorted(orders["id"], lines["order"])
    at = np.minimum(at, max(len(orders) - 1, 0))
    known = orders["id"][at] == lines["order"] if len(orders) else np.zeros(len(lines), bool)
    if not known.all():
        lines, at = lines[known], at[known]

    ids = np.array([pk for pk, *_ in customers], dtype=np.int64)
    own_currency = np.array([currency for _, currency, *_ in customers], dtype="U3")
    customer = np.searchsorted(ids, orders["customer"])
    factor = _factors(orders, own_currency[customer] if len(orders) else np.array([], "U3"))
    closed, holidays = days_off.of_customers(everyone, orders["day"])
    return dict(
        customers=ids,
        currency=own_currency,
        known_through=_known_through(customers, orders, customer),
        customer=customer[at],
        day=orders["day"][at],
        item=lines["product"],
        quantity=lines["quantity"],
        amount=lines["amount"] * factor[at],
        learn=orders["learn"][at] & (lines["learn"] == LEARN),
        taken_back=lines["learn"] == TAKEN_BACK,
        closed=closed,
        holidays=holidays,
        fiscal_start=[start or 0 for *_, start in customers],
    )


def _orders(orders):
    rows = (
        orders.exclude(status=Order.Status.CANCELLED)
        .order_by("pk")
        .values_list("pk", "customer_id", "ordered_on", "currency", "learn")
        .iterator(CHUNK)
    )
    return np.fromiter(
        ((pk, customer, epoch_day(day), currency, learn) for pk, customer, day, currency, learn in rows),
        dtype=ORDER_COLUMNS,
    )


def _lines(lines):
    rows = (
        lines.exclude(kind=OrderLine.Kind.SERVICE)
        .order_by("order_id")
        .values_list(
            "order_id",
            "product_id",
            # Floats and integers come out of the database as they are, without a conversion per row.
            Cast(F("quantity"), FloatField()),
            Cast(F("amount"), FloatField()),
            _teaches(),
        )
        .iterator(CHUNK)
    )
    return np.fromiter(rows, dtype=LINE_COLUMNS)


def _teaches():
    """The index of pairs is asked of the few lines alone that nothing is learned from."""
    pair = Q(reverses__isnull=False) | Exists(OrderLine.objects.filter(reverses=OuterRef("pk")))
    return Case(
        When(learn=True, then=LEARN),
        When(pair, then=TAKEN_BACK),
        default=LEFT_OUT,
        output_field=IntegerField(),
    )


def _known_through(customers, orders, customer):
    last = np.zeros(len(customers), dtype=np.int32)
    np.maximum.at(last, customer, orders["day"])
    stored = [epoch_day(known) if known else last[index] for index, (_, _, known, _) in enumerate(customers)]
    return np.array(stored, dtype=np.int32)


def _factors(orders, own_currency):
    """What to multiply an order's amounts with to get them in its customer's currency; NaN: no rate."""
    factor = np.ones(len(orders))
    foreign = np.flatnonzero(orders["currency"] != own_currency)
    if not len(foreign):
        return factor
    base = Installation.current().base_currency
    rates = {
        (currency, month): float(rate)
        for currency, month, rate in ExchangeRate.objects.values_list("currency", "month", "rate")
    }
    months = orders["day"][foreign].astype("datetime64[D]").astype("datetime64[M]").astype(object)
    for index, month in zip(foreign, months, strict=True):
        have = 1.0 if orders["currency"][index] == base else rates.get((orders["currency"][index], month))
        want = 1.0 if own_currency[index] == base else rates.get((own_currency[index], month))
        factor[index] = have / want if have and want else np.nan
    return factor
