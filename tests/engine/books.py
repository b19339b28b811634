"""Order books with planted truths."""

import datetime as dt

import numpy as np

from analytics.engine.calendar import epoch_day
from analytics.engine.orderbook import OrderBook

END = epoch_day(dt.date(2026, 6, 30))


def book_of(rows, customers=None, known_through=END, currency=None, learn=None):
    """rows: (customer name, epoch day, item, quantity, amount)."""
    names = customers or sorted({row[0] for row in rows})
    through = known_through if isinstance(known_through, list) else [known_through] * len(names)
    return OrderBook.from_columns(
        customers=np.array(names, object),
        known_through=through,
        currency=currency,
        customer=[names.index(row[0]) for row in rows],
        day=[row[1] for row in rows],
        item=np.array([row[2] for row in rows]),
        quantity=[row[3] for row in rows],
        amount=[row[4] for row in rows],
        learn=learn,
    )


def regular(name, gap=21, noise=0, count=40, end=END, items=("A",), amount=100.0, seed=0):
    """Orders every `gap` days with normal noise, the last one on `end`."""
    random = np.random.default_rng(seed)
    gaps = (
        np.maximum(np.round(random.normal(gap, noise, count - 1)), 1).astype(int)
        if count > 1
        else np.zeros(0, int)
    )
    days = end - np.concatenate((np.cumsum(gaps[::-1])[::-1], [0]))
    return [(name, int(day), item, 10.0, amount) for day in days for item in items]


def crowd(count=30, seed=1):
    """Customers of different rhythms, regularities and baskets."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        gap = random.uniform(8, 60)
        items = [f"I{item}" for item in random.choice(40, 6, replace=False)]
        for day in {
            row[1]
            for row in regular("x", gap, gap * random.uniform(0.1, 0.5), 25, END - number % 9, seed=number)
        }:
            for item in items:
                if random.random() < 0.6:
                    quantity = float(random.integers(1, 9) * 6)
                    rows.append((f"c{number:02d}", day, item, quantity, quantity * 2.5))
    return rows
