"""How right totals over many customers are: what was said of the next 30 and 90 days, and what came. No database."""

import datetime as dt
from dataclasses import replace

import numpy as np

from analytics.engine import bookstats
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import next_date, next_items, rollup, seasons
from analytics.expected.spread import overdispersion, range80, wandering
from analytics.expected.totals import renewal_variance
from analytics.replay_files import read_lines
from tests.bench.skipping import DATA, is_beside, runs_once

LINES = DATA / "online_retail_ii_lines_public.csv.gz"
# Of the first year no month is known twice, and no season.
FIRST = [dt.date(2010, 8, 31), dt.date(2010, 11, 30), dt.date(2011, 1, 31)]
SECOND = [
    dt.date(2011, 4, 30),
    dt.date(2011, 5, 31),
    dt.date(2011, 6, 30),
    dt.date(2011, 7, 31),
    dt.date(2011, 8, 31),
]
SAMPLE, BOOKS, HORIZONS = 400, 40, (30, 90)


def run():
    if not (runs_once() and is_beside(LINES)):
        return
    book = read_lines(LINES)
    customers = np.random.default_rng(1).choice(len(book.customers), SAMPLE, replace=False)
    fitted = {day: bookstats.fit(book, epoch_day(day)) for day in FIRST + SECOND}
    plain = {day: replace(stats, order_seasons=seasons.NONE) for day, stats in fitted.items()}
    print(f"{SAMPLE} customers of {len(book.customers)}: came / said")
    _table("first year", book, customers, FIRST, fitted)
    _table("second year, without seasons", book, customers, SECOND, plain)
    _table("second year", book, customers, SECOND, fitted)


def _table(title, book, customers, origins, fitted):
    random = np.random.default_rng(2)
    seen = [_origin(book, customers, epoch_day(day), fitted[day]) for day in origins]
    print(f"{title}, {len(origins)} origins")
    for n, days in enumerate(HORIZONS):
        rows = np.concatenate([rows for rows, _, _ in seen])[:, 3 + 4 * n : 7 + 4 * n].sum(axis=0)
        print(f"  {days} days: orders {rows[1] / rows[0]:.2f}, amount {rows[3] / rows[2]:.2f}")
    said = sum(items for _, _, items in seen)
    print(f"  90 days, quantities: of means {said[2] / said[0]:.2f}, of next_items {said[2] / said[1]:.2f}")
    for size in (20, 60, 200):
        for n, days in enumerate(HORIZONS):
            print(f"{size:>3} customers, {days} days: {_books(seen, size, n, random)}", flush=True)


def _origin(book, customers, day, stats):
    """(customers, columns), their months that are over, and sums of quantities (said by means, by next_items, came)."""
    rows, backs, items = [], [], np.zeros(3)
    for customer in customers:
        whole = book.history(customer)
        known = whole.until(day)
        if known.n < next_date.NEEDS_ORDERS:
            continue
        curve = next_date.calibrated_curve(known, stats)
        back = rollup.backtest(known, stats, next_date.calibrated_curves)
        backs.append([back["orders"], back["amount"], np.subtract(back["came"], back["new"])])
        mean, spread = rollup.order_amount(known)
        row = [mean, spread, np.var(known.gaps) / max(np.mean(known.gaps), 1) ** 2]
        waited_for = not rollup.lapsed(known, curve)
        expected = rollup.days_ahead(known, curve, max(HORIZONS), stats.order_seasons) * waited_for
        for days in HORIZONS:
            inside = (whole.days > day) & (whole.days <= day + days) & waited_for
            orders = expected[:days].sum()
            row += [orders, inside.sum(), orders * mean, np.nansum(whole.amounts[inside])]
        rows.append(row)
        items += _items(whole, known, stats, book.items, day, expected.sum()) if waited_for else 0
    return np.array(rows), np.array(backs), items


def _items(whole, known, stats, names, day, orders):
    columns = rollup.items_ahead(known, stats, names)
    ranked = [
        (item, p) for item, p in next_items.recency_popularity(known, stats)[:60] if p >= rollup.LEAST_P
    ]
    quantities = next_items.quantities(known, stats, [item for item, _ in ranked])
    inside = (whole.day > day) & (whole.day <= day + max(HORIZONS))
    return np.array([
        orders * np.dot(columns["p"], columns["mean"]),
        orders * sum(p * (quantities[item] or (0,))[0] for item, p in ranked),
        whole.quantity[inside].sum(),
    ])  # fmt: skip


def _books(seen, size, n, random):
    """Of BOOKS books an origin: errors of their totals, and the share that their 80 % ranges held with the ranges' width."""
    held, widths, errors, total = np.zeros(2), np.zeros(2), np.zeros(2), 0.0
    for rows, backs, _ in seen:
        for _ in range(BOOKS):
            drawn = random.choice(len(rows), min(size, len(rows)), replace=False)
            mean, spread, cv2 = rows[drawn, :3].T
            orders, _, said, came = rows[drawn, 3 + 4 * n : 7 + 4 * n].T
            back = backs[drawn]
            apart = _variance(back[:, 0], mean[:, None], spread[:, None], cv2[:, None])
            own, common = overdispersion(back[:, 1], back[:, 2], apart)
            alone = _variance(orders, mean, spread, cv2).sum()
            common *= wandering(1, HORIZONS[n])
            wider = alone + own * (said**2).sum() + common * said.sum() ** 2
            for at, variance in enumerate((alone, wider)):
                low, high = range80(said.sum(), variance)
                held[at] += low <= came.sum() <= high
                widths[at] += (high - low) / said.sum()
            ratio = back[:, 2].sum() / back[:, 1].sum()
            errors += np.abs(said.sum() * np.array([1, ratio]) - came.sum())
            total += came.sum()
    books = len(seen) * BOOKS
    shares = [f"{held[at] / books:.2f} (width {widths[at] / books:.2f})" for at in range(2)]
    return (
        f"error {errors[0] / total:.2f}, times the ratio of the last months {errors[1] / total:.2f}; range of "
        f"independent customers holds {shares[0]}, as wide as the rule was wrong {shares[1]}"
    )


def _variance(orders, mean, spread, cv2):
    return orders * spread**2 + renewal_variance(orders, cv2) * mean**2
