"""A trend along ordered groups: of an ordinal outcome, or of a share."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .arguments import (
    as_count,
    as_labels,
    as_numbers,
    check_choice,
    ordered_levels,
    same_length,
)
from .concordance import concordance
from .errors import NotComputable

__all__ = ["Alternative", "CochranArmitage", "Jonckheere", "cochran_armitage", "jonckheere"]

Alternative = Literal["two-sided", "increasing", "decreasing"]
ALTERNATIVES: tuple[Alternative, ...] = ("two-sided", "increasing", "decreasing")


@dataclass(frozen=True)
class Jonckheere:
    """J, its mean and tie-corrected variance without a trend, z and p; z > 0: values rise along the groups."""

    j: float
    expected: float
    variance: float
    z: float
    p: float
    alternative: Alternative
    n: int
    groups: tuple[tuple[Hashable, int], ...]


@dataclass(frozen=True)
class CochranArmitage:
    """z and p of a linear trend of the shares; z > 0: they rise with the scores. `chi2` = z²."""

    z: float
    chi2: float
    p: float
    alternative: Alternative
    n: int
    shares: tuple[float | None, ...]


def normal_p(z: float, alternative: Alternative) -> float:
    """Tail of the standard normal: both tails, the upper ("increasing") or the lower ("decreasing")."""
    from scipy.special import ndtr

    if alternative == "two-sided":
        return 2 * float(ndtr(-abs(z)))
    return float(ndtr(-z if alternative == "increasing" else z))


def jonckheere(
    values: Iterable[Any],
    groups: Iterable[Hashable],
    *,
    order: Sequence[Hashable] | None = None,
    alternative: Alternative = "two-sided",
) -> Jonckheere:
    """Jonckheere-Terpstra test of a trend of an ordinal outcome along ordered groups.

    J = Σ over pairs of groups a < b of [#(x_a < x_b) + ½ #(x_a = x_b)]; E(J) = (n² − Σ n_g²)/4; variance corrected
    for ties in both values and groups (Hollander and Wolfe, eq. 6.19); z = (J − E)/√V, normal p. This z is
    Kendall's z of values and groups.

    Base: the n observations given. values: numbers. groups: numbers, or labels with `order` from lowest to highest.
    alternative: "two-sided", "increasing" (values rise along the groups) or "decreasing"; decide before looking.
    Reading: J = E: no trend; J at its most, Σ n_a n_b: every value above all those of the groups before. p is
    approximate: with few observations prefer `permutation_test`. Programs that ignore ties (clinfun with ties)
    give a larger p.
    Raises ValueError for missing values, unequal lengths or labels without order; NotComputable ("empty",
    "one_group", "constant").

    Jonckheere (1954), doi:10.1093/biomet/41.1-2.133; Terpstra (1952), doi:10.1016/S1385-7258(52)50043-X.
    """
    check_choice(alternative, ALTERNATIVES, "alternative")
    numbers, labels = as_numbers(values, "values"), as_labels(groups, "groups")
    n = same_length(numbers, labels, "values and groups")
    if n == 0:
        raise NotComputable("empty", "jonckheere: no observation")
    levels = ordered_levels(labels, order, "groups", need_order=True)
    if len(levels) < 2:
        raise NotComputable("one_group", f"jonckheere: a single group ({levels[0]!r})")
    rank = {level: float(i) for i, level in enumerate(levels)}
    pairs = concordance(np.asarray([rank[label] for label in labels]), numbers, "jonckheere")
    sizes = pairs.table.sum(axis=1)
    expected = (n * n - int((sizes**2).sum())) / 4
    # Pairs from two groups: n_a n_b in all, C rising, D falling, the others tied: J = (all + C − D)/2 = E + S/2.
    j = expected + pairs.s / 2
    z = pairs.s / math.sqrt(pairs.variance)
    sized = tuple((level, int(size)) for level, size in zip(levels, sizes, strict=True))
    return Jonckheere(j, expected, pairs.variance / 4, z, normal_p(z, alternative), alternative, n, sized)


def cochran_armitage(
    events: Iterable[Any],
    totals: Iterable[Any],
    *,
    scores: Iterable[Any] | None = None,
    alternative: Alternative = "two-sided",
) -> CochranArmitage:
    """Cochran-Armitage test of a linear trend of a share along ordered groups.

    z = Σ s_i (x_i − n_i p̄) / √{p̄(1 − p̄) [Σ n_i s_i² − (Σ n_i s_i)²/N]}, p̄ = Σx/Σn; z² is the χ² of R's
    prop.trend.test.

    Base: N = Σ totals. events: number of yes in each group, in the order of the groups. totals: its size (a group
    of size 0 adds nothing and has no share). scores: one number per group (default 1, 2, 3...): they say how far
    apart groups stand. alternative: as in `jonckheere`.
    Reading: z = 0: no linear trend (a rise then a fall can hide there). p is approximate: where an expected count
    is below five, prefer `permutation_test` on the observations.
    Raises ValueError for impossible counts or unequal lengths; NotComputable ("empty", "one_group" when a single
    group is left or all scores are equal, "constant" when all or none say yes).

    Cochran (1954), doi:10.2307/3001616; Armitage (1955), doi:10.2307/3001775.
    """
    check_choice(alternative, ALTERNATIVES, "alternative")
    x = np.asarray([as_count(v, "events") for v in events], dtype=np.float64)
    n = np.asarray([as_count(v, "totals") for v in totals], dtype=np.float64)
    k = same_length(x, n, "events and totals")
    s = np.arange(1.0, k + 1) if scores is None else as_numbers(scores, "scores")
    same_length(s, n, "scores and totals")
    if (x > n).any():
        raise ValueError("events: more yes than observations in a group")
    total = float(n.sum())
    if total == 0:
        raise NotComputable("empty", "cochran_armitage: no observation")
    p = float(x.sum()) / total
    if p in (0.0, 1.0):
        raise NotComputable("constant", f"cochran_armitage: all {int(total)} observations are equal")
    centred = s - float((n * s).sum()) / total
    spread = float((n * centred**2).sum())
    if len(np.unique(s[n > 0])) < 2:
        raise NotComputable("one_group", "cochran_armitage: a single group, or a single score")
    z = float((centred * (x - n * p)).sum()) / math.sqrt(p * (1 - p) * spread)
    shares = tuple(float(a / b) if b else None for a, b in zip(x, n, strict=True))
    return CochranArmitage(z, z * z, normal_p(z, alternative), alternative, int(total), shares)
