"""What a refresh has to say to the ledger of the customers that it has just stored."""

from zoneinfo import ZoneInfo

import numpy as np

from analytics.engine.orderbook import OrderBook
from analytics.ledger.forecasts import made
from analytics.ledger.issuing import issue
from analytics.ledger.orderdays import OrderDays
from analytics.ledger.settling import settle
from crm.models import Customer


def keep(book: OrderBook, outlooks, now):
    """Settles what the orders of these customers settle, and issues what is new. `outlooks`: as stored a moment ago.

    In the transaction that stored them. A constant number of queries for a batch in which nothing happened.
    """
    zones, days, forecasts = _zones(outlooks), {}, []
    # A book out of the database has its customers in ascending order.
    positions = np.searchsorted(book.customers, [outlook.customer_id for outlook in outlooks])
    for outlook, position in zip(outlooks, positions, strict=True):
        history = book.history(int(position))
        days[outlook.customer_id] = OrderDays(history, book.items)
        today = now.astimezone(ZoneInfo(zones.get(outlook.customer_id) or "UTC")).date()
        forecasts += made(history, outlook.forecast, outlook.curve, book.items, issued_on=today)
    settle(days, now)
    issue(forecasts)


def _zones(outlooks):
    """{customer: time zone of its rep, None where it has none}: what he says on the same morning has the same day."""
    customers = [outlook.customer_id for outlook in outlooks]
    return dict(Customer.objects.filter(pk__in=customers).values_list("pk", "owner__time_zone"))
