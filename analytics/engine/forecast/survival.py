"""Survival curves: P(no order within t days)."""

import numpy as np


def with_hazard_times(curves: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Curves (..., T), the hazard of each day after the first multiplied by `factor` (..., T - 1)."""
    hazard = 1 - curves[..., 1:] / np.maximum(curves[..., :-1], 1e-12)
    left = np.cumprod(1 - np.clip(hazard * factor, 0, 1), axis=-1)
    return np.concatenate((curves[..., :1], curves[..., :1] * left), axis=-1)
