"""One customer's part of an order book."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

NO_DAYS = np.zeros(0, np.int32)


@dataclass(frozen=True)
class History:
    """One customer up to one day.

    Order days (n): `days` int32 ascending, `amounts` float64 (NaN where a line's amount is unknown), `sizes` int
    (distinct items). Purchases (m), one a day and item, of learnable lines only: `day`, `item`, `quantity`, `amount`.
    `ordered`: purchases, those that are left out of learning among them: the same four columns. They came, so they end a
    silence, and teach nothing.
    `figures`: every line, returns negative: the same four columns, for sums and never for learning.
    `closed`, `holidays`: epoch days, past and to come, on which nobody is there, and public holidays of his country.
    `fiscal_start`: the month, 1 to 12, in which his fiscal year begins; 0 where nobody knows.
    """

    customer: object
    currency: str
    known_through: int
    days: np.ndarray
    amounts: np.ndarray
    sizes: np.ndarray
    day: np.ndarray
    item: np.ndarray
    quantity: np.ndarray
    amount: np.ndarray
    ordered: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    figures: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    closed: np.ndarray = field(default_factory=lambda: NO_DAYS)
    holidays: np.ndarray = field(default_factory=lambda: NO_DAYS)
    fiscal_start: int = 0

    @property
    def n(self) -> int:
        return len(self.days)

    @cached_property
    def whole(self) -> np.ndarray:
        """(n - 1,) bool: whether between two order days there was none that is left out of learning. With one in it the days
        from the one to the other are no gap of his: he ordered in between."""
        if len(self.ordered[0]) == len(self.day):
            return np.ones(max(self.n - 1, 0), bool)
        return np.diff(np.searchsorted(self.order_days, self.days)) == 1

    @cached_property
    def gaps(self) -> np.ndarray:
        """Days between order days, float64, the latest last: of those that are `whole`."""
        return np.diff(self.days).astype(np.float64)[self.whole]

    @cached_property
    def gaps_until(self) -> np.ndarray:
        """(n,) int: how many of `gaps` had ended on each order day."""
        return np.concatenate(([0], np.cumsum(self.whole)))[: self.n]

    @property
    def rhythm_orders(self) -> int:
        """The order days that his gaps stand for: one more than there are gaps; n where none was left out."""
        return len(self.gaps) + 1 if self.n else 0

    @cached_property
    def order_days(self) -> np.ndarray:
        """Ascending; `days`, and those of orders that are left out of learning."""
        return np.unique(self.ordered[0])

    @property
    def last_day(self) -> int | None:
        """The latest of `order_days`: what comes next is counted from it."""
        return int(self.ordered[0][-1]) if len(self.ordered[0]) else None

    @property
    def silence(self) -> int:
        """Days without an order, counted only as far as orders are known."""
        return 0 if self.last_day is None else max(int(self.known_through) - self.last_day, 0)

    def until(self, day: int) -> "History":
        """What was known of this customer at the end of `day`."""
        n = np.searchsorted(self.days, day, side="right")
        m = np.searchsorted(self.day, day, side="right")
        o = np.searchsorted(self.ordered[0], day, side="right")
        f = np.searchsorted(self.figures[0], day, side="right")
        return History(
            self.customer,
            self.currency,
            min(self.known_through, day),
            self.days[:n],
            self.amounts[:n],
            self.sizes[:n],
            self.day[:m],
            self.item[:m],
            self.quantity[:m],
            self.amount[:m],
            tuple(column[:o] for column in self.ordered),
            tuple(column[:f] for column in self.figures),
            self.closed,
            self.holidays,
            self.fiscal_start,
        )
