"""A supervised ranking of the items that may be in the next order, learned from the book's own completed orders.

Ridge logistic regression over the features of `item_features`: one row for each candidate at each past order whose next
order is known, 1 where the item was in it. The ridge is centred on the simple rule next_items.recency_popularity. The
logit is calibrated on customers that the weights had not seen (Platt 1999), and in a small book it is averaged with the
rule's own logit (a logarithmic opinion pool, Genest and Zidek 1986): p = logistic(a (slope z + intercept) + (1 - a) rule).
Only numpy is needed.
"""

from dataclasses import dataclass

import numpy as np

from analytics.engine.calendar import month_index, month_start, weekday
from analytics.engine.forecast import item_features, item_tables
from analytics.engine.forecast.item_features import NAMES
from analytics.engine.forecast.item_tables import ItemTables
from analytics.engine.history import History
from analytics.engine.orderbook import NEVER, OrderBook

# Customers with orders. Below either of these the simple rule is not beaten.
NEEDS_CUSTOMERS = 40
NEEDS_ORIGINS = 10
# Orders that a customer needs to teach.
NEEDS_ORDERS = 3
# Origins that a fit looks at: whole months, the latest first, until there are so many; of one day at most so many.
MAX_ORIGINS, MAX_ORIGINS_A_DAY = 3000, 150
# Customers whose purchases say what the book buys and who is like whom: of a larger book a sample says it for all.
MAX_CUSTOMERS = 5000
# Rows that are worked on at once: the others wait in single precision.
BLOCK = 20_000
NEGATIVES = 40
HALF_LIFE = 150
RIDGE = 30.0
# Customers up to whom a book says least, and from whom on it is trusted wholly: see _trust.
FEW, MANY = 60, 200
# What the learned logit weighs beside the simple rule's where a book says least. A stronger ridge in its place keeps the
# rule's order too, but holds back what says how much comes: who buys a lot, what the book buys again.
LEAST_SHARE = 0.6
FOLDS = 2
CLIP = 5.0
STEPS = 25
LONGEST_STEP = 4.0
UNCHANGED = np.array([1.0, 0.0])
RULE = NAMES.index("rule")


@dataclass(frozen=True)
class ItemRanker:
    """Fitted on `origins` orders whose next order was known at the end of the fit's day.

    mean, sd, weight (F,): of item_features.NAMES, standardised values clipped at CLIP. slope, intercept: of the
    calibrated logit. share: what that weighs beside the logit of the simple rule. customers (C,): identifiers in the
    order of `tables`, the book as of that day.
    """

    mean: np.ndarray
    sd: np.ndarray
    weight: np.ndarray
    slope: float
    intercept: float
    share: float
    origins: int
    customers: np.ndarray
    tables: ItemTables

    def probabilities(self, X) -> np.ndarray:
        """(m,) of the candidates' features (m, F)."""
        z = _standard(X, self.mean, self.sd) @ self.weight
        learned = self.slope * z + self.intercept
        return _logistic(self.share * learned + (1 - self.share) * X[:, RULE])

    def position(self, customer) -> int | None:
        found = np.flatnonzero(self.customers == customer)
        return int(found[0]) if len(found) else None


def rank(history: History, ranker: ItemRanker):
    """list of (item position, probability), best first."""
    if not history.n:
        return []
    items, X = item_features.rows(history, ranker.tables, ranker.position(history.customer))
    p = ranker.probabilities(X)
    order = np.lexsort((items, -np.round(p, 12)))
    return [(int(items[at]), float(p[at])) for at in order]


@dataclass(frozen=True)
class Examples:
    """Candidates (m) of O origins. X: blocks that have (m, F) together; came (m,): whether the item was in the next order;
    log_odds (m,): by how much the drawn share of the others raises the logit; origin (m,): position of its origin;
    customer, next_day, size (O,): of each origin, size that of its next order."""

    X: tuple[np.ndarray, ...]
    came: np.ndarray
    log_odds: np.ndarray
    origin: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    next_day: np.ndarray
    size: np.ndarray

    def only(self, origins) -> "Examples":
        """Those of some origins of a single block, given as a mask (O,)."""
        if origins.all():
            return self
        rows = origins[self.origin]
        place = np.cumsum(origins) - 1
        (X,) = self.X
        return Examples(
            (X[rows],),
            self.came[rows],
            self.log_odds[rows],
            place[self.origin[rows]],
            *(column[origins] for column in (self.customer, self.day, self.next_day, self.size)),
        )


def _joined(blocks) -> Examples:
    shift = np.cumsum([0] + [len(block.day) for block in blocks[:-1]])
    columns = {
        name: np.concatenate([getattr(block, name) for block in blocks])
        for name in ("came", "log_odds", "customer", "day", "next_day", "size")
    }
    return Examples(
        X=tuple(X for block in blocks for X in block.X),
        origin=np.concatenate([b.origin + s for b, s in zip(blocks, shift, strict=True)]),
        **columns,
    )


class Past:
    """The examples of a book, month by month, so that monthly refits work out each month once.

    Features of an origin come from tables that end before the Monday of its week, as they do in a replay; where the
    worker refits every night they are at most a day old.
    """

    def __init__(self, book: OrderBook):
        self.book = book
        self.sampled = book.sampled(MAX_CUSTOMERS)
        self.by_month = {}
        self.by_week = {}
        # The earliest month that the last fit looked back to: a later one looks back no further.
        self.oldest = None
        events = book.events
        drawn = _drawn(events)
        followed = drawn[events.following[drawn] < NEVER]
        self.customer, self.day = events.customer[followed], events.day[followed]
        self.next_day, self.size = events.day[followed + 1], events.size[followed + 1]

    def examples(self, through: int) -> Examples | None:
        """Of the latest months that hold MAX_ORIGINS origins completed by the end of `through`."""
        known = self.next_day <= through
        if not known.any():
            return None
        blocks, origins = [], 0
        for month in range(month_index(through), month_index(int(self.day.min())) - 1, -1):
            block = self._month(month)
            if block is not None:
                blocks.append(block.only(block.next_day <= through))
                origins += len(blocks[-1].day)
            self.oldest = month
            if origins >= MAX_ORIGINS:
                break
        return _joined(blocks) if origins else None

    def _month(self, month):
        if month not in self.by_month:
            self.by_month[month] = self._worked_out(month)
        return self.by_month[month]

    def _worked_out(self, month):
        start, end = month_start(month), month_start(month + 1)
        chosen = np.flatnonzero((self.day >= start) & (self.day < end))
        if not len(chosen):
            return None
        parts = [self._origin(at) for at in chosen]
        X, came, log_odds = (np.concatenate(column) for column in zip(*parts, strict=True))
        origin = np.repeat(np.arange(len(chosen)), [len(part[1]) for part in parts])
        columns = (column[chosen] for column in (self.customer, self.day, self.next_day, self.size))
        return Examples((X,), came, log_odds, origin, *columns)

    def tables(self, day: int) -> ItemTables:
        """The book as it was before the Monday of the week of `day`."""
        monday = day - weekday(day)
        if monday not in self.by_week:
            self.by_week[monday] = item_tables.tables(self.sampled, monday - 1)
        return self.by_week[monday]

    def forget_before(self, day: int):
        """Lets go of what fits and look-ups from `day` on never ask for: examples of months that the last fit did not need
        any more, tables of weeks before the month before. The examples of that month are yet to be worked out."""
        since = month_start(month_index(day) - 1)
        weeks = since - weekday(since)
        self.by_week = {monday: tables for monday, tables in self.by_week.items() if monday >= weeks}
        if self.oldest is not None:
            self.by_month = {
                month: examples for month, examples in self.by_month.items() if month >= self.oldest
            }

    def _origin(self, at):
        me, day = int(self.customer[at]), int(self.day[at])
        book = self.tables(day)
        history = self.book.history(me)
        items, X = item_features.rows(history.until(day), book, me)
        bought = np.zeros(len(self.book.items), bool)
        bought[history.item[history.day == self.next_day[at]]] = True
        came = bought[items]
        share = min(NEGATIVES / max((~came).sum(), 1), 1.0)
        # Drawn by a hash and not by a stream of random numbers: what comes later must not change what is drawn.
        drawn = came | ((items * 7919 + day * 104_729 + me * 1_299_709) % 1009 < share * 1009)
        return X[drawn].astype(np.float32), came[drawn], np.full(int(drawn.sum()), -np.log(share))


def _drawn(events) -> np.ndarray:
    """Positions of the order days that may teach: of one day those whose hash is smallest, MAX_ORIGINS_A_DAY at most.

    Drawn before one knows which of them were followed: what comes later must not change what is drawn.
    """
    can = np.flatnonzero(events.number >= NEEDS_ORDERS)
    day = events.day[can].astype(np.int64)
    hashed = (events.customer[can].astype(np.int64) * 1_299_709 + day * 104_729) % 1_000_003
    order = np.lexsort((hashed, day))
    day = day[order]
    rank = np.arange(len(day)) - np.searchsorted(day, day)
    return np.sort(can[order[rank < MAX_ORIGINS_A_DAY]])


def fit(book: OrderBook, through: int, past: Past | None = None) -> ItemRanker | None:
    """The ranker as of the end of epoch day `through`; None where the book is too small for one.

    `past`: examples of the same book that earlier refits worked out already.
    """
    active = np.unique(book.events.customer[book.events.day <= through])
    if len(active) < NEEDS_CUSTOMERS:
        return None
    past = past or Past(book)
    examples = past.examples(through)
    if examples is None or len(examples.day) < NEEDS_ORIGINS or not 0 < examples.came.mean() < 1:
        return None
    mean, sd = _moments(examples.X)
    Z = _with_ones(examples.X, mean, sd)
    trust = _trust(len(active))
    age = 0.5 ** ((through - examples.day) / HALF_LIFE)
    # Large orders would otherwise outvote the many small ones.
    weight = (age / np.sqrt(np.maximum(examples.size, 3)))[examples.origin]
    weight /= weight.mean()
    prior = np.zeros(Z.shape[1])
    prior[RULE] = sd[RULE]
    everyone = np.arange(len(Z))
    w = _logistic_regression(Z, everyone, examples.came, examples.log_odds, weight, RIDGE, prior, prior)
    line = _calibration(Z, examples, weight, prior, w, age[examples.origin]) if trust else UNCHANGED
    slope, intercept = (float(value) for value in UNCHANGED + trust * (line - UNCHANGED))
    return ItemRanker(
        mean=mean,
        sd=sd,
        weight=w[:-1],
        slope=slope,
        intercept=slope * float(w[-1]) + intercept,
        share=LEAST_SHARE + (1 - LEAST_SHARE) * trust,
        origins=len(examples.day),
        customers=book.customers,
        tables=item_tables.tables(past.sampled, through),
    )


def _moments(blocks):
    """Mean and standard deviation of the columns (F,); 1 where a column is constant."""
    many = sum(len(X) for X in blocks)
    mean = sum(X.sum(axis=0, dtype=float) for X in blocks) / many
    parts = [X[start : start + BLOCK] for X in blocks for start in range(0, len(X), BLOCK)]
    sd = np.sqrt(sum(((part - mean) ** 2).sum(axis=0) for part in parts) / many)
    sd[sd < 1e-6] = 1
    return mean, sd


def _with_ones(blocks, mean, sd):
    """(m, F + 1), single precision: the standardised columns, and the intercept's."""
    Z = np.ones((sum(len(X) for X in blocks), len(mean) + 1), np.float32)
    at = 0
    for X in blocks:
        for start in range(0, len(X), BLOCK):
            part = X[start : start + BLOCK]
            Z[at : at + len(part), :-1] = _standard(part, mean, sd)
            at += len(part)
    return Z


def _trust(customers):
    """0 up to FEW customers, 1 from MANY on, and in between as their logarithm goes: how far calibration is believed, which of
    few orders calls baskets too large, and the learned logit without the rule's."""
    return float(np.clip(np.log(customers / FEW) / np.log(MANY / FEW), 0, 1))


def _in_blocks(rows):
    return np.array_split(rows, range(BLOCK, len(rows), BLOCK))


def _logistic_regression(Z, rows, came, log_odds, weight, ridge, prior, start, steps=STEPS):
    """Newton on the weighted log likelihood - ridge / 2 sum (w - prior)^2; the last column is the free intercept.

    rows: positions in Z, came, log_odds and weight of those that are looked at.
    """
    w = start.copy()
    penalty = np.full(Z.shape[1], ridge)
    penalty[-1] = 1e-3
    blocks = _in_blocks(rows)
    for _ in range(steps):
        gradient, hessian = -penalty * (w - prior), np.diag(penalty)
        for block in blocks:
            z = Z[block].astype(float)
            p = _logistic(z @ w + log_odds[block])
            gradient += z.T @ (weight[block] * (came[block] - p))
            hessian += (z * (weight[block] * p * (1 - p))[:, None]).T @ z
        step = np.linalg.solve(hessian, gradient)
        # A long step would leave the region in which the quadratic approximation holds.
        longest = max(float(np.abs(Z[block] @ step).max()) for block in blocks)
        w += step * min(1.0, LONGEST_STEP / max(longest, 1e-9))
        if longest < 1e-2:
            break
    return w


def _calibration(Z, examples, weight, prior, start, age):
    """(slope, intercept) of the logits that each half of the customers gets from the weights of the other half."""
    came, log_odds = examples.came, examples.log_odds
    fold = (examples.customer % FOLDS)[examples.origin]
    z = np.zeros(len(fold))
    for part in range(FOLDS):
        other = fold != part
        if not 0 < came[other].sum() < other.sum():
            return UNCHANGED
        rows = np.flatnonzero(other)
        w = _logistic_regression(Z, rows, came, log_odds, weight, RIDGE, prior, start, steps=5)
        for block in _in_blocks(np.flatnonzero(~other)):
            z[block] = Z[block] @ w
    return _logistic_regression(
        np.column_stack((z, np.ones(len(z)))),
        np.arange(len(z)),
        came,
        log_odds,
        age,
        1.0,
        UNCHANGED,
        UNCHANGED,
    )


def _standard(X, mean, sd):
    return np.clip((X - mean) / sd, -CLIP, CLIP)


def _logistic(z):
    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))
