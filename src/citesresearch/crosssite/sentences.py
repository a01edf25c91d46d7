"""From figures to words, by written rules: how firmly a finding may be said, and the sentence that says it.

The rules are read from the top; the first that holds gives the strength. No word of cause is ever used: a link is an
association, and a link that was not seen says what could have been.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..french import number, percent, plural, typeset
from ..precision import TOLERANCE
from .finding import Finding, Measure, Strength
from .outcomes import Outcome
from .predictors import Predictor

__all__ = ["LEVEL", "RULES", "STRENGTHS", "Rule", "doubts", "figures", "judge"]

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
class Rule:
    """When a strength is given; `condition` says it in French, as the documentation prints it."""

    force: Strength
    condition: str
    holds: Callable[[Finding], bool]


RULES: tuple[Rule, ...] = (
    Rule("indicible", "l’association ou son p ne peut pas être calculé", lambda f: f.valeur is None or f.p is None),
    Rule("non_vue", "p dépasse 0,05", lambda f: _above(f.p)),
    Rule(
        "indice",
        "p est d’au plus 0,05, mais la paire est exploratoire ou le p ajusté dépasse 0,05",
        lambda f: f.famille == "exploratoire" or _above(f.p_ajuste),
    ),
    Rule(
        "fragile",
        "le p ajusté est d’au plus 0,05, mais une vérification au moins met en doute",
        lambda f: bool(doubts(f)),
    ),
    Rule("nette", "le p ajusté est d’au plus 0,05 et aucune vérification ne met en doute", lambda f: True),
)


def _above(p: float | None) -> bool:
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
        elif _above(f.modele_ajuste.p):
            found.append("le modèle avec témoins ne la retrouve pas")
    if f.meme_jugement and not _kept_without_judgement(f, sign):
        found.append("sans les avis portés par la même personne, elle n’est pas retrouvée")
    return tuple(found)


def _kept_without_judgement(finding: Finding, sign: int) -> bool:
    other = finding.variante
    return other is not None and other.valeur is not None and other.valeur * sign > TOLERANCE and not _above(other.p)


def judge(finding: Finding, predictor: Predictor, outcome: Outcome) -> Finding:
    """The finding with its strength and its sentence."""
    force = next(rule.force for rule in RULES if rule.holds(finding))
    return replace(finding, force=force, phrase=typeset(_sentence(replace(finding, force=force), predictor, outcome)))


def _sentence(f: Finding, predictor: Predictor, outcome: Outcome) -> str:
    if f.force == "indicible":
        return f"{STRENGTHS[f.force]} du lien entre {predictor.nom} et {outcome.nom} : {f.motif or 'rien n’est calculable'}."
    if f.force == "non_vue":
        return f"Aucune association n’est vue entre {predictor.nom} et {outcome.nom} ({figures(f)}). {_could_see(f)}"
    said = f"{STRENGTHS[f.force]} : {_link(f, predictor, outcome)} ({figures(f)})."
    if f.attendu and predictor.plus and f.valeur is not None and f.valeur * f.attendu < 0:
        said += " C’est le contraire de l’hypothèse."
    if f.force == "indice":
        return said + _why_only_a_clue(f)
    if f.force == "fragile":
        return said + f" Fragile, car {' ; '.join(doubts(f))}."
    return said


def _link(f: Finding, predictor: Predictor, outcome: Outcome) -> str:
    if f.mesure in ("epsilon2", "v") or not predictor.plus:
        return f"{outcome.nom} diffère selon {predictor.nom}"
    return f"les Cités où {predictor.plus} {outcome.plus if (f.valeur or 0) > 0 else outcome.moins}"


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


def _could_see(f: Finding) -> str:
    if f.detectable is None:
        return (
            f"Avec {plural(f.n, 'Cité')}, même la plus forte des associations n’aurait pas été vue huit fois sur dix."
        )
    return (
        f"Avec {plural(f.n, 'Cité')}, une association d’au moins {SYMBOLS[f.mesure]} = {number(f.detectable, 2)} aurait été vue "
        "huit fois sur dix : une plus faible a pu échapper."
    )


def _why_only_a_clue(f: Finding) -> str:
    if f.famille == "exploratoire":
        return " Paire exploratoire : elle suggère une question, elle ne conclut pas."
    return (
        f" Une fois comptées les {number(f.taille_famille)} paires de la famille, elle ne se distingue plus du hasard."
    )
