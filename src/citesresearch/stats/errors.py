"""What the functions of this package say when the data cannot answer the question."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "empty",
    "too_few",
    "constant",
    "one_group",
    "separation",
    "collinear",
    "no_convergence",
    "nothing_sufficient",
    "all_sufficient",
    "too_complex",
]


class NotComputable(ValueError):
    """The arguments are sound, but the data cannot answer: not a mistake of the caller.

    `reason` is one of: "empty" (no observation), "too_few" (fewer than the formula needs), "constant" (all
    values equal), "one_group" (a single group or category), "separation" (a model without finite estimates:
    a cell is empty), "collinear" (a predictor follows from the others), "no_convergence"; and for configurations
    "nothing_sufficient" (no row of the truth table leads to the outcome), "all_sufficient" (none speaks against it),
    "too_complex" (more solutions than anyone could read). A plain ValueError, by contrast, means that the call itself
    is wrong (missing values not removed, unequal lengths...).
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason
