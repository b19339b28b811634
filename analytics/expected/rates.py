"""What a currency is worth in the base currency: the month's rate, or the latest known before it."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal

from crm.models import ExchangeRate, Installation


class Rates:
    """All monthly rates, in one query (and one for the base currency)."""

    def __init__(self):
        self.base = Installation.current().base_currency
        self.months, self.rates = defaultdict(list), defaultdict(list)
        for currency, month, rate in ExchangeRate.objects.order_by("month").values_list(
            "currency", "month", "rate"
        ):
            self.months[currency].append(month)
            self.rates[currency].append(rate)

    def at(self, currency, day: date) -> Decimal | None:
        """None where no rate is known of the month of `day` nor of any before it: months to come have none yet."""
        if currency == self.base:
            return Decimal(1)
        at = bisect_right(self.months[currency], day.replace(day=1))
        return self.rates[currency][at - 1] if at else None

    def latest(self, currency) -> Decimal | None:
        if currency == self.base:
            return Decimal(1)
        return self.rates[currency][-1] if self.rates[currency] else None
