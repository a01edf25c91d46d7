"""The Cités as cases: membership in each condition and in the outcome, those with an unknown one counted apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ...errors import CitesError
from ...stats.precision import settle, settle_table
from ...stats.qca import calibrate_crisp, calibrate_direct
from .declared import CONDITIONS, DEFAULT_CONDITIONS, DEFAULT_OUTCOME, OUTCOMES, Anchors, Condition, GoodLevel

if TYPE_CHECKING:
    from ...data.dataset import Dataset

__all__ = ["CaseSets", "Measures", "calibrated", "case_sets", "measures_from", "measures_of", "measures_table"]


@dataclass(frozen=True)
class Measures:
    """What the sets are made from: raw measures of all the Cités (NaN: not known), before any anchor.

    fuzzy: memberships by degree; otherwise each Cité is in a set or out of it.
    """

    conditions: tuple[Condition, ...]
    outcome: GoodLevel
    values: Mapping[str, Mapping[str, float]]
    ranks: Mapping[str, float]
    names: Mapping[str, str]
    fuzzy: bool = False


@dataclass(frozen=True)
class CaseSets:
    """Memberships of the Cités known on everything, in the order of `cases` (identifiers).

    missing: Cités left out, with what is not known of them.
    """

    conditions: tuple[Condition, ...]
    outcome_of: GoodLevel
    cases: tuple[str, ...]
    names: Mapping[str, str]
    sets: Mapping[str, tuple[float, ...]]
    outcome: tuple[float, ...]
    missing: Mapping[str, tuple[str, ...]]

    def without(self, case: str) -> CaseSets:
        """The same sets with one Cité left out."""
        kept = [i for i, ident in enumerate(self.cases) if ident != case]
        return CaseSets(
            self.conditions,
            self.outcome_of,
            tuple(self.cases[i] for i in kept),
            self.names,
            {name: tuple(values[i] for i in kept) for name, values in self.sets.items()},
            tuple(self.outcome[i] for i in kept),
            self.missing,
        )


def case_sets(
    dataset: Dataset,
    outcome: str = DEFAULT_OUTCOME,
    conditions: Sequence[str] = DEFAULT_CONDITIONS,
    *,
    fuzzy: bool = False,
) -> CaseSets:
    """The declared sets of a campagne. Raises CitesError for names that are not declared or that do not go together."""
    return calibrated(measures_of(dataset, outcome, conditions, fuzzy=fuzzy))


def measures_of(
    dataset: Dataset,
    outcome: str = DEFAULT_OUTCOME,
    conditions: Sequence[str] = DEFAULT_CONDITIONS,
    *,
    fuzzy: bool = False,
) -> Measures:
    """Raw measures behind the sets, computed once whatever the anchors. Raises CitesError as `case_sets`."""
    return measures_from(measures_table(dataset), outcome, conditions, fuzzy=fuzzy)


def measures_table(dataset: Dataset) -> pd.DataFrame:
    """Raw measure of every declared condition and rank on every declared outcome, one row a Cité; NaN: not known.

    Columns `id_cde, nom`, then conditions and outcomes by name. Made from returns only: from it, any of these analyses
    can be made again.
    """
    cites = dataset["cites"].set_index("id_cde")
    measured = {c.id: c.measure(dataset) for c in CONDITIONS.values()}
    measured |= {level.id: level.ranks(dataset) for level in OUTCOMES.values()}
    columns = {name: values.reindex(cites.index).astype("float64") for name, values in measured.items()}
    table = pd.DataFrame({"nom": cites["nom"].astype("str"), **columns})
    return settle_table(table).rename_axis("id_cde").reset_index()


def measures_from(
    table: pd.DataFrame,
    outcome: str = DEFAULT_OUTCOME,
    conditions: Sequence[str] = DEFAULT_CONDITIONS,
    *,
    fuzzy: bool = False,
) -> Measures:
    """The measures that `measures_table` made, for some conditions and one outcome. Raises CitesError as `case_sets`."""
    unknown = [name for name in conditions if name not in CONDITIONS]
    if unknown or outcome not in OUTCOMES:
        raise CitesError(
            f"Condition ou résultat inconnu : {', '.join([*unknown, *([] if outcome in OUTCOMES else [outcome])])}. "
            f"Conditions déclarées : {', '.join(CONDITIONS)} ; résultats : {', '.join(OUTCOMES)}."
        )
    if len(set(conditions)) != len(conditions) or len(conditions) < 2:
        raise CitesError("Il faut au moins deux conditions, chacune nommée une seule fois.")
    if {"PORTEUR", "EQUILIBRE"} <= set(conditions):
        raise CitesError("PORTEUR entre dans l’indice qui donne EQUILIBRE : choisir l’une ou l’autre condition.")
    chosen = tuple(CONDITIONS[name] for name in conditions)
    idents = [str(ident) for ident in table["id_cde"]]

    def by_cite(column: str) -> dict[str, float]:
        return dict(zip(idents, table[column].astype("float64").tolist(), strict=True))

    return Measures(
        chosen,
        OUTCOMES[outcome],
        {c.id: by_cite(c.id) for c in chosen},
        by_cite(outcome),
        dict(zip(idents, table["nom"].astype(str), strict=True)),
        fuzzy,
    )


def calibrated(measures: Measures) -> CaseSets:
    """Memberships from the measures, by the anchors of each condition and the rank of the outcome."""
    missing = {}
    for ident in measures.names:
        unknown = [c.libelle for c in measures.conditions if pd.isna(measures.values[c.id][ident])]
        unknown += [measures.outcome.libelle] if pd.isna(measures.ranks[ident]) else []
        if unknown:
            missing[ident] = tuple(unknown)
    cases = tuple(ident for ident in measures.names if ident not in missing)
    sets = {
        c.id: _membership([measures.values[c.id][i] for i in cases], c.anchors, measures.fuzzy)
        for c in measures.conditions
    }
    outcome = _membership([measures.ranks[i] for i in cases], measures.outcome.anchors, measures.fuzzy)
    return CaseSets(measures.conditions, measures.outcome, cases, measures.names, sets, outcome, missing)


def _membership(values: list[float], anchors: Anchors, fuzzy: bool) -> tuple[float, ...]:
    if not values:
        return ()
    if not fuzzy or anchors.exclusion is None or anchors.inclusion is None:
        return calibrate_crisp(values, anchors.crossover).membership
    degrees = calibrate_direct(
        values, exclusion=anchors.exclusion, crossover=anchors.crossover, inclusion=anchors.inclusion
    ).membership
    return tuple(map(settle, degrees))
