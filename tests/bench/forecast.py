"""How exact, by size of book: every registered method beside the best simple rule, books dealt out of the public year.

For each size all customers of the file are dealt out, with a fixed seed, to as many books as there are, each run alone
with its own lines; "all" is the whole file. So every customer counts once at every size, and columns compare the same
origins. Intervals are of 95 %, by drawing customers again.
"""

import datetime as dt
import time

import numpy as np

from analytics.engine import scoring
from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import next_date
from analytics.engine.orderbook import OrderBook
from analytics.management.commands.replay import read_lines
from tests.bench.replay import LINES
from tests.bench.skipping import is_beside, runs_once

PRIOR = "without_online_retail"
SINCE = epoch_day(dt.date(2011, 6, 1))
DRAWS = 400
SIMPLE = {"gaps": ("last_gap", "median_gap", "mean_gap", "ewma_gap"), "curves": ("memoryless", "own")}
# The simple rules named before anything was measured here.
NAMED = {"gaps": "ewma_gap", "curves": "own"}
# (kind, metric, whether less is better, digits, what the product uses)
ROWS = (
    ("gaps", "rmae60", True, 2, "chosen"),
    ("curves", "brier30", True, 4, "calibrated"),
    ("curves", "interval_score", True, 1, "calibrated"),
    ("curves", "coverage", None, 3, "calibrated"),
    ("sure", "within 7 days, surest quarter", None, 3, "calibrated"),
)


def run(sizes="20,60,200,all"):
    if not (runs_once() and is_beside(LINES)):
        return
    whole = read_lines(LINES)
    tables = {}
    for size in sizes.split(","):
        started = time.perf_counter()
        tables[size] = measured([whole] if size == "all" else dealt(whole, int(size)))
        print(f"{size}: {time.perf_counter() - started:.0f} s", flush=True)
    show(tables)


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
    who = np.array([origin.history.customer for origin in origins])
    found.setdefault((kind, "who"), {}).setdefault("who", []).append(who)


def show(tables):
    print(f"\n| measure | method | {' | '.join(tables)} |")
    print(f"| --- | --- |{' --- |' * len(tables)}")
    for kind, metric, less, digits, ours in ROWS:
        if kind == "sure":
            cells = [surest(table) for table in tables.values()]
            print(f"| {metric} | **{ours}** | {' | '.join(cells)} |")
            continue
        for method in next(iter(tables.values()))[kind, metric]:
            cells = [f"{table[kind, metric][method].mean():.{digits}f}" for table in tables.values()]
            name = f"**{method}**" if method == ours else method
            print(f"| {metric} | {name} | {' | '.join(cells)} |")
        cells = [by_customer(table, kind, metric, ours, digits) for table in tables.values()]
        print(f"| {metric}, each customer alike | **{ours}** | {' | '.join(cells)} |")
        if less:
            for rule in (NAMED[kind], None):
                title = rule or "the best simple rule of this column"
                cells = [against(table, kind, metric, ours, rule) for table in tables.values()]
                print(f"| {metric} | {ours} against {title} | {' | '.join(cells)} |")
    for fifth in range(5):
        cells = [stated(table, fifth) for table in tables.values()]
        print(f"| confidence stated: right, fifth {fifth + 1} of 5 | **calibrated** | {' | '.join(cells)} |")
    counts = [len(table["gaps", "who"]["who"]) for table in tables.values()]
    print(f"| origins | | {' | '.join(f'{count:,}' for count in counts)} |")


def by_customer(table, kind, metric, method, digits):
    _, customer = np.unique(table[kind, "who"]["who"], return_inverse=True)
    values = table[kind, metric][method]
    return f"{(np.bincount(customer, values) / np.bincount(customer)).mean():.{digits}f}"


def surest(table):
    confidence, right = (table["sure", name]["calibrated"] for name in ("confidence", "right"))
    top = confidence >= np.quantile(confidence, 0.75)
    return f"{right[top].mean():.3f}"


def stated(table, fifth):
    """Of every origin, whether its order has come or not: what was stated and how often it was so."""
    confidence, right = (table["stated", name]["calibrated"] for name in ("confidence", "right"))
    order = np.argsort(confidence, kind="stable")
    part_of = np.array_split(order, 5)[fifth]
    return f"{confidence[part_of].mean():.2f}: {right[part_of].mean():.2f}"


def against(table, kind, metric, ours, rule):
    """Difference in per cent of a rule's loss, and its 95 % interval; None: the simple rule that came out best here."""
    methods = table[kind, metric]
    best = rule or min(SIMPLE[kind], key=lambda name: methods[name].mean())
    _, customer = np.unique(table[kind, "who"]["who"], return_inverse=True)
    mine, simple = (np.bincount(customer, methods[name]) for name in (ours, best))
    random = np.random.default_rng(1)
    drawn_again = random.integers(0, len(mine), (DRAWS, len(mine)))
    ratio = mine[drawn_again].sum(axis=1) / simple[drawn_again].sum(axis=1)
    low, high = 100 * (np.quantile(ratio, [0.025, 0.975]) - 1)
    return f"{100 * (mine.sum() / simple.sum() - 1):+.1f} % ({low:+.1f} to {high:+.1f}){'' if rule else f', {best}'}"
