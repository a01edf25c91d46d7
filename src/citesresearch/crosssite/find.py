"""All declared pairs of a campagne, with their p adjusted in their families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..stats import adjust_pvalues
from ..stats.multiplicity import Adjustment
from ..stats.precision import settle_parts
from .association import SEED, associate
from .cases import Cases, cases_of
from .family import EXPLORED, FAMILY, DeclaredPair
from .finding import Finding
from .outcomes import OUTCOMES
from .predictors import PREDICTORS
from .sentences import judge

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["find_all"]

CONFIRMING, EXPLORING = 9_999, 1_999
"""Permutations: where p is about .05 the Monte Carlo error is .002 for a pair that concludes, .005 for an explored one."""


def find_all(
    data: Dataset | Cases, *, explored: Sequence[DeclaredPair] = EXPLORED, seed: int = SEED
) -> tuple[Finding, ...]:
    """Every declared pair, the confirmatory family first: Holm there, Benjamini-Hochberg over the explored ones.

    The family keeps its declared size even where some of its pairs cannot be computed. The same data and seed give the
    same findings, whatever the machine. `explored` may be another list, or none, for a quicker look. Nothing is raised for what cannot be said: the finding says why.
    """
    cases = data if isinstance(data, Cases) else cases_of(data)
    confirmed = [_of(pair, cases, CONFIRMING, seed) for pair in FAMILY]
    suggested = [_of(pair, cases, EXPLORING, seed) for pair in explored]
    computed = sum(finding.p is not None for finding in suggested)
    return (
        *_adjusted(confirmed, FAMILY, "holm", len(FAMILY)),
        *_adjusted(suggested, explored, "bh", computed),
    )


def _of(pair: DeclaredPair, cases: Cases, n_resamples: int, seed: int) -> Finding:
    return associate(
        pair.predictor,
        pair.outcome,
        cases,
        family=pair.family,
        hypothese=pair.hypothese,
        attendu=pair.attendu,
        n_resamples=n_resamples,
        seed=seed,
    )


def _adjusted(
    findings: Sequence[Finding], pairs: Sequence[DeclaredPair], method: Adjustment, size: int
) -> list[Finding]:
    values = adjust_pvalues([f.p for f in findings], method, family_size=size)
    return [
        judge(
            settle_parts(replace(f, p_ajuste=None if f.p is None else p, ajustement=method, taille_famille=size)),
            PREDICTORS[pair.predictor],
            OUTCOMES[pair.outcome],
        )
        for f, p, pair in zip(findings, values, pairs, strict=True)
    ]
