"""Would other reasonable choices have said the same? The specification curve of the two main pairs.

Variants of the index × (K, or the balanced type under nine pairs of thresholds) × controls × codings of the outcome: each
choice gives a partial correlation of ranks, all on one scale from −1 to 1 and over the same Cités. The median of all is
set against those of shuffled outcomes: specifications repeat each other, so that counting the « significant » ones would
prove nothing (Simonsohn, Simmons and Nelson, 2020, doi:10.1038/s41562-020-0912-z).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..french import number
from ..governance.indice import classify
from ..stats.precision import TOLERANCE, settle
from .association import BALANCED, DELTAS, SEED, TAUS
from .cases import ECHELLE, VAGUE, Cases
from .family import DeclaredPair
from .finding import Curve, Specification
from .measure import LEAST, Floats, mid_ranks
from .outcomes import OUTCOMES, Outcome
from .predictors import PREDICTORS

__all__ = ["VARIANTS", "specification_curve"]

VARIANTS = ("copilotage", "copilotage_institutionnel", "copilotage_sans_porteur", "copilotage_sans_cofinancement")
CONTROLS: Mapping[str, tuple[str, ...]] = {
    "aucun témoin": (),
    "vague": (VAGUE,),
    "vague et échelle": (VAGUE, ECHELLE),
}
SHUFFLES = 999


def specification_curve(cases: Cases, pair: DeclaredPair, *, shuffles: int = SHUFFLES, seed: int = SEED) -> Curve:
    """The curve of a pair whose predictor is the copilotage index, over the Cités where every choice is possible."""
    outcome = OUTCOMES[pair.outcome]
    variants = [v for v in VARIANTS if not set(cases.champs[f"{v}.force"]) & set(outcome.champs)]
    needed = [f"{v}.{column}" for v in variants for column in ("etat", "collectivite", "force_conjointe")]
    table = pd.concat([cases.governance[needed], cases.controls, cases.outcomes[outcome.id]], axis=1).dropna()
    if len(table) < LEAST or table[outcome.id].nunique() < 2:
        motif = "trop peu de Cités connues de toutes les façons, ou un résultat qui ne change pas"
        return Curve(pair.id, len(table), (), None, None, None, None, motif)
    measures = _measures(table, variants)
    codings = _codings(table[outcome.id], outcome)
    rng = np.random.default_rng(seed)
    order = np.stack([np.arange(len(table)), *(rng.permutation(len(table)) for _ in range(shuffles))])
    values, labels = [], []
    for name, controls in CONTROLS.items():
        held = table[list(controls)].to_numpy(dtype="float64")
        x = _residuals(np.stack([m for _, _, m in measures], axis=1), held)
        for coding, y in codings:
            # Shuffled outcomes stand beside the true one: one product of matrices gives them all.
            values.append(x.T @ _residuals(y[order].T, held))
            labels += [(variant, measure, name, coding) for variant, measure, _ in measures]
    found = np.concatenate(values)
    if not np.isfinite(found[:, 0]).any():
        return Curve(
            pair.id, len(table), (), None, None, None, None, "le copilotage ne change pas d’une Cité à l’autre"
        )
    medians = np.nanmedian(found[np.isfinite(found[:, 0])], axis=0)
    index = PREDICTORS[pair.predictor]
    specifications = [
        Specification(
            *label, settle(float(v)) if np.isfinite(v) else None, _declared(label, index.model, codings[0][0])
        )
        for label, v in zip(labels, found[:, 0], strict=True)
    ]
    known = [s.valeur for s in specifications if s.valeur is not None]
    p = (1 + int((np.abs(medians[1:]) >= abs(medians[0]) - TOLERANCE).sum())) / (1 + shuffles)
    return Curve(
        pair.id,
        len(table),
        tuple(
            sorted(
                specifications,
                key=lambda s: (s.valeur is None, s.valeur or 0.0, s.variante, s.mesure, s.temoins, s.codage),
            )
        ),
        settle(float(medians[0])),
        100 * sum(v * pair.attendu > TOLERANCE for v in known) / len(known),
        p,
        float(np.sqrt(p * (1 - p) / shuffles)),
    )


def _declared(label: tuple[str, str, str, str], model: str, coding: str) -> bool:
    return label == (model, "force conjointe (K)", "aucun témoin", coding)


def _measures(table: pd.DataFrame, variants: Sequence[str]) -> list[tuple[str, str, Floats]]:
    """(variant, words, values): K, then « balanced » under each pair of thresholds."""
    found = []
    for variant in variants:
        e, c, k = (
            table[f"{variant}.{column}"].to_numpy(dtype="float64")
            for column in ("etat", "collectivite", "force_conjointe")
        )
        found.append((variant, "force conjointe (K)", mid_ranks(k)))
        for delta in DELTAS:
            for tau in TAUS:
                balanced = (classify(e, c, delta, tau) == BALANCED).astype(np.float64)
                words = f"équilibré plutôt que non (δ = {number(delta, 1)}, τ = {number(tau, 1)})"
                found.append((variant, words, balanced))
    return found


def _codings(y: pd.Series[float], outcome: Outcome) -> list[tuple[str, Floats]]:
    """The outcome as declared, then cut in two where it can be: at the top, at the bottom, or in the middle."""
    values = y.to_numpy(dtype="float64")
    found = [("rangs", mid_ranks(values))]
    if outcome.type == "ordinal" and len(np.unique(values)) > 2:
        found.append(("le plus haut niveau ou non", (values == values.max()).astype(np.float64)))
        found.append(("plus que le plus bas niveau ou non", (values > values.min()).astype(np.float64)))
    elif outcome.type == "quantitatif" and len(np.unique(values)) > 2:
        above = (values > np.median(values)).astype(np.float64)
        if len(np.unique(above)) == 2:
            found.append(("au-dessus de la médiane ou non", above))
    return found


def _residuals(columns: Floats, controls: Floats) -> Floats:
    """Columns less what controls and a constant predict of them, each of length 1; NaN where nothing is left."""
    held = np.column_stack([np.ones(len(columns)), controls])
    directions, size, _ = np.linalg.svd(held, full_matrices=False)
    base = directions[:, size > 1e-9 * size[0]]  # a control that never changes adds no direction
    left: Any = columns - base @ (base.T @ columns)
    length = np.sqrt((left**2).sum(axis=0))
    with np.errstate(invalid="ignore"):
        return np.where(length > 1e-9 * (1 + np.abs(columns).max()), left / length, np.nan)
