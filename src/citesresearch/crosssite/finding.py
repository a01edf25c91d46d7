"""One pair model × outcome, and all that was found of it: what a page prints and what a reader may doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .family import Family

__all__ = [
    "Adjusted",
    "Crosstab",
    "Finding",
    "LeaveOneOut",
    "Measure",
    "Strength",
    "Term",
    "Threshold",
    "Variant",
]

# τ-b of Kendall; Cliff's delta; ε² of Kruskal-Wallis; V of Cramér, corrected. Nothing measured: "".
Measure = Literal["tau_b", "delta", "epsilon2", "v", ""]
# In rising order: nothing can be said; nothing was seen; seen before the correction only; seen, but not by every
# check; seen by every check.
Strength = Literal["indicible", "non_vue", "indice", "fragile", "nette"]


@dataclass(frozen=True)
class Crosstab:
    """Counts of Cités, before any statistic: rows of the predictor, columns of the outcome, lowest first."""

    lignes: tuple[str, ...]
    colonnes: tuple[str, ...]
    effectifs: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Term:
    """One coefficient of a model. `valeur` is a log odds, or ranks in % of the Cités, for one unit of `unite`."""

    nom: str
    unite: str
    valeur: float
    bas: float
    haut: float
    p: float


@dataclass(frozen=True)
class Adjusted:
    """The model with its controls. `genre` « cotes proportionnelles », « logistique », « linéaire sur les rangs » or "".

    p: all terms of the predictor together, given the controls. accord: they go the way of the raw association. brant:
    p of the test that odds are proportional (None: not an ordinal outcome, or the test cannot be made).
    motif: why there is no model, or which controls were left out.
    """

    genre: str
    n: int
    termes: tuple[Term, ...]
    temoins: tuple[str, ...]
    p: float | None
    accord: bool | None
    brant: float | None
    motif: str = ""


@dataclass(frozen=True)
class LeaveOneOut:
    """The association without each Cité in turn: its extremes, and the Cité whose absence gives each."""

    bas: float
    haut: float
    sans_bas: str
    sans_haut: str


@dataclass(frozen=True)
class Threshold:
    """Balanced Cités against all others (Cliff's delta of the outcome) when the typology has these thresholds.

    None where one side is empty. equilibrees: how many are balanced.
    """

    delta: float
    tau: float
    valeur: float | None
    equilibrees: int


@dataclass(frozen=True)
class Variant:
    """The same association with the predictor that shares no judgement with the outcome."""

    predicteur: str
    n: int
    valeur: float | None
    bas: float | None
    haut: float | None
    p: float | None


@dataclass(frozen=True)
class Finding:
    """What is known of one pair. Numbers are None where they cannot be computed, and `motif` says why, in French.

    id: « predictor:outcome ». hypothese: 1 to 4 (0: none declared). attendu: the sign that the hypothesis expects.
    n: Cités that enter; manquants: the others of the campagne. mesure, valeur, bas, haut: size of the association with
    its 95 % interval, about such Cités in general (no finite-population correction). concordantes: in % of the pairs of
    Cités that differ on both sides, those that go the same way (50: as many each way). test, p, p_erreur: exact or
    permutation p and its Monte Carlo error (0: exact). p_ajuste: in the family of `taille_famille` pairs. detectable:
    the smallest |valeur| that n Cités would have shown 8 times in 10, at p ≤ .05 before any adjustment. modele_ajuste:
    the model with controls. courbure: the polynomial check of balance. une_de_moins: leave-one-Cité-out. seuils: grid
    δ × τ, for the copilotage. meme_source: both come from the return; meme_jugement: judgements of the same person
    enter both, and then `variante` has the predictor without them. force, phrase: from the written rules.
    """

    id: str
    modele: str
    colonne: str
    predicteur: str
    resultat: str
    resultat_libelle: str
    famille: Family
    hypothese: int
    attendu: int
    n: int
    manquants: int
    croisement: Crosstab | None = None
    mesure: Measure = ""
    valeur: float | None = None
    bas: float | None = None
    haut: float | None = None
    concordantes: float | None = None
    test: str = ""
    p: float | None = None
    p_erreur: float | None = None
    p_ajuste: float | None = None
    ajustement: str = ""
    taille_famille: int = 0
    detectable: float | None = None
    modele_ajuste: Adjusted | None = None
    courbure: Term | None = None
    une_de_moins: LeaveOneOut | None = None
    seuils: tuple[Threshold, ...] = ()
    meme_source: bool = True
    meme_jugement: bool = False
    variante: Variant | None = None
    force: Strength = "indicible"
    phrase: str = ""
    motif: str = ""
