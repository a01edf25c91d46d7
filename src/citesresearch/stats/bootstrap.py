"""Percentile interval of bootstrap draws, with the Monte Carlo error of its limits."""

from __future__ import annotations

import math

import numpy as np

from .arguments import Floats, Ints


def percentile_interval(draws: Floats, confidence: float) -> tuple[float, float, float]:
    """Return (low, high, Monte Carlo standard error): quantiles α/2 and 1 − α/2 of the draws.

    The error of a quantile q of B draws is half the distance between the draws of rank Bq ± √(Bq(1 − q)); the
    larger of the two limits' errors is returned, in the unit of the draws.
    """
    ranked = np.sort(draws)
    tail = (1 - confidence) / 2
    low, high = (float(value) for value in np.quantile(ranked, [tail, 1 - tail]))
    return low, high, max(_quantile_error(ranked, tail), _quantile_error(ranked, 1 - tail))


def _quantile_error(ranked: Floats, q: float) -> float:
    last = len(ranked) - 1
    step = math.sqrt(len(ranked) * q * (1 - q))
    below = max(0, math.floor(last * q - step))
    above = min(last, math.ceil(last * q + step))
    return float(ranked[above] - ranked[below]) / 2


def redraw_counts(counts: Ints, n_resamples: int, rng: np.random.Generator) -> Ints:
    """Redraw, with replacement, as many observations as `counts` (per level) holds: one row per resample."""
    total = int(counts.sum())
    return rng.multinomial(total, counts / total, size=n_resamples).astype(np.int64)
