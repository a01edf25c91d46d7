"""Adossement: how the Cité leans on the contrat de ville."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lecture import chosen
from .model import GovernanceColumn, governance_model

if TYPE_CHECKING:
    import pandas as pd

    from ..data.dataset import Dataset

__all__ = ["contrat_de_ville"]

_LINKS = ("articulations_contrat_ville.articulation",)


@governance_model(
    libelle="Adossement au contrat de ville",
    definition="Formes d’articulation que la Cité déclare avec le contrat de ville, et présence de son chef de projet dans l’équipe.",
    source="les retours des Cités",
    columns={
        "adosse": GovernanceColumn("Cité articulée au contrat de ville", "binaire", 1),
        "articulations": GovernanceColumn("Formes d’articulation", sens=1, lecture="nombre, sur cinq proposées"),
        "pilier_emploi": GovernanceColumn("Pilier emploi du contrat de ville", "binaire", 1),
        "instance_commune": GovernanceColumn("Comité de pilotage commun", "binaire", 1),
        "equipe_commune": GovernanceColumn("Équipe projet commune", "binaire", 1),
        "programmation_commune": GovernanceColumn("Appel à projets ou programmation communs", "binaire", 1),
        "diagnostic_commun": GovernanceColumn("Diagnostic commun", "binaire", 1),
        "chef_de_projet": GovernanceColumn(
            "Chef de projet du contrat de ville dans l’équipe", "binaire", 1, champs=("equipe_projet.membre",)
        ),
    },
    champs=_LINKS,
)
def contrat_de_ville(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité that answered; « il n’y a pas d’articulation » is an answer, a row of zeros."""
    forms = chosen(dataset, "articulations_contrat_ville", "articulation")
    team = chosen(dataset, "equipe_projet", "membre")["chef_projet_contrat_ville"]
    counted = forms.assign(adosse=forms.max(axis=1), articulations=forms.sum(axis=1))
    return counted.join(team.rename("chef_de_projet"), how="outer")
