"""Association of two ordered variables: Kendall's tau-b, Goodman and Kruskal's gamma, Somers' D.

All three divide the same S = concordant − discordant pairs, by different numbers of pairs; they share the test of
S. Only tau-b and Somers' D let ties weaken the association; gamma leaves ties out and is the largest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .arguments import as_numbers, check_level, same_length
from .concordance import Concordance, concordance
from .errors import NotComputable
from .trend import normal_p

__all__ = ["OrdinalAssociation", "goodman_kruskal_gamma", "kendall_tau_b", "somers_d"]


@dataclass(frozen=True)
class OrdinalAssociation:
    """A coefficient from −1 to 1 with its standard error and interval, and the test of S (z, two-sided p).

    low and high are None where the standard error is 0 (|value| = 1: the formula sees no uncertainty any more).
    """

    measure: Literal["tau_b", "gamma", "somers_d"]
    value: float
    se: float
    low: float | None
    high: float | None
    confidence: float
    z: float
    p: float
    concordant: int
    discordant: int
    n: int


def kendall_tau_b(x: Iterable[Any], y: Iterable[Any], *, confidence: float = 0.95) -> OrdinalAssociation:
    """Kendall's tau-b of two ordered variables.

    τ_b = (C − D)/√{(n₀ − n_x)(n₀ − n_y)}, n₀ = n(n − 1)/2 pairs, n_x and n_y those tied on x and on y. Standard
    error by the delta method for multinomial counts (Brown and Benedetti); z = S/√Var(S), tie-corrected.

    Base: the n observations given. x, y: numbers, one pair per observation; only their order counts.
    Reading: 0: as many concordant as discordant pairs; ±1: all pairs agree (disagree), possible only in a square
    table without ties outside the diagonal. p is approximate below about 10 observations: `permutation_test`.
    Raises ValueError for missing values or unequal lengths; NotComputable ("too_few" below two observations,
    "constant").

    Kendall (1945), doi:10.1093/biomet/33.3.239; Brown and Benedetti (1977), doi:10.1080/01621459.1977.10480995.
    """
    pairs = _pairs(x, y, "kendall_tau_b")
    n, doubled_s = pairs.n, 2 * pairs.s
    rows, columns = pairs.table.sum(axis=1).astype(float), pairs.table.sum(axis=0).astype(float)
    wr, wc = n * n - float((rows**2).sum()), n * n - float((columns**2).sum())
    w = math.sqrt(wr * wc)
    value = doubled_s / w
    d = pairs.concordant_with - pairs.discordant_with
    v = rows[:, None] * wc + columns[None, :] * wr
    spread = float((pairs.table * (2 * w * d + value * v) ** 2).sum()) - n**3 * value**2 * (wr + wc) ** 2
    return _association("tau_b", value, math.sqrt(max(0.0, spread)) / w**2, pairs, confidence)


def goodman_kruskal_gamma(x: Iterable[Any], y: Iterable[Any], *, confidence: float = 0.95) -> OrdinalAssociation:
    """Goodman and Kruskal's gamma of two ordered variables.

    γ = (C − D)/(C + D): ties are left out of both. Standard error 4/(P + Q)² √Σ n_ij (Q A_ij − P D_ij)², with
    P = 2C, Q = 2D, A_ij and D_ij the observations concordant and discordant with one of cell ij.

    Base: the pairs tied on neither variable, out of n observations. Arguments and errors as in `kendall_tau_b`.
    Reading: 0: as many each way; ±1: no discordant (concordant) pair, which an empty corner of a small table is
    enough to give. With many ties γ is far above tau-b: print both.

    Goodman and Kruskal (1963), doi:10.1080/01621459.1963.10500850.
    """
    pairs = _pairs(x, y, "goodman_kruskal_gamma")
    p, q = 2 * pairs.concordant, 2 * pairs.discordant
    value = (p - q) / (p + q)
    inner = q * pairs.concordant_with - p * pairs.discordant_with
    se = 4 / (p + q) ** 2 * math.sqrt(float((pairs.table * inner**2).sum()))
    return _association("gamma", value, se, pairs, confidence)


def somers_d(x: Iterable[Any], y: Iterable[Any], *, confidence: float = 0.95) -> OrdinalAssociation:
    """Somers' D of y given x: x explains, y is explained; D(y|x) and D(x|y) differ.

    D(y|x) = (C − D)/(pairs not tied on x). Standard error 2/w² √Σ n_ij {w (A_ij − D_ij) − (P − Q)(n − n_i.)}²,
    w = n² − Σ n_i.² over the values i of x.

    Base: the pairs that differ on x. Arguments and errors as in `kendall_tau_b`.
    Reading: for two observations that differ on x, by how much more often y goes the same way than the other; 0:
    neither way; ±1: always. tau-b² = D(y|x) D(x|y). DescTools calls D(y|x) « row » when y stands in rows.

    Somers (1962), doi:10.2307/2090408.
    """
    pairs = _pairs(x, y, "somers_d")
    n, doubled_s = pairs.n, 2 * pairs.s
    rows = pairs.table.sum(axis=1).astype(float)
    w = n * n - float((rows**2).sum())
    inner = w * (pairs.concordant_with - pairs.discordant_with) - doubled_s * (n - rows)[:, None]
    se = 2 / w**2 * math.sqrt(float((pairs.table * inner**2).sum()))
    return _association("somers_d", doubled_s / w, se, pairs, confidence)


def _pairs(x: Iterable[Any], y: Iterable[Any], what: str) -> Concordance:
    first, second = as_numbers(x, "x"), as_numbers(y, "y")
    if same_length(first, second, "x and y") < 2:
        raise NotComputable("too_few", f"{what}: two observations at least are needed")
    return concordance(first, second, what)


def _association(
    measure: Literal["tau_b", "gamma", "somers_d"],
    value: float,
    se: float,
    pairs: Concordance,
    confidence: float,
) -> OrdinalAssociation:
    from scipy.special import ndtri

    level = check_level(confidence, "confidence")
    z = pairs.s / math.sqrt(pairs.variance)
    value = float(np.clip(value, -1.0, 1.0))
    low: float | None = None
    high: float | None = None
    if abs(value) < 1 - 1e-12 and se > 1e-12:
        half = float(ndtri((1 + level) / 2)) * se
        low, high = max(-1.0, value - half), min(1.0, value + half)
    else:
        se = 0.0
    p = normal_p(z, "two-sided")
    return OrdinalAssociation(measure, value, se, low, high, level, z, p, pairs.concordant, pairs.discordant, pairs.n)
