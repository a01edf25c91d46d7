"""Which pairs are tested to conclude (ten at most, Holm), and which are only explored (Benjamini-Hochberg).

Both lists are written before any data is read: a pair that one would like to add after having seen the figures belongs
to the explored ones. Each pair names the hypothesis it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .finding import Family
from .outcomes import OUTCOMES
from .predictors import PREDICTORS, copilotage_for

__all__ = ["EXPLORED", "FAMILY", "HYPOTHESES", "MAIN", "DeclaredPair", "Family"]


HYPOTHESES: Mapping[int, str] = {
    1: "Un copilotage équilibré entre l’État et la collectivité va avec plus de maturité, plus de droit commun mobilisé et plus de moyens apportés.",
    2: "L’emplacement de la coordination compte : de préférence en collectivité, avec du temps, de la stabilité et un financement.",
    3: "Le double engagement de l’État (DDETS et préfecture) compte, et la place de France Travail aussi.",
    4: "Un cercle de partenaires plus large et l’adossement au contrat de ville comptent.",
}


@dataclass(frozen=True)
class DeclaredPair:
    """A predictor and an outcome; `attendu` is the sign that the hypothesis gives to their link (0: none)."""

    predictor: str
    outcome: str
    hypothese: int
    attendu: int = 1
    family: Family = "confirmatoire"

    @property
    def id(self) -> str:
        return f"{self.predictor}:{self.outcome}"


FAMILY: tuple[DeclaredPair, ...] = (
    DeclaredPair("copilotage_institutionnel", "maturite", 1),
    DeclaredPair("copilotage", "droit_commun_domaines", 1),
    DeclaredPair("copilotage_sans_cofinancement", "levier_cofinancement", 1),
    DeclaredPair("porteur_collectivite", "maturite", 2),
    DeclaredPair("coordination_etp", "cohorte_installee", 2),
    DeclaredPair("double_engagement", "liens_deets_prefecture", 3),
    DeclaredPair("france_travail", "droit_commun_mieux_mobilise", 3),
    DeclaredPair("cercle_social", "satisfaction_axe_2", 4),
    DeclaredPair("cercle_social", "liens_entreprises", 4),
    DeclaredPair("contrat_de_ville", "liens_collectivite", 4),
)
MAIN: tuple[DeclaredPair, ...] = FAMILY[:2]
"""The two pairs whose specification curve is drawn."""

# Outcomes on which every predictor is looked at; the copilotage is looked at on all.
COMMON = (
    "maturite",
    "droit_commun_mieux_mobilise",
    "droit_commun_domaines",
    "satisfaction_axe_1",
    "satisfaction_axe_2",
    "satisfaction_axe_3",
    "coordination_apres",
)


def _explored() -> tuple[DeclaredPair, ...]:
    wanted = [(copilotage_for(outcome), outcome.id) for outcome in OUTCOMES.values()]
    # The whole index beside perceived outcomes: what shared judgements would add.
    wanted += [("copilotage", name) for name in COMMON if OUTCOMES[name].nature == "jugement"]
    wanted += [(p.id, outcome) for p in PREDICTORS.values() if not p.indice for outcome in COMMON]
    tested = {(pair.predictor, pair.outcome) for pair in FAMILY}
    return tuple(
        DeclaredPair(predictor, outcome, PREDICTORS[predictor].hypothese, PREDICTORS[predictor].sens, "exploratoire")
        for predictor, outcome in wanted
        if (predictor, outcome) not in tested
    )


EXPLORED: tuple[DeclaredPair, ...] = _explored()
