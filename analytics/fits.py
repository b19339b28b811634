"""What is fitted on the whole order book: made at most once a night, stored, and used by whoever forecasts."""

import logging
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import F

from analytics.engine import bookstats, fitted
from analytics.engine import judge as engine
from analytics.engine.bookstats import BookStats
from analytics.engine.calendar import from_epoch_day
from analytics.models import FittedModel
from analytics.orderbook_db import load_book
from crm.models import Order, Product

KIND = "book"
# A book of half as many orders more, or of half of them, is another book: what was fitted on it does not wait for the night.
GROWN, SHRUNK = 1.5, 0.5
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fit:
    """`items`: ascending identifiers, in whose order `stats` has what it says of each item.

    A part of the book that is loaded with them has them at the same positions, and what is newer behind.
    """

    number: int
    items: np.ndarray
    stats: BookStats


def current(now) -> Fit:
    """The stored one. Made anew where there is none or it does not serve: damaged, of other code, of products that are gone,
    or of a book that was much smaller or larger."""
    row = FittedModel.objects.filter(kind=KIND).first()
    if row and row.version == engine.VERSION and _is_like(row.orders):
        try:
            return _restored(row)
        except fitted.Unreadable as reason:
            logger.warning("The fit of the order book is made anew: %s", reason)
    return refit(now)


def refit(now) -> Fit:
    """Loads the whole book, fits and stores. Where another process was first, its number counts and its fit stays."""
    seen = number()
    book = load_book()
    stats = bookstats.fit(book, book.end)
    values = {
        "version": engine.VERSION,
        "trained_through": from_epoch_day(book.end) if len(book) else None,
        "orders": Order.objects.count(),
        "fitted_at": now,
        "arrays": fitted.dump((book.items, stats)),
    }
    if seen is None:
        FittedModel.objects.bulk_create([FittedModel(kind=KIND, **values)], ignore_conflicts=True)
    else:
        FittedModel.objects.filter(kind=KIND, number=seen).update(number=F("number") + 1, **values)
    return Fit(number(), book.items, stats)


def counted_up(fit) -> Fit:
    """`fit`, as though it had been fitted anew: every outlook is of an earlier one now."""
    FittedModel.objects.filter(kind=KIND).update(number=F("number") + 1)
    return replace(fit, number=number())


def number() -> int | None:
    return FittedModel.objects.filter(kind=KIND).values_list("number", flat=True).first()


def fitted_at():
    """A moment, or None."""
    return FittedModel.objects.filter(kind=KIND).values_list("fitted_at", flat=True).first()


def _is_like(orders):
    return SHRUNK * orders <= Order.objects.count() <= GROWN * orders


def _restored(row) -> Fit:
    items, stats = fitted.load(bytes(row.arrays))
    there = np.fromiter(Product.objects.values_list("pk", flat=True).iterator(), np.int64)
    if not np.isin(items, there).all():
        raise fitted.Unreadable("products were deleted")
    return Fit(row.number, items, stats)
