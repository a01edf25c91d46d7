"""From figures to words, by written rules: how firmly a finding may be said, and the sentence that says it.

The rules are read from the top; the first that holds gives the strength. No word of cause is ever used: a link is an
association, and a link that was not seen says what could have been.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..french import number, plural, typeset
from .finding import STRENGTHS, SYMBOLS, Finding, Strength, above_level, doubts, figures
from .outcomes import Outcome
from .predictors import Predictor

__all__ = ["RULES", "StrengthRule", "judge"]


@dataclass(frozen=True)
class StrengthRule:
    """When a strength is given; `condition` says it in French, as the documentation prints it."""

    force: Strength
    condition: str
    holds: Callable[[Finding], bool]


RULES: tuple[StrengthRule, ...] = (
    StrengthRule(
        "indicible", "l’association ou son p ne peut pas être calculé", lambda f: f.valeur is None or f.p is None
    ),
    StrengthRule("non_vue", "p dépasse 0,05", lambda f: above_level(f.p)),
    StrengthRule(
        "indice",
        "p est d’au plus 0,05, mais la paire est exploratoire ou le p ajusté dépasse 0,05",
        lambda f: f.famille == "exploratoire" or above_level(f.p_ajuste),
    ),
    StrengthRule(
        "fragile",
        "le p ajusté est d’au plus 0,05, mais une vérification au moins met en doute",
        lambda f: bool(doubts(f)),
    ),
    StrengthRule("nette", "le p ajusté est d’au plus 0,05 et aucune vérification ne met en doute", lambda f: True),
)


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
