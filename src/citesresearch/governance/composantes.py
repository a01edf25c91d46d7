"""The components of the copilotage index, as the returns give them (rules: `composante_copilotage@1`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .lecture import BODIES, answer, attribute, body_shares, listed

if TYPE_CHECKING:
    from ..codebook import Vocabulary
    from ..data.dataset import Dataset

__all__ = ["COMPONENTS", "SIDES", "components_of"]

SIDES = ("etat", "collectivite")
# What the side of a host is worth to the State and to the collectivité.
_HOST = {"etat": (1.0, 0.0), "collectivite": (0.0, 1.0), "tiers": (0.5, 0.5)}


def components_of(dataset: Dataset, wanted: Collection[str] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The components of the State and of the collectivité: one row per Cité, one column per component, in [0, 1].

    Columns in the order of `composante_copilotage@1`, or those `wanted` of them. NaN where the return does not say: no
    return, no answer, « ne sait pas », a question that is not asked (no COPIL to preside, no coordinator to host).
    """
    every = pd.Index(dataset["cites"]["id_cde"])
    names = [m.code for m in dataset.codebook.vocabulary("composante_copilotage@1").modalites]
    kept = [name for name in names if wanted is None or name in wanted]
    read = {name: dataset.derived(COMPONENTS[name]) for name in kept}
    etat, collectivite = (
        pd.DataFrame({name: pairs[side].reindex(every) for name, pairs in read.items()}, index=every, dtype="float64")
        for side in SIDES
    )
    return etat, collectivite


def _legitimite(dataset: Dataset) -> pd.DataFrame:
    """Agreement that the side's steering made the coordination legitimate: 0 not at all, 1/3, 2/3, 1 fully."""
    return pd.DataFrame(
        {
            side: _degree(answer(dataset, field), listed(dataset, "retours", field))
            for side, field in zip(SIDES, ("legitimite_prefecture", "legitimite_collectivite"), strict=True)
        }
    )


def _degree(codes: pd.Series, scale: Vocabulary) -> pd.Series:
    """From 0 for the worst answer of a scale to 1 for the best, in equal steps."""
    steps = len(scale.modalites) - 1
    return codes.map({m.code: (steps - place) / steps for place, m in enumerate(scale.modalites)})


def _presidence(dataset: Dataset) -> pd.DataFrame:
    codes, known = answer(dataset, "copil_presidence"), listed(dataset, "retours", "copil_presidence")
    return pd.DataFrame({side: attribute(codes, known, side) for side in SIDES})


def _porteur(dataset: Dataset) -> pd.DataFrame:
    codes = answer(dataset, "structure_porteuse")
    cote = attribute(codes, listed(dataset, "retours", "structure_porteuse"), "cote")
    return pd.DataFrame(
        {side: cote.map({name: worth[place] for name, worth in _HOST.items()}) for place, side in enumerate(SIDES)}
    )


def _composition(dataset: Dataset) -> pd.DataFrame:
    """The mean over the bodies that are known: COPIL and COTECH, or the one that has a seat of either side."""
    bodies = pd.concat({body: body_shares(dataset, body, SIDES) for body in BODIES})
    return bodies.groupby(level=1).mean()


def _cofinancement(dataset: Dataset) -> pd.DataFrame:
    """Shares of the euros; a side of which one origin is not told is unknown, for a part is not the whole."""
    lines, origins = dataset["cofinancements"], listed(dataset, "cofinancements", "origine")
    amounts = lines.pivot(index="id_cde", columns="origine", values="montant").astype("float64")
    euros = pd.DataFrame(
        {
            side: amounts.reindex(columns=[m.code for m in origins.modalites if m.attributes["cote"] == side]).sum(
                axis=1, skipna=False
            )
            for side in SIDES
        }
    )
    both = euros.sum(axis=1, skipna=False)
    # Nothing from either is known to be nothing: 0 on both sides, not a missing share.
    return euros.div(both.mask(both == 0, 1.0), axis=0).where(both.notna(), np.nan)


COMPONENTS = {
    "legitimite": _legitimite,
    "presidence": _presidence,
    "porteur": _porteur,
    "composition": _composition,
    "cofinancement": _cofinancement,
}
