"""Everything the engine has to say about customers: what refresh stores and the pages show."""

from analytics.engine import bookstats
from analytics.engine.bookstats import BookStats
from analytics.engine.forecast import next_date, next_order, rollup
from analytics.engine.orderbook import OrderBook
from analytics.engine.patterns import DETECTORS

# Stored answers of another version are computed anew.
VERSION = 10_000 * rollup.VERSION + 100 * next_order.VERSION + sum(detector.VERSION for detector in DETECTORS)


def judge(book: OrderBook, customers=None, stats: BookStats | None = None):
    """Yields (customer position, {detector name: answer}, forecast) for `customers` (positions), or for all.

    `stats`: what was fitted on the whole book, where `book` is a part of it.
    """
    stats = stats or bookstats.fit(book, book.end)
    for index in range(len(book.customers)) if customers is None else customers:
        history = book.history(index)
        answers = {detector.NAME: detector.detect(history, stats, book.items) for detector in DETECTORS}
        forecast = next_order.forecast(history, stats, book.items)
        # What pages that add up many customers read, so that none of them needs a curve.
        forecast["ahead"] = rollup.ahead(
            history, stats, forecast.get("curve"), next_date.calibrated_curves, answers["sales"].get("ahead")
        )
        forecast["ahead_items"] = rollup.items_ahead(history, stats, book.items)
        yield index, answers, forecast
