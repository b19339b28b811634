"""Who still buys: the CDNOW log, 39 weeks to learn from and 39 to be judged on (Fader, Hardie and Lee 2005).

Beside the product's model the BG/NBD, the classic of such logs: lifetimes' where it is installed, else by its formula.
The literature's figures are of a tenth of the customers; lifetimes brings their numbers, so that tenth is judged only
beside it, fitted on its own customers as it is there.
"""

import csv
import datetime as dt
import gzip
import importlib.util
import time
from pathlib import Path

import numpy as np

from analytics.engine.calendar import epoch_day
from analytics.engine.forecast import alive
from analytics.engine.orderbook import OrderBook
from tests.bench.skipping import DATA, is_beside, runs_once

LOG = DATA / "cdnow_master.csv.gz"
SAMPLE = Path("datasets", "CDNOW_sample.txt")
LEARNED_THROUGH = epoch_day(dt.date(1997, 9, 30))
WEEKS = 39


def run():
    if not (runs_once() and is_beside(LOG)):
        return
    with gzip.open(LOG, "rt", newline="") as file:
        orders = [(int(row["customer"]), row["date"]) for row in csv.DictReader(file)]
    _compare("All", orders)
    sample = _customers_of_the_literature()
    if sample is None:
        print("The literature's tenth of the customers comes with lifetimes, which is not installed.")
    else:
        _compare("The literature's", [order for order in orders if order[0] in sample])


def _compare(whose, orders):
    book = _book(orders)
    day = book.events.day
    ahead = (day > LEARNED_THROUGH) & (day <= LEARNED_THROUGH + 7 * WEEKS)
    came = np.bincount(book.events.customer[ahead], minlength=len(book.customers))
    data = alive.counts(book, LEARNED_THROUGH)
    print(
        f"{whose} {len(came)} customers, {came.sum()} order days in {WEEKS} weeks; one that says 0: MAE {came.mean():.3f}"
    )
    started = time.process_time()
    model = alive.fit(data)
    mean, median = alive.expected(model, data, WEEKS)
    print(f"MBG/CNBD-k, k = {model.k}, {time.process_time() - started:.1f} s of one core")
    _row("median", median, came)
    _row("mean, rounded", np.round(mean), came)
    _row("mean", mean, came)
    peer = _bg_nbd(data)
    _row("BG/NBD, rounded", np.round(peer), came)
    _row("BG/NBD", peer, came)


def _row(name, called, came):
    bias = called.sum() / came.sum() - 1
    print(f"  {name:16} MAE {np.abs(called - came).mean():.3f}   total {bias:+.1%}")


def _customers_of_the_literature():
    """Their numbers in the log: the first column of lifetimes' sample. None without it."""
    if not (package := importlib.util.find_spec("lifetimes")):
        return None
    lines = (Path(package.origin).parent / SAMPLE).read_text().splitlines()
    return {int(line.split()[0]) for line in lines if line.strip()}


def _book(orders):
    names, customer = np.unique([name for name, _ in orders], return_inverse=True)
    day = np.array([epoch_day(dt.date.fromisoformat(date)) for _, date in orders])
    one = np.ones(len(day))
    return OrderBook.from_columns(
        customers=names,
        known_through=np.full(len(names), day.max()),
        customer=customer,
        day=day,
        item=np.zeros(len(day), int),
        quantity=one,
        amount=one,
    )


def _bg_nbd(data):
    """Expected orders of the BG/NBD of Fader, Hardie and Lee (2005), fitted by maximum likelihood."""
    x, last, known = data.x, data.last, data.known
    # A peer, never a dependency: used where somebody installed it.
    if importlib.util.find_spec("lifetimes"):
        fitter = importlib.import_module("lifetimes").BetaGeoFitter()
        fitter.fit(x, last, known)
        return np.asarray(fitter.conditional_expected_number_of_purchases_up_to_time(WEEKS, x, last, known))

    def parts(theta):
        r, alpha, a, b = np.exp(theta)
        common = alive.log_gamma(r + x) - alive.log_gamma(np.array(r)) + r * np.log(alpha)
        living = _log_beta(a, b + x) - _log_beta(a, b) - (r + x) * np.log(alpha + known)
        left = _log_beta(a + 1, b + np.maximum(x, 1) - 1) - _log_beta(a, b) - (r + x) * np.log(alpha + last)
        return common, living, np.where(x > 0, left, -np.inf)

    def loss(theta):
        common, living, left = parts(theta)
        return -(common + np.logaddexp(living, left)).sum()

    theta, _ = alive.nelder_mead(loss, np.log([0.3, 5.0, 0.8, 2.5]))
    r, alpha, a, b = np.exp(theta)
    _, living, left = parts(theta)
    grown = (alpha + known) / (alpha + known + WEEKS)
    series = 1 - grown ** (r + x) * _hypergeometric(
        r + x, b + x, a + b + x - 1, WEEKS / (alpha + known + WEEKS)
    )
    return (a + b + x - 1) / (a - 1) * series / (1 + np.exp(left - living))


def _hypergeometric(a, b, c, z, terms=400):
    """Gauss's 2F1 for 0 <= z < 1, by its series."""
    term, total = np.ones_like(z), np.ones_like(z)
    for n in range(terms):
        term = term * (a + n) * (b + n) / (c + n) / (n + 1) * z
        total = total + term
    return total


def _log_beta(a, b):
    return alive.log_gamma(a) + alive.log_gamma(b) - alive.log_gamma(np.add(a, b))
