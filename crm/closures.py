"""When nobody is at the customer's, out of the closures that somebody told or that were inferred."""

from dataclasses import dataclass
from datetime import date

FAR_DAYS = 366


@dataclass(frozen=True)
class Closed:
    from_on: date
    to_on: date

    def is_on(self, day):
        return self.from_on <= day <= self.to_on


def next_closure(closures, today) -> Closed | None:
    """The closure that lasts today or comes next within a year."""
    spans = [
        span
        for closure in closures
        for span in _spans(closure, today)
        if span.to_on >= today and (span.from_on - today).days <= FAR_DAYS
    ]
    return min(spans, key=lambda span: (span.from_on, span.to_on), default=None)


def spans_between(closure, first, last) -> list[Closed]:
    """When it lasts on any day from `first` to `last`."""
    spans = [*_spans(closure, first), *_spans(closure, last)]
    return [span for span in dict.fromkeys(spans) if span.from_on <= last and span.to_on >= first]


def _spans(closure, today):
    if not closure.yearly:
        return [Closed(closure.from_on, closure.to_on)]
    # Last year's may reach over New Year into this one.
    years = range(max(today.year - 1, closure.from_on.year), today.year + 2)
    longer = closure.to_on.year - closure.from_on.year
    return [Closed(_in_year(closure.from_on, year), _in_year(closure.to_on, year + longer)) for year in years]


def _in_year(day, year):
    """29 February is the 28th in years without it."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
