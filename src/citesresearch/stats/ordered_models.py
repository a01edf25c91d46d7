"""Proportional-odds model of an ordinal outcome, and the check of its assumption."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arguments import Floats, Ints, as_numbers, check_level
from .errors import NotComputable

__all__ = [
    "Brant",
    "BrantTerm",
    "Coefficient",
    "Cutpoint",
    "ProportionalOdds",
    "brant",
    "proportional_odds",
]

MAX_STEPS = 100
GRADIENT = 1e-9
FAR = 10.0


@dataclass(frozen=True)
class Coefficient:
    """One predictor: log odds ratio of a higher outcome for one unit more, with Wald interval and p."""

    name: str
    estimate: float
    se: float
    z: float
    p: float
    low: float
    high: float

    @property
    def odds_ratio(self) -> float:
        """exp(estimate): 1 = no link, above 1 = higher outcomes more likely."""
        return math.exp(self.estimate)


@dataclass(frozen=True)
class Cutpoint:
    """Log odds of being at `below` or lower rather than at `above` or higher, all predictors being 0."""

    below: float
    above: float
    estimate: float
    se: float


@dataclass(frozen=True)
class ProportionalOdds:
    """A fitted model; `lr` tests all predictors together against none (χ² with `lr_df`)."""

    coefficients: tuple[Coefficient, ...]
    thresholds: tuple[Cutpoint, ...]
    levels: tuple[float, ...]
    n: int
    log_likelihood: float
    log_likelihood_null: float
    lr: float
    lr_df: int
    lr_p: float
    confidence: float

    def probabilities(self, predictors: Sequence[float]) -> tuple[float, ...]:
        """Fitted probability of each level, lowest first, for one unit's predictors (in the model's order)."""
        values = as_numbers(predictors, "predictors")
        if len(values) != len(self.coefficients):
            raise ValueError(f"predictors: {len(self.coefficients)} values are needed, not {len(values)}")
        shift = float(sum(c.estimate * v for c, v in zip(self.coefficients, values, strict=True)))
        below = [float(_logistic(np.asarray(t.estimate - shift))) for t in self.thresholds]
        return tuple(float(step) for step in np.diff([0.0, *below, 1.0]))


@dataclass(frozen=True)
class BrantTerm:
    """Test that one predictor has the same coefficient at every cut; `by_cut` shows them, lowest cut first."""

    name: str
    chi2: float
    df: int
    p: float
    by_cut: tuple[float, ...]


@dataclass(frozen=True)
class Brant:
    """Brant's test of proportional odds: all predictors together, then each."""

    chi2: float
    df: int
    p: float
    terms: tuple[BrantTerm, ...]
    n: int
    levels: tuple[float, ...]


@dataclass(frozen=True)
class _Data:
    place: Ints  # rank of each outcome among the levels, from 0
    levels: Floats
    x: Floats  # standardised predictors
    centre: Floats
    scale: Floats
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Fit:
    """Parameters (thresholds, then slopes), covariance and log-likelihood, on the standardised scale."""

    parameters: Floats
    covariance: Floats
    log_likelihood: float


def proportional_odds(
    outcome: Iterable[Any],
    predictors: Any,
    *,
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> ProportionalOdds:
    """Proportional-odds (cumulative logit) model of an ordinal outcome, by maximum likelihood.

    logit P(Y ≤ j | x) = θ_j − xβ: the parametrisation of MASS::polr and of statsmodels' OrderedModel. Newton's
    method with the exact second derivatives; covariance from the same.

    Base: the n observations given (none may be missing). outcome: numbers, ranks on the scale; only their order
    counts; two levels give the ordinary logit. predictors: n × p numbers (array or DataFrame, whose column names
    are kept), without constant; code groups as 0/1 columns less one. At n = 81, three or four columns at most.
    Reading: β = 0 (odds ratio 1): no link; β > 0: more of x goes with higher outcomes, by the same odds at every
    cut, which `brant` checks. p and interval are Wald's, approximate.
    Raises ValueError for missing values, wrong shapes or names. NotComputable: "constant" (a single level),
    "too_few" (no more observations than parameters), "collinear", "separation" (a linear programme finds a
    direction along which the likelihood grows without end, as when two groups share at most one level: no
    finite estimate exists; stay with exact tests), "no_convergence".

    McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x; separation: Albert and Anderson (1984),
    doi:10.1093/biomet/71.1.1; Konis (2007), doctoral thesis, Oxford.
    """
    from scipy.special import chdtrc, ndtr, ndtri

    level = check_level(confidence, "confidence")
    data = _prepare(outcome, predictors, names, "proportional_odds")
    n, p, cuts = len(data.place), data.x.shape[1], len(data.levels) - 1
    fit = _fit(data.place, cuts, data.x, "proportional_odds")
    # Back to the units given: β = b/scale, θ = t + Σ b centre/scale.
    back = np.eye(cuts + p)
    back[cuts:, cuts:] /= data.scale
    back[:cuts, cuts:] = data.centre / data.scale
    estimates = back @ fit.parameters
    errors = np.sqrt(np.diag(back @ fit.covariance @ back.T))
    half = float(ndtri((1 + level) / 2))
    coefficients = []
    for name, b, se in zip(data.names, estimates[cuts:], errors[cuts:], strict=True):
        z = float(b / se)
        tail = 2 * float(ndtr(-abs(z)))
        coefficients.append(Coefficient(name, float(b), float(se), z, tail, float(b - half * se), float(b + half * se)))
    thresholds = tuple(
        Cutpoint(float(data.levels[j]), float(data.levels[j + 1]), float(estimates[j]), float(errors[j]))
        for j in range(cuts)
    )
    sizes = np.bincount(data.place)
    null = float((sizes * np.log(sizes / n)).sum())
    lr = max(0.0, 2 * (fit.log_likelihood - null))
    return ProportionalOdds(
        tuple(coefficients),
        thresholds,
        tuple(float(v) for v in data.levels),
        n,
        fit.log_likelihood,
        null,
        lr,
        p,
        float(chdtrc(p, lr)),
        level,
    )


def brant(outcome: Iterable[Any], predictors: Any, *, names: Sequence[str] | None = None) -> Brant:
    """Brant's test that the coefficients of a proportional-odds model are the same at every cut of the scale.

    One logit of Y > j on x for each of the J − 1 cuts; Wald χ² = (Dβ)' (D V D')⁻¹ (Dβ), D the differences from the
    first cut, V built of (X'W_jX)⁻¹ X'W_jlX (X'W_lX)⁻¹ with W_jl = P(Y > l) − P(Y > j) P(Y > l) for j ≤ l.
    Degrees of freedom (J − 2) p, and J − 2 per predictor.

    Base and arguments as in `proportional_odds`.
    Reading: χ² = 0: the same coefficients at every cut; small p: odds are not proportional, a single coefficient
    does not sum up the link. At n = 81 the test sees only large departures: look at `by_cut` too.
    Raises as `proportional_odds`, and NotComputable "too_few" for a scale of two levels in the data (nothing to
    compare), "separation" when one of the logits has no finite estimate (the message says at which cut).

    Brant (1990), doi:10.2307/2532457.
    """
    from scipy.special import chdtrc

    data = _prepare(outcome, predictors, names, "brant")
    n, p, cuts = len(data.place), data.x.shape[1], len(data.levels) - 1
    if cuts < 2:
        raise NotComputable("too_few", "brant: two levels only, nothing to compare")
    design = np.column_stack([np.ones(n), data.x])
    slopes, above, inverse = [], [], []
    for j in range(cuts):
        where = f"brant, above {data.levels[j]:g}"
        fit = _fit((data.place > j).astype(np.int64), 1, data.x, where)
        slopes.append(fit.parameters[1:])
        share = _logistic(data.x @ fit.parameters[1:] - fit.parameters[0])
        above.append(share)
        inverse.append(np.linalg.inv(design.T @ ((share * (1 - share))[:, None] * design)))
    v = np.empty((cuts * p, cuts * p))
    for j in range(cuts):
        for k in range(j, cuts):
            weight = above[k] - above[j] * above[k]
            block = inverse[j] @ (design.T @ (weight[:, None] * design)) @ inverse[k]
            v[j * p : (j + 1) * p, k * p : (k + 1) * p] = block[1:, 1:]
            v[k * p : (k + 1) * p, j * p : (j + 1) * p] = block[1:, 1:].T
    beta = np.concatenate(slopes)
    difference = np.hstack([-np.tile(np.eye(p), (cuts - 1, 1)), np.eye((cuts - 1) * p)])

    def wald(rows: Floats) -> tuple[float, int]:
        gap, spread = rows @ beta, rows @ v @ rows.T
        if np.linalg.eigvalsh(spread)[0] <= 0:
            raise NotComputable("too_few", "brant: the variance of the differences is not positive")
        return float(gap @ np.linalg.solve(spread, gap)), len(rows)

    chi2, df = wald(difference)
    terms = []
    for i, name in enumerate(data.names):
        term, term_df = wald(difference[i::p])
        by_cut = tuple(float(slope[i] / data.scale[i]) for slope in slopes)
        terms.append(BrantTerm(name, term, term_df, float(chdtrc(term_df, term)), by_cut))
    return Brant(chi2, df, float(chdtrc(df, chi2)), tuple(terms), n, tuple(float(v) for v in data.levels))


def _prepare(outcome: Iterable[Any], predictors: Any, names: Sequence[str] | None, what: str) -> _Data:
    y = as_numbers(outcome, "outcome")
    x, labels = predictor_table(predictors, names, len(y))
    levels, place = np.unique(y, return_inverse=True)
    if len(levels) < 2:
        raise NotComputable("constant", f"{what}: the outcome takes {len(levels)} level")
    if len(y) <= len(levels) - 1 + x.shape[1]:
        raise NotComputable("too_few", f"{what}: {len(y)} observations for {x.shape[1]} predictors")
    centre, scale = x.mean(axis=0), x.std(axis=0)
    flat = [name for name, spread, at in zip(labels, scale, centre, strict=True) if spread <= 1e-10 * (1 + abs(at))]
    if flat:
        raise NotComputable("collinear", f"{what}: constant predictors: {flat}")
    standard = (x - centre) / scale
    if np.linalg.matrix_rank(standard, tol=1e-8 * math.sqrt(len(y))) < x.shape[1]:
        raise NotComputable("collinear", f"{what}: a predictor follows from the others")
    return _Data(place.astype(np.int64), levels, standard, centre, scale, labels)


def predictor_table(predictors: Any, names: Sequence[str] | None, n: int) -> tuple[Floats, tuple[str, ...]]:
    """The n × p numbers of a model and the names of its columns; raises ValueError where they do not fit together."""
    x, found = _matrix(predictors)
    labels = tuple(found if names is None else names)
    if len(x) != n:
        raise ValueError(f"outcome and predictors: {n} and {len(x)} observations")
    if len(labels) != x.shape[1] or len(set(labels)) != len(labels):
        raise ValueError(f"names: {x.shape[1]} different names are needed, not {list(labels)}")
    return x, labels


def _matrix(predictors: Any) -> tuple[Floats, list[str]]:
    columns = getattr(predictors, "columns", None)
    names = [str(name) for name in columns] if columns is not None else None
    table = np.asarray(predictors, dtype=object)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError("predictors: a table of n rows and at least one column is needed")
    found = names if names is not None else [f"x{i + 1}" for i in range(table.shape[1])]
    return np.column_stack([as_numbers(table[:, i], found[i]) for i in range(table.shape[1])]), found


def _logistic(value: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(value), dtype=np.float64)


def _fit(place: Ints, cuts: int, x: Floats, what: str) -> _Fit:
    """Fit the model by Newton's method with step halving (the log-likelihood is concave).

    Without finite estimates the distance of some observation from its thresholds grows until the gradient
    vanishes: beyond 16 at the tolerance used. Only fits that go beyond FAR, or fail, need the linear programme.
    """
    try:
        fit, farthest = _newton(place, cuts, x)
    except np.linalg.LinAlgError:
        fit, farthest = None, math.inf
    if farthest > FAR and _separated(place, cuts, x):
        raise NotComputable("separation", f"{what}: no finite estimate, the predictors separate the levels")
    if fit is None:
        raise NotComputable("no_convergence", f"{what}: the estimates did not settle")
    return fit


def _newton(place: Ints, cuts: int, x: Floats) -> tuple[_Fit | None, float]:
    """Return the fit (None when it does not settle) and the farthest threshold of any observation."""
    n, p = x.shape
    # Upper and lower ends of each observation's interval on the latent scale, as rows of coefficients.
    upper, lower = np.zeros((n, cuts + p)), np.zeros((n, cuts + p))
    has_upper, has_lower = place < cuts, place > 0
    upper[has_upper, place[has_upper]] = 1
    lower[has_lower, place[has_lower] - 1] = 1
    upper[:, cuts:] = lower[:, cuts:] = -x

    def ends(parameters: Floats) -> tuple[Floats, Floats, Floats]:
        top = np.where(has_upper, _logistic(upper @ parameters), 1.0)
        bottom = np.where(has_lower, _logistic(lower @ parameters), 0.0)
        return top, bottom, np.maximum(top - bottom, 1e-300)

    shares = np.cumsum(np.bincount(place, minlength=cuts + 1))[:-1] / n
    parameters = np.concatenate([np.log(shares / (1 - shares)), np.zeros(p)])
    top, bottom, inside = ends(parameters)
    value = float(np.log(inside).sum())
    for _ in range(MAX_STEPS):
        f_top, f_bottom = top * (1 - top), bottom * (1 - bottom)
        slope = (f_top[:, None] * upper - f_bottom[:, None] * lower) / inside[:, None]
        gradient = slope.sum(axis=0)
        bend_top, bend_bottom = f_top * (1 - 2 * top) / inside, f_bottom * (1 - 2 * bottom) / inside
        information = slope.T @ slope - upper.T @ (bend_top[:, None] * upper) + lower.T @ (bend_bottom[:, None] * lower)
        if float(np.abs(gradient).max()) <= GRADIENT * n:
            distances = np.concatenate([(upper @ parameters)[has_upper], (lower @ parameters)[has_lower]])
            covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
            return _Fit(parameters, covariance, value), float(np.abs(distances).max())
        step = np.linalg.solve(information, gradient)
        size = 1.0
        while size > 1e-8:
            trial = parameters + size * step
            ordered = cuts == 1 or bool((np.diff(trial[:cuts]) > 0).all())
            top, bottom, inside = ends(trial)
            reached = float(np.log(inside).sum())
            if ordered and reached >= value - 1e-12 * abs(value):
                break
            size /= 2
        else:
            break
        parameters, value = trial, reached
    return None, math.inf


def _separated(place: Ints, cuts: int, x: Floats) -> bool:
    """Tell whether a direction exists along which no observation's probability falls and one rises for ever.

    A direction (thresholds t, slopes b) is such when t_j − x b ≥ 0 for every observation at level j below the
    last and x b − t_(j−1) ≥ 0 for every one above the first, not all nil. The programme maximises the sum of
    these under −1 ≤ t, b ≤ 1: it is 0 exactly when finite estimates exist.
    """
    from scipy.optimize import linprog

    p = x.shape[1]
    rows = []
    for side in (0, 1):
        kept = place < cuts if side == 0 else place > 0
        block = np.zeros((int(kept.sum()), cuts + p))
        block[np.arange(len(block)), place[kept] - side] = 1
        block[:, cuts:] = -x[kept]
        rows.append(block if side == 0 else -block)
    gain = np.unique(np.vstack(rows), axis=0)
    result = linprog(
        -gain.sum(axis=0), A_ub=-gain, b_ub=np.zeros(len(gain)), bounds=[(-1, 1)] * (cuts + p), method="highs"
    )
    return bool(result.status == 0 and -result.fun > 1e-6)
