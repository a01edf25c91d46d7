"""Which columns of the governance models stand as predictors, and in which words.

The copilotage enters by K, the joint strength of both sides, whose two parts (P, the strength, and |D|, the imbalance)
go together into the models; the balance B never goes alone. Which variant of the index is used follows from what the
outcome is: `copilotage_for`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..governance import GOVERNANCE_MODELS
from .outcomes import Outcome

__all__ = ["PREDICTORS", "Predictor", "copilotage_for", "predictor_of"]


@dataclass(frozen=True)
class Predictor:
    """A column of a governance model; its type and its questions are the model's.

    nom: with its article (« la largeur du cercle »). plus: what « more of it » is, after « les Cités où » (empty
    for categories without order). variante: the predictor to look at when predictor and outcome share a judgement. composants: columns that enter the
    models in its place (P and |D|). croise: the column whose categories are the rows of the cross-table. temoin: a
    column added to the controls (« model.column »).
    """

    id: str
    model: str
    column: str
    libelle: str
    nom: str
    plus: str
    hypothese: int = 0
    variante: str = ""
    composants: tuple[str, ...] = ()
    croise: str = ""
    temoin: str = ""

    @property
    def key(self) -> str:
        """Its column in `Cases.governance`."""
        return f"{self.model}.{self.column}"

    @property
    def sens(self) -> int:
        """The direction that the hypotheses give to the column: 1, −1, or 0 where they give none."""
        return GOVERNANCE_MODELS[self.model].columns[self.column].sens

    @property
    def indice(self) -> bool:
        """Whether it is the copilotage index, in one of its variants."""
        return bool(self.composants)


def _copilotage(model: str, which: str, variante: str = "") -> Predictor:
    return Predictor(
        model,
        model,
        "force_conjointe",
        f"Force conjointe du copilotage{which}",
        f"la force conjointe du copilotage État–collectivité{which}",
        "l’État et la collectivité pèsent davantage ensemble",
        1,
        variante,
        ("force", "desequilibre_absolu"),
        "type",
    )


_DECLARED: tuple[Predictor, ...] = (
    _copilotage("copilotage", "", "copilotage_institutionnel"),
    _copilotage("copilotage_institutionnel", " (sans les avis)"),
    _copilotage("copilotage_sans_cofinancement", " (sans le cofinancement)"),
    Predictor(
        "type_copilotage",
        "copilotage_institutionnel",
        "type",
        "Type de copilotage (sans les avis)",
        "le type de copilotage (sans les avis)",
        "",
        1,
    ),
    Predictor(
        "porteur_collectivite",
        "coordination",
        "porteur_collectivite",
        "Coordination portée par une collectivité",
        "le portage de la coordination par une collectivité",
        "une collectivité porte la coordination",
        2,
        croise="cote_porteur",
        temoin="copilotage_sans_porteur.force_conjointe",
    ),
    Predictor(
        "coordination_etp",
        "coordination",
        "etp",
        "Temps de coordination",
        "le temps de coordination",
        "la coordination dispose de plus de temps",
        2,
    ),
    Predictor(
        "coordination_stable",
        "coordination",
        "en_poste",
        "Coordonnateur resté en poste",
        "la stabilité du coordonnateur",
        "le coordonnateur est resté le même",
        2,
    ),
    Predictor(
        "coordination_financee",
        "coordination",
        "financement_total",
        "Poste financé en totalité par les crédits délégués",
        "le financement en totalité du poste par les crédits délégués",
        "le poste est financé en totalité par les crédits délégués",
        2,
    ),
    Predictor(
        "double_engagement",
        "double_engagement",
        "presences",
        "Double engagement de l’État",
        "le double engagement de l’État (préfecture et DDETS)",
        "préfecture et DDETS siègent ensemble en plus de lieux",
        3,
    ),
    Predictor(
        "france_travail",
        "france_travail",
        "presences",
        "Place de France Travail",
        "la place de France Travail",
        "France Travail siège en plus de lieux",
        3,
    ),
    Predictor(
        "cercle_social",
        "cercle_partenaires",
        "acteurs_sociaux_insertion",
        "Largeur du cercle social et d’insertion",
        "la largeur du cercle des acteurs sociaux et d’insertion",
        "le cercle des acteurs sociaux et d’insertion est plus large",
        4,
    ),
    Predictor(
        "contrat_de_ville",
        "contrat_de_ville",
        "articulations",
        "Adossement au contrat de ville",
        "l’adossement au contrat de ville",
        "l’adossement au contrat de ville est plus marqué",
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
    return "copilotage_institutionnel" if outcome.nature == "jugement" else "copilotage"


def predictor_of(name: str) -> Predictor:
    """A declared predictor by its id, or any column of a governance model as « model.column ».

    Raises KeyError, with the names that exist, for anything else.
    """
    if name in PREDICTORS:
        return PREDICTORS[name]
    model, _, column = name.partition(".")
    if model not in GOVERNANCE_MODELS or column not in GOVERNANCE_MODELS[model].columns:
        known = [*PREDICTORS, *(f"{m.id}.{c}" for m in GOVERNANCE_MODELS.values() for c in m.columns)]
        raise KeyError(f"{name!r} is neither a predictor nor a column of a model; known: {', '.join(known)}")
    held = GOVERNANCE_MODELS[model].columns[column]
    more = {"nominal": "", "binaire": f"la réponse à « {held.libelle} » est oui"}
    plus = more.get(held.type, f"« {held.libelle} » est plus élevé")
    return Predictor(name, model, column, held.libelle, f"« {held.libelle} »", plus)
