"""One row a Cité: its governance, its outcomes and what the comparisons hold constant. Everything starts from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..governance import GOVERNANCE_MODELS
from ..stats.precision import settle_table
from .outcomes import OUTCOMES

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["ECHELLE", "VAGUE", "Cases", "cases_of"]

VAGUE, ECHELLE = "vague", "echelle"
WIDE = ("intercommunale", "departementale")
# Answers that say what the person who fills the return thinks, whatever they are asked about.
JUDGEMENT_SCALES = ("accord", "satisfaction", "satisfaction_axe", "evolution_liens", "maturite")


@dataclass(frozen=True)
class Cases:
    """What the Cités of a campagne are compared on; all frames have `id_cde` as index, NaN where nothing is known.

    governance: columns « model.column », numbers, or ranks from 0 in `orders` for listed codes. outcomes: one column
    each. controls: `vague` (1: label of 2020), `echelle` (1: intercommunal or wider). orders: the words of the
    categories of a governance column, by rank. nominal: the columns whose categories have no order. levels: those of
    an outcome, lowest first. champs: the questions of each governance column. jugements: the questions that are
    judgements; `tables_du_retour` the tables that a return fills. retours: how many gave one.
    """

    governance: pd.DataFrame
    outcomes: pd.DataFrame
    controls: pd.DataFrame
    orders: Mapping[str, tuple[str, ...]]
    nominal: frozenset[str]
    binary: frozenset[str]
    levels: Mapping[str, tuple[str, ...]]
    champs: Mapping[str, tuple[str, ...]]
    jugements: frozenset[str]
    tables_du_retour: frozenset[str]
    retours: int

    @property
    def size(self) -> int:
        """Number of Cités of the campagne."""
        return len(self.outcomes)

    def from_return(self, champs: Iterable[str]) -> bool:
        """Whether one of these questions at least is answered in the return of the Cité."""
        return any(champ.partition(".")[0] in self.tables_du_retour for champ in champs)


def _completed(dataset: Dataset) -> Dataset:
    """The campagne with every column of its tables: a question that it did not ask has no answer."""
    tables = {
        name: table.reindex(columns=list(dict.fromkeys((*table.columns, *dataset.codebook[name].columns))))
        for name, table in dataset.tables.items()
    }
    return replace(dataset, tables=tables)


def cases_of(dataset: Dataset) -> Cases:
    """The cases of a campagne: every governance model and every outcome, computed once."""
    dataset = _completed(dataset)
    tables: dict[str, pd.Series[Any]] = {}
    orders: dict[str, tuple[str, ...]] = {}
    champs: dict[str, tuple[str, ...]] = {}
    nominal, binary = set(), set()
    for model in GOVERNANCE_MODELS.values():
        table = model(dataset)
        for name, column in model.columns.items():
            key = f"{model.id}.{name}"
            values = table[name]
            champs[key] = model.sources_of(name)
            if column.vocabulaire:
                codes = column.order(dataset.codebook)
                vocabulary = dataset.codebook.vocabulary(column.vocabulaire)
                orders[key] = tuple(vocabulary.libelle(code) for code in codes)
                values = values.map({code: float(rank) for rank, code in enumerate(codes)})
            if column.type == "nominal":
                nominal.add(key)
            elif column.type == "binaire":
                binary.add(key)
            tables[key] = values.astype("float64")
        if f"{model.id}.desequilibre" in tables:
            tables[f"{model.id}.desequilibre_absolu"] = tables[f"{model.id}.desequilibre"].abs()
            champs[f"{model.id}.desequilibre_absolu"] = champs[f"{model.id}.desequilibre"]
    cites = dataset["cites"].set_index("id_cde")
    scale = cites["echelle"].astype("object")
    controls = {
        VAGUE: cites["annee_label"].eq(2020).astype("float64"),
        ECHELLE: scale.isin(WIDE).astype("float64").where(scale.notna()),
    }
    return Cases(
        pd.DataFrame(tables, index=cites.index),
        settle_table(pd.DataFrame({o.id: o(dataset) for o in OUTCOMES.values()}, index=cites.index)),
        pd.DataFrame(controls, index=cites.index),
        orders,
        frozenset(nominal),
        frozenset(binary),
        {o.id: o.levels(dataset) for o in OUTCOMES.values()},
        champs,
        _judgements(dataset),
        frozenset(name for name, table in dataset.codebook.tables.items() if table.source_secret == "officiel"),
        len(dataset["retours"]),
    )


def _judgements(dataset: Dataset) -> frozenset[str]:
    return frozenset(
        f"{table.name}.{field.name}"
        for table in dataset.codebook.tables.values()
        for field in table.fields
        if field.vocabulary is not None and field.vocabulary.name in JUDGEMENT_SCALES
    )
