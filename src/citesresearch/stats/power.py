"""What a design could have seen: power, and the smallest effect it detects with a given power."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .arguments import as_count, check_choice, check_level, is_missing
from .errors import NotComputable

__all__ = ["Design", "MinimumDetectableEffect", "minimum_detectable_effect", "statistical_power"]

Design = Literal["correlation", "two_means", "two_proportions", "several_means", "contingency"]
MEASURES: dict[Design, str] = {
    "correlation": "r",
    "two_means": "d",
    "two_proportions": "h",
    "several_means": "f",
    "contingency": "w",
}


@dataclass(frozen=True)
class MinimumDetectableEffect:
    """The smallest effect detected with probability `power` by a two-sided test at level `alpha`.

    measure: r (correlation), d (difference of two means over their standard deviation), h (difference of
    arcsines of two proportions), f (standard deviation of means over that of values), w (√(χ²/n) of a table).
    """

    design: Design
    measure: str
    value: float
    n: tuple[int, ...]
    df: int | None
    alpha: float
    power: float

    @property
    def cliffs_delta(self) -> float | None:
        """For two means, the Cliff's delta of two normal groups d apart: 2Φ(d/√2) − 1; otherwise None."""
        return math.erf(self.value / 2) if self.design == "two_means" else None


def statistical_power(
    design: Design,
    effect: float,
    n: int | Sequence[int],
    *,
    df: int | None = None,
    alpha: float = 0.05,
) -> float:
    """Probability that a two-sided test at level `alpha` rejects when the effect is `effect`.

    correlation: Fisher's z with the bias term r/2(n − 1) (as R's pwr.r.test); two_means: non-central t with
    n₁ + n₂ − 2 degrees of freedom, λ = d√(n₁n₂/(n₁ + n₂)); two_proportions: normal, h√(n₁n₂/(n₁ + n₂));
    several_means: non-central F, λ = f²Σn; contingency: non-central χ², λ = w²n.

    Base: n, the observations that enter the test. effect: at least 0, in the measure of the design (see `MinimumDetectableEffect`). n: number of observations, or
    the sizes of the groups for two_means, two_proportions and several_means. df: for contingency only.
    Reading: at effect 0 the power is `alpha` (the false alarms); 1: never missed.
    Raises ValueError for a wrong effect, n or df; NotComputable ("too_few") when the test does not exist.

    Cohen (1988), Statistical Power Analysis, doi:10.4324/9780203771587.
    """
    sizes = _sizes(design, n, df)
    level = check_level(alpha, "alpha")
    if is_missing(effect) or effect < 0 or (design == "correlation" and effect >= 1):
        raise ValueError(f"effect: {effect!r} is not possible for {design}")
    return _power(design, float(effect), sizes, df, level)


def minimum_detectable_effect(
    design: Design,
    n: int | Sequence[int],
    *,
    df: int | None = None,
    alpha: float = 0.05,
    power: float = 0.8,
) -> MinimumDetectableEffect:
    """Smallest effect that a design detects with probability `power`: what a null result could have seen.

    The effect at which `statistical_power` equals `power`, found by bisection; arguments as there.

    Base: n, the observations that enter the test. With ranks in place of means (Kruskal-Wallis, Cliff's delta) the
    figures hold to about 5 % (asymptotic relative efficiency 0.955 for normal values).
    Reading: near 0: even a slight link would have shown; a large value: « no link found » means little. n = 81:
    r = .31; d = .69 for 24 against 57. It depends on n alone: unlike the power « observed », it does not repeat p.
    Raises ValueError for wrong arguments, among them a power not above `alpha`; NotComputable ("too_few") when no
    effect, however large, reaches that power.

    Cohen (1988), doi:10.4324/9780203771587; Hoenig and Heisey (2001), doi:10.1198/000313001300339897.
    """
    from scipy.optimize import brentq

    sizes = _sizes(design, n, df)
    level, wanted = check_level(alpha, "alpha"), check_level(power, "power")
    if wanted <= level:
        raise ValueError(f"power: {wanted} is not above alpha, {level}")

    def lack(effect: float) -> float:
        return _power(design, effect, sizes, df, level) - wanted

    if design == "correlation":
        top = 1 - 1e-12
    else:
        top = 1.0
        while lack(top) < 0:
            top *= 2
            if top > 1e3:
                raise NotComputable("too_few", f"{design}: no effect reaches power {wanted} with {sizes}")
    if lack(top) < 0:
        raise NotComputable("too_few", f"{design}: no effect reaches power {wanted} with {sizes}")
    value = float(brentq(lack, 0.0, top, xtol=1e-12))
    return MinimumDetectableEffect(design, MEASURES[design], value, sizes, df, level, wanted)


def _sizes(design: Design, n: int | Sequence[int], df: int | None) -> tuple[int, ...]:
    check_choice(design, tuple(MEASURES), "design")
    whole = design in ("correlation", "contingency")
    if isinstance(n, Sequence) == whole:
        wanted = "the number of observations" if whole else "the sizes of the groups"
        raise ValueError(f"n: {design} needs {wanted}, not {n!r}")
    sizes = tuple(as_count(size, "n", 1) for size in (n if isinstance(n, Sequence) else (n,)))
    if (df is None) == (design == "contingency"):
        raise ValueError("df: needed for contingency, and for it only")
    if df is not None:
        as_count(df, "df", 1)
    if design in ("two_means", "two_proportions") and len(sizes) != 2:
        raise ValueError(f"n: {design} needs two groups, not {len(sizes)}")
    if design == "several_means" and len(sizes) < 2:
        raise NotComputable("one_group", "several_means: a single group")
    spare = {"correlation": sum(sizes) - 3, "contingency": 1, "two_proportions": 1}
    if spare.get(design, sum(sizes) - len(sizes)) < 1:
        raise NotComputable("too_few", f"{design}: too few observations for a test ({sum(sizes)})")
    return sizes


def _power(design: Design, effect: float, sizes: tuple[int, ...], df: int | None, alpha: float) -> float:
    from scipy import special

    n = sum(sizes)
    if design == "correlation":
        t = float(special.stdtrit(n - 2, 1 - alpha / 2))
        critical = math.atanh(math.sqrt(t * t / (t * t + n - 2)))
        z = math.atanh(effect) + effect / (2 * (n - 1))
        root = math.sqrt(n - 3)
        return float(special.ndtr((z - critical) * root) + special.ndtr((-z - critical) * root))
    if design in ("two_means", "two_proportions"):
        shift = effect * math.sqrt(sizes[0] * sizes[1] / n)
        if design == "two_proportions":
            z = float(special.ndtri(1 - alpha / 2))
            return float(special.ndtr(shift - z) + special.ndtr(-shift - z))
        t = float(special.stdtrit(n - 2, 1 - alpha / 2))
        # t² follows the non-central F: both tails at once, and no loss for far shifts.
        return float(1 - special.ncfdtr(1, n - 2, shift * shift, t * t))
    if design == "several_means":
        k = len(sizes)
        critical = float(special.fdtri(k - 1, n - k, 1 - alpha))
        return float(1 - special.ncfdtr(k - 1, n - k, effect * effect * n, critical))
    critical = float(special.chdtri(df, alpha))
    return float(1 - special.chndtr(critical, df, effect * effect * n))
