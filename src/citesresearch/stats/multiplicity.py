"""Several tests at once: adjusted p-values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

from .arguments import as_count, check_choice, is_missing

__all__ = ["Adjustment", "adjust_pvalues"]

Adjustment = Literal["holm", "bh", "bonferroni", "hochberg", "by", "none"]
METHODS: tuple[Adjustment, ...] = ("holm", "bh", "bonferroni", "hochberg", "by", "none")


def adjust_pvalues(
    pvalues: Iterable[float | None], method: Adjustment = "holm", *, family_size: int | None = None
) -> list[float]:
    """Adjust p-values for the number m of tests in their family, in the order given.

    With p(1) ≤ ... ≤ p(m): holm, running maximum of (m − i + 1) p(i); hochberg, running minimum from the largest
    of the same; bh, running minimum from the largest of m p(i)/i; by, the same times Σ 1/i; bonferroni, m p;
    none, p. All capped at 1.

    Base: m = the tests given that could be computed. A missing p (None or NaN: a test that could not be computed)
    stays missing (NaN) and does not count; `family_size`, at least as large as that count, keeps m at the size
    declared in advance.
    Reading: compare with the level (.05): holm, hochberg, bonferroni bound the chance of even one false alarm in
    the family; bh (tests independent or positively linked) and by (any) bound the share of false alarms among
    those raised. 1: nothing left. An empty list gives an empty list.
    Raises ValueError for a p outside 0 to 1, an unknown method, or a family smaller than its tests.

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Hochberg (1988), doi:10.1093/biomet/75.4.800;
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini and Yekutieli (2001),
    doi:10.1214/aos/1013699998.
    """
    check_choice(method, METHODS, "method")
    given = [math.nan if is_missing(p) else float(p) for p in pvalues]  # type: ignore[arg-type]
    wrong = [p for p in given if not (math.isnan(p) or 0 <= p <= 1)]
    if wrong:
        raise ValueError(f"pvalues: outside 0 to 1: {wrong}")
    ranked = sorted((i for i, p in enumerate(given) if not math.isnan(p)), key=lambda i: given[i])
    m = len(ranked) if family_size is None else as_count(family_size, "family_size")
    if m < len(ranked):
        raise ValueError(f"family_size: {m} for {len(ranked)} tests")
    adjusted = list(given)
    if method == "holm":
        reached = 0.0
        for i, place in enumerate(ranked):
            reached = max(reached, (m - i) * given[place])
            adjusted[place] = min(1.0, reached)
        return adjusted
    harmonic = sum(1 / i for i in range(1, m + 1)) if method == "by" else 1.0
    reached = 1.0
    for i in range(len(ranked) - 1, -1, -1):
        place = ranked[i]
        if method in ("bonferroni", "none"):
            adjusted[place] = min(1.0, given[place] * (m if method == "bonferroni" else 1))
            continue
        factor = m - i if method == "hochberg" else m * harmonic / (i + 1)
        reached = min(reached, factor * given[place])
        adjusted[place] = reached
    return adjusted
