"""Replays history origin by origin, with the methods that serve the dashboard and only what was known at each."""

from analytics.engine.bookstats import Refits
from analytics.engine.calendar import iso
from analytics.engine.forecast import next_amount, next_date, next_items
from analytics.engine.forecast.hazard import ALL_TRADES
from analytics.engine.orderbook import OrderBook, plain


def replay(book: OrderBook, origins, progress=None, prior=ALL_TRADES):
    """A prediction for each origin (customer position, epoch day, whether items are wanted), in the scorer's format.

    The book's statistics are fitted on days before the 1st of the origin's month: what a monthly refit would know.
    prior: the set of hazard.PRIORS that the hazard model is centred on.
    """
    refits = Refits(book, prior)
    histories = {}
    for done, (customer, day, items_wanted) in enumerate(origins, start=1):
        if customer not in histories:
            histories = {customer: book.history(customer)}
        yield predict(histories[customer].until(day), refits.at(day), book.items, items_wanted)
        if progress:
            progress(done)


def predict(history, stats, names, items_wanted=True) -> dict:
    """One line of the scorer's format: gaps in days from the origin, the history's last order day."""
    line = {"customer": plain(history.customer), "origin": iso(history.days[-1])}
    if history.rhythm_orders >= next_date.NEEDS_ORDERS:
        curve = next_date.calibrated_curve(history, stats)
        window = next_date.outlook(curve, next_date.called_point(history, curve, stats.point), 0)
        line |= {
            "gap": round(window.point, 2),
            "gap_window": (window.window_from + window.window_to) / 2,
            "lo80": window.low,
            "hi80": window.high,
            "p30": round(window.p30, 4),
            "conf": round(window.confidence, 4),
        }
    amount = next_amount.shrunk_median(history, stats)
    if amount:
        line["amount"] = round(amount[0], 2)
    if items_wanted:
        ranked = next_items.learned(history, stats)
        size = next_items.basket_size(history, ranked, calibrated=stats.item_ranker is not None)
        shown = ranked[: max(size, 20)]
        amounts = next_items.quantities(history, stats, [item for item, _ in shown])
        line["items"] = [[str(names[item]), (amounts[item] or (None,))[0]] for item, _ in shown]
        line["basket_size"] = size
    return line
