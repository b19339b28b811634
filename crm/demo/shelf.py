"""What one customer keeps on his shelf: every item with its own pace and its share of his turnover."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from crm.demo.company import CATALOGUE, SUCCESSION
from crm.demo.truths import Truth

LONG_AGO, NEVER = 100_000, -100_000
FOCUS_SHARE, SEASONAL_SHARE, STEADY_SHARE = 0.56, 0.075, 0.009
# An item that only some customers carry, and nobody before it was launched.
PLANTED_ONLY = {"SAT-S2", "AUR-350", "LAN-SOL"}


@dataclass
class Need:
    sku: str
    share: float  # of the turnover of a year
    every: float  # days
    months: tuple[int, ...] = ()
    from_ago: int = LONG_AGO  # bought from so many days before today ...
    to_ago: int = NEVER  # ... and no more from then on
    never_missed: bool = False
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
    needs += [Need(sku, STEADY_SHARE, max(truth.interval, 28), never_missed=True) for sku in truth.steady]
    needs += planted(truth)
    if truth.replaced and truth.replaced[1] not in truth.focus:
        needs.append(Need(truth.replaced[1], 0.05, truth.interval))
    rest = 1 - sum(need.share for need in needs)
    free = [item.sku for item in CATALOGUE if item.sku not in PLANTED_ONLY | {need.sku for need in needs}]
    others = dice.sample(free, min(truth.breadth, len(free)))
    shares = split(rest, len(others), dice)
    pace = [1, 1, 2, 2, 3, 4, 6]
    needs += [
        Need(sku, share, truth.interval * dice.choice(pace))
        for sku, share in zip(others, shares, strict=True)
    ]
    return succeeded(needs, truth)


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
