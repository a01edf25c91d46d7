"""What counts as a condition and as a good level, declared before any comparison, with its anchors and its reason.

Everything comes from the returns, so that Cités may be named. Anchors stand between two possible values wherever the
measure is a count or a rank: no Cité is at exactly one half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ...governance import GOVERNANCE_MODELS
from ...governance.lecture import answer, listed

if TYPE_CHECKING:
    from ...data.dataset import Dataset

__all__ = ["CONDITIONS", "DEFAULT_CONDITIONS", "DEFAULT_OUTCOME", "OUTCOMES", "Anchors", "Condition", "GoodLevel"]

Measure = Callable[["Dataset"], "pd.Series[float]"]


@dataclass(frozen=True)
class Anchors:
    """Where a measure stops being out of a set (0.05), changes side (0.5) and becomes fully in (0.95).

    In a crisp analysis the crossover alone serves, as a threshold that is itself inside. A measure that is only there
    or not has no other anchor.
    """

    crossover: float
    exclusion: float | None = None
    inclusion: float | None = None

    def moved(self, crossover: float) -> Anchors:
        """The same anchors shifted so that the crossover stands there."""
        shift = crossover - self.crossover
        if self.exclusion is None or self.inclusion is None:
            return Anchors(crossover)
        return Anchors(crossover, self.exclusion + shift, self.inclusion + shift)


@dataclass(frozen=True)
class Condition:
    """A set of Cités by what their governance is.

    id: its name in expressions. presence, absence: words of sentences. sens: what the evaluation expects of its
    presence (True: favours a good level; None: says nothing). autres: crossovers tried in the robustness.
    """

    id: str
    libelle: str
    presence: str
    absence: str
    justification: str
    anchors: Anchors
    autres: tuple[float, ...]
    measure: Measure
    sens: bool | None = True

    def moved(self, crossover: float) -> Condition:
        """The same condition with its anchors shifted."""
        return replace(self, anchors=self.anchors.moved(crossover))


@dataclass(frozen=True)
class GoodLevel:
    """The Cités at or above a rank of an ordered answer of their return (1: the lowest).

    justification: why this may be called a good level, in one sentence that is printed with the results.
    """

    id: str
    libelle: str
    presence: str
    absence: str
    justification: str
    champ: str
    rang: int
    autres: tuple[int, ...]

    def ranks(self, dataset: Dataset) -> pd.Series[float]:
        """Rank of each Cité's answer, 1 for the lowest; NaN for no answer or one outside the scale."""
        codes = [m.code for m in listed(dataset, "retours", self.champ).modalites]
        ranks = {code: float(len(codes) - i) for i, code in enumerate(codes)}
        return answer(dataset, self.champ).map(ranks).astype("float64")

    @property
    def anchors(self) -> Anchors:
        """Half-way between two ranks: nobody stands there; one rank away from it is fully in or out."""
        return Anchors(self.rang - 0.5, self.rang - 1.5, self.rang + 0.5)

    def moved(self, rang: int) -> GoodLevel:
        """The same outcome from another rank up."""
        return replace(self, rang=rang)


def _column(model: str, column: str) -> Measure:
    return lambda dataset: GOVERNANCE_MODELS[model](dataset)[column]


def _time_of_a_lasting_post(dataset: Dataset) -> pd.Series[float]:
    """Full-time equivalents where the coordinator stayed the same, 0 where not or where there is none."""
    table = GOVERNANCE_MODELS["coordination"](dataset)
    time: pd.Series[float] = table["etp"].where(table["en_poste"].ne(0), 0.0)
    known = time.where(table["en_poste"].notna() & table["etp"].notna())
    return known.where(table["coordonnateur"].ne(0), 0.0)


_DECLARED = (
    Condition(
        "EQUILIBRE",
        "Copilotage équilibré",
        "un copilotage équilibré",
        "un copilotage déséquilibré",
        "Les documents nationaux recommandent de conforter le copilotage ; le côté le plus faible porte au moins les deux tiers du plus fort (indice sans la légitimité, qui est un jugement).",
        Anchors(0.66, 0.33, 0.9),
        (0.55, 0.75),
        _column("copilotage_institutionnel", "equilibre"),
    ),
    Condition(
        "COORDINATION",
        "Poste de coordination installé",
        "un poste de coordination installé",
        "un poste de coordination fragile",
        "Un coordonnateur resté le même, à 0,8 équivalent temps plein au moins (moyenne publiée).",
        Anchors(0.8),
        (0.5, 1.0),
        _time_of_a_lasting_post,
    ),
    Condition(
        "CONTRAT_DE_VILLE",
        "Adossement au contrat de ville",
        "un adossement au contrat de ville",
        "peu de liens avec le contrat de ville",
        "Au moins deux formes d’articulation sur cinq : une seule peut n’être qu’une mention.",
        Anchors(1.5, 0.5, 2.5),
        (0.6, 2.4),
        _column("contrat_de_ville", "articulations"),
    ),
    Condition(
        "DOUBLE_ENGAGEMENT",
        "Double engagement de l’État",
        "les deux services de l’État engagés",
        "un seul service de l’État engagé",
        "Préfecture et DDETS siègent ensemble dans deux lieux au moins sur trois (COPIL, COTECH, équipe projet).",
        Anchors(1.5, 0.5, 2.5),
        (0.6, 2.4),
        _column("double_engagement", "presences"),
    ),
    Condition(
        "CERCLE",
        "Cercle large de partenaires",
        "un cercle large de partenaires",
        "un cercle restreint de partenaires",
        "Plus de quatorze partenaires, la moyenne publiée par Cité.",
        Anchors(14.5, 8.0, 20.0),
        (12.5, 16.5),
        _column("cercle_partenaires", "partenaires"),
    ),
    Condition(
        "PORTEUR",
        "Coordination portée par la collectivité",
        "une coordination portée par la collectivité",
        "une coordination portée par l’État ou un tiers",
        "Les documents nationaux préfèrent une collectivité. Le porteur entre dans l’indice de copilotage : ne pas le prendre avec EQUILIBRE.",
        Anchors(0.5),
        (),
        _column("coordination", "porteur_collectivite"),
    ),
    Condition(
        "FRANCE_TRAVAIL",
        "France Travail au pilotage",
        "France Travail présent partout au pilotage",
        "France Travail absent d’un lieu de pilotage",
        "France Travail siège au COPIL, au COTECH et dans l’équipe projet.",
        Anchors(2.5, 1.5, 3.5),
        (1.6,),
        _column("france_travail", "presences"),
    ),
)
CONDITIONS: dict[str, Condition] = {condition.id: condition for condition in _DECLARED}
DEFAULT_CONDITIONS = ("EQUILIBRE", "COORDINATION", "DOUBLE_ENGAGEMENT", "CERCLE")
"""Four: with a fifth, 80 Cités leave most rows to one Cité or none, and a planted configuration is rarely found whole."""

_LEVELS = (
    GoodLevel(
        "maturite",
        "Bon niveau de coopération (chemin de maturité)",
        "un bon niveau de coopération",
        "un niveau de coopération moindre",
        "Le chemin de maturité va de l’embarquement des partenaires à l’essaimage : le niveau d’une Cité est dit bon à la dernière étape, où la coopération s’approfondit et se transmet. C’est un jugement de la Cité sur elle-même ; ce n’est pas l’indicateur de la presse (67 %), dont la définition n’est pas connue.",
        "maturite",
        3,
        (2,),
    ),
    GoodLevel(
        "droit_commun",
        "Droit commun mieux mobilisé",
        "un droit commun mieux mobilisé",
        "un droit commun peu mobilisé",
        "Amener les programmes ordinaires de l’emploi aux habitants est ce que la coopération doit permettre : le niveau est dit bon quand la Cité est d’accord ou tout à fait d’accord qu’elle y est parvenue.",
        "droit_commun_mieux_mobilise",
        3,
        (4,),
    ),
)
OUTCOMES: dict[str, GoodLevel] = {level.id: level for level in _LEVELS}
DEFAULT_OUTCOME = "maturite"
