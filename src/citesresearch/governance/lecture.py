"""Reading the returns for the models: answers by Cité, who sits in each body, how much of it belongs to each side."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from ..codebook import Vocabulary
    from ..data.dataset import Dataset

__all__ = ["BODIES", "answer", "attribute", "body_shares", "chosen", "listed", "seated"]

BODIES = ("copil", "cotech")  # those that steer; operational groups act


def listed(dataset: Dataset, table: str, field: str) -> Vocabulary:
    """The list of a field's answers. Raises ValueError for a field without one."""
    found = dataset.codebook[table][field].vocabulary
    if found is None:
        raise ValueError(f"the field {table}.{field} has no list of answers")
    return found


def answer(dataset: Dataset, field: str) -> pd.Series:
    """The answers to a question of the return, by Cité with a return; a yes or no is 1.0 or 0.0.

    Answers outside a scale (« ne sait pas ») count as missing: they have no rank.
    """
    rows, described = dataset["retours"], dataset.codebook["retours"][field]
    ids = pd.Index(rows["id_cde"], name="id_cde")
    given = rows[field] if field in rows else pd.Series(np.nan, index=rows.index)
    if described.vocabulary is None:
        return pd.Series(pd.to_numeric(given).to_numpy(dtype="float64", na_value=np.nan), index=ids)
    ranked = {m.code for m in described.vocabulary.modalites}
    return pd.Series(given.where(given.isin(ranked)).astype("str").to_numpy(), index=ids)


def attribute(codes: pd.Series, vocabulary: Vocabulary, name: str) -> pd.Series:
    """What the list says of each code under that name; missing where the code is, or where the list says nothing."""
    return codes.map({m.code: m.attributes[name] for m in vocabulary.modalites if name in m.attributes})


def chosen(dataset: Dataset, table: str, field: str) -> pd.DataFrame:
    """A multiple choice: one row per Cité that answered, 1.0 or 0.0 for each code of the list.

    « Aucun » is an answer: a row of zeros. A Cité without a line did not answer and has no row.
    """
    lines = dataset[table]
    made = pd.crosstab(lines["id_cde"], lines[field]).clip(upper=1).astype("float64")
    return made.reindex(columns=[m.code for m in listed(dataset, table, field).modalites], fill_value=0.0)


def seated(dataset: Dataset, body: str) -> pd.DataFrame:
    """Who sits in a body: one row per Cité that described it, 1.0 or 0.0 for each actor of the list."""
    lines = dataset["instances"]
    lines = lines[lines["instance"] == body]
    made = pd.crosstab(lines["id_cde"], lines["acteur"]).clip(upper=1).astype("float64")
    return made.reindex(columns=[m.code for m in listed(dataset, "instances", "acteur").modalites], fill_value=0.0)


def body_shares(dataset: Dataset, body: str, sides: Collection[str]) -> pd.DataFrame:
    """The share of a body's seats that each of these sides holds, among these sides: one row per Cité, they add up to 1.

    Seats where the return counts all those of these sides; else one per type of actor present, never a mix of the two.
    A Cité where none of these sides sits has no row.
    """
    lines = dataset["instances"]
    lines = lines[lines["instance"] == body]
    cote = attribute(lines["acteur"], listed(dataset, "instances", "acteur"), "cote")
    lines = lines.assign(cote=cote)[cote.isin(list(sides))]
    counted = lines["sieges"].notna().groupby(lines["id_cde"]).transform("all").astype(bool)
    seats = pd.to_numeric(lines["sieges"]).astype("float64").where(counted, 1.0)
    held = seats.groupby([lines["id_cde"], lines["cote"]]).sum().unstack(fill_value=0)
    held = held.reindex(columns=list(sides), fill_value=0.0).astype("float64")
    return held.div(held.sum(axis=1), axis=0)
