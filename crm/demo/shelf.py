"""What one customer keeps on his shelf: every item with its own pace and its share of his turnover."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from crm.demo.company import CATALOGUE, ITEMS, SUCCESSION
from crm.demo.truths import Truth

LONG_AGO, NEVER = 100_000, -100_000
FOCUS_SHARE, SEASONAL_SHARE, STEADY_SHARE = 0.56, 0.06, 0.009
OCCASIONS = 0.4  # of the quarters
# Items that a customer only carries where it is planted.
PLANTED_ONLY = {"SAT-S2", "AUR-350", "LAN-SOL"}


@dataclass
class Need:
    sku: str
    share: float  # of the turnover of a year
    every: float  # days
    months: tuple[int, ...] = ()
    from_ago: int = LONG_AGO  # bought from so many days before today ...
    to_ago: int = NEVER  # ... and no more from then on
    missed: float = 0.04  # how often he orders without it though it is due
    rests: frozenset[int] = frozenset()  # quarters, counted back from today, in which he does without it
    last: date | None = None

    def from_day(self, today: date) -> date:
        return date.min if self.from_ago == LONG_AGO else today - timedelta(days=self.from_ago)

    def to_day(self, today: date) -> date:
        return date.max if self.to_ago == NEVER else today - timedelta(days=self.to_ago)


def make_needs(truth: Truth, dice: random.Random) -> list[Need]:
    """Focus items first, then seasonal, steady and planted ones, then what he buys now and then."""
    focus = split(FOCUS_SHARE, len(truth.focus), dice)
    needs = [Need(sku, share, truth.interval) for sku, share in zip(truth.focus, focus, strict=True)]
    needs += [Need(sku, SEASONAL_SHARE, truth.interval, months) for sku, months in truth.seasonal.items()]
    needs += [Need(sku, STEADY_SHARE, max(truth.interval, 28), missed=0) for sku in truth.steady]
    needs += planted(truth)
    if truth.replaced and truth.replaced[1] not in truth.focus:
        needs.append(Need(truth.replaced[1], 0.05, truth.interval))
    needs += now_and_then(truth, 1 - sum(need.share for need in needs), {need.sku for need in needs}, dice)
    return succeeded(needs, truth)


def now_and_then(truth: Truth, rest: float, taken: set[str], dice: random.Random) -> list[Need]:
    """The other items: each at its own pace, as slow as a whole pack asks for; some came or went over the years."""
    free = [item.sku for item in CATALOGUE if item.sku not in PLANTED_ONLY | taken]
    skus = dice.sample(free, min(truth.breadth, len(free)))
    needs = []
    for sku, share in zip(skus, split(rest, len(skus), dice), strict=True):
        item = ITEMS[sku]
        packs_a_year = truth.turnover * share / (item.price * (1 - truth.discount) * item.pack)
        every = max(truth.interval * dice.choice([1, 1, 2, 2, 3, 4]), 365 / packs_a_year)
        need = Need(sku, share, every, missed=0.12)
        if dice.random() < 0.55:
            # Bought for one occasion or another: much in some quarters, nothing in most.
            need.rests = frozenset(quarter for quarter in range(21) if dice.random() > OCCASIONS)
            need.share = share / OCCASIONS
        if sku not in SUCCESSION and dice.random() < 0.3:
            change = dice.randrange(60, 1600)
            need.from_ago, need.to_ago = (change, NEVER) if dice.random() < 0.6 else (LONG_AGO, change)
        needs.append(need)
    return needs


def succeeded(needs: list[Need], truth: Truth) -> list[Need]:
    """Whoever buys the newer headlamp bought the older one before it came."""
    old, new, ago = truth.replaced or SUCCESSION
    for need in [need for need in needs if need.sku == new]:
        need.from_ago = ago
        needs.append(Need(old, need.share, need.every, to_ago=ago))
    return needs


def planted(truth: Truth) -> list[Need]:
    """Items that came, went or took another's place."""
    needs = []
    if truth.stopped:
        sku, ago = truth.stopped
        needs.append(Need(sku, 0.05, max(truth.interval, 28), to_ago=ago))
    if truth.started:
        sku, ago = truth.started
        needs.append(Need(sku, 0.06, truth.interval, from_ago=ago))
    return needs


def split(whole: float, parts: int, dice: random.Random) -> list[float]:
    """Uneven parts that add up: the first are the largest."""
    weights = [dice.uniform(0.7, 1.3) / (1 + 0.25 * place) for place in range(parts)]
    return [whole * weight / sum(weights) for weight in weights]
