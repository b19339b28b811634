"""The range of a sum whose mean and variance are known."""

import math

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
