"""How uncertain a sum over customers is: its variance, out of how wrong the rule has been, and its range."""

import math

import numpy as np

Z80 = 1.2816


def range80(mean: float, variance: float) -> tuple[float, float]:
    """10 % and 90 % points of the gamma distribution of this mean and variance, as sums of orders and quantities have.

    By the cube root that makes a gamma variable normal (Wilson and Hilferty 1931): never below zero, and lopsided where
    few orders make the sum.
    """
    if mean <= 0 or variance <= 0:
        return max(mean, 0.0), max(mean, 0.0)
    ninth = variance / (9 * mean**2)
    low, high = (mean * max(1 - ninth + sign * Z80 * math.sqrt(ninth), 0.0) ** 3 for sign in (-1, 1))
    # Of what is unlikely to come at all, nine in ten are less than the mean.
    return min(low, mean), max(high, mean)


def seldom(mean: float, low: float, high: float) -> bool:
    """Whether a range80 is that of something which is unlikely to come at all: it would end with the mean itself."""
    return low < mean and high <= mean


# What is taken for granted before any month has shown it, weighing as much as six months: the rule of a wholesaler's
# and of a made-up book missed whole months by 11 to 38 % more than independent customers would have it.
COMMON, PRIOR_MONTHS = 0.05, 6
MOST_OWN, MOST_COMMON = 0.5, 0.25
MONTH = 365.25 / 12


def overdispersion(said, came, variance) -> tuple[float, float]:
    """(own, common): what the variance of a sum has more than that of independent customers of known rates.

    said, came, variance: (customers, months), variance as independent orders would have it. Own: of what one customer's
    mean is wrong by, relative to it, squared; common: of what all are wrong by together, as in a good or bad month, and
    of the rule's bias. Both by the method of moments; the variance of a sum of means m_i and variances v_i is then
    sum v_i + own sum m_i^2 + common (sum m_i)^2. A book without months that are over: (0, COMMON).
    """
    error, squares = came - said, float((said**2).sum())
    if not squares:
        return 0.0, COMMON
    own = float(np.clip(((error**2 - variance).sum()) / squares, 0, MOST_OWN))
    total = said.sum(axis=0)
    months = total > 0
    apart = (variance + own * said**2).sum(axis=0)[months]
    seen = (error.sum(axis=0)[months] ** 2 - apart) / total[months] ** 2
    common = (max(float(seen.sum()), 0) + PRIOR_MONTHS * COMMON) / (len(seen) + PRIOR_MONTHS)
    return own, min(common, MOST_COMMON)


def wandering(first: float, last: float) -> float:
    """How many times `common` the days `first` to `last` from the day that is known are wrong by together, squared; 1 or more.

    What is measured is wrong by one month, called on its eve. A book's level wanders on, with seasons and otherwise, so that
    each further month takes one more step of that size: the sum over steps of (share of the days that come after it)^2,
    as the mean of a random walk varies. 1 for the next 30 days, 14/9 for the next three months, 3 for the third alone.
    """
    steps = MONTH * np.arange(max(math.ceil(last / MONTH), 1))
    after = np.clip((last - steps) / max(last - first + 1, 1), 0, 1)
    return max(float((after**2).sum()), 1.0)
