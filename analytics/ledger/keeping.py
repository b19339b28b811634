"""What a refresh has to say to the ledger of the customers that it has just stored."""

from analytics.engine.orderbook import OrderBook
from analytics.ledger.forecasts import made
from analytics.ledger.issuing import issue
from analytics.ledger.orderdays import OrderDays
from analytics.ledger.settling import settle


def keep(book: OrderBook, outlooks, now):
    """Settles what the orders of these customers settle, and issues what is new. `outlooks`: as stored a moment ago.

    In the transaction that stored them. A constant number of queries for a batch in which nothing happened.
    """
    position = {int(pk): index for index, pk in enumerate(book.customers)}
    today, days, forecasts = now.date(), {}, []
    for outlook in outlooks:
        history = book.history(position[outlook.customer_id])
        days[outlook.customer_id] = OrderDays(history, book.items)
        forecasts += made(history, outlook.forecast, outlook.curve, book.items, issued_on=today)
    settle(days, now)
    issue(forecasts)
