"""Linear model of a number on a few predictors, with standard errors that do not suppose equal variances."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .arguments import Floats, as_numbers, check_level
from .errors import NotComputable
from .ordered_models import Coefficient, predictor_table

__all__ = ["LinearModel", "linear_model"]


@dataclass(frozen=True)
class LinearModel:
    """A fitted model; `z` and `p` of each coefficient are those of Student's t with n − p − 1 degrees of freedom."""

    intercept: float
    coefficients: tuple[Coefficient, ...]
    n: int
    df: int
    r_squared: float
    confidence: float
    covariance: Floats = field(repr=False, compare=False)

    def joint_p(self, names: Sequence[str]) -> float:
        """p that these coefficients are all 0 (Wald's F with the same covariance).

        Raises ValueError for another name, NotComputable ("too_few") where a perfect fit leaves no error to judge by.
        """
        from scipy.special import fdtrc

        held = [c.name for c in self.coefficients]
        places = [held.index(name) for name in names]
        b = np.asarray([self.coefficients[i].estimate for i in places])
        try:
            wald = float(b @ np.linalg.solve(self.covariance[np.ix_(places, places)], b))
        except np.linalg.LinAlgError:
            raise NotComputable("too_few", "linear_model: nothing is left to judge these coefficients by") from None
        return float(fdtrc(len(places), self.df, wald / len(places)))


def linear_model(
    outcome: Iterable[Any],
    predictors: Any,
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> LinearModel:
    """Ordinary least squares y = a + xb, with the HC3 covariance.

    b = (X'X)⁻¹X'y; V = (X'X)⁻¹ X' diag(e²/(1 − h)²) X (X'X)⁻¹, e the residuals, h the leverages.

    Base: the n observations given (none may be missing). outcome: numbers. predictors, names: as in
    `proportional_odds`.
    Reading: b: by how much y differs, on average, for one unit more of x, in the unit of y; 0: no linear link. p is
    approximate; HC3 errs on the side of caution below 250 observations.
    Raises ValueError for missing values, wrong shapes or names. NotComputable: "constant" (y never changes), "too_few"
    (no more observations than coefficients, or one observation that alone decides a coefficient), "collinear".

    MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7; Long and Ervin (2000),
    doi:10.1080/00031305.2000.10474549.
    """
    from scipy.special import stdtr, stdtrit

    y, level = as_numbers(outcome, "outcome"), check_level(confidence, "confidence")
    x, labels = predictor_table(predictors, names, len(y))
    n, p = x.shape
    if len(np.unique(y)) < 2:
        raise NotComputable("constant", "linear_model: the outcome takes a single value")
    if n <= p + 1:
        raise NotComputable("too_few", f"linear_model: {n} observations for {p} predictors")
    scale = x.std(axis=0)
    if (scale <= 1e-10 * (1 + np.abs(x.mean(axis=0)))).any():
        raise NotComputable("collinear", "linear_model: a predictor is constant")
    design = np.column_stack([np.ones(n), (x - x.mean(axis=0)) / scale])
    if np.linalg.matrix_rank(design, tol=1e-8 * math.sqrt(n)) < p + 1:
        raise NotComputable("collinear", "linear_model: a predictor follows from the others")
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ (design.T @ y)
    residual = y - design @ b
    leverage = ((design @ inverse) * design).sum(axis=1)
    if (leverage > 1 - 1e-8).any():
        raise NotComputable("too_few", "linear_model: one observation alone decides a coefficient")
    inner = design.T @ ((residual / (1 - leverage))[:, None] ** 2 * design)
    covariance = (inverse @ inner @ inverse)[1:, 1:] / np.outer(scale, scale)
    estimates, errors = b[1:] / scale, np.sqrt(np.diag(covariance))
    df = n - p - 1
    half = float(stdtrit(df, (1 + level) / 2))
    coefficients = []
    for name, estimate, se in zip(labels, estimates, errors, strict=True):
        # A perfect fit has no error left.
        t = float(estimate / se) if se > 0 else math.copysign(math.inf, estimate)
        tail = 2 * float(stdtr(df, -abs(t)))
        low, high = float(estimate - half * se), float(estimate + half * se)
        coefficients.append(Coefficient(name, float(estimate), float(se), t, tail, low, high))
    explained = 1 - float(residual @ residual) / float(((y - y.mean()) ** 2).sum())
    intercept = float(b[0] - (estimates * x.mean(axis=0)).sum())
    return LinearModel(intercept, tuple(coefficients), n, df, explained, level, np.asarray(covariance))
