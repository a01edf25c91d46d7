"""Who steers: the copilotes that public documents name."""

from __future__ import annotations

import pandas as pd

from ..data.dataset import Dataset
from .model import GovernanceColumn, governance_model

SIDES = ("etat", "collectivite", "emploi")


@governance_model(
    libelle="Copilotes documentés",
    definition="Nombre de copilotes que les documents publics nomment, de chaque côté.",
    source="documents sur une Cité",
    columns={
        "etat": GovernanceColumn("copilotes de l’État (préfecture, DDETS)"),
        "collectivite": GovernanceColumn("copilotes des collectivités (commune, intercommunalité)"),
        "emploi": GovernanceColumn("copilotes du service public de l’emploi"),
    },
    champs=("copilotes.cote", "copilotes.role"),
)
def copilotes_documentes(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité with at least one documented copilote; a side that is not named counts 0 for these Cités only."""
    named = dataset["copilotes"]
    named = named[named["role"] == "copilote"]
    return pd.crosstab(named["id_cde"], named["cote"]).reindex(columns=list(SIDES), fill_value=0).astype("float64")
