"""One pair model × outcome, and all that was found of it: what a page prints and what a reader may doubt.

Records, and the words that each one has by itself: the publication hands them to pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..french import number, percent, plural
from ..stats.precision import TOLERANCE

__all__ = [
    "LEVEL",
    "STRENGTHS",
    "SYMBOLS",
    "Adjusted",
    "Crosstab",
    "Curve",
    "Family",
    "Finding",
    "LeaveOneOut",
    "Measure",
    "Specification",
    "Strength",
    "Term",
    "Threshold",
    "Variant",
    "above_level",
    "doubts",
    "figures",
]

Family = Literal["confirmatoire", "exploratoire"]

# τ-b of Kendall; Cliff's delta; ε² of Kruskal-Wallis; V of Cramér, corrected. Nothing measured: "".
Measure = Literal["tau_b", "delta", "epsilon2", "v", ""]
# In rising order: nothing can be said; nothing was seen; seen before the correction only; seen, but not by every
# check; seen by every check.
Strength = Literal["indicible", "non_vue", "indice", "fragile", "nette"]
LEVEL = 0.05
FILLED = 5
"""A threshold of the grid speaks where at least this many Cités stand on each side."""

STRENGTHS: Mapping[Strength, str] = {
    "indicible": "On ne peut rien dire",
    "non_vue": "Aucune association vue",
    "indice": "Indice, à confirmer",
    "fragile": "Association fragile",
    "nette": "Association nette",
}
SYMBOLS: Mapping[Measure, str] = {"tau_b": "τ-b", "delta": "δ", "epsilon2": "ε²", "v": "V"}


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


@dataclass(frozen=True)
class Specification:
    """One choice and what it gives: `valeur`, partial correlation of ranks (None: nothing varies any more).

    declaree: the choice made in advance, the one that the finding itself rests on.
    """

    variante: str
    mesure: str
    temoins: str
    codage: str
    valeur: float | None
    declaree: bool


@dataclass(frozen=True)
class Curve:
    """All specifications of a pair over the same n Cités, from the lowest to the highest.

    mediane: of the values. meme_sens: in %, those of the sign expected. p, p_erreur: how often shuffled outcomes give a
    median at least as far from 0, and its Monte Carlo error. motif: why there is no curve.
    """

    pair: str
    n: int
    specifications: tuple[Specification, ...]
    mediane: float | None
    meme_sens: float | None
    p: float | None
    p_erreur: float | None
    motif: str = ""


def above_level(p: float | None) -> bool:
    """Whether p is over `LEVEL`, or missing."""
    # A p that is missing has not been adjusted: it proves nothing.
    return p is None or p > LEVEL + TOLERANCE


def doubts(finding: Finding) -> tuple[str, ...]:
    """The checks that put an association in doubt, in French; each is one of the written rules."""
    f, value = finding, finding.valeur
    if value is None:
        return ()
    sign = 1 if value > 0 else -1
    found = []
    if f.bas is None or f.haut is None:
        found.append("l’intervalle ne peut pas être donné")
    elif f.bas <= TOLERANCE and f.haut >= -TOLERANCE:
        found.append("l’intervalle contient zéro")
    if f.une_de_moins is not None and min(f.une_de_moins.bas * sign, f.une_de_moins.haut * sign) <= TOLERANCE:
        found.append("une seule Cité de moins suffit à l’inverser ou à l’annuler")
    if any(
        t.valeur is not None and t.valeur * sign < -TOLERANCE
        for t in f.seuils
        if FILLED <= t.equilibrees <= f.n - FILLED
    ):
        found.append("d’autres seuils de la typologie l’inversent")
    if f.modele_ajuste is not None and f.modele_ajuste.p is not None:
        if f.modele_ajuste.accord is False:
            found.append("le modèle avec témoins l’inverse")
        elif above_level(f.modele_ajuste.p):
            found.append("le modèle avec témoins ne la retrouve pas")
    if f.meme_jugement and not _kept_without_judgement(f, sign):
        found.append("sans les avis portés par la même personne, elle n’est pas retrouvée")
    return tuple(found)


def _kept_without_judgement(finding: Finding, sign: int) -> bool:
    other = finding.variante
    return (
        other is not None and other.valeur is not None and other.valeur * sign > TOLERANCE and not above_level(other.p)
    )


def figures(f: Finding) -> str:
    """The figures of a finding, between brackets in its sentence: size, interval, p, adjusted p, base.

    The share of pairs is that of the direction which the sentence says; a link that was not seen has none.
    """
    parts = []
    if f.valeur is not None:
        size = f"{SYMBOLS[f.mesure]} = {number(f.valeur, 2)}"
        if f.bas is not None and f.haut is not None:
            size += f", de {number(f.bas, 2)} à {number(f.haut, 2)}"
        parts.append(size)
    if f.concordantes is not None and f.valeur and f.force != "non_vue":
        share = f.concordantes if f.valeur > 0 else 100 - f.concordantes
        parts.append(f"{percent(share, 0)} des paires de Cités vont dans ce sens")
    if f.p is not None:
        parts.append(_p("p", f.p) + (f", {_p('p ajusté', f.p_ajuste)}" if f.p_ajuste is not None else ""))
    parts.append(plural(f.n, "Cité"))
    return " ; ".join(parts)


def _p(name: str, p: float) -> str:
    return f"{name} < 0,001" if p < 0.001 else f"{name} = {number(p, 3 if p < 0.1 else 2)}"
