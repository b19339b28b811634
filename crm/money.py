"""Money: Decimal, in the digits of its currency, never added across currencies."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision
from django.db.models import Sum


def digits(currency):
    """Digits behind the point: EUR 2, KRW 0, KWD 3."""
    return get_currency_precision(currency)


def round_money(value, currency):
    return Decimal(value).quantize(Decimal(1).scaleb(-digits(currency)), rounding=ROUND_HALF_UP)


def reckoned_money(value, currency):
    """Of the engine's floating point, read as it is written; nothing where nothing is known."""
    return None if value is None else round_money(Decimal(repr(float(value))), currency)


def money_cell(value, currency):
    """Of a download: the amount in the digits of its currency, nothing where nothing is known."""
    return None if value is None else round_money(value, currency)


def sum_money(rows, amount="amount", currency="order__currency"):
    """{currency: sum} of `rows` (a QuerySet), each in its currency's digits, ordered by currency.

    SQLite adds decimals as floating point; rounding the sum to the currency's digits makes it exact again.
    """
    sums = rows.order_by().values(currency).annotate(total=Sum(amount)).values_list(currency, "total")
    return {code: round_money(total, code) for code, total in sorted(sums) if total is not None}
