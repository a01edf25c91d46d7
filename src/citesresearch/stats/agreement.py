"""Agreement of two raters beyond chance."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .arguments import as_labels, check_choice, ordered_levels, same_length
from .errors import NotComputable

__all__ = ["CohenKappa", "cohen_kappa"]

Weights = Literal["none", "linear", "squared"]


@dataclass(frozen=True)
class CohenKappa:
    """Kappa with the agreement seen and the agreement of chance (weighted, 0 to 1), over n doubly rated units."""

    kappa: float
    observed: float
    expected: float
    n: int
    weights: Weights
    levels: tuple[Hashable, ...]


def cohen_kappa(
    first: Iterable[Hashable],
    second: Iterable[Hashable],
    *,
    weights: Weights = "none",
    order: Sequence[Hashable] | None = None,
) -> CohenKappa:
    """Cohen's kappa of two raters of the same units.

    κ = (p_o − p_e)/(1 − p_e); p_o = Σ w_ij p_ij, p_e = Σ w_ij p_i. p_.j; agreement weights w: 1 on the diagonal and
    0 elsewhere ("none"), 1 − |i − j|/(k − 1) ("linear"), 1 − (i − j)²/(k − 1)² ("squared").

    Base: the units rated by both. first, second: their codes, unit by unit. order: levels from lowest to highest,
    needed for weights when codes are not numbers; levels that nobody used count in k only when `order` names them.
    Reading: 1: full agreement; 0: that of chance; below 0: less than chance. With one level nearly always chosen κ
    is low although raters agree: print `observed` beside it.
    Raises ValueError for missing codes, unequal lengths or levels without order; NotComputable ("empty",
    "constant" when both raters always gave the same single code: chance alone agrees fully).

    Cohen (1960), doi:10.1177/001316446002000104; weighted: Cohen (1968), doi:10.1037/h0026256.
    """
    check_choice(weights, ("none", "linear", "squared"), "weights")
    a, b = as_labels(first, "first"), as_labels(second, "second")
    n = same_length(a, b, "first and second")
    if n == 0:
        raise NotComputable("empty", "cohen_kappa: no unit")
    present = ordered_levels([*a, *b], order, "levels", need_order=weights != "none")
    levels = present if order is None else list(order)
    if len(present) == 1:
        raise NotComputable("constant", "cohen_kappa: both raters always gave the same code")
    place = {level: i for i, level in enumerate(levels)}
    shares = np.zeros((len(levels), len(levels)))
    np.add.at(shares, (np.asarray([place[v] for v in a]), np.asarray([place[v] for v in b])), 1 / n)
    gap = np.abs(np.subtract.outer(np.arange(len(levels)), np.arange(len(levels)))) / (len(levels) - 1)
    weight = {"none": (gap == 0).astype(float), "linear": 1 - gap, "squared": 1 - gap**2}[weights]
    observed = float((weight * shares).sum())
    expected = float((weight * np.outer(shares.sum(axis=1), shares.sum(axis=0))).sum())
    return CohenKappa((observed - expected) / (1 - expected), observed, expected, n, weights, tuple(levels))
