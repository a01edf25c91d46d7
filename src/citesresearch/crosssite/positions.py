"""Where each Cité stands in the main association: as most do, or apart. Returns only: Cités may be named.

Both sides are turned into places among the Cités (0 to 100, equal ones sharing theirs). The gap between the two places
says whether a Cité is one of those that make the association or one of those that go against it: cases to visit first
when one asks why (Lieberman, 2005, doi:10.1017/S0003055405051762).
"""

from __future__ import annotations

import pandas as pd

from ..stats.precision import TOLERANCE
from .association import known_values
from .cases import Cases
from .crosstab import thirds
from .family import MAIN, DeclaredPair
from .measure import LEAST, mid_ranks
from .outcomes import OUTCOMES
from .predictors import PREDICTORS

__all__ = ["APART", "NEAR", "positions"]

NEAR, APART = 33.0, 50.0
COLUMNS = ("id_cde", "constat", "place_gouvernance", "place_resultat", "ecart", "position", "tiers", "niveau", "motif")


def positions(cases: Cases, pair: DeclaredPair = MAIN[0]) -> pd.DataFrame:
    """One row a Cité: its places, their gap and its position, for the pair given (the first of the main ones).

    position: « typique » where |ecart| ≤ 33, « inattendue_haute » where the outcome is at least 50 places above what the
    governance would suggest, « inattendue_basse » where it is as far below, « intermediaire » between; "" where it
    cannot be told, and `motif` says why. With an expected sign of −1 the place of the governance is turned over.
    """
    predictor, outcome = PREDICTORS[pair.predictor], OUTCOMES[pair.outcome]
    known = known_values(cases, predictor, outcome)
    table = pd.DataFrame({"id_cde": cases.outcomes.index, "constat": pair.id}).reindex(columns=list(COLUMNS))
    table = table.astype({c: "float64" if c.startswith(("place", "ecart")) else "str" for c in COLUMNS})
    table[["position", "tiers", "niveau"]] = ""
    table["motif"] = _why_not(cases.governance[predictor.key], cases.outcomes[outcome.id])
    if len(known) < LEAST or known["x"].nunique() < 2 or known["y"].nunique() < 2:
        table.loc[table["motif"] == "", "motif"] = "l’association ne peut pas être calculée dans cette campagne"
        return table
    n = len(known)
    x, y = (100 * (mid_ranks(known[side].to_numpy(dtype="float64")) - 0.5) / n for side in ("x", "y"))
    if pair.attendu < 0:
        x = 100 - x
    words, place = thirds(known["x"])
    levels = cases.levels[outcome.id]
    at = table["id_cde"].isin(known.index)
    gap = y - x
    table.loc[at, "place_gouvernance"], table.loc[at, "place_resultat"], table.loc[at, "ecart"] = x, y, gap
    table.loc[at, "position"] = [_position(g) for g in gap]
    table.loc[at, "tiers"] = [words[k] for k in place]
    table.loc[at, "niveau"] = [levels[int(v) - 1] if levels and outcome.type == "ordinal" else "" for v in known["y"]]
    return table


def _position(gap: float) -> str:
    if abs(gap) <= NEAR + TOLERANCE:
        return "typique"
    if abs(gap) < APART - TOLERANCE:
        return "intermediaire"
    return "inattendue_haute" if gap > 0 else "inattendue_basse"


def _why_not(governance: pd.Series[float], outcome: pd.Series[float]) -> list[str]:
    """What is not known of each Cité, in French; empty where both sides are."""
    words = {
        (True, True): "",
        (False, True): "la gouvernance n’est pas connue",
        (True, False): "le résultat n’est pas connu",
        (False, False): "ni la gouvernance ni le résultat ne sont connus",
    }
    return [words[pair] for pair in zip(governance.notna(), outcome.notna(), strict=True)]
