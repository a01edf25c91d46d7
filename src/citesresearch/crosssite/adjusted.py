"""The same association with the year of the label and the scale held constant, as far as the number of Cités allows.

How many coefficients: at most four, and one for each fifteen of the limiting sample size (Harrell, 2015, Regression
Modeling Strategies, § 4.4, doi:10.1007/978-3-319-19425-7): n for a number, n − Σn_j³/n² for an ordinal outcome, the
smaller group for two values. Controls are dropped from the last to the first until the model fits in; where it has no
finite estimate the same is done; where nothing is left it is said, and the exact test stands alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..governance import GOVERNANCE_MODELS
from ..stats import NotComputable, brant, linear_model, proportional_odds
from .cases import ECHELLE, VAGUE, Cases
from .finding import Adjusted, Term
from .measure import mid_ranks
from .outcomes import Outcome, Type
from .predictors import Predictor

__all__ = ["adjusted_model", "curvature", "limiting_size"]

MOST, PER_COEFFICIENT, PER_CHECK = 4, 15, 10
NAMES = {
    VAGUE: "labellisée en 2020",
    ECHELLE: "échelle intercommunale ou départementale",
    "force": "force du copilotage (P)",
    "desequilibre_absolu": "déséquilibre du copilotage (|D|)",
}
GENRES: dict[Type, str] = {
    "quantitatif": "linéaire sur les rangs",
    "binaire": "logistique",
    "ordinal": "cotes proportionnelles",
}
WHY = {
    "separation": "une case est vide, aucune estimation finie n’existe",
    "collinear": "une variable est la même partout, ou se déduit des autres",
    "too_few": "trop peu de Cités",
    "no_convergence": "l’estimation ne se fixe pas",
    "constant": "le résultat est le même partout",
}
Columns = dict[str, "pd.Series[float]"]


def adjusted_model(cases: Cases, predictor: Predictor, outcome: Outcome, value: float | None) -> Adjusted:
    """Fit the model of one pair; `value` is the raw association, whose direction the model confirms or not.

    Predictors that are numbers enter in standard deviations; an outcome that is a number by its rank, in % of the Cités.
    """
    mine, controls = _mine(cases, predictor), _controls(cases, predictor)
    y = cases.outcomes[outcome.id]
    whole = pd.concat([pd.DataFrame(mine | controls), y], axis=1).dropna()[outcome.id]
    allowed = min(MOST, int(limiting_size(whole, outcome.type) // PER_COEFFICIENT))
    if allowed < len(mine):
        return Adjusted("", len(whole), (), (), None, None, None, "trop peu de Cités pour un modèle")
    kept = dict(list(controls.items())[: allowed - len(mine)])
    left_out = [f"« {name} » laissé de côté : trop peu de Cités" for name in controls if name not in kept]
    while True:
        table = pd.concat([pd.DataFrame(mine | kept), y], axis=1).dropna()
        try:
            return _fit(table, list(mine), predictor, outcome, value, cases, tuple(left_out))
        except NotComputable as failure:
            if not kept:
                why = f"modèle non identifié : {WHY[failure.reason]}"
                return Adjusted("", len(table), (), (), None, None, None, why)
            name, _ = kept.popitem()
            left_out.insert(0, f"« {name} » laissé de côté : {WHY[failure.reason]}")


def limiting_size(y: pd.Series[float], kind: Type) -> float:
    """The number of Cités that a model of this outcome may count on: less than n where answers are unequally shared."""
    n, sizes = len(y), y.value_counts().to_numpy(dtype="float64")
    if kind == "quantitatif" or n == 0:
        return float(n)
    if kind == "binaire":
        return float(sizes.min()) if len(sizes) == 2 else 0.0
    return n - float((sizes**3).sum()) / n**2


def _mine(cases: Cases, predictor: Predictor) -> Columns:
    """The columns that stand for the predictor: its parts, its categories less the first, or itself."""
    if predictor.composants:
        return {NAMES[part]: cases.governance[f"{predictor.model}.{part}"] for part in predictor.composants}
    values = cases.governance[predictor.key]
    if predictor.key not in cases.nominal:
        return {predictor.libelle: values}
    present = sorted(values.dropna().unique())
    words = [cases.orders[predictor.key][int(rank)] for rank in present]
    return {
        f"{word} (plutôt que {words[0]})": values.eq(rank).astype("float64").where(values.notna())
        for rank, word in list(zip(present, words, strict=True))[1:]
    }


def _controls(cases: Cases, predictor: Predictor) -> Columns:
    """What is held constant, the most needed first."""
    held = {NAMES[name]: cases.controls[name] for name in (VAGUE, ECHELLE)}
    if predictor.temoin:
        model, _, column = predictor.temoin.partition(".")
        held[GOVERNANCE_MODELS[model].columns[column].libelle] = cases.governance[predictor.temoin]
    return held


def _fit(
    table: pd.DataFrame,
    mine: list[str],
    predictor: Predictor,
    outcome: Outcome,
    value: float | None,
    cases: Cases,
    left_out: tuple[str, ...],
) -> Adjusted:
    y, x = table[outcome.id], table.drop(columns=outcome.id)
    names = [str(name) for name in x]
    units = {name: "oui plutôt que non" if set(x[name]) <= {0.0, 1.0} else "un écart-type" for name in names}
    for name in names:
        # What never changes has no standard deviation: the model itself refuses it.
        if units[name] == "un écart-type" and x[name].nunique() > 1:
            x[name] /= x[name].std()
    coefficients, joint, proportional = _estimate(y, x, mine, outcome.type)
    agrees = None
    if value and predictor.key not in cases.nominal:
        # What the model makes of the predictor, against the predictor itself.
        part = sum(c.estimate * x[c.name] for c in coefficients if c.name in mine)
        itself = cases.governance.loc[table.index, predictor.key]
        agrees = bool(np.sign(np.cov(part, itself)[0, 1]) == np.sign(value))
    return Adjusted(
        GENRES[outcome.type],
        len(table),
        tuple(Term(c.name, units[c.name], c.estimate, c.low, c.high, c.p) for c in coefficients),
        tuple(name for name in names if name not in mine),
        joint,
        agrees,
        proportional,
        " ; ".join(left_out),
    )


def _estimate(
    y: pd.Series[float], x: pd.DataFrame, mine: list[str], kind: Type
) -> tuple[tuple[Any, ...], float, float | None]:
    """Coefficients, p of all those of the predictor together, and Brant's p."""
    from scipy.special import chdtrc

    if kind == "quantitatif":
        line = linear_model(100 * mid_ranks(y) / len(y), x)
        return line.coefficients, line.joint_p(mine), None
    odds = proportional_odds(y, x)
    controls = x.drop(columns=mine)
    without = proportional_odds(y, controls).log_likelihood if len(controls.columns) else odds.log_likelihood_null
    joint = float(chdtrc(len(mine), max(0.0, 2 * (odds.log_likelihood - without))))
    try:
        proportional = brant(y, x).p if y.nunique() > 2 else None
    except NotComputable:
        proportional = None
    return odds.coefficients, joint, proportional


def curvature(cases: Cases, predictor: Predictor, outcome: Outcome) -> Term | None:
    """The polynomial check of balance, without controls: b(E²) − b(EC) + b(C²), below 0 where imbalance itself weighs.

    The model E, C, E², EC, C² written with the half-sum s and the half-difference d of the two sides: the coefficient
    of d² is that very combination (Edwards and Parry, 1993, doi:10.2307/256822). Five coefficients: a check only, for
    outcomes that allow one for each ten of the limiting sample size. None elsewhere, or where it has no estimate.
    """
    sides = [f"{predictor.model}.{side}" for side in ("etat", "collectivite")]
    if not predictor.indice or any(side not in cases.governance for side in sides):
        return None
    table = pd.concat([cases.governance[sides], cases.outcomes[outcome.id]], axis=1).dropna()
    if limiting_size(table[outcome.id], outcome.type) < 5 * PER_CHECK:
        return None
    state, local = (table[side] for side in sides)
    s, d = (state + local) / 2, (state - local) / 2
    name = "courbure le long du déséquilibre"
    x = pd.DataFrame({"s": s, "d": d, "s2": s**2, "sd": s * d, name: d**2})
    try:
        (*_, bent), _, _ = _estimate(table[outcome.id], x, [name], outcome.type)
    except NotComputable:
        return None
    return Term(name, "carré d’une demi-différence de 1", bent.estimate, bent.low, bent.high, bent.p)
