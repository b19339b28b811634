"""The months ahead: expected orders received, with an 80 % range."""

import numpy as np

from analytics.engine.calendar import month_index, month_label, month_of, month_start
from analytics.engine.orderbook import History

AHEAD = 12
NEEDS_MONTHS = 6
OWN_PROFILE_WEIGHT = 0.15


def months_ahead(history: History, stats=None) -> dict:
    """months, point, low, high for the next 6 months and totals of the next 3, 6, 12 with ranges.

    Level: mean of the last 12 complete months (fewer where the history is shorter), x .6 once the silence is longer
    than the longest ever and x .15 beyond 1.5 times that. With two years of history each month leans 15 % towards the
    customer's own profile: more than that lost accuracy on real books. Range: 10 % and 90 % points of his own months
    around the level; sums of h months vary with the root of h. show_months: whether he was active in 10 of the last
    12 months; else only the totals mean something. Without 6 complete months: status "needs_months".
    """
    series, first = complete_months(history)
    if len(series) < NEEDS_MONTHS:
        return {"status": "needs_months", "needs": NEEDS_MONTHS - len(series)}
    recent = series[-12:]
    level = float(recent.mean()) * _damping(history)
    start = first + len(series)
    profile = _profile(series, start)
    point = np.maximum(level * profile, 0)
    spread = series[-24:] - series[-24:].mean()
    scale = _damping(history)
    down, up = (float(np.quantile(spread, q)) * scale for q in (0.1, 0.9))
    totals = {}
    for h in (3, 6, 12):
        total = float(point[:h].sum())
        totals[str(h)] = {
            "point": round(total, 2),
            "low": round(max(total + down * np.sqrt(h), 0), 2),
            "high": round(max(total + up * np.sqrt(h), total), 2),
        }
    six = point[:6]
    return {
        "status": "ready",
        "show_months": bool((recent > 0).sum() >= 10),
        "months": [month_label(start + offset) for offset in range(6)],
        "point": [round(float(value), 2) for value in six],
        "low": [round(float(max(value + down, 0)), 2) for value in six],
        "high": [round(float(max(value + up, value)), 2) for value in six],
        "totals": totals,
    }


def complete_months(history: History):
    """Amounts of the calendar months from the first order on that were over by `known_through`; first month's index."""
    if not history.n:
        return np.zeros(0), 0
    day, _, _, amount = history.figures
    first = month_index(int(history.days[0]))
    current = month_index(history.known_through)
    if month_start(current + 1) - 1 == history.known_through:
        current += 1
    length = max(current - first, 0)
    offset = month_of(day) - first
    inside = (offset >= 0) & (offset < length)
    return np.bincount(offset[inside], np.nan_to_num(amount[inside]), minlength=length)[:length], first


def _profile(series, start):
    """How the next 12 months differ from the mean: 85 % not at all, 15 % as his own last years did."""
    if len(series) < 24:
        return np.ones(AHEAD)
    years = len(series) // 12
    table = series[-12 * years :].reshape(years, 12).mean(axis=0)
    # The last complete month is the table's last column, so the next month is its first again.
    own = table / table.mean() if table.mean() > 0 else np.ones(12)
    return 1 - OWN_PROFILE_WEIGHT + OWN_PROFILE_WEIGHT * own


def _damping(history):
    longest = float(history.gaps.max()) if history.n > 1 else np.inf
    if history.silence > 1.5 * longest:
        return 0.15
    return 0.6 if history.silence > longest else 1.0
