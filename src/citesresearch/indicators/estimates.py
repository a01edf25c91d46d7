"""The one long table of estimates: every figure that pages show, computed once per campagne."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..data.dataset import Dataset
from . import indicators_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .indicator import Indicator

__all__ = ["COLUMNS", "KEY", "STATUSES", "VALUES", "build_estimates"]

KEY = (
    "indicateur",
    "modalite",
    "perimetre_type",
    "perimetre_id",
    "croisement",
    "croisement_modalite",
    "date_reference",
    "edition",
    "source",
)
# `valeur_basse` and `valeur_haute` bound the value itself (a published range, a sum with secret blanks in it);
# the two intervals are about sampling: these 84 Cités (recensement), such sites in general (general).
VALUES = (
    "valeur",
    "valeur_basse",
    "valeur_haute",
    "unite",
    "n",
    "base",
    "hors_echelle",
    "manquants",
    "recensement_bas",
    "recensement_haut",
    "general_bas",
    "general_haut",
    "statut",
    "motif",
)
COLUMNS = (*KEY, *VALUES)
STATUSES = ("ok", "s", "nd", "nc")
TEXTS = (*KEY, "unite", "statut", "motif")
NUMBERS = tuple(column for column in VALUES if column not in TEXTS)


def build_estimates(dataset: Dataset, indicators: Iterable[Indicator] | None = None) -> pd.DataFrame:
    """Compute every indicator of the dataset: one row per key, in a stable order.

    Without `indicators`, those of the dataset's own codebook. Texts are never missing (an empty text says « not
    applicable »); numbers are NaN where there is none, and then `statut` says why. Raises ValueError when an indicator
    returns a column, a status or a key it must not.
    """
    measures = tuple(indicators_of(dataset.codebook).values() if indicators is None else indicators)
    parts = []
    for measure in measures:
        rows = measure(dataset)
        unknown = set(rows.columns) - set(COLUMNS)
        if unknown:
            raise ValueError(f"indicator {measure.id} returns unknown columns: {sorted(unknown)}")
        if len(rows):
            parts.append(rows.assign(indicateur=measure.id))
    # Completed in one go: a hundred small tables cost more than one long one.
    table = _complete(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(), measures)
    wrong = table.loc[~table["statut"].isin(STATUSES), ["indicateur", "statut"]]
    if len(wrong):
        raise ValueError(f"unknown statuses:\n{wrong.drop_duplicates().head(4).to_string()}")
    double = table.duplicated(list(KEY), keep=False)
    if double.any():
        raise ValueError(f"two estimates with the same key:\n{table.loc[double, list(KEY)].head(4).to_string()}")
    return table


def _complete(rows: pd.DataFrame, measures: Iterable[Indicator]) -> pd.DataFrame:
    """The rows with every column of the table, in its types; an estimate without unit has that of its indicator."""
    out = {}
    for column in COLUMNS:
        given = rows[column] if column in rows else pd.Series([None] * len(rows), index=rows.index, dtype="object")
        out[column] = (
            given.astype("str").where(given.notna(), "") if column in TEXTS else pd.to_numeric(given).astype("float64")
        )
    table = pd.DataFrame(out)
    units = table["indicateur"].map({measure.id: measure.unite for measure in measures}).astype("str")
    table["unite"] = table["unite"].where(table["unite"] != "", units)
    computed = table["valeur"].notna().map({True: "ok", False: "nd"}).astype("str")
    table["statut"] = table["statut"].where(table["statut"] != "", computed)
    return table
