"""Permutation test of any statistic that links two variables."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .arguments import (
    DEFAULT_SEED,
    Floats,
    as_count,
    as_labels,
    as_numbers,
    check_choice,
    same_length,
)
from .errors import NotComputable

__all__ = ["Permutation", "kendall_score", "permutation_test", "rank_spread"]

Side = Literal["two-sided", "greater", "less"]
FEW_LEVELS = 8


@dataclass(frozen=True)
class Permutation:
    """The statistic seen, and the p of its place among those of the permuted data.

    `exact`: all permutations were made (Monte Carlo error 0, `n_resamples` their number); otherwise drawn.
    """

    statistic: float
    p: float
    monte_carlo_se: float
    n_resamples: int
    exact: bool
    alternative: Side


def permutation_test(
    values: Iterable[Any],
    others: Iterable[Hashable],
    statistic: Callable[[Floats, NDArray[Any]], Any],
    *,
    alternative: Side = "two-sided",
    n_resamples: int = 9999,
    vectorized: bool = False,
    seed: int = DEFAULT_SEED,
) -> Permutation:
    """Test that two variables are independent, by shuffling one against the other (scipy's permutation_test).

    p = (1 + permutations with a statistic as extreme)/(1 + n_resamples); all n! permutations are made instead, and
    p is the plain share, when there are no more than `n_resamples`. Monte Carlo standard error √(q(1 − q)/B), q
    the one-sided share (doubled for two-sided p, which is twice the smaller side, at most 1).

    Base: the n observations. values: numbers, shuffled. others: group labels or numbers, left in place.
    statistic(values, others): a number; with `vectorized`, `values` arrives as (..., n) and a number per row is
    returned, much faster. alternative: for a statistic that only grows with the link (H, χ², |τ|), "greater".
    Reading: 1: nothing unusual; the least possible p is 1/(1 + n_resamples), or 1/n! when exact (more with ties).
    The only assumption is that observations could be exchanged if there were no link: shuffling does not hold for
    respondents nested in sites.
    Raises ValueError for missing values, unequal lengths or a statistic that is not a number; NotComputable
    ("too_few" below two observations, "constant" for equal values, "one_group" for equal others).

    Fisher (1935); Phipson and Smyth (2010), doi:10.2202/1544-6115.1585.
    """
    check_choice(alternative, ("two-sided", "greater", "less"), "alternative")
    y, labels = as_numbers(values, "values"), as_labels(others, "others")
    n, draws = same_length(y, labels, "values and others"), as_count(n_resamples, "n_resamples", 1)
    if n < 2:
        raise NotComputable("too_few", "permutation_test: two observations at least are needed")
    if len(np.unique(y)) == 1:
        raise NotComputable("constant", f"permutation_test: all {n} values are equal")
    if len(set(labels)) == 1:
        raise NotComputable("one_group", "permutation_test: the other variable is constant")
    x = np.asarray(labels)

    def observed(shuffled: Floats, axis: int = -1) -> Any:
        return statistic(shuffled, x)

    seen = float(np.asarray(observed(y)))
    if not math.isfinite(seen):
        raise ValueError(f"statistic: a finite number is needed, not {seen}")
    from scipy.stats import permutation_test as shuffle

    result = shuffle(
        (y,),
        observed if vectorized else lambda shuffled: observed(shuffled),
        permutation_type="pairings",
        vectorized=vectorized,
        n_resamples=draws,
        alternative=alternative,
        rng=np.random.default_rng(seed),
    )
    p = float(result.pvalue)
    if not math.isfinite(p):
        raise ValueError("statistic: not a number for some permutations")
    if math.factorial(min(n, 20)) <= draws:
        return Permutation(seen, p, 0.0, math.factorial(n), True, alternative)
    sides = 2 if alternative == "two-sided" else 1
    q = p / sides
    return Permutation(seen, p, sides * math.sqrt(q * (1 - q) / draws), draws, False, alternative)


def kendall_score(values: Floats, others: NDArray[Any]) -> NDArray[Any]:
    """S = concordant − discordant pairs of `others` with each row of `values` (..., n): for `permutation_test`.

    With the ties of both unchanged by shuffling, S orders permutations as τ-b, Somers' D, Cliff's delta (when one has
    two values) and Jonckheere's J do. Reading: 0: as many pairs each way; its most is n(n − 1)/2. Give the variable with
    fewer levels as `values`: one product of matrices a level.
    """
    levels = np.unique(values)
    if len(levels) <= FEW_LEVELS:
        # Whole numbers below 2²⁴ are exact in single precision, and twice as fast.
        sign = np.sign(others[:, None] - others[None, :]).astype(np.float32)
        score: Any = np.zeros(values.shape[:-1], dtype=np.float64)
        for level in levels[:-1]:
            above = (values > level).astype(np.float32)
            score += ((above @ sign) * (values == level)).sum(axis=-1)
        return np.asarray(score)
    order = np.argsort(others, kind="stable")
    fixed = others[order]
    place: NDArray[Any] = np.searchsorted(levels, values[..., order]).astype(np.int8 if len(levels) < 64 else np.int32)
    following = np.searchsorted(fixed, fixed, side="right")
    score = np.zeros(values.shape[:-1], dtype=np.int64)
    for i, first in enumerate(following):
        if first < len(fixed):
            score += np.sign(place[..., first:] - place[..., i : i + 1]).sum(axis=-1, dtype=np.int64)
    return np.asarray(score)


def rank_spread(values: Floats, others: NDArray[Any]) -> NDArray[Any]:
    """Σ R_g²/n_g over the groups of `others`, R_g their sums of `values` (..., n): for `permutation_test`, "greater".

    On mid-ranks it orders permutations as Kruskal-Wallis' H does, which is a rising function of it.
    """
    groups = np.unique(others)
    member = (others[:, None] == groups).astype(np.float64)
    return np.asarray(((values @ member) ** 2 / member.sum(axis=0)).sum(axis=-1))
