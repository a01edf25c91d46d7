"""How strong an association is, and how surprising: the method follows from the types of the two variables.

| predictor \\ outcome | two values | ordered or number |
| --- | --- | --- |
| two values | Cliff's delta (difference of shares), Fisher | Cliff's delta, permutation of S |
| ordered or number | Cliff's delta of the predictor, permutation of S | Kendall's τ-b, permutation of S |
| categories without order | Cramér's V, exact by Monte Carlo | ε² of Kruskal-Wallis, permutation of H |

Outcomes that are numbers enter by their ranks only: a Cité ten times larger than the next weighs as the next rank.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..stats import (
    NotComputable,
    cliffs_delta,
    cramers_v,
    epsilon_squared,
    exact_contingency,
    kendall_tau_b,
    minimum_detectable_effect,
    permutation_test,
)
from ..stats.concordance import concordance
from ..stats.permutation import Permutation, kendall_score, rank_spread
from .finding import Measure

__all__ = [
    "INTERVAL_FROM",
    "LEAST",
    "Association",
    "leave_one_out",
    "measure",
    "method_of",
    "mid_ranks",
    "ordered_value",
]

Floats = npt.NDArray[np.float64]

LEAST = 6
"""Fewer Cités than this show nothing: the least possible p of a permutation test is not below .05."""
INTERVAL_FROM = 15
"""No interval below this number: those used are approximations that hold for larger ones."""


@dataclass(frozen=True)
class Association:
    """Size with its 95 % interval, test with its Monte Carlo error, and the smallest size that would have been seen."""

    mesure: Measure
    valeur: float
    bas: float | None
    haut: float | None
    test: str = ""
    p: float | None = None
    p_erreur: float | None = None
    detectable: float | None = None


def method_of(x: Floats, y: Floats, nominal: bool) -> Measure:
    """The measure that fits the two variables, as the table above has it."""
    two_x, two_y = (len(np.unique(values)) == 2 for values in (x, y))
    if nominal and not two_x:
        return "v" if two_y else "epsilon2"
    return "delta" if two_x or two_y else "tau_b"


def measure(x: Floats, y: Floats, nominal: bool, *, n_resamples: int, seed: int) -> Association:
    """Measure and test the association of a predictor and an outcome, over the Cités where both are known.

    Raises NotComputable where one of them never changes.
    """
    method = method_of(x, y, nominal)
    found = {"delta": _delta, "tau_b": _tau_b, "epsilon2": _epsilon2, "v": _cramer}[method](x, y, n_resamples, seed)
    return found if len(x) >= INTERVAL_FROM else replace(found, bas=None, haut=None)


def _tau_b(x: Floats, y: Floats, n_resamples: int, seed: int) -> Association:
    found = kendall_tau_b(x, y)
    test = _shuffled(x, y, n_resamples, seed)
    least = _detectable(x, y, "tau_b")
    return Association("tau_b", found.value, found.low, found.high, "permutations", test.p, test.monte_carlo_se, least)


def _delta(x: Floats, y: Floats, n_resamples: int, seed: int) -> Association:
    groups, values = (x, y) if len(np.unique(x)) == 2 else (y, x)
    high = groups == groups.max()
    first, second = values[high], values[~high]
    found = cliffs_delta(first, second, n_resamples=1999, seed=seed)
    if len(np.unique(values)) == 2:
        exact = exact_contingency(_counts(groups, values))
        share = float((values == values.max()).mean())
        least = _least(lambda: _difference(minimum_detectable_effect("two_proportions", _sizes(high)).value, share))
        return Association("delta", found.value, found.low, found.high, "Fisher exact", exact.p, 0.0, least)
    test = _shuffled(x, y, n_resamples, seed)
    least = _detectable(x, y, "delta")
    return Association("delta", found.value, found.low, found.high, "permutations", test.p, test.monte_carlo_se, least)


def _shuffled(x: Floats, y: Floats, n_resamples: int, seed: int) -> Permutation:
    """Permutation test of S; the variable with fewer levels is shuffled, which changes nothing but the time it takes."""
    few, other = sorted((x, y), key=lambda values: len(np.unique(values)))
    return permutation_test(few, other.tolist(), kendall_score, n_resamples=n_resamples, vectorized=True, seed=seed)


def _epsilon2(x: Floats, y: Floats, n_resamples: int, seed: int) -> Association:
    found = epsilon_squared(y, x.tolist(), n_resamples=min(n_resamples, 1999), seed=seed)
    test = permutation_test(
        mid_ranks(y),
        x.tolist(),
        rank_spread,
        alternative="greater",
        n_resamples=n_resamples,
        vectorized=True,
        seed=seed,
    )
    sizes = np.unique(x, return_counts=True)[1].tolist()
    least = _least(lambda: _share_between(minimum_detectable_effect("several_means", sizes).value))
    return Association(
        "epsilon2", found.value, found.low, found.high, "permutations", test.p, test.monte_carlo_se, least
    )


def _cramer(x: Floats, y: Floats, n_resamples: int, seed: int) -> Association:
    table = _counts(x, y)
    found, test = cramers_v(table), exact_contingency(table, n_resamples=n_resamples, seed=seed)
    df, smaller = (table.shape[0] - 1) * (table.shape[1] - 1), min(table.shape) - 1
    least = _least(lambda: minimum_detectable_effect("contingency", len(x), df=df).value / math.sqrt(smaller))
    return Association(
        "v", found.corrected, found.low, found.high, "exact par tirage", test.p, test.monte_carlo_se, least
    )


def _least(compute: Any) -> float | None:
    """The smallest detectable size; None where no size at all would be seen."""
    try:
        value = float(compute())
    except NotComputable:
        return None
    return value if value <= 1 else None


def _detectable(x: Floats, y: Floats, measure: Measure) -> float | None:
    """The τ-b or δ seen 8 times in 10: (z.975 + z.80) standard deviations that chance alone would give it.

    With the ties of these very answers, which a formula in n alone leaves out: two variables of three levels see less
    than two numbers do (Noether, 1987, doi:10.1080/01621459.1987.10478478).
    """
    from scipy.special import ndtri  # pages import this module and never call it

    pairs = concordance(x, y, "detectable")
    largest = _largest_score(_signs(x), _signs(y), measure)
    least = float(ndtri(0.975) + ndtri(0.80)) * math.sqrt(pairs.variance) / largest
    return least if least <= 1 else None


def _share_between(f: float) -> float:
    return f * f / (1 + f * f)


def _difference(h: float, share: float) -> float:
    """The difference of two shares whose arcsines differ by h, around their common share."""
    middle = math.asin(math.sqrt(share))
    low, high = (min(max(middle + side * h / 4, 0.0), math.pi / 2) for side in (-1, 1))
    return math.sin(high) ** 2 - math.sin(low) ** 2


def _sizes(high: npt.NDArray[np.bool_]) -> tuple[int, int]:
    return int(high.sum()), int((~high).sum())


def _counts(x: Floats, y: Floats) -> npt.NDArray[np.int64]:
    (rows, at_x), (columns, at_y) = (np.unique(values, return_inverse=True) for values in (x, y))
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(table, (at_x, at_y), 1)
    return table


def mid_ranks(values: npt.ArrayLike) -> Floats:
    """The rank of each value, 1 for the lowest, equal ones sharing the middle of theirs."""
    _, place, sizes = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    middles: Floats = np.cumsum(sizes) - (sizes - 1) / 2
    return middles[place]


def _signs(values: Floats) -> Floats:
    return np.sign(values[:, None] - values[None, :])


def ordered_value(x: Floats, y: Floats, measure: Measure) -> float | None:
    """τ-b, or the Cliff's delta between the two values of x or y; None where one of them never changes."""
    a, b = _signs(x), _signs(y)
    largest = _largest_score(a, b, measure)
    return float((a * b).sum()) / 2 / largest if largest else None


def _largest_score(a: Floats, b: Floats, measure: Measure, without: bool = False) -> Any:
    """What S is divided by, from the signs of the pairs of x and y; `without` each observation in turn."""
    pairs_x, pairs_y = (_pairs(np.abs(signs), without) for signs in (a, b))
    if measure == "tau_b":
        return np.sqrt(pairs_x * pairs_y)
    # The variable with two values makes the groups. Where the other never changes, nothing can be said.
    groups, values = (pairs_x, pairs_y) if _two_values(a) else (pairs_y, pairs_x)
    return np.where(values > 0, groups, 0.0)


def _pairs(signs: Floats, without: bool) -> Any:
    return signs.sum() / 2 - (signs.sum(axis=1) if without else 0.0)


def _two_values(signs: Floats) -> bool:
    """Whether the variable behind these signs has two values: nothing stands between the lowest and the highest."""
    return not ((signs > 0).any(axis=1) & (signs < 0).any(axis=1)).any()


def concordant_share(x: Floats, y: Floats) -> float | None:
    """Of the pairs that differ on x and on y, the % that go the same way (50: as many each way); None without a pair."""
    s = _signs(x) * _signs(y)
    untied = float(np.abs(s).sum())
    return 50 + 50 * float(s.sum()) / untied if untied else None


def leave_one_out(x: Floats, y: Floats, measure: Measure) -> Floats:
    """The measure without each observation in turn (NaN where it cannot be computed without that one)."""
    if measure in ("tau_b", "delta"):
        a, b = _signs(x), _signs(y)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(_pairs(a * b, True) / _largest_score(a, b, measure, True), dtype=np.float64)

    def one(kept: npt.NDArray[np.bool_]) -> float:
        try:
            if measure == "v":
                return cramers_v(_counts(x[kept], y[kept])).corrected
            return epsilon_squared(y[kept], x[kept].tolist(), n_resamples=0).value
        except NotComputable:
            return math.nan

    places = np.arange(len(x))
    return np.asarray([one(places != i) for i in places], dtype=np.float64)
