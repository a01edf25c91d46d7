"""Constrained draws: random, yet with totals and counts met exactly.

Every draw has its own stream, named after what it draws: adding one changes no other.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Ints", "counts_of", "graded", "integers_with_sum", "normal", "split_total", "stream"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def stream(seed: int, *names: str) -> np.random.Generator:
    """The random generator of that name; the same for the same seed, and independent of the others."""
    return np.random.default_rng([seed, zlib.crc32("/".join(names).encode())])


def normal(values: Floats) -> Floats:
    """The values with mean 0 and standard deviation 1. Raises ValueError when they are all equal."""
    spread = float(values.std())
    if spread == 0:
        raise ValueError("values that are all equal cannot be standardised")
    return np.asarray((values - values.mean()) / spread, dtype=np.float64)


def graded(latent: Floats, counts: Sequence[int]) -> Ints:
    """The grade of each unit: 0 for the `counts[0]` highest values, 1 for the next `counts[1]`…

    Raises ValueError unless the counts add up to the number of units.
    """
    if sum(counts) != len(latent) or min(counts, default=0) < 0:
        raise ValueError(f"{len(latent)} units cannot be graded by {list(counts)}")
    grades = np.empty(len(latent), dtype=np.int64)
    grades[np.argsort(-latent, kind="stable")] = np.repeat(np.arange(len(counts)), counts)
    return grades


def counts_of(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to `total`, as near to the shares as can be (largest remainders)."""
    return [int(n) for n in split_total(np.asarray(shares, dtype=np.float64), total)]


def split_total(weights: Floats, total: int, minimum: int = 0) -> Ints:
    """Split a whole number in proportion to the weights, each part at least `minimum`.

    Raises ValueError when the minimum cannot be given to all, or when no weight is positive.
    """
    left = total - minimum * len(weights)
    if left < 0 or weights.sum() <= 0:
        raise ValueError(f"{total} cannot be split into {len(weights)} parts of {minimum} at least")
    exact = weights / weights.sum() * left
    parts = np.floor(exact).astype(np.int64)
    short = left - int(parts.sum())
    parts[np.argsort(-(exact - parts), kind="stable")[:short]] += 1
    return np.asarray(parts + minimum, dtype=np.int64)


def integers_with_sum(latent: Floats, spread: float, total: int, low: int, high: int) -> Ints:
    """Whole numbers between `low` and `high`, in the order of the latent, that add up to `total`.

    `spread` is their standard deviation before rounding. Raises ValueError when no such numbers exist.
    """
    size = len(latent)
    if not low * size <= total <= high * size:
        raise ValueError(f"{size} numbers between {low} and {high} cannot add up to {total}")
    scores = normal(latent) * spread
    centre_low, centre_high = low - float(scores.max()) - 1, high - float(scores.min()) + 1
    for _ in range(60):  # the sum grows with the centre: bisection
        centre = (centre_low + centre_high) / 2
        if np.clip(np.rint(scores + centre), low, high).sum() < total:
            centre_low = centre
        else:
            centre_high = centre
    values = np.clip(np.rint(scores + centre_high), low, high).astype(np.int64)
    # The last units too many are taken where rounding had added most.
    excess = int(values.sum()) - total
    order = np.argsort(scores + centre_high - values, kind="stable")
    values[[i for i in order if values[i] > low][:excess]] -= 1
    return values
