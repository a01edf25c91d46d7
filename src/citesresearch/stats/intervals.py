"""Intervals of a proportion and of a mean: about a finite population, or beyond it.

Two different questions, two different intervals; every figure says which it carries.

* About *these* N units (84 of them, 81 answered): `census_interval` (counts), `fpc_mean` with `population`.
* About units of this kind in general: `proportion_interval`, `fpc_mean` without `population`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from .arguments import as_count, as_numbers, check_choice, check_level
from .errors import NotComputable

__all__ = [
    "CensusInterval",
    "MeanInterval",
    "ProportionInterval",
    "census_interval",
    "fpc_mean",
    "proportion_interval",
]

ProportionMethod = Literal["wilson", "clopper_pearson"]


@dataclass(frozen=True)
class ProportionInterval:
    """A share between 0 and 1 with its interval; `count` yes among `n` answers (the base)."""

    count: int
    n: int
    share: float
    low: float
    high: float
    confidence: float
    method: ProportionMethod


@dataclass(frozen=True)
class CensusInterval:
    """What k yes among n answers say of the number of yes among all N units, in counts.

    `certain_low` and `certain_high` need no assumption (every silent unit says no; every one says yes).
    `low` and `high` assume that the silent units are like a random draw.
    """

    yes: int
    answered: int
    population: int
    certain_low: int
    certain_high: int
    low: int
    high: int
    confidence: float

    @property
    def certain_shares(self) -> tuple[float, float]:
        """The worst case as shares of the population (0 to 1)."""
        return self.certain_low / self.population, self.certain_high / self.population

    @property
    def shares(self) -> tuple[float, float]:
        """The exact interval as shares of the population (0 to 1)."""
        return self.low / self.population, self.high / self.population


@dataclass(frozen=True)
class MeanInterval:
    """A mean with its standard error and interval, in the unit of the values."""

    mean: float
    se: float
    low: float
    high: float
    n: int
    population: int | None
    confidence: float


def proportion_interval(
    count: int, n: int, *, method: ProportionMethod = "wilson", confidence: float = 0.95
) -> ProportionInterval:
    """Interval of a proportion among units of this kind in general (no finite-population correction).

    Wilson, with p = count/n and z the normal quantile:
    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    Clopper-Pearson: quantiles of Beta(k, n−k+1) and Beta(k+1, n−k); never below the stated confidence, wider.

    Base: `n`, the answers on the scale; missing and outside-scale answers are removed before.
    count: number of yes, 0 to n. confidence: between 0 and 1.
    Reading: at 0 of n the interval starts at 0 and still goes up (to about 3.8/n for Wilson at 95 %): « none
    seen » is not « none »; at n of n, the mirror image.
    Raises ValueError for impossible counts, NotComputable ("empty") for n = 0.

    Wilson (1927), doi:10.1080/01621459.1927.10502953; Clopper and Pearson (1934),
    doi:10.1093/biomet/26.4.404; Brown, Cai and DasGupta (2001), doi:10.1214/ss/1009213286.
    """
    k, base = as_count(count, "count"), as_count(n, "n")
    level = check_level(confidence, "confidence")
    check_choice(method, ("wilson", "clopper_pearson"), "method")
    if k > base:
        raise ValueError(f"count: {k} yes among {base} answers")
    if base == 0:
        raise NotComputable("empty", "proportion_interval: no answer")
    low, high = _wilson(k, base, level) if method == "wilson" else _clopper_pearson(k, base, level)
    return ProportionInterval(k, base, k / base, low, high, level, method)


def _wilson(k: int, n: int, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    p = k / n
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # The limits at 0 and n are 0 and 1 exactly; rounding would leave 1e-17.
    low = 0.0 if k == 0 else (centre - half) / scale
    high = 1.0 if k == n else (centre + half) / scale
    return low, high


def _clopper_pearson(k: int, n: int, confidence: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - tail))
    return low, high


def census_interval(yes: int, answered: int, population: int, *, confidence: float = 0.95) -> CensusInterval:
    """How many of the N units say yes, when n answered and k of them said yes: exact, in counts.

    Certain: between k and k + N − n. Exact interval: the numbers K in that range that a two-tailed
    hypergeometric test keeps, P(X ≥ k | K) ≥ α/2 and P(X ≤ k | K) ≥ α/2, X the yes among n units drawn from N
    of which K say yes. Computed in whole numbers: no approximation, no impossible limit.

    Base: the population N; those outside the question altogether (« non concerné ») belong neither to
    `answered` nor to `population`. Order 0 ≤ yes ≤ answered ≤ population, population ≥ 1.
    Reading: everyone answered: both intervals are the single count k. Nobody answered: both are 0 to N. Lead
    with the certain one: 65 yes of 81 answers, 84 units: from 65 to 68; the exact interval, 66 to 68, assumes
    that the silent three are like a random draw.
    Raises ValueError for impossible counts.

    Wright (1991), Exact Confidence Bounds when Sampling from Small Finite Universes,
    doi:10.1007/978-1-4612-3140-0.
    """
    k, n, total = as_count(yes, "yes"), as_count(answered, "answered"), as_count(population, "population", 1)
    level = check_level(confidence, "confidence")
    if not k <= n <= total:
        raise ValueError(f"yes ≤ answered ≤ population is needed, not {k}, {n}, {total}")
    low, high = _hypergeometric_inversion(k, n, total, level)
    return CensusInterval(k, n, total, k, k + total - n, low, high, level)


@lru_cache(maxsize=4096)
def _hypergeometric_inversion(k: int, n: int, total: int, confidence: float) -> tuple[int, int]:
    first, last = k, k + total - n
    # 1 − 0.95 is not exactly 0.05 in binary: a tail equal to α/2 must be kept.
    tail = (1 - confidence) / 2 * (1 - 1e-12)
    draws = math.comb(total, n)

    def keeps(yes_in_all: int, side: Literal["upper", "lower"]) -> bool:
        least, most = max(0, n - (total - yes_in_all)), min(n, yes_in_all)
        first_x, last_x = (k, most) if side == "upper" else (least, k)
        ways = part = math.comb(yes_in_all, first_x) * math.comb(total - yes_in_all, n - first_x)
        for x in range(first_x, last_x):
            # Each product of binomial coefficients from the one before; the division leaves no remainder.
            part = part * (yes_in_all - x) * (n - x) // ((x + 1) * (total - yes_in_all - n + x + 1))
            ways += part
        return ways / draws >= tail

    # P(X ≥ k) grows with K, P(X ≤ k) falls: two searches by halves.
    low, bound = first, last
    while low < bound:
        middle = (low + bound) // 2
        low, bound = (low, middle) if keeps(middle, "upper") else (middle + 1, bound)
    high, bound = last, first
    while bound < high:
        middle = (bound + high + 1) // 2
        high, bound = (high, middle) if keeps(middle, "lower") else (middle - 1, bound)
    return low, high


def fpc_mean(values: Iterable[Any], population: int | None = None, *, confidence: float = 0.95) -> MeanInterval:
    """Mean with its interval: of a population of N units, or (population None) of such units in general.

    mean = Σy/n; se² = (1 − n/N) s²/n with s² the variance on n − 1; interval mean ± t(n−1) se. Without
    `population` the factor (1 − n/N) is 1.

    Base: the n values given (missing ones are refused). Unit: that of the values. `population`: N ≥ n.
    Reading: n = N gives se 0 and an interval reduced to the mean: nothing is left to chance. The interval
    assumes that the silent units are like a random draw, is approximate when values are few or very skewed,
    and is not cut at the limits of the scale.
    Raises ValueError for missing values or n > N, NotComputable ("empty") without values, ("too_few") for a
    single value that is not the whole population.

    Cochran (1977), Sampling Techniques, 3rd ed., § 2.5 to 2.8 (ISBN 978-0-471-16240-7).
    """
    array = as_numbers(values, "values")
    level = check_level(confidence, "confidence")
    n = len(array)
    total = None if population is None else as_count(population, "population", 1)
    if total is not None and n > total:
        raise ValueError(f"values: {n} values for a population of {total}")
    if n == 0:
        raise NotComputable("empty", "fpc_mean: no value")
    mean = float(array.mean())
    if n == total:
        return MeanInterval(mean, 0.0, mean, mean, n, total, level)
    if n == 1:
        raise NotComputable("too_few", "fpc_mean: a single value has no standard error")
    from scipy.special import stdtrit

    left = 1.0 if total is None else 1 - n / total
    se = math.sqrt(left * float(array.var(ddof=1)) / n)
    half = float(stdtrit(n - 1, (1 + level) / 2)) * se
    return MeanInterval(mean, se, mean - half, mean + half, n, total, level)
