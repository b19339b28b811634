"""A customer's order days as the ledger asks of them: which comes next, what was in it, and until when it was waited for."""

import datetime as dt
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from analytics.engine.calendar import epoch_day, from_epoch_day
from analytics.engine.history import History
from analytics.models import Settlement

# One waits for an order as long as twice the longest gap that there has been; then it never came.
LONGEST_GAPS = 2


@dataclass(frozen=True)
class Came:
    """An order day. items: {product: quantity}; amount: None where a line's is unknown."""

    on: dt.date
    amount: float | None
    items: dict[int, float]
    facts: int


class OrderDays:
    """Of all orders that came, also those that forecasts do not learn from: what was called is not scored by choice.

    `names` (K,) turns the history's item positions into products.
    """

    def __init__(self, history: History, names):
        self.history, self.names = history, names
        self.currency = history.currency
        self.known_through = from_epoch_day(history.known_through) if history.known_through else None
        self.days = history.order_days
        self.place = {int(day): index for index, day in enumerate(self.days)}
        self.longest = np.maximum.accumulate(np.diff(self.days)) if len(self.days) > 1 else np.zeros(0)
        self.came = cache(self._came)

    def after(self, anchor: dt.date, called: dt.date, high: dt.date | None):
        """What came of a forecast: an order day (Came), the day on which it was missed, or None while it is open.

        None, too, where its anchor is no order day any more: it stands on nothing.
        """
        index = self.place.get(epoch_day(anchor))
        if index is None:
            return None
        hopeless = last_right_day(called, high)
        gives_up = max(anchor + dt.timedelta(days=LONGEST_GAPS * self._longest_gap(index)), hopeless)
        if index + 1 < len(self.days):
            came = self.came(index + 1)
            return came if came.on <= gives_up else hopeless
        return hopeless if self.known_through and self.known_through > hopeless else None

    def next_on(self, anchor: dt.date) -> dt.date | None:
        index = self.place.get(epoch_day(anchor))
        if index is None or index + 1 >= len(self.days):
            return None
        return from_epoch_day(self.days[index + 1])

    def _longest_gap(self, index):
        return int(self.longest[index - 1]) if index else 0

    def _came(self, index) -> Came:
        days, item, quantity, amounts = self.history.ordered
        first, last = (np.searchsorted(days, self.days[index], side) for side in ("left", "right"))
        items, quantities = self.names[item[first:last]], quantity[first:last]
        amount = float(amounts[first:last].sum())
        rounded = (round(amount, 2), [round(float(quantity), 3) for quantity in quantities])
        return Came(
            on=from_epoch_day(self.days[index]),
            amount=None if np.isnan(amount) else amount,
            items=dict(zip(items.tolist(), quantities.tolist(), strict=True)),
            facts=zlib.crc32(repr((rounded, items.tolist(), self.currency)).encode()),
        )


def in_time(said_on, coming) -> bool:
    """Whether what was said on a day counts as said of the order of day `coming`, None as long as it is awaited.

    Two dates, or two epoch days. One rule for model, naive rule and rep: before the order's day. When an order entered the
    books is known of few (a run is forgotten after ninety days), and a person hears of it before the books do. So the
    day itself is too late for everybody, whatever the hour.
    """
    return coming is None or said_on < coming


def last_right_day(called: dt.date, high: dt.date | None) -> dt.date:
    """After it the order can neither be right nor inside its window: the forecast is missed."""
    right = called + dt.timedelta(days=Settlement.RIGHT_DAYS)
    return max(high, right) if high else right
