"""A stored outlook seen as of a day: what changes with silence alone is worked out here, from the stored curve."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.engine.forecast.next_date import outlook


@dataclass(frozen=True)
class AsOf:
    """The next order as of the day up to which orders are known.

    state: "not_enough", "waiting" (nothing is due), "due" (the window has begun), "overdue" (nine of ten would have
    come by now), or, as the dashboard calls an order overdue for very long, "lapsed". `overdue_days` count from the
    day on which nine of ten would have come.
    """

    as_of: date
    state: str
    needs_orders: int = 0
    silence_days: int = 0
    expected_on: date | None = None
    low_on: date | None = None
    high_on: date | None = None
    window_from: date | None = None
    window_to: date | None = None
    confidence: float = 0.0
    p30: float = 0.0
    overdue_days: int = 0

    def days_away(self, today):
        return (self.expected_on - today).days if self.expected_on else None


def as_of(curve, point_gap, overdue_after_on, last_ordered_on, day, needs_orders=0) -> AsOf:
    """The outlook on `day`; `curve` and `point_gap` as analytics.engine.forecast.next_order gives them."""
    if not curve or last_ordered_on is None:
        silence = (day - last_ordered_on).days if last_ordered_on else 0
        return AsOf(day, "not_enough", needs_orders=needs_orders, silence_days=max(silence, 0))
    silence = max((day - last_ordered_on).days, 0)
    window = outlook(curve, point_gap, silence)

    def on(days):
        return last_ordered_on + timedelta(days=round(days))

    overdue = (day - overdue_after_on).days if overdue_after_on else 0
    state = "overdue" if overdue > 0 else "due" if silence >= window_start(curve, point_gap) else "waiting"
    return AsOf(
        as_of=day,
        state=state,
        silence_days=silence,
        expected_on=on(window.point),
        low_on=on(window.low),
        high_on=on(window.high),
        window_from=on(window.window_from),
        window_to=on(window.window_to),
        confidence=window.confidence,
        p30=window.p30,
        overdue_days=max(overdue, 0),
    )


def window_start(curve, point_gap):
    """Days of silence from which the order is due: the start of the interval as it was on the order day itself."""
    return outlook(curve, point_gap, 0).low
