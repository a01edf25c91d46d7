"""The analysis of presence and absence: necessity, truth table, solutions with every tied model, what chance gives.

Cités are named: everything comes from their own returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ...french import listing
from ...stats.errors import NotComputable
from ...stats.precision import TOLERANCE
from ...stats.qca import (
    TruthTable,
    coverage_by_chance,
    enhanced_minimise,
    fit_model,
    minimise,
    necessary_disjunctions,
    parse,
    truth_table,
)
from ...stats.qca.chance import Chance
from ...stats.qca.fit import ModelFit
from ...stats.qca.minimisation import Kind, Solution
from ...stats.qca.necessity import Necessity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .declared import Condition
    from .sets import CaseSets

__all__ = [
    "CHANCE_LEVEL",
    "Configurations",
    "Cuts",
    "ModelFound",
    "Side",
    "analyse",
    "case_table",
    "solutions_of",
    "table_of",
    "truth_frame",
    "words_of",
]

CHANCE_LEVEL = 0.05
SOLUTIONS: tuple[Kind, ...] = ("conservative", "intermediate", "parsimonious")

# What a reader is told when the data cannot answer; {quoi}: presence or absence.
REASONS = {
    "empty": "Aucune combinaison ne réunit assez de Cités : toutes les lignes sont des restes logiques.",
    "too_few": "Trop peu de Cités pour autant de conditions : chacune formerait sa propre ligne, cohérente par construction.",
    "constant": "Une condition, ou le résultat, ne varie pas : toutes les Cités connues sont du même côté.",
    "nothing_sufficient": "Aucune combinaison observée ne va assez régulièrement avec ce résultat.",
    "all_sufficient": "Aucune combinaison observée ne va contre ce résultat : il n’y a rien à distinguer.",
    "too_complex": "Trop de solutions sont à égalité pour être lues : il faut moins de conditions.",
}


@dataclass(frozen=True)
class Cuts:
    """Least number of Cités for a row to count, least inclusion and least PRI for it to be sufficient."""

    n: int = 2
    inclusion: float = 0.75
    pri: float = 0.5


@dataclass(frozen=True)
class ModelFound:
    """A model, its fit, and the Cités by kind (identifiers)."""

    expression: str
    fit: ModelFit
    assumptions: tuple[int, ...]
    typical: tuple[str, ...]
    deviant: tuple[str, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """The presence or the absence of the good level.

    models: by kind of solution, every tied model; none where `reasons` says why in French. contradictory: remainders
    withheld because both sides would have claimed them. chance: None where there is no table. claimed: whether the
    sufficient rows take more than chance gives (p ≤ .05); without it a page must not claim a configuration.
    """

    negated: bool
    table: TruthTable | None
    necessary: tuple[Necessity, ...]
    models: dict[Kind, tuple[ModelFound, ...]]
    reasons: dict[Kind, str]
    contradictory: tuple[int, ...]
    chance: Chance | None

    @property
    def claimed(self) -> bool:
        return self.chance is not None and self.chance.p <= CHANCE_LEVEL + TOLERANCE and bool(self.models)


@dataclass(frozen=True)
class Configurations:
    """Both sides of one outcome, with the sets that they are made from."""

    sets: CaseSets
    cuts: Cuts
    presence: Side
    absence: Side


def analyse(sets: CaseSets, cuts: Cuts | None = None, *, deals: int = 999) -> Configurations:
    """Analyse the presence and the absence of the outcome; never raises for data that cannot answer: `reasons` says it.

    Intermediate and parsimonious solutions avoid assumptions that both sides would make.
    """
    chosen = cuts or Cuts()
    tables, reasons = {}, {}
    for negated in (False, True):
        try:
            tables[negated] = table_of(sets, chosen, negated)
        except NotComputable as none:
            reasons[negated] = REASONS[none.reason]
    sides = [_side(sets, chosen, negated, tables, reasons.get(negated, ""), deals) for negated in (False, True)]
    return Configurations(sets, chosen, *sides)


def table_of(sets: CaseSets, cuts: Cuts, negated: bool = False) -> TruthTable:
    """The truth table of the Cités by identifier. Raises NotComputable as `truth_table`."""
    return truth_table(
        sets.sets,
        sets.outcome,
        cases=sets.cases,
        n_cut=cuts.n,
        inclusion_cut=cuts.inclusion,
        pri_cut=cuts.pri,
        negated=negated,
    )


def solutions_of(
    sets: CaseSets, table: TruthTable, other: TruthTable | None, kind: Kind
) -> tuple[Solution, tuple[int, ...]]:
    """The solution of a table, free of assumptions that `other` (the opposite outcome) would make; and those.

    Raises NotComputable where this table has none; a table of the opposite outcome without solution forbids nothing.
    """
    expected = {c.id: c.sens for c in sets.conditions if c.sens is not None} if kind == "intermediate" else None
    mine = expected if not table.negated or expected is None else {name: not sense for name, sense in expected.items()}
    alone = minimise(table, kind, expectations=mine)
    if kind == "conservative" or other is None:
        return alone, ()
    presence, absence = (other, table) if table.negated else (table, other)
    try:
        both = enhanced_minimise(presence, absence, kind, expectations=expected)
    except NotComputable:
        return alone, ()
    return (both.absence if table.negated else both.presence), both.contradictory


def _side(sets: CaseSets, cuts: Cuts, negated: bool, tables: dict[bool, TruthTable], reason: str, deals: int) -> Side:
    table = tables.get(negated)
    if table is None:
        return Side(negated, None, (), {}, dict.fromkeys(SOLUTIONS, reason), (), None)
    models: dict[Kind, tuple[ModelFound, ...]] = {}
    reasons: dict[Kind, str] = {}
    withheld: set[int] = set()
    for kind in SOLUTIONS:
        try:
            solution, contradictory = solutions_of(sets, table, tables.get(not negated), kind)
        except NotComputable as none:
            reasons[kind] = REASONS[none.reason]
            continue
        withheld.update(contradictory)
        models[kind] = tuple(_found(sets, model.expression, model.assumptions, negated) for model in solution.models)
    chance = coverage_by_chance(
        sets.sets,
        sets.outcome,
        n_cut=cuts.n,
        inclusion_cut=cuts.inclusion,
        pri_cut=cuts.pri,
        negated=negated,
        deals=deals,
    )
    necessary = necessary_disjunctions(sets.sets, sets.outcome, size=1, inclusion_cut=0.9, negated=negated)
    return Side(negated, table, necessary, models, reasons, tuple(sorted(withheld)), chance)


def _found(sets: CaseSets, expression: str, assumptions: tuple[int, ...], negated: bool) -> ModelFound:
    fit = fit_model(expression, sets.sets, sets.outcome, negated=negated)
    kinds = [tuple(sets.cases[i] for i in places) for places in (fit.typical, fit.deviant, fit.uncovered)]
    return ModelFound(expression, fit, assumptions, *kinds)


def words_of(term: str, conditions: Iterable[Condition]) -> str:
    """A term in French words: « un copilotage équilibré et un cercle restreint de partenaires »."""
    held = {c.id: c for c in conditions}
    (literals,) = parse(term)
    present = dict(literals)
    return listing([held[name].presence if present[name] else held[name].absence for name in held if name in present])


def truth_frame(side: Side, sets: CaseSets) -> pd.DataFrame:
    """Observed rows of the truth table, the sufficient ones first: conditions (0 or 1), count, fit, Cités by name."""
    columns = ["ligne", *(c.id for c in sets.conditions), "cites", "inclusion", "pri", "issue", "noms", "deviantes"]
    rows = [
        [
            row.number,
            *row.configuration,
            row.n,
            row.inclusion,
            row.pri,
            row.output,
            ", ".join(sets.names[str(case)] for case in row.cases),
            ", ".join(sets.names[str(case)] for case in row.deviant),
        ]
        for row in sorted(side.table.rows if side.table else (), key=lambda row: (-row.inclusion, -row.n, row.number))
    ]
    return pd.DataFrame(rows, columns=columns)


def case_table(found: Configurations, kind: Kind = "intermediate") -> pd.DataFrame:
    """One row per Cité of the campagne: its configuration, its outcome, and what the solution makes of it.

    `place`: « typique » (in a term and in the outcome), « deviante » (in a term, not in the outcome), « non_couverte »
    (in the outcome, in no term), « autre », or « inconnue » where an answer is missing. With tied models, a Cité is
    typical or deviant if one of them takes it, not covered if none does.
    """
    sets = found.sets
    models = found.presence.models.get(kind, ())
    in_term = {case for model in models for case in (*model.typical, *model.deviant)}
    table = found.presence.table or found.absence.table
    numbers = {case: row.number for row in (table.rows if table else ()) for case in row.cases}
    rows = []
    for ident, name in sets.names.items():
        if ident in sets.missing:
            rows.append([ident, name, pd.NA, "", pd.NA, "inconnue", ", ".join(sets.missing[ident])])
            continue
        place = sets.cases.index(ident)
        reached = sets.outcome[place] > 0.5
        text = listing([c.presence if sets.sets[c.id][place] > 0.5 else c.absence for c in sets.conditions])
        kept = ident in in_term
        label = ("typique" if reached else "deviante") if kept else ("non_couverte" if reached else "autre")
        rows.append([ident, name, numbers.get(ident, pd.NA), text, reached, label, ""])
    names = ["id_cde", "nom", "ligne", "configuration", "bon_niveau", "place", "manque"]
    return pd.DataFrame(rows, columns=names)
