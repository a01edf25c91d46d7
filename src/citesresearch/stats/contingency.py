"""Two unordered variables crossed in a table of counts with small cells."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .arguments import DEFAULT_SEED, Ints, as_count, as_table, check_level
from .errors import NotComputable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CramersV", "ExactContingency", "cramers_v", "exact_contingency"]


@dataclass(frozen=True)
class ExactContingency:
    """p of Fisher's test of a table; `exact`: computed, not drawn (then the Monte Carlo error is 0)."""

    p: float
    monte_carlo_se: float
    n_resamples: int
    exact: bool
    n: int
    shape: tuple[int, int]


@dataclass(frozen=True)
class CramersV:
    """Cramér's V: plain, bias-corrected, interval of V in such units in general; `shape` without empty lines."""

    value: float
    corrected: float
    low: float
    high: float
    confidence: float
    chi2: float
    df: int
    n: int
    shape: tuple[int, int]
    smallest_expected: float


def _without_empty_lines(table: Iterable[Iterable[Any]] | pd.DataFrame, what: str) -> Ints:
    counts = as_table(table)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if counts.size == 0:
        raise NotComputable("empty", f"{what}: the table is empty")
    if min(counts.shape) < 2:
        raise NotComputable("one_group", f"{what}: a single row or column holds all observations")
    return np.asarray(counts, dtype=np.int64)


def exact_contingency(
    table: Iterable[Iterable[Any]] | pd.DataFrame, *, n_resamples: int = 9999, seed: int = DEFAULT_SEED
) -> ExactContingency:
    """Fisher's exact test of independence of rows and columns (Fisher-Freeman-Halton beyond 2 × 2).

    p = probability, the margins being what they are, of a table no more probable than the one seen. 2 × 2: summed.
    Larger: `n_resamples` tables are drawn with the same margins and p = (1 + as improbable)/(1 + drawn), with
    Monte Carlo standard error √(p(1 − p)/drawn).

    Base: the sum of the table. table: counts, rows × columns; a pandas cross-table will do. Empty rows and columns
    change nothing and are left out. seed: of numpy's generator.
    Reading: 1: the most probable table; near 0: hardly any table is as far from independence. p cannot be below
    1/(1 + n_resamples). It says nothing of strength: `cramers_v`.
    Raises ValueError for negative or broken counts; NotComputable ("empty", "one_group").

    Freeman and Halton (1951), doi:10.1093/biomet/38.1-2.141; drawing: Patefield (1981), doi:10.2307/2346669.
    """
    counts = _without_empty_lines(table, "exact_contingency")
    draws = as_count(n_resamples, "n_resamples", 1)
    n, shape = int(counts.sum()), (counts.shape[0], counts.shape[1])
    if shape == (2, 2):
        return ExactContingency(_two_by_two(counts), 0.0, 0, True, n, shape)
    from scipy.special import gammaln
    from scipy.stats import random_table

    tables = random_table(counts.sum(axis=1), counts.sum(axis=0)).rvs(
        size=draws, random_state=np.random.default_rng(seed)
    )
    seen = float(gammaln(counts + 1.0).sum())
    drawn = gammaln(np.asarray(tables) + 1.0).sum(axis=(1, 2))
    # The log-probability is a constant less the sum of log-factorials; equal ones differ by rounding.
    as_improbable = int((drawn >= seen - 1e-7).sum())
    p = (1 + as_improbable) / (1 + draws)
    return ExactContingency(p, math.sqrt(p * (1 - p) / draws), draws, False, n, shape)


def _two_by_two(counts: Ints) -> float:
    (a, b), (c, d) = ((int(cell) for cell in row) for row in counts)
    row, column, n = a + b, a + c, a + b + c + d
    ways = [
        math.comb(row, x) * math.comb(n - row, column - x)
        for x in range(max(0, column - (n - row)), min(row, column) + 1)
    ]
    seen = math.comb(row, a) * math.comb(n - row, c)
    # Whole numbers: no tolerance needed to say which tables are as improbable.
    return sum(way for way in ways if way <= seen) / math.comb(n, column)


def cramers_v(table: Iterable[Iterable[Any]] | pd.DataFrame, *, confidence: float = 0.95) -> CramersV:
    """Cramér's V of a table: strength of the association of two unordered variables.

    V = √{χ²/[n (min(r, c) − 1)]}. Corrected: φ² = max(0, χ²/n − (r − 1)(c − 1)/(n − 1)) over
    min(r', c') − 1, with r' = r − (r − 1)²/(n − 1) and c' alike, square root. Interval: the non-centralities λ that
    put χ² at the upper and lower α/2 of the non-central χ², as √{λ/[n (min(r, c) − 1)]}.

    Base: the sum n of the table; empty rows and columns are left out. table: counts.
    Reading: 0: independence; 1: each row (or column) goes with a single column (row). V of chance alone is about
    √{df/[n (min − 1)]}, hence the correction, which is the one to print at 81; the interval belongs to it and can
    lie below the plain V. It is approximate when `smallest_expected` is below 5; p: `exact_contingency`.
    Raises as `exact_contingency`.

    Cramér (1946), Mathematical Methods of Statistics, § 21.9; Bergsma (2013), doi:10.1016/j.jkss.2012.10.002;
    interval: Smithson (2003), Confidence Intervals, doi:10.4135/9781412983761.
    """
    counts = _without_empty_lines(table, "cramers_v").astype(np.float64)
    level = check_level(confidence, "confidence")
    n, (r, c) = float(counts.sum()), counts.shape
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    df, smaller = (r - 1) * (c - 1), min(r, c) - 1
    phi2 = max(0.0, chi2 / n - df / (n - 1))
    shrunk = min(k - (k - 1) ** 2 / (n - 1) for k in (r, c)) - 1
    # One observation per row (or column): both are 0, and so is what is left of V.
    corrected = math.sqrt(phi2 / shrunk) if phi2 > 1e-12 and shrunk > 1e-12 else 0.0
    low, high = (
        min(1.0, math.sqrt(_noncentrality(chi2, df, tail) / (n * smaller)))
        for tail in ((1 + level) / 2, (1 - level) / 2)
    )
    return CramersV(
        min(1.0, math.sqrt(chi2 / (n * smaller))),
        min(1.0, corrected),
        low,
        high,
        level,
        chi2,
        df,
        int(n),
        (r, c),
        float(expected.min()),
    )


def _noncentrality(chi2: float, df: int, probability: float) -> float:
    """Return the λ with P(χ²(df, λ) ≤ chi2) = probability; 0 when even λ = 0 is too large."""
    from scipy.optimize import brentq
    from scipy.special import chndtr

    if chndtr(chi2, df, 0.0) <= probability:
        return 0.0
    top = chi2 + 10.0
    while chndtr(chi2, df, top) > probability:
        top *= 2
    return float(brentq(lambda nc: float(chndtr(chi2, df, nc)) - probability, 0.0, top))
