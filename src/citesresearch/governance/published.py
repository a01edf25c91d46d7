"""The governance of each Cité as one table, for publication and for analysis."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from ..data.reglages_copilotage import CopilotageSettings
from . import MODELS

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["publish_choices", "publish_governance", "publish_models"]


def publish_governance(dataset: Dataset, exempt: Collection[str]) -> pd.DataFrame:
    """One row per Cité, one column per column of a model, named `model.column` (`copilotage.type`).

    `exempt` names the kinds of sources that may be shown Cité by Cité (published facts, official returns): a model made
    from any other, such as answers of persons, is left out.
    """
    shown = [
        model
        for model in MODELS
        if all(
            dataset.codebook[champ.partition(".")[0]].source_secret in exempt
            for column in model.columns
            for champ in model.sources_of(column)
        )
    ]
    tables = [model(dataset).add_prefix(f"{model.id}.") for model in shown]
    return pd.concat(tables, axis=1).rename_axis("id_cde").reset_index()


def publish_choices(dataset: Dataset) -> pd.DataFrame:
    """The declared choices behind the copilotage index: one row each, `nature` (poids or seuil), `code, libelle, valeur`."""
    chosen = CopilotageSettings.of(dataset.campagne.copilotage, dataset.codebook)
    weights = dataset.codebook.vocabulary("composante_copilotage@1").modalites
    limits = dataset.codebook.vocabulary("seuil_copilotage@1").modalites
    rows = [("poids", m.code, m.libelle, chosen.poids[m.code]) for m in weights]
    rows += [("seuil", m.code, m.libelle, float(getattr(chosen, m.code))) for m in limits]
    return pd.DataFrame(rows, columns=["nature", "code", "libelle", "valeur"])


def publish_models() -> pd.DataFrame:
    """What each column of a model measures and how it is read: `modele, modele_libelle, colonne, libelle, lecture`."""
    rows = [
        (model.id, model.libelle, name, column.libelle, column.lecture)
        for model in MODELS
        for name, column in model.columns.items()
    ]
    return pd.DataFrame(rows, columns=["modele", "modele_libelle", "colonne", "libelle", "lecture"])
