"""The one long table of estimates: every figure that pages show, computed once per campagne."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .data.dataset import Dataset
from .indicators import INDICATORS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .indicators.indicator import Indicator

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


def build_estimates(dataset: Dataset, indicators: Iterable[Indicator] = tuple(INDICATORS.values())) -> pd.DataFrame:
    """Compute every indicator of the dataset: one row per key, in a stable order.

    Texts are never missing (an empty text says « not applicable »); numbers are NaN where there is none, and then
    `statut` says why. Raises ValueError when an indicator returns a column, a status or a key it must not.
    """
    parts = [_complete(measure, measure(dataset)) for measure in indicators]
    parts = [part for part in parts if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else _complete(None, pd.DataFrame())
    double = table.duplicated(list(KEY), keep=False)
    if double.any():
        raise ValueError(f"two estimates with the same key:\n{table.loc[double, list(KEY)].head(4).to_string()}")
    return table


def _complete(measure: Indicator | None, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column of the table, in its types."""
    name = measure.id if measure else "(none)"
    unknown = set(rows.columns) - set(COLUMNS)
    if unknown:
        raise ValueError(f"indicator {name} returns unknown columns: {sorted(unknown)}")
    out = {}
    for column in COLUMNS:
        given = rows[column] if column in rows else pd.Series([None] * len(rows), index=rows.index, dtype="object")
        out[column] = (
            given.astype("str").where(given.notna(), "") if column in TEXTS else pd.to_numeric(given).astype("float64")
        )
    table = pd.DataFrame(out)
    if measure is not None:
        table["indicateur"] = measure.id
        table["unite"] = table["unite"].where(table["unite"] != "", measure.unite)
    table["statut"] = table["statut"].where(
        table["statut"] != "", table["valeur"].notna().map({True: "ok", False: "nd"})
    )
    wrong = set(table["statut"]) - set(STATUSES)
    if wrong:
        raise ValueError(f"indicator {name} returns unknown statuses: {sorted(wrong)}")
    return table.reset_index(drop=True)
