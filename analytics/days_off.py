"""When customers order nothing: closures that somebody told, public holidays of their countries; for the engine."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from analytics.engine.calendar import epoch_day, from_epoch_day
from analytics.engine.forecast.next_date import HORIZON
from analytics.engine.history import NO_DAYS
from crm.calendars import public_holidays
from crm.closures import spans_between
from crm.models import Closure


def of_customers(customers, days):
    """(closed, holidays): of each of the customers (a queryset), by key, one array of epoch days.

    From the first of `days` (epoch days of all orders) to as far as forecasts reach beyond the last. Two queries.
    """
    countries = list(customers.order_by("pk").values_list("pk", "country"))
    if not len(days):
        return [NO_DAYS] * len(countries), [NO_DAYS] * len(countries)
    first, last = from_epoch_day(days.min()), from_epoch_day(days.max()) + timedelta(days=HORIZON)
    closed = {}
    for closure in Closure.objects.filter(customer__in=customers):
        closed.setdefault(closure.customer_id, []).append(_closed(closure, first, last))
    return (
        [np.unique(np.concatenate(closed[pk])) if pk in closed else NO_DAYS for pk, _ in countries],
        [_holidays(country, first, last) for _, country in countries],
    )


def _closed(closure, first, last):
    """Year by year, as closures that come back every year are told for a year and its neighbours."""
    spans = {
        span
        for year in range(first.year, last.year + 1)
        for span in spans_between(closure, max(date(year, 1, 1), first), min(date(year, 12, 31), last))
    }
    days = [np.arange(epoch_day(s.from_on), epoch_day(s.to_on) + 1, dtype=np.int32) for s in spans]
    return np.concatenate(days) if days else NO_DAYS


@lru_cache(maxsize=500)
def _holidays(country, first, last):
    """Customers of one country share one array."""
    if not country:
        return NO_DAYS
    found = public_holidays.between(country, first, last)
    return np.array([epoch_day(holiday.on) for holiday in found], np.int32)
