"""Which columns of the governance models stand as predictors, and in which words.

The copilotage enters by K, the joint strength of both sides, whose two parts (P, the strength, and |D|, the imbalance)
go together into the models; the balance B never goes alone. Which variant of the index is used follows from what the
outcome is: `copilotage_for`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .outcomes import Nature, Outcome

__all__ = ["PREDICTORS", "Predictor", "copilotage_for"]

PredictorType = Literal["binaire", "ordinal", "quantitatif", "nominal"]
Mixed = Literal["fait", "jugement", "fait et jugement"]


@dataclass(frozen=True)
class Predictor:
    """A column of a governance model.

    nom: with its article (« la largeur du cercle »). plus: what « more of it » is, after « les Cités où ».
    nature: whether judgements of the return enter it. variante: the predictor to look at when predictor and outcome
    share a judgement. composants: columns that enter the model in its place (P and |D|). croise: the column whose
    categories are the rows of the cross-table. temoin: a column added to the controls (« model.column »).
    """

    id: str
    model: str
    column: str
    libelle: str
    nom: str
    plus: str
    type: PredictorType
    hypothese: int
    nature: Mixed = "fait"
    variante: str = ""
    composants: tuple[str, ...] = ()
    croise: str = ""
    temoin: str = ""
    indice: bool = False


def _copilotage(model: str, which: str, nature: Mixed, variante: str = "") -> Predictor:
    return Predictor(
        model,
        model,
        "force_conjointe",
        f"Force conjointe du copilotage{which}",
        f"la force conjointe du copilotage État–collectivité{which}",
        "l’État et la collectivité pèsent davantage ensemble",
        "quantitatif",
        1,
        nature,
        variante,
        ("force", "desequilibre_absolu"),
        "type",
        indice=True,
    )


_DECLARED: tuple[Predictor, ...] = (
    _copilotage("copilotage", "", "fait et jugement", "copilotage_institutionnel"),
    _copilotage("copilotage_institutionnel", " (sans les avis)", "fait"),
    _copilotage("copilotage_sans_cofinancement", " (sans le cofinancement)", "fait et jugement"),
    Predictor(
        "porteur_collectivite",
        "coordination",
        "porteur_collectivite",
        "Coordination portée par une collectivité",
        "le portage de la coordination par une collectivité",
        "une collectivité porte la coordination",
        "binaire",
        2,
        croise="porteur_cote",
        temoin="copilotage_sans_porteur.force_conjointe",
    ),
    Predictor(
        "coordination_etp",
        "coordination",
        "etp",
        "Temps de coordination",
        "le temps de coordination",
        "la coordination dispose de plus de temps",
        "quantitatif",
        2,
    ),
    Predictor(
        "coordination_stable",
        "coordination",
        "en_poste",
        "Coordonnateur resté en poste",
        "la stabilité du coordonnateur",
        "le coordonnateur est resté le même",
        "binaire",
        2,
    ),
    Predictor(
        "double_engagement",
        "double_engagement",
        "double_engagement",
        "Double engagement de l’État",
        "le double engagement de l’État (DDETS et préfecture)",
        "DDETS et préfecture s’engagent davantage toutes deux",
        "quantitatif",
        3,
    ),
    Predictor(
        "france_travail",
        "double_engagement",
        "france_travail",
        "Place de France Travail",
        "la place de France Travail dans les instances",
        "France Travail tient plus de place",
        "quantitatif",
        3,
    ),
    Predictor(
        "cercle_partenaires",
        "cercle_partenaires",
        "largeur",
        "Largeur du cercle des partenaires",
        "la largeur du cercle des partenaires",
        "le cercle des partenaires est plus large",
        "quantitatif",
        4,
    ),
    Predictor(
        "contrat_de_ville",
        "contrat_de_ville",
        "articulations",
        "Adossement au contrat de ville",
        "l’adossement au contrat de ville",
        "la Cité s’adosse davantage au contrat de ville",
        "quantitatif",
        4,
    ),
)
PREDICTORS: dict[str, Predictor] = {predictor.id: predictor for predictor in _DECLARED}


def copilotage_for(outcome: Outcome) -> str:
    """The variant of the copilotage index that does not hold the outcome in itself.

    Without the judgements for a perceived outcome, without co-funding for a co-funding outcome, whole otherwise.
    """
    if any(champ.startswith("cofinancements.") for champ in outcome.champs):
        return "copilotage_sans_cofinancement"
    nature: Nature = outcome.nature
    return "copilotage_institutionnel" if nature == "jugement" else "copilotage"
