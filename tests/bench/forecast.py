"""How exact, by size of book: every registered method beside the best simple rule, books dealt out of the public year.

For each size all customers of the file are dealt out, with a fixed seed, to as many books as there are, each run alone
with its own lines; "all" is the whole file. So every customer counts once at every size, and columns compare the same
origins. "20x60" are twenty books of 60 drawn with a fixed seed instead, as the protocol has it; three quarters of their customers
never order five times, and no distributor of a rep is like that: "20x60:5" draws among those who order on five days or more.
Intervals are of 95 %, by drawing customers again.
"""

import datetime as dt
import re
import time
from dataclasses import dataclass

import numpy as np

from analytics.engine import scoring
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import next_date
from analytics.engine.orderbook import OrderBook
from analytics.replay_files import read_lines
from tests.bench.replay import LINES
from tests.bench.skipping import is_beside, runs_once

PRIOR = "without_online_retail"
SINCE = epoch_day(dt.date(2011, 6, 1))
DRAWS = 400


@dataclass(frozen=True)
class Row:
    """A measure of the table: sum of `metric` over sum of `per`, or its mean. better: -1 where less is better, 1 where
    more is, 0 where neither is. ours: what the product uses; named: the simple rule named before anything was measured
    here; simple: all of them."""

    title: str
    kind: str
    metric: str
    better: int
    digits: int
    ours: str
    named: str = ""
    simple: tuple[str, ...] = ()
    per: str = ""

    def values(self, table, method):
        """(numerator, denominator), each (N,)."""
        values = table[self.kind, self.metric][method]
        return values, table[self.kind, self.per][method] if self.per else np.ones(len(values))

    def mean(self, table, method):
        top, bottom = self.values(table, method)
        return top.sum() / bottom.sum()


GAPS = {"named": "ewma_gap", "simple": ("last_gap", "median_gap", "mean_gap", "ewma_gap")}
CURVES = {"named": "own", "simple": ("memoryless", "own")}
AMOUNTS = {"named": "median", "simple": ("median", "ewma")}
ITEMS = {"named": "recency", "simple": ("frequency", "recency", "recency_popularity")}
QUANTITIES = {"named": "median", "simple": ("last", "median")}
ROWS = (
    Row("RMAE60, days", "gaps", "rmae60", -1, 2, "chosen", **GAPS),
    Row("Brier score, 30 days", "curves", "brier30", -1, 4, "calibrated", **CURVES),
    Row("interval score", "curves", "interval_score", -1, 1, "calibrated", **CURVES),
    Row("coverage", "curves", "coverage", 0, 3, "calibrated"),
    Row("amount, WAPE", "amounts", "error", -1, 3, "shrunk_median", **AMOUNTS, per="amount"),
    Row("items, nDCG@10", "items", "ndcg10", 1, 3, "learned", **ITEMS),
    Row("items, F1", "items", "f1", 1, 3, "learned", **ITEMS),
    Row("quantity within 25 %", "quantities", "within25", 1, 3, "weighted_median", **QUANTITIES, per="lines"),
    Row("quantity exact", "quantities", "exact", 1, 3, "weighted_median", **QUANTITIES, per="lines"),
)


def run(sizes="20,60,20x60,200,all"):
    if not (runs_once() and is_beside(LINES)):
        return
    whole = read_lines(LINES)
    tables = {}
    for size in sizes.split(","):
        started = time.perf_counter()
        tables[size] = measured(books(whole, size))
        print(f"{size}: {time.perf_counter() - started:.0f} s", flush=True)
    show(tables)


def books(whole, size):
    if size == "all":
        return [whole]
    if "x" in size:
        count, size, days = re.fullmatch(r"(\d+)x(\d+):?(\d*)", size).groups()
        return drawn(whole, int(count), int(size), int(days or 1))
    return dealt(whole, int(size))


def drawn(book, count, size, least):
    """`least`: order days of whoever may be drawn."""
    events = book.events
    among = np.flatnonzero(np.bincount(events.customer, minlength=len(book.customers)) >= least)
    random = np.random.default_rng(size)
    for _ in range(count):
        yield part(book, np.sort(random.choice(among, size, replace=False)))


def dealt(book, size):
    """Books of about `size` customers that hold each customer of the file once."""
    order = np.random.default_rng(size).permutation(len(book.customers))
    for customers in np.array_split(order, len(order) // size):
        yield part(book, np.sort(customers))


def part(book, customers):
    """A book of these customers alone."""
    position = np.full(len(book.customers), -1)
    position[customers] = np.arange(len(customers))
    keep = position[book.customer] >= 0
    return OrderBook.from_columns(
        customers=book.customers[customers], known_through=book.known_through[customers],
        customer=position[book.customer[keep]], day=book.day[keep], item=book.items[book.item[keep]],
        quantity=book.quantity[keep], amount=book.amount[keep],
    )  # fmt: skip


def measured(books):
    """{(kind, metric): {method: (N,)}} and, under "who", whose each origin of a kind is; books are laid end to end."""
    found = {}
    for book in books:
        dates, content = scoring.origins(book, SINCE, prior=PRIOR)
        if dates:
            add(found, "gaps", scoring.gap_losses(dates), dates)
            add(found, "curves", scoring.curve_losses(dates), dates)
            add(found, "stated", {"calibrated": sure(dates)}, dates)
        if content:
            add(found, "sure", {"calibrated": sure(content)}, content)
            add(found, "items", scoring.item_losses(content), content)
            add(found, "quantities", scoring.quantity_losses(content), content)
        if priced := [origin for origin in content if origin.amount > 0]:
            errors = scoring.amount_losses(priced).items()
            add(
                found,
                "amounts",
                {name: {"error": off, "amount": worth} for name, (off, worth) in errors},
                priced,
            )
    return {
        key: {name: np.concatenate(values) for name, values in methods.items()}
        for key, methods in found.items()
    }


def sure(origins):
    windows = scoring.windows_of(next_date.calibrated_curve, origins)
    centre = np.array([(window.window_from + window.window_to) / 2 for window in windows])
    gap = np.array([origin.gap for origin in origins])
    return {
        "confidence": np.array([window.confidence for window in windows]),
        "right": (np.abs(centre - gap) <= 7).astype(float),
    }


def add(found, kind, losses, origins):
    for method, metrics in losses.items():
        for metric, values in metrics.items():
            found.setdefault((kind, metric), {}).setdefault(method, []).append(values)
    # A customer drawn into several books is one customer.
    who = np.array([origin.history.customer for origin in origins])
    found.setdefault((kind, "who"), {}).setdefault("who", []).append(who)


def show(tables):
    print(f"\n| measure | method | {' | '.join(tables)} |")
    print(f"| --- | --- |{' --- |' * len(tables)}")
    for row in ROWS:
        show_row(row, tables)
    cells = [surest(table) for table in tables.values()]
    print(f"| within 7 days, surest quarter | **calibrated** | {' | '.join(cells)} |")
    cells = [median_error(table) for table in tables.values()]
    print(f"| amount, median error | **shrunk_median** | {' | '.join(cells)} |")
    for fifth in range(5):
        cells = [stated(table, fifth) for table in tables.values()]
        print(f"| confidence stated: right, fifth {fifth + 1} of 5 | **calibrated** | {' | '.join(cells)} |")
    for kind, title in (("gaps", "dates"), ("items", "items")):
        counts = [len(table[kind, "who"]["who"]) for table in tables.values()]
        print(f"| origins of {title} | | {' | '.join(f'{count:,}' for count in counts)} |")


def show_row(row, tables):
    for method in next(iter(tables.values()))[row.kind, row.metric]:
        cells = [f"{row.mean(table, method):.{row.digits}f}" for table in tables.values()]
        name = f"**{method}**" if method == row.ours else method
        print(f"| {row.title} | {name} | {' | '.join(cells)} |")
    if row.kind in ("gaps", "curves"):
        cells = [by_customer(row, table) for table in tables.values()]
        print(f"| {row.title}, each customer alike | **{row.ours}** | {' | '.join(cells)} |")
    if row.better:
        for rule in (row.named, None):
            title = rule or "the best simple rule of this column"
            cells = [against(row, table, rule) for table in tables.values()]
            print(f"| {row.title} | {row.ours} against {title} | {' | '.join(cells)} |")


def whose(table, kind):
    return np.unique(table[kind, "who"]["who"], return_inverse=True)[1]


def by_customer(row, table):
    customer = whose(table, row.kind)
    values, _ = row.values(table, row.ours)
    return f"{(np.bincount(customer, values) / np.bincount(customer)).mean():.{row.digits}f}"


def surest(table):
    confidence, right = (table["sure", name]["calibrated"] for name in ("confidence", "right"))
    top = confidence >= np.quantile(confidence, 0.75)
    return f"{right[top].mean():.3f}"


def median_error(table):
    error, amount = (table["amounts", name]["shrunk_median"] for name in ("error", "amount"))
    return f"{np.median(error / amount):.3f}"


def stated(table, fifth):
    """Of every origin, whether its order has come or not: what was stated and how often it was so."""
    confidence, right = (table["stated", name]["calibrated"] for name in ("confidence", "right"))
    order = np.argsort(confidence, kind="stable")
    part_of = np.array_split(order, 5)[fifth]
    return f"{confidence[part_of].mean():.2f}: {right[part_of].mean():.2f}"


def against(row, table, rule):
    """Difference in per cent of a rule's figure, and its 95 % interval; None: the simple rule that came out best here."""
    best = rule or min(row.simple, key=lambda name: -row.better * row.mean(table, name))
    customer = whose(table, row.kind)
    mine, simple = (np.bincount(customer, row.values(table, name)[0]) for name in (row.ours, best))
    random = np.random.default_rng(1)
    drawn_again = random.integers(0, len(mine), (DRAWS, len(mine)))
    ratio = mine[drawn_again].sum(axis=1) / simple[drawn_again].sum(axis=1)
    low, high = 100 * (np.quantile(ratio, [0.025, 0.975]) - 1)
    return f"{100 * (mine.sum() / simple.sum() - 1):+.1f} % ({low:+.1f} to {high:+.1f}){'' if rule else f', {best}'}"
