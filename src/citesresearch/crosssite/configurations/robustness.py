"""What holds when the choices move: anchors, the level called good, the cuts, and each Cité left out in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ...stats.errors import NotComputable
from ...stats.qca import TruthTable, parse
from ...stats.qca.minimisation import Kind
from .analysis import Cuts, solutions_of, table_of
from .sets import CaseSets, Measures, calibrated

__all__ = ["FAMILIES", "robustness", "state_of", "survival"]

FAMILIES = ("reperes", "niveau", "inclusion", "effectif", "sans_une_cite")
INCLUSION_CUTS = (0.7, 0.8, 0.85)
N_CUTS = (1, 3)


def robustness(
    measures: Measures, cuts: Cuts | None = None, *, kind: Kind = "intermediate", negated: bool = False
) -> pd.DataFrame:
    """One row per term of the solution and per variation, one thing moved at a time.

    Columns: `terme`, `famille`, `variation` (in words), `etat`: « identique » (the term stands in a tied model),
    « proche » (a term that it contains, or that contains it, does), « absent », « sans_solution » (nothing can be
    said there). Empty where there is no solution to begin with.
    """
    chosen = cuts or Cuts()
    columns = ["terme", "famille", "variation", "etat"]
    known: _Known = {}
    terms = _terms(calibrated(measures), chosen, kind, negated, known)
    if not terms:
        return pd.DataFrame(columns=columns)
    rows = []
    for family, label, sets, varied in _variations(measures, chosen):
        found = _terms(sets, varied, kind, negated, known)
        rows += [(term, family, label, state_of(term, found)) for term in terms]
    return pd.DataFrame(rows, columns=columns)


def survival(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the variations where each term stands (identical, or identical or close), by family and over all.

    One row per term and family (« toutes » last), `variations` their number: the map of which terms survive. The
    single Cités left out are many: read them apart.
    """
    pieces = []
    for term, rows in table.groupby("terme", sort=False):
        families = [(family, rows[rows["famille"] == family]) for family in FAMILIES]
        for family, kept in [*families, ("toutes", rows)]:
            if len(kept):
                same, near = kept["etat"].eq("identique").mean(), kept["etat"].isin(["identique", "proche"]).mean()
                pieces.append((term, family, len(kept), same, near))
    return pd.DataFrame(pieces, columns=["terme", "famille", "variations", "identique", "identique_ou_proche"])


# A minimisation depends on where the rows stand and on nothing else: most Cités left out move none.
_Known = dict[tuple[tuple[int, str], ...], tuple[str, ...] | None]


def _terms(sets: CaseSets, cuts: Cuts, kind: Kind, negated: bool, known: _Known) -> tuple[str, ...] | None:
    """Terms of all tied models; None where there is no solution. `known`: those of the tables met before."""
    try:
        table = table_of(sets, cuts, negated)
        other = table_of(sets, cuts, not negated)
    except NotComputable:
        return None
    rows = tuple((row.number, row.output) for side in (table, other) for row in side.rows)
    if rows not in known:
        known[rows] = _minimised(sets, table, other, kind)
    return known[rows]


def _minimised(sets: CaseSets, table: TruthTable, other: TruthTable, kind: Kind) -> tuple[str, ...] | None:
    try:
        solution, _ = solutions_of(sets, table, other, kind)
    except NotComputable:
        return None
    return tuple(dict.fromkeys(term for model in solution.models for term in model.terms))


def state_of(term: str, found: tuple[str, ...] | None) -> str:
    """What has become of a term among the terms of another solution (None: there is no solution)."""
    if found is None:
        return "sans_solution"
    (mine,) = parse(term)
    others = [next(iter(parse(other))) for other in found]
    if mine in others:
        return "identique"
    return "proche" if any(mine < other or other < mine for other in others) else "absent"


def _variations(measures: Measures, cuts: Cuts) -> Iterator[tuple[str, str, CaseSets, Cuts]]:
    """One choice moved at a time; never to where it stands already."""
    base = calibrated(measures)
    for condition in measures.conditions:
        for crossover in condition.autres:
            if crossover == condition.anchors.crossover:
                continue
            moved = tuple(c.moved(crossover) if c.id == condition.id else c for c in measures.conditions)
            label = f"{condition.libelle} : bascule à {crossover:g}".replace(".", ",")
            yield "reperes", label, calibrated(replace(measures, conditions=moved)), cuts
    for rank in (rank for rank in measures.outcome.autres if rank != measures.outcome.rang):
        level = replace(measures, outcome=measures.outcome.moved(rank))
        yield "niveau", f"{measures.outcome.libelle} : dès le rang {rank}", calibrated(level), cuts
    for inclusion in (cut for cut in INCLUSION_CUTS if cut != cuts.inclusion):
        yield (
            "inclusion",
            f"inclusion d’au moins {inclusion:g}".replace(".", ","),
            base,
            replace(cuts, inclusion=inclusion),
        )
    for n in (least for least in N_CUTS if least != cuts.n):
        yield "effectif", f"au moins {n} Cité{'s' if n > 1 else ''} par ligne", base, replace(cuts, n=n)
    for case in base.cases:
        yield "sans_une_cite", f"sans {base.names[case]}", base.without(case), cuts
