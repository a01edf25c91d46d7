"""One pair, from the cases to its finding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..french import plural
from ..governance.indice import classify
from ..stats import NotComputable
from .adjusted import adjusted_model, curvature
from .cases import Cases, cases_of
from .crosstab import cross
from .finding import Family, Finding, LeaveOneOut, Threshold, Variant
from .measure import LEAST, Association, Floats, concordant_share, leave_one_out, measure, ordered_value
from .outcomes import OUTCOMES, Outcome
from .predictors import PREDICTORS, Predictor, predictor_of
from .sentences import judge

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["DELTAS", "RESAMPLES", "SEED", "TAUS", "associate"]

SEED, RESAMPLES = 84, 9_999
DELTAS, TAUS = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)
BALANCED = 1  # place of « équilibré » in `governance.indice.TYPES`


def associate(
    model: str | Predictor,
    outcome: str | Outcome,
    data: Dataset | Cases,
    *,
    family: Family = "exploratoire",
    hypothese: int | None = None,
    attendu: int = 0,
    n_resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Finding:
    """Compare a governance model with an outcome, over the Cités of a campagne.

    model: a declared predictor (`PREDICTORS`), or any column of a model as « model.column ». outcome: one of `OUTCOMES`.
    data: a dataset, or its cases (`cases_of`) when several pairs are looked at. What cannot be computed is None in the
    finding, with the reason in French: a campagne without returns raises nothing. p is not adjusted here: one pair is
    not a family (`find_all` adjusts). Raises KeyError for an unknown name.
    """
    cases = data if isinstance(data, Cases) else cases_of(data)
    predictor = model if isinstance(model, Predictor) else predictor_of(model)
    result = outcome if isinstance(outcome, Outcome) else OUTCOMES[outcome]
    pair = known_values(cases, predictor, result)
    x, y = pair["x"].to_numpy(dtype="float64"), pair["y"].to_numpy(dtype="float64")
    blank = Finding(
        id=f"{predictor.id}:{result.id}",
        modele=predictor.model,
        colonne=predictor.column,
        predicteur=predictor.libelle,
        resultat=result.id,
        resultat_libelle=result.libelle,
        famille=family,
        hypothese=predictor.hypothese if hypothese is None else hypothese,
        attendu=attendu,
        n=len(pair),
        manquants=cases.size - len(pair),
        croisement=cross(cases, predictor, result) if len(pair) else None,
        meme_source=cases.from_return(cases.champs[predictor.key]) and cases.from_return(result.champs),
        meme_jugement=result.nature == "jugement" and bool(set(cases.champs[predictor.key]) & cases.jugements),
        motif=_why_not(cases, predictor, result, x, y),
    )
    if blank.motif:
        return judge(blank, predictor, result)
    nominal = predictor.key in cases.nominal
    found = measure(x, y, nominal, n_resamples=n_resamples, seed=seed)
    finding = replace(
        blank,
        mesure=found.mesure,
        valeur=found.valeur,
        bas=found.bas,
        haut=found.haut,
        concordantes=concordant_share(x, y) if found.mesure in ("tau_b", "delta") else None,
        test=found.test,
        p=found.p,
        p_erreur=found.p_erreur,
        detectable=found.detectable,
        modele_ajuste=adjusted_model(cases, predictor, result, found.valeur),
        courbure=curvature(cases, predictor, result),
        une_de_moins=_without_each(pair, found),
        seuils=_thresholds(cases, predictor, result),
        variante=_variant(cases, predictor, result, n_resamples, seed) if blank.meme_jugement else None,
    )
    return judge(finding, predictor, result)


def known_values(cases: Cases, predictor: Predictor, outcome: Outcome) -> pd.DataFrame:
    """Predictor (`x`) and outcome (`y`) of the Cités where both are known."""
    return pd.DataFrame({"x": cases.governance[predictor.key], "y": cases.outcomes[outcome.id]}).dropna()


def _why_not(cases: Cases, predictor: Predictor, outcome: Outcome, x: Floats, y: Floats) -> str:
    """Why nothing can be computed, in French; empty when something can."""
    shared = set(cases.champs[predictor.key]) & set(outcome.champs)
    if not cases.retours:
        return "aucune Cité n’a remis de retour"
    if shared:
        return "le résultat entre lui-même dans cette mesure de la gouvernance"
    if len(x) < LEAST:
        known = "aucune Cité n’est connue" if not len(x) else f"{plural(len(x), 'Cité')} seulement, connues"
        return f"{known} des deux côtés, il en faut au moins {LEAST}"
    for values, name in ((x, predictor.nom), (y, outcome.nom)):
        if len(np.unique(values)) < 2:
            return f"{name} ne change pas d’une Cité à l’autre ({plural(len(values), 'Cité')})"
    return ""


def _without_each(pair: pd.DataFrame, found: Association) -> LeaveOneOut | None:
    values = leave_one_out(pair["x"].to_numpy(), pair["y"].to_numpy(), found.mesure)
    if not np.isfinite(values).all():
        return None
    low, high = int(values.argmin()), int(values.argmax())
    ids = [str(ident) for ident in pair.index]
    return LeaveOneOut(float(values[low]), float(values[high]), ids[low], ids[high])


def _thresholds(cases: Cases, predictor: Predictor, outcome: Outcome) -> tuple[Threshold, ...]:
    """Balanced Cités against the others under each pair of thresholds of the typology; none but for the copilotage."""
    if not predictor.indice:
        return ()
    sides = cases.governance[[f"{predictor.model}.etat", f"{predictor.model}.collectivite"]]
    table = sides.join(cases.outcomes[outcome.id]).dropna()
    e, c, y = (table[name].to_numpy(dtype="float64") for name in table)
    grid = []
    for delta in DELTAS:
        for tau in TAUS:
            balanced = (classify(e, c, delta, tau) == BALANCED).astype(np.float64)
            value = ordered_value(balanced, y, "delta")
            grid.append(Threshold(delta, tau, value, int(balanced.sum())))
    return tuple(grid)


def _variant(cases: Cases, predictor: Predictor, outcome: Outcome, n_resamples: int, seed: int) -> Variant | None:
    """The association of the predictor that shares no judgement with the outcome; None where there is no such predictor."""
    if not predictor.variante:
        return None
    other = PREDICTORS[predictor.variante]
    pair = known_values(cases, other, outcome)
    x, y = pair["x"].to_numpy(dtype="float64"), pair["y"].to_numpy(dtype="float64")
    if _why_not(cases, other, outcome, x, y):
        return Variant(other.id, len(pair), None, None, None, None)
    try:
        found = measure(x, y, other.key in cases.nominal, n_resamples=n_resamples, seed=seed)
    except NotComputable:
        return Variant(other.id, len(pair), None, None, None, None)
    return Variant(other.id, len(pair), found.valeur, found.bas, found.haut, found.p)
