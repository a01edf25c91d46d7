"""Would chance have found as much? The outcome is dealt again among the cases, the conditions stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arguments import DEFAULT_SEED, Floats, as_count
from .expression import as_outcome, as_sets
from .truth_table import truth_table

__all__ = ["Chance", "coverage_by_chance"]


@dataclass(frozen=True)
class Chance:
    """Share of the cases of the outcome that stand in sufficient rows, what it is by chance, and how rare it is.

    p: share of the deals that reach the observed share, the data counted as one of them (never 0); error: its Monte
    Carlo standard error. by_chance: mean share over the deals.
    """

    observed: float
    by_chance: float
    p: float
    error: float
    deals: int


def coverage_by_chance(
    sets: Mapping[str, Iterable[Any]],
    outcome: Iterable[Any],
    *,
    n_cut: int = 1,
    inclusion_cut: float = 0.8,
    pri_cut: float = 0.0,
    negated: bool = False,
    deals: int = 999,
    seed: int = DEFAULT_SEED,
) -> Chance:
    """Permutation test of a truth table as a whole: do its sufficient rows take more of the outcome than by chance?

    With many rows of few cases, some row always looks sufficient: this says whether what was found goes beyond it.

    Base: the cases more in the outcome than out of it. Arguments as in `truth_table`; deals: permutations of the
    outcome among the cases, drawn with `seed`.
    Reading: observed 0: no sufficient row (p = 1). A small p says that the conditions and the outcome are linked
    somewhere, not that each term of a solution is right; a large one, that the same rows would come out of noise.
    Raises ValueError and NotComputable as `truth_table`.

    Phipson and Smyth (2010), doi:10.2202/1544-6115.1585; Braumoeller (2015), doi:10.1093/pan/mpv016.
    """
    draws = as_count(deals, "deals", 1)
    held = as_sets(sets)
    kept = {name: list(values) for name, values in held.items()}
    size = len(next(iter(kept.values())))
    y = as_outcome(outcome, size, negated)
    table = truth_table(kept, y, n_cut=n_cut, inclusion_cut=inclusion_cut, pri_cut=pri_cut)
    rows = [row for row in table.rows if row.output != "?"]
    matrix = np.column_stack(list(held.values()))
    degrees = np.stack([np.where(row.configuration, matrix, 1 - matrix).min(axis=1) for row in rows])
    members = np.zeros((len(rows), size), dtype=bool)
    for place, row in enumerate(rows):
        members[place, [int(str(case)) for case in row.cases]] = True
    rng = np.random.default_rng(seed)
    observed = _share(degrees, members, y, inclusion_cut, pri_cut)
    dealt = np.array([_share(degrees, members, rng.permutation(y), inclusion_cut, pri_cut) for _ in range(draws)])
    p = (1 + int((dealt >= observed - 1e-12).sum())) / (draws + 1)
    return Chance(observed, float(dealt.mean()), p, float(np.sqrt(p * (1 - p) / draws)), draws)


def _share(degrees: Floats, members: np.ndarray[Any, Any], y: Floats, inclusion_cut: float, pri_cut: float) -> float:
    both = np.minimum(degrees, y).sum(axis=1)
    either = np.minimum(np.minimum(degrees, y), 1 - y).sum(axis=1)
    whole = degrees.sum(axis=1)
    sufficient = both >= (inclusion_cut - 1e-9) * whole
    sufficient &= both - either >= (pri_cut - 1e-9) * (whole - either)
    inside = y > 0.5
    return float((members[sufficient].any(axis=0) & inside).sum() / inside.sum())
