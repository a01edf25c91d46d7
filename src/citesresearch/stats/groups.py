"""An ordinal or numeric outcome compared between unordered groups."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from .arguments import (
    DEFAULT_SEED,
    Floats,
    Ints,
    as_count,
    as_labels,
    as_numbers,
    check_level,
    ordered_levels,
    same_length,
)
from .bootstrap import percentile_interval, redraw_counts
from .errors import NotComputable
from .multiplicity import Adjustment, adjust_pvalues

__all__ = [
    "CliffsDelta",
    "Dunn",
    "DunnComparison",
    "EpsilonSquared",
    "GroupRank",
    "Kruskal",
    "cliffs_delta",
    "dunn",
    "epsilon_squared",
    "kruskal",
]


@dataclass(frozen=True)
class GroupRank:
    """A group, its size and the mean of its ranks among all n observations (1 = smallest value)."""

    group: Hashable
    n: int
    mean_rank: float


@dataclass(frozen=True)
class Kruskal:
    """Kruskal-Wallis test: H (tie-corrected), its degrees of freedom and asymptotic p."""

    h: float
    df: int
    p: float
    n: int
    groups: tuple[GroupRank, ...]


@dataclass(frozen=True)
class DunnComparison:
    """Two groups: z is positive when `second` ranks higher than `first`; two-sided p, raw and adjusted."""

    first: Hashable
    second: Hashable
    z: float
    p: float
    p_adjusted: float


@dataclass(frozen=True)
class Dunn:
    """All pairs of groups, adjusted together by `method`."""

    comparisons: tuple[DunnComparison, ...]
    method: Adjustment
    n: int


@dataclass(frozen=True)
class EpsilonSquared:
    """Effect size of Kruskal-Wallis, 0 to 1, with its bootstrap interval (None when not asked for)."""

    value: float
    low: float | None
    high: float | None
    confidence: float
    n_resamples: int
    monte_carlo_se: float
    n: int
    k: int


@dataclass(frozen=True)
class CliffsDelta:
    """Cliff's delta, −1 to 1, with its interval; `method` says how the interval was made."""

    value: float
    low: float
    high: float
    confidence: float
    method: Literal["bootstrap", "newcombe"]
    n_resamples: int
    monte_carlo_se: float
    n_first: int
    n_second: int


@dataclass(frozen=True)
class _Ranked:
    """Counts by group (row) and value (column, ascending)."""

    labels: list[Hashable]
    counts: Ints

    @property
    def sizes(self) -> Ints:
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def n(self) -> int:
        return int(self.counts.sum())


def _ranked(values: Iterable[Any], groups: Iterable[Hashable], order: Sequence[Hashable] | None, what: str) -> _Ranked:
    numbers, labels = as_numbers(values, "values"), as_labels(groups, "groups")
    n = same_length(numbers, labels, "values and groups")
    if n == 0:
        raise NotComputable("empty", f"{what}: no observation")
    levels = ordered_levels(labels, order, "groups")
    if len(levels) < 2:
        raise NotComputable("one_group", f"{what}: a single group ({levels[0]!r})")
    distinct, place = np.unique(numbers, return_inverse=True)
    if len(distinct) < 2:
        raise NotComputable("constant", f"{what}: all {n} values are equal")
    row = {level: i for i, level in enumerate(levels)}
    counts = np.zeros((len(levels), len(distinct)), dtype=np.int64)
    np.add.at(counts, (np.asarray([row[label] for label in labels]), place), 1)
    return _Ranked(levels, counts)


def _mid_ranks(pooled: Floats) -> Floats:
    """Mid-rank of each distinct value from the pooled counts (last axis: values, ascending)."""
    return np.asarray(np.cumsum(pooled, axis=-1) - (pooled - 1) / 2, dtype=np.float64)


def _h(counts: Floats) -> Floats:
    """Kruskal-Wallis H, tie-corrected, of counts (..., groups, values); 0 where all values are equal."""
    sizes = counts.sum(axis=-1)
    pooled = counts.sum(axis=-2)
    n = pooled.sum(axis=-1)
    rank_sums = (counts * _mid_ranks(pooled)[..., None, :]).sum(axis=-1)
    raw = 12 / (n * (n + 1)) * (rank_sums**2 / sizes).sum(axis=-1) - 3 * (n + 1)
    ties = 1 - (pooled**3 - pooled).sum(axis=-1) / (n**3 - n)
    return np.asarray(np.where(ties > 1e-12, raw / np.where(ties > 1e-12, ties, 1), 0.0), dtype=np.float64)


def kruskal(values: Iterable[Any], groups: Iterable[Hashable], *, order: Sequence[Hashable] | None = None) -> Kruskal:
    """Kruskal-Wallis test that an ordinal outcome is distributed alike in every group.

    H = [12/(n(n+1)) Σ R_g²/n_g − 3(n+1)] / [1 − Σ(t³ − t)/(n³ − n)], R_g the sum of the mid-ranks of group g, t
    the sizes of the ties; p from χ² with k − 1 degrees of freedom.

    Base: the n observations given (missing values and answers outside the scale are removed before). values: one
    number per observation (the rank of the answer on its scale). groups: its label. order: in which order groups
    are listed (default: sorted); a group may hold a single observation.
    Reading: H = 0: the groups have the same mean rank; large H, small p: at least one group ranks apart, `dunn`
    says which, `epsilon_squared` how far. p is approximate: below five per group prefer `permutation_test`.
    Raises ValueError for missing values or unequal lengths; NotComputable ("empty", "one_group", "constant").

    Kruskal and Wallis (1952), doi:10.1080/01621459.1952.10483441.
    """
    from scipy.special import chdtrc

    ranked = _ranked(values, groups, order, "kruskal")
    counts = ranked.counts.astype(np.float64)
    ranks = _mid_ranks(counts.sum(axis=0))
    # Equal mean ranks leave 1e-15 on either side of 0.
    h = max(0.0, float(_h(counts)))
    df = len(ranked.labels) - 1
    means = (counts @ ranks) / counts.sum(axis=1)
    rows = tuple(
        GroupRank(label, int(size), float(mean))
        for label, size, mean in zip(ranked.labels, ranked.sizes, means, strict=True)
    )
    return Kruskal(h, df, float(chdtrc(df, h)), ranked.n, rows)


def dunn(
    values: Iterable[Any],
    groups: Iterable[Hashable],
    *,
    method: Adjustment = "holm",
    order: Sequence[Hashable] | None = None,
) -> Dunn:
    """Dunn's comparisons of all pairs of groups after Kruskal-Wallis, on the same ranks.

    z = (mean rank of second − mean rank of first) / √{[n(n+1)/12 − Σ(t³ − t)/(12(n − 1))] (1/n₁ + 1/n₂)};
    two-sided normal p, adjusted over the k(k − 1)/2 pairs by `method` (see `adjust_pvalues`).

    Base: the n observations of all groups, not only of the pair. Arguments and errors as in `kruskal`.
    Reading: z = 0: same mean rank; adjusted p = 1: nothing left once all pairs are counted.
    Some programs print one-sided p (dunn.test's default): halve ours before comparing.

    Dunn (1964), doi:10.1080/00401706.1964.10490181.
    """
    from scipy.special import ndtr

    ranked = _ranked(values, groups, order, "dunn")
    pooled = ranked.counts.sum(axis=0).astype(np.float64)
    n, sizes = ranked.n, ranked.sizes
    means = (ranked.counts @ _mid_ranks(pooled)) / sizes
    spread = n * (n + 1) / 12 - float((pooled**3 - pooled).sum()) / (12 * (n - 1))
    pairs = list(combinations(range(len(ranked.labels)), 2))
    scores = [float((means[j] - means[i]) / math.sqrt(spread * (1 / sizes[i] + 1 / sizes[j]))) for i, j in pairs]
    raw = [2 * float(ndtr(-abs(z))) for z in scores]
    return Dunn(
        tuple(
            DunnComparison(ranked.labels[i], ranked.labels[j], z, p, adjusted)
            for (i, j), z, p, adjusted in zip(pairs, scores, raw, adjust_pvalues(raw, method), strict=True)
        ),
        method,
        n,
    )


def epsilon_squared(
    values: Iterable[Any],
    groups: Iterable[Hashable],
    *,
    confidence: float = 0.95,
    n_resamples: int = 1999,
    seed: int = DEFAULT_SEED,
) -> EpsilonSquared:
    """Effect size of Kruskal-Wallis: the share of the variation of ranks that lies between groups.

    ε² = H/(n − 1); interval: percentiles of `n_resamples` redraws within each group.

    Base and arguments as in `kruskal`; n_resamples = 0 leaves the interval out; `seed` sets numpy's generator.
    Reading: 0: same mean rank in every group; 1: no overlap and no variation inside groups. ε² of chance alone is
    about (k − 1)/(n − 1), and a redraw can only add to it: the interval is too high near 0 and hardly ever touches
    it; read it as an order of size, and the test from `kruskal`. Not the η² of H, which subtracts k − 1.
    Errors as in `kruskal`.

    Kelley (1935), doi:10.1073/pnas.21.9.554; Tomczak and Tomczak (2014), Trends in Sport Sciences 21(1), 19-25.
    """
    ranked = _ranked(values, groups, None, "epsilon_squared")
    level, draws = check_level(confidence, "confidence"), as_count(n_resamples, "n_resamples")
    n, k = ranked.n, len(ranked.labels)
    value = max(0.0, float(_h(ranked.counts.astype(np.float64)))) / (n - 1)
    if draws == 0:
        return EpsilonSquared(value, None, None, level, 0, 0.0, n, k)
    rng = np.random.default_rng(seed)
    redrawn = np.stack([redraw_counts(row, draws, rng) for row in ranked.counts], axis=1).astype(np.float64)
    spread = np.clip(_h(redrawn) / (n - 1), 0.0, 1.0)
    low, high, error = percentile_interval(spread, level)
    return EpsilonSquared(value, low, high, level, draws, error, n, k)


def cliffs_delta(
    first: Iterable[Any],
    second: Iterable[Any],
    *,
    confidence: float = 0.95,
    n_resamples: int = 1999,
    seed: int = DEFAULT_SEED,
) -> CliffsDelta:
    """Cliff's delta: how much more often a value of `first` exceeds one of `second` than the reverse.

    δ = [#(x > y) − #(x < y)] / (n₁ n₂), over all pairs; ties count in neither. Interval: percentiles of
    `n_resamples` redraws within each group. Where redraws cannot move (complete separation, two constant groups)
    or tell nothing (a group of one), the score interval of Newcombe for (δ + 1)/2 takes their place and `method`
    says "newcombe".

    Base: the n₁ and n₂ values given. Arguments: numbers, one per observation.
    Reading: 0: as many pairs each way (or nothing but ties); +1: every value of `first` is above every one of
    `second`; −1: the reverse. Rough marks: .15 small, .33 medium, .47 large (Romano and others, 2006).
    Raises ValueError for missing values, NotComputable ("empty") when a group has no value.

    Cliff (1993), doi:10.1037/0033-2909.114.3.494; Newcombe (2006), method 5, doi:10.1002/sim.2324.
    """
    x, y = as_numbers(first, "first"), as_numbers(second, "second")
    level, draws = check_level(confidence, "confidence"), as_count(n_resamples, "n_resamples", 1)
    if not len(x) or not len(y):
        raise NotComputable("empty", "cliffs_delta: a group has no value")
    distinct = np.unique(np.concatenate([x, y]))
    sign = np.sign(distinct[:, None] - distinct[None, :])
    counts = [_counts_on(distinct, values) for values in (x, y)]
    pairs = len(x) * len(y)
    value = float(counts[0] @ sign @ counts[1]) / pairs
    if min(len(x), len(y)) == 1 or all(int((count > 0).sum()) == 1 for count in counts) or abs(value) == 1:
        low, high = _newcombe(value, len(x), len(y), level)
        return CliffsDelta(value, low, high, level, "newcombe", 0, 0.0, len(x), len(y))
    rng = np.random.default_rng(seed)
    redrawn = [redraw_counts(count, draws, rng).astype(np.float64) for count in counts]
    deltas = ((redrawn[0] @ sign) * redrawn[1]).sum(axis=1) / pairs
    low, high, error = percentile_interval(deltas, level)
    return CliffsDelta(value, low, high, level, "bootstrap", draws, error, len(x), len(y))


def _counts_on(distinct: Floats, values: Floats) -> Ints:
    return np.bincount(np.searchsorted(distinct, values), minlength=len(distinct)).astype(np.int64)


def _newcombe(delta: float, n_first: int, n_second: int, confidence: float) -> tuple[float, float]:
    """Score interval of θ = P(x > y) + P(x = y)/2 (Newcombe 2006, method 5), on the scale of delta."""
    from scipy.optimize import brentq
    from scipy.special import ndtri

    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    theta = (delta + 1) / 2
    spare = (n_first + n_second) / 2 - 1

    def excess(t: float) -> float:
        variance = t * (1 - t) / (n_first * n_second) * (1 + spare * ((1 - t) / (2 - t) + t / (1 + t)))
        return (theta - t) ** 2 - z2 * variance

    inside = theta if 0 < theta < 1 else abs(theta - 1e-9)
    low = 0.0 if theta == 0 else float(brentq(excess, 0.0, inside))
    high = 1.0 if theta == 1 else float(brentq(excess, inside, 1.0))
    return 2 * low - 1, 2 * high - 1
