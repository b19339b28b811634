"""The months ahead: expected orders received, with 80 % ranges."""

import numpy as np

from analytics.engine.calendar import month_index, month_label, month_of, month_start
from analytics.engine.forecast import alive
from analytics.engine.history import History
from analytics.engine.orderbook import OrderBook

AHEAD = 12
HORIZONS = (3, 6, 12)
NEEDS_MONTHS = 6
OWN_PROFILE_WEIGHT = 0.15
WEEKS_A_MONTH = 365.25 / 12 / 7
# Orders a month at which the book's season counts half.
SEASON_PSEUDO_ORDERS = 20
GRID = np.linspace(0, 1, 161)


def seasons(book: OrderBook, through: int) -> dict[str, np.ndarray]:
    """Per currency (12,), January first: the book's last 12 complete months as multiples of their mean.

    Shrunk to 1 by its number m of order days a month: ratio^(m / (m + 20)). A currency without 12 complete months
    has no season here.
    """
    events = book.events
    end = _complete_until(through)
    month = month_of(events.day)
    seen = (events.day <= through) & (month < end)
    found = {}
    for code in np.unique(book.currency):
        mine = seen & (book.currency[events.customer] == code)
        if not mine.any() or month[mine].min() > end - 12:
            continue
        mine &= month >= end - 12
        totals = np.bincount(month[mine] % 12, np.nan_to_num(events.amount[mine]), minlength=12)
        if totals.sum() <= 0:
            continue
        orders = mine.sum() / 12
        ratio = np.maximum(totals / totals.mean(), 0.1) ** (orders / (orders + SEASON_PSEUDO_ORDERS))
        found[str(code)] = ratio / ratio.mean()
    return found


def months_ahead(history: History, stats=None) -> dict:
    """months, point, low, high for the next 12 months and totals of the next 3, 6, 12 with ranges; means, for sums.

    Mean of two forecasts, each with the book's season of the currency: the level of his last 12 complete months,
    damped by a silence longer than ever (x .6, beyond 1.5 times x .15) and leaning 15 % towards his own profile once
    there are two years; and the order days to expect of him (`alive`) times his mean order, to which one order of the
    book's size is added. The running month is at least what came in it. A book too small for `alive` uses the first
    alone. Ranges: 10 % and 90 % points of the sum of N orders, N as in `alive` and log-normal amounts, moved to the
    point. show_months: whether he was active in 10 of the last 12 months; else only the totals mean something.
    Without 6 complete months: status "needs_months".
    """
    series, first = complete_months(history)
    if len(series) < NEEDS_MONTHS:
        return {"status": "needs_months", "needs": NEEDS_MONTHS - len(series)}
    start = first + len(series)
    season = _season(history, stats)
    point = _level(history, series, start, season)
    orders = _Orders(history, stats) if stats is not None and stats.alive else None
    if orders:
        point = (point + orders.months() * season[np.arange(start, start + AHEAD) % 12]) / 2
    came = _so_far(history, start)
    point[0] = max(point[0], came)
    totals = {}
    for h in HORIZONS:
        total = float(point[:h].sum())
        low, high = orders.range(h, total) if orders else _spread(history, series, h, total)
        totals[str(h)] = {
            "point": round(total, 2), "low": round(max(low, came), 2), "high": round(max(high, came), 2)
        }  # fmt: skip
    ranges = [
        orders.range(1, float(value)) if orders else _spread(history, series, 1, float(value))
        for value in point
    ]
    ranges[0] = tuple(max(end, came) for end in ranges[0])
    return {
        "status": "ready",
        "show_months": bool((series[-12:] > 0).sum() >= 10),
        "months": [month_label(start + offset) for offset in range(AHEAD)],
        "point": [round(float(value), 2) for value in point],
        "low": [round(low, 2) for low, _ in ranges],
        "high": [round(high, 2) for _, high in ranges],
        "totals": totals,
    }


def _so_far(history, month):
    """What came in the month with this index that was known by `known_through`; returns alone are no less than nothing."""
    day, _, _, amount = history.figures
    inside = (month_of(day) == month) & (day <= history.known_through)
    return max(float(np.nansum(amount[inside])), 0.0)


def complete_months(history: History):
    """Amounts of the calendar months from the first order on that were over by `known_through`; first month's index."""
    if not history.n:
        return np.zeros(0), 0
    day, _, _, amount = history.figures
    first = month_index(int(history.days[0]))
    length = max(_complete_until(history.known_through) - first, 0)
    offset = month_of(day) - first
    inside = (offset >= 0) & (offset < length)
    return np.bincount(offset[inside], np.nan_to_num(amount[inside]), minlength=length)[:length], first


def _complete_until(day):
    """Index of the first month that is not over at the end of `day`."""
    current = month_index(day)
    return current + 1 if month_start(current + 1) - 1 == day else current


def _season(history, stats):
    found = stats.seasons.get(history.currency) if stats is not None else None
    return np.ones(12) if found is None else found


def _level(history, series, start, season):
    """(AHEAD,): his last 12 months without the season, damped, with the season of the months to come."""
    recent = series[-12:]
    weights = season[np.arange(start - len(recent), start) % 12]
    level = max(float(recent.sum() / weights.sum()), 0.0) * _damping(history)
    return np.maximum(level * season[np.arange(start, start + AHEAD) % 12] * _profile(series), 0)


def _profile(series):
    """How the next 12 months differ from the mean: 85 % not at all, 15 % as his own last years did."""
    if len(series) < 24:
        return np.ones(AHEAD)
    years = len(series) // 12
    table = series[-12 * years :].reshape(years, 12).mean(axis=0)
    # The last complete month is the table's last column, so the next month is its first again.
    own = table / table.mean() if table.mean() > 0 else np.ones(12)
    return 1 - OWN_PROFILE_WEIGHT + OWN_PROFILE_WEIGHT * own


def _damping(history):
    longest = float(history.gaps.max()) if len(history.gaps) else np.inf
    if history.silence > 1.5 * longest:
        return 0.15
    return 0.6 if history.silence > longest else 1.0


def _spread(history, series, h, total):
    """Range from his own months around their mean; sums of h months vary with the root of h."""
    spread = series[-24:] - series[-24:].mean()
    down, up = (float(np.quantile(spread, q)) * _damping(history) * np.sqrt(h) for q in (0.1, 0.9))
    return max(total + down, 0.0), max(total + up, total)


class _Orders:
    """What the orders to expect are worth: means of 12 months, and how far a sum may be off."""

    def __init__(self, history, stats):
        book = stats.amount(history.currency)
        known = history.amounts[history.amounts > 0]
        usual = np.exp(book.log_median + book.within / 2) if book.log_median is not None else 0.0
        self.mean = float((known.sum() + usual) / (len(known) + (usual > 0))) if len(known) else float(usual)
        logs = np.log(known)
        self.variance = (len(logs) * float(np.var(logs)) if len(logs) else 0.0) + 5 * book.within
        self.variance /= len(logs) + 5
        self.spans = {}
        self.tails = {h: alive.tail(history, stats.alive, h * WEEKS_A_MONTH) for h in (1, *HORIZONS)}

    def months(self):
        """(AHEAD,): his orders thin out as he may leave, so later months expect less than the next ones."""
        reached = np.interp(
            np.arange(AHEAD + 1), (0, *HORIZONS), (0, *(self.tails[h].sum() for h in HORIZONS))
        )
        return np.diff(reached) * self.mean

    def range(self, h, total):
        """(low, high) of the total of h months whose mean is `total`."""
        if h not in self.spans:
            mean = max(float(self.tails[h].sum()) * self.mean, 1e-9)
            self.spans[h] = [
                q / mean for q in _quantiles(self.tails[h], self.mean, self.variance, (0.1, 0.9))
            ]
        low, high = (share * total for share in self.spans[h])
        return min(low, total), max(high, total)


def _quantiles(tail, mean, variance, shares):
    """Of the sum of N log-normal amounts, P(N >= n) = tail[n - 1]: a sum of n is taken to be log-normal too."""
    p = tail - np.append(tail[1:], 0)
    n = np.arange(1, len(p) + 1)
    kept = p > 1e-6
    p, n = p[kept], n[kept]
    if not len(p):
        return [0.0 for _ in shares]
    s2 = np.log1p(np.expm1(variance) / n)
    mu, sd = np.log(n * mean) - s2 / 2, np.sqrt(s2)
    low, high = float((mu - 4 * sd).min()), float((mu + 4 * sd).max())
    at = low + (high - low) * GRID
    # The logistic curve of this slope is within .01 of the normal distribution's.
    below = (1 - tail[0]) + (p / (1 + np.exp(-1.702 * (at[:, None] - mu) / sd))).sum(axis=1)
    return [0.0 if share <= 1 - tail[0] else float(np.exp(np.interp(share, below, at))) for share in shares]
