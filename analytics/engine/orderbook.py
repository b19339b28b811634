"""The engine's one data contract: order lines as columns."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from zlib import crc32

import numpy as np

from analytics.engine.history import NO_DAYS, History

# Of books whose amounts are all in one currency that nobody named.
NO_CURRENCY = "---"
# The epoch day of an order that has not come.
NEVER = 2**30


@dataclass(frozen=True)
class Events:
    """Order days of all customers, sorted by (customer, day): all documents of a customer on one day are one.

    came (int64): of each, the epoch day on which the customer ordered next, to learn from or not; NEVER where he has not.
    """

    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    size: np.ndarray
    came: np.ndarray

    @cached_property
    def _next(self) -> np.ndarray:
        following = np.full(len(self.day), NEVER, np.int64)
        same = self.customer[1:] == self.customer[:-1]
        following[:-1][same] = self.day[1:][same]
        return following

    @cached_property
    def following(self) -> np.ndarray:
        """Of each order day, the customer's next one; NEVER where none has come, or one that is left out of learning came
        before it: the silence was counted anew from that, and nobody knows when the other would have come."""
        return np.where(self.came < self._next, NEVER, self._next)

    @cached_property
    def waited_until(self) -> np.ndarray:
        """Of each order day, the last one on which `following` was waited for: the eve of an order that is left out of
        learning and came first; NEVER where there is none."""
        return np.where(self.came < self._next, self.came - 1, NEVER)

    @cached_property
    def number(self) -> np.ndarray:
        """Of each order day, the how-manieth of its customer it is: 1 his first."""
        return numbered(self.customer)

    @cached_property
    def whole(self) -> np.ndarray:
        """(N,) bool: whether a gap ends on each order day: not on a customer's first, nor where an order that is left out of
        learning came after the one before (see History.whole)."""
        ends = np.zeros(len(self.day), bool)
        ends[1:] = self.following[:-1] < NEVER
        return ends

    @cached_property
    def rhythm_number(self) -> np.ndarray:
        """Of each order day, one more than the gaps of its customer that had ended by then: `number` where none is left out."""
        return counted(self.whole, np.arange(len(self.day)), self.number) + 1


@dataclass(frozen=True)
class OrderBook:
    """Order lines of C customers and K items as columns of length L, sorted by (customer, day, item).

    customers (C,) and items (K,): the caller's identifiers. customer, item: int32 positions in them. day: int32 epoch
    days. quantity, amount: float64; amount in the customer's currency, NaN where it is unknown. learn: whether
    patterns and forecasts may learn from the line; taken_back: whether a return has cancelled it, so that it is no order at
    all where nothing is learned from it. currency (C,) and known_through (C,) speak of customers. closed and
    holidays: empty, or for each customer the epoch days as in History. fiscal_start: empty, or (C,) as in History.
    """

    customers: np.ndarray
    items: np.ndarray
    currency: np.ndarray
    known_through: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    item: np.ndarray
    quantity: np.ndarray
    amount: np.ndarray
    learn: np.ndarray
    taken_back: np.ndarray
    closed: tuple[np.ndarray, ...] = ()
    holidays: tuple[np.ndarray, ...] = ()
    fiscal_start: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int8))

    @classmethod
    def from_columns(
        cls, *, customers, known_through, customer, day, item, quantity, amount, learn=None, taken_back=None, currency=None,
        items=None, closed=(), holidays=(), fiscal_start=(),
    ):  # fmt: skip
        """Columns in any order; `customer` holds positions in `customers`, `item` identifiers. Sorts and checks.

        `items`, ascending: those that take the first positions, named by a line or not, as in the book that something was
        fitted on; other identifiers come behind them.

        Raises ValueError where columns differ in length or a line names a customer that is not there.
        """
        customer = np.asarray(customer, np.int32)
        day = np.asarray(day, np.int32)
        items, item = _positions(np.asarray(item), items)
        learn = np.ones(len(day), bool) if learn is None else np.asarray(learn, bool)
        taken_back = np.zeros(len(day), bool) if taken_back is None else np.asarray(taken_back, bool)
        columns = [
            customer,
            day,
            item.astype(np.int32),
            np.asarray(quantity, float),
            np.asarray(amount, float),
            learn,
            taken_back,
        ]
        if len({len(column) for column in columns}) != 1:
            raise ValueError("The columns of an order book must have one length.")
        if len(customer) and not 0 <= customer.min() <= customer.max() < len(customers):
            raise ValueError("A line belongs to a customer that the order book does not name.")
        # Quantity and amount break ties, so that the order in which lines come never shows in a sum.
        order = np.lexsort((columns[4], columns[3], columns[2], day, customer))
        currency = np.full(len(customers), NO_CURRENCY) if currency is None else np.asarray(currency)
        return cls(
            np.asarray(customers),
            items,
            currency,
            np.asarray(known_through, np.int32),
            *(c[order] for c in columns),
            tuple(closed),
            tuple(holidays),
            np.asarray(fiscal_start, np.int8),
        )

    @classmethod
    def joined(cls, parts: list["OrderBook"], items=None) -> "OrderBook":
        """One book of several that have no customer in common, their customers in the order of the parts.

        `items`: as in `from_columns`, and as the parts were made with.
        """
        items, at = _positions(np.concatenate([part.items for part in parts]), items)
        places = np.split(at.astype(np.int32), np.cumsum([len(part.items) for part in parts])[:-1])
        shifts = np.cumsum([0] + [len(part.customers) for part in parts[:-1]])
        return cls(
            np.concatenate([part.customers for part in parts]),
            items,
            np.concatenate([part.currency for part in parts]),
            np.concatenate([part.known_through for part in parts]),
            np.concatenate(
                [part.customer + np.int32(shift) for part, shift in zip(parts, shifts, strict=True)]
            ),
            np.concatenate([part.day for part in parts]),
            np.concatenate([place[part.item] for part, place in zip(parts, places, strict=True)]),
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("quantity", "amount", "learn", "taken_back")
            ),
            tuple(days for part in parts for days in part.closed),
            tuple(days for part in parts for days in part.holidays),
            np.concatenate([part.fiscal_start for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.day)

    @property
    def end(self) -> int:
        return int(self.day.max()) if len(self) else 0

    def until(self, day: int) -> "OrderBook":
        """What was known at the end of `day`."""
        return replace(self._only(self.day <= day), known_through=np.minimum(self.known_through, day))

    def _only(self, lines) -> "OrderBook":
        names = ("customer", "day", "item", "quantity", "amount", "learn", "taken_back")
        return replace(self, **{name: getattr(self, name)[lines] for name in names})

    def sampled(self, most: int) -> "OrderBook":
        """The same customers at the same positions, with the lines of `most` of those who have any; itself where there are
        no more. Drawn by a hash of the customer, so that a further one moves at most one other."""
        buyers = np.unique(self.customer)
        if len(buyers) <= most:
            return self
        taken = np.zeros(len(self.customers), bool)
        taken[buyers[np.argsort(self.hashed[buyers], kind="stable")[:most]]] = True
        return self._only(taken[self.customer])

    @cached_property
    def hashed(self) -> np.ndarray:
        """(C,): of each customer a number of his own that no other customer moves, to draw them and to part them by."""
        return np.array([crc32(str(name).encode()) for name in self.customers], np.int64)

    @cached_property
    def _teaches(self) -> np.ndarray:
        return np.flatnonzero(self.learn & (self.quantity > 0))

    @cached_property
    def purchases(self):
        """Learnable lines folded to one a customer, day and item: customer, day, item, quantity, amount."""
        return self._folded(self._teaches)

    @cached_property
    def ordered(self):
        """The same of all that was ordered and not taken back, left out of learning or not."""
        rows = np.flatnonzero((self.learn | ~self.taken_back) & (self.quantity > 0))
        return self.purchases if len(rows) == len(self._teaches) else self._folded(rows)

    def waited_through(self, through: int) -> np.ndarray:
        """Of each of `events`, the epoch day up to which its following one was waited for, as was known on `through`.

        Nothing later than `through` shows in it: an order that comes after it is no end of a silence yet.
        """
        events = self.events
        return np.minimum(np.minimum(self.known_through[events.customer], through), events.waited_until)

    def _folded(self, rows):
        customer, day, item = self.customer[rows], self.day[rows], self.item[rows]
        starts = _starts(customer, day, item)
        return (
            customer[starts],
            day[starts],
            item[starts],
            _sums(self.quantity[rows], starts),
            _sums(self.amount[rows], starts),
        )

    @cached_property
    def events(self) -> Events:
        customer, day, _, _, amount = self.purchases
        starts = _starts(customer, day)
        size = np.diff(np.append(starts, len(day)))
        customer, day = customer[starts], day[starts]
        return Events(customer, day, _sums(amount, starts), size, self._came_after(customer, day))

    def _came_after(self, customer, day):
        """(N,): the first epoch day after each `day` on which the customer ordered anything; NEVER where there is none."""
        owner, came = self.ordered[0].astype(np.int64), self.ordered[1].astype(np.int64)
        # Sorted by customer and day, both in one number.
        at = np.searchsorted(owner * NEVER + came, customer.astype(np.int64) * NEVER + day, side="right")
        following = np.minimum(at, max(len(came) - 1, 0))
        return np.where((at < len(came)) & (owner[following] == customer), came[following], NEVER)

    @cached_property
    def _slices(self):
        everyone = np.arange(len(self.customers) + 1)
        return tuple(
            np.searchsorted(column, everyone)
            for column in (self.events.customer, self.purchases[0], self.ordered[0], self.customer)
        )

    def history(self, index: int) -> History:
        events, purchases, ordered, lines = (slice(cut[index], cut[index + 1]) for cut in self._slices)
        _, day, item, quantity, amount = (column[purchases] for column in self.purchases)
        return History(
            self.customers[index],
            str(self.currency[index]),
            int(self.known_through[index]),
            self.events.day[events],
            self.events.amount[events],
            self.events.size[events],
            day,
            item,
            quantity,
            amount,
            tuple(column[ordered] for column in self.ordered[1:]),
            (self.day[lines], self.item[lines], self.quantity[lines], self.amount[lines]),
            self.closed[index] if self.closed else NO_DAYS,
            self.holidays[index] if self.holidays else NO_DAYS,
            int(self.fiscal_start[index]) if len(self.fiscal_start) else 0,
        )


def _positions(item, first):
    """(identifiers, position of each of `item` in them); those of `first` come first."""
    if first is None or not len(first):
        return np.unique(item, return_inverse=True)
    at = np.minimum(np.searchsorted(first, item), len(first) - 1)
    new = first[at] != item
    behind, at_behind = np.unique(item[new], return_inverse=True)
    at[new] = len(first) + at_behind
    return np.concatenate((first, behind)) if len(behind) else first, at


def numbered(customer) -> np.ndarray:
    """Of each row of a column sorted by customer, the how-manieth of its customer it is: 1 his first."""
    place = np.arange(len(customer))
    first = np.ones(len(customer), bool)
    first[1:] = customer[1:] != customer[:-1]
    return place - np.maximum.accumulate(np.where(first, place, 0)) + 1


def counted(flags, rows, number) -> np.ndarray:
    """(R,): how many of `flags` (N,) are set up to each of `rows` and after the first row of its customer. number (R,): the
    how-manieth of his each row is."""
    so_far = np.cumsum(flags)
    return so_far[rows] - so_far[rows - number + 1]


def _starts(*columns) -> np.ndarray:
    """Where a new combination of sorted columns begins."""
    if not len(columns[0]):
        return np.zeros(0, np.int64)
    change = np.zeros(len(columns[0]), bool)
    change[0] = True
    for column in columns:
        change[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(change)


def _sums(values, starts):
    return np.add.reduceat(values, starts) if len(starts) else np.zeros(0)


def plain(name):
    """An identifier as a Python value, for JSON, out of a numpy one."""
    return name.item() if isinstance(name, np.generic) else name
