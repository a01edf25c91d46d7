"""Counts before statistics: the Cités by category of the predictor and level of the outcome."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..french import number
from .cases import Cases
from .finding import Crosstab
from .outcomes import Outcome
from .predictors import Predictor

__all__ = ["cross", "thirds"]

FEW = 4
"""A number with no more distinct values than this is shown by its values; with more, by thirds."""


def cross(cases: Cases, predictor: Predictor, outcome: Outcome) -> Crosstab | None:
    """The cross-table of a pair over the Cités where all is known; None when there is none of them.

    Rows are the categories of the predictor (types, yes or no, thirds of a number), columns the levels of the outcome,
    both lowest first. A category that nobody has keeps its row of zeros: it is a fact too.
    """
    key = f"{predictor.model}.{predictor.croise}" if predictor.croise else predictor.key
    table = pd.concat(
        [cases.governance[predictor.key], cases.governance[key].rename("rows"), cases.outcomes[outcome.id]], axis=1
    ).dropna()
    if table.empty:
        return None
    rows, at_row = _categories(table["rows"], cases.orders.get(key, ()), key in cases.binary)
    columns, at_column = _categories(table[outcome.id], cases.levels[outcome.id], outcome.type == "binaire")
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(counts, (at_row, at_column), 1)
    return Crosstab(tuple(rows), tuple(columns), tuple(tuple(int(n) for n in line) for line in counts))


def _categories(values: pd.Series[float], words: Sequence[str], binary: bool) -> tuple[list[str], Sequence[int]]:
    """The words of the categories, and the category of each value."""
    if binary:
        return ["Non", "Oui"], values.astype(int).tolist()
    if words:
        # Levels of an outcome are ranks from 1, categories of a model from 0.
        first = 1 if values.name != "rows" else 0
        return list(words), (values.astype(int) - first).tolist()
    distinct = sorted(values.unique())
    if len(distinct) <= FEW:
        return [number(v) for v in distinct], [distinct.index(v) for v in values]
    return thirds(values)


def thirds(values: pd.Series[float]) -> tuple[list[str], Sequence[int]]:
    """Three groups as equal as equal values allow, and the group of each; their words say where they begin and end."""
    cuts = np.quantile(values, [1 / 3, 2 / 3])
    place = np.searchsorted(cuts, values.to_numpy(dtype="float64"), side="left")
    present = sorted(set(place.tolist()))
    # Not « tiers »: equal values stay together, and one group may hold most Cités.
    names = {0: "le bas", 1: "le milieu", 2: "le haut"}
    words = []
    for k in present:
        inside = values[place == k]
        low, high = (number(float(end)) for end in (inside.min(), inside.max()))
        words.append(f"{names[k]} ({low})" if low == high else f"{names[k]} (de {low} à {high})")
    return words, [present.index(k) for k in place.tolist()]
