"""Concordant, discordant and tied pairs of two ordered variables: what Kendall's family is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arguments import Floats, Ints
from .errors import NotComputable


@dataclass(frozen=True)
class Concordance:
    """Cross-table of x (rows, ascending) and y (columns), with, per cell, its concordant less discordant pairs.

    concordant_with, discordant_with: observations concordant (discordant) with one of the cell.
    concordant, discordant: numbers of pairs. s = concordant − discordant. variance: of s when x and y are
    independent, corrected for ties.
    """

    table: Ints
    concordant_with: Floats
    discordant_with: Floats
    concordant: int
    discordant: int
    variance: float

    @property
    def n(self) -> int:
        """Number of observations."""
        return int(self.table.sum())

    @property
    def s(self) -> int:
        """Concordant less discordant pairs."""
        return self.concordant - self.discordant


def concordance(x: Floats, y: Floats, what: str) -> Concordance:
    """Count the pairs of two variables of equal length; raise NotComputable when either is constant."""
    levels_x, at_x = np.unique(x, return_inverse=True)
    levels_y, at_y = np.unique(y, return_inverse=True)
    for levels, name in ((levels_x, "first"), (levels_y, "second")):
        if len(levels) < 2:
            raise NotComputable("constant", f"{what}: all values of the {name} variable are equal")
    table = np.zeros((len(levels_x), len(levels_y)), dtype=np.int64)
    np.add.at(table, (at_x, at_y), 1)
    concordant_with = _corner(table) + _corner(table[::-1, ::-1])[::-1, ::-1]
    discordant_with = _corner(table[:, ::-1])[:, ::-1] + _corner(table[::-1, :])[::-1, :]
    return Concordance(
        table,
        concordant_with.astype(np.float64),
        discordant_with.astype(np.float64),
        int((table * concordant_with).sum()) // 2,
        int((table * discordant_with).sum()) // 2,
        _null_variance(table),
    )


def _corner(table: Ints) -> Ints:
    """Sum of the cells strictly above and strictly to the left of each cell."""
    sums = np.zeros_like(table)
    sums[1:, 1:] = table.cumsum(axis=0).cumsum(axis=1)[:-1, :-1]
    return sums


def _null_variance(table: Ints) -> float:
    """Variance of S under independence, tie-corrected: Kendall (1970), Rank Correlation Methods, § 4."""
    n = int(table.sum())
    (t1, t2, t3), (u1, u2, u3) = (_ties(table.sum(axis=axis)) for axis in (1, 0))
    variance = (n * (n - 1) * (2 * n + 5) - t1 - u1) / 18 + t2 * u2 / (2 * n * (n - 1))
    # With two observations no group has three members: the last term is nil.
    return variance + (t3 * u3 / (9 * n * (n - 1) * (n - 2)) if n > 2 else 0.0)


def _ties(sizes: Ints) -> tuple[int, int, int]:
    t = sizes.astype(object)  # whole numbers of any size
    return (
        int((t * (t - 1) * (2 * t + 5)).sum()),
        int((t * (t - 1)).sum()),
        int((t * (t - 1) * (t - 2)).sum()),
    )
