"""Deployment: how many Cités, where, since when, at which scale."""

from __future__ import annotations

import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, indicator
from .publies import POPULATIONS, published

# Perimeters other than the whole network, with the column of `cites` that makes them.
GROUPS = ("annee_label", "code_region", "echelle")


@indicator(
    libelle="Cités labellisées",
    definition="Nombre de Cités de l’emploi, dans le réseau et par année de labellisation, région ou échelle.",
    formule="nombre de lignes de la table des Cités ; « manquants » compte celles dont le groupe n’est pas documenté",
    base="les Cités de la campagne",
    unite="cites",
    source="liste des Cités",
    secret="public",
)
def cites_labellisees(dataset: Dataset) -> pd.DataFrame:
    cites = dataset["cites"]
    rows: list[dict[str, object]] = [
        {
            "perimetre_type": "national",
            "valeur": len(cites),
            "base": len(cites),
            "manquants": 0,
            **_origin(cites),
        }
    ]
    for group in GROUPS:
        missing = int(cites[group].isna().sum())
        for name, members in cites.groupby(group):
            rows.append(
                _group(group, name)
                | {"valeur": len(members), "base": len(cites), "manquants": missing}
                | _origin(cites)
            )
    return pd.DataFrame(rows)


@indicator(
    libelle="Communes couvertes",
    definition="Nombre de communes où la Cité compte au moins un quartier prioritaire, selon la carte publique.",
    formule="nombre de communes distinctes ; une commune de plusieurs Cités compte une fois dans le réseau et dans un groupe",
    base="les Cités de la campagne qui ont au moins une commune connue",
    unite="communes",
    source="carte publique des Cités",
    secret="public",
)
def communes_couvertes(dataset: Dataset) -> pd.DataFrame:
    return _distinct(dataset, "cite_communes", "code_commune")


@indicator(
    libelle="Départements couverts",
    definition="Nombre de départements sur lesquels s’étend la Cité, selon la carte publique.",
    formule="nombre de départements distincts",
    base="les Cités de la campagne qui ont au moins un département connu",
    unite="departements",
    source="carte publique des Cités",
    secret="public",
)
def departements_couverts(dataset: Dataset) -> pd.DataFrame:
    return _distinct(dataset, "cite_departements", "code_departement")


@indicator(
    libelle="Population documentée",
    definition="Habitants de la commune, des quartiers prioritaires ou du périmètre d’une Cité, quand un document les donne.",
    formule="valeur lue dans le document ; les populations de périmètres différents ne s’additionnent pas",
    base="les Cités dont un document donne la population",
    unite="habitants",
    source="documents sur une Cité",
    secret="public",
)
def population_documentee(dataset: Dataset) -> pd.DataFrame:
    figures = published(dataset, ("cite",))
    return figures[figures["modalite"].isin(POPULATIONS)]


INDICATORS: tuple[Indicator, ...] = (
    cites_labellisees,
    communes_couvertes,
    departements_couverts,
    population_documentee,
)


def _group(column: str, name: object) -> dict[str, object]:
    return {"perimetre_type": {"code_region": "region"}.get(column, column), "perimetre_id": str(name)}


def _origin(table: pd.DataFrame) -> dict[str, object]:
    """The latest date and the sources of the rows that a figure is made from."""
    if table.empty:
        return {}
    return {
        "date_reference": str(table["date_reference"].max()),
        "source": " ".join(sorted(table["source"].dropna().unique())),
    }


def _distinct(dataset: Dataset, table: str, code: str) -> pd.DataFrame:
    """Distinct codes of a table of places: for each Cité, for each group, for the network."""
    places = dataset[table].merge(dataset["cites"][["id_cde", *GROUPS]], on="id_cde")
    if places.empty:
        return pd.DataFrame()

    def row(members: pd.DataFrame, **perimeter: object) -> dict[str, object]:
        return perimeter | {"valeur": members[code].nunique(), "base": members["id_cde"].nunique()} | _origin(members)

    rows = [row(places, perimetre_type="national")]
    for group in GROUPS:
        rows += [row(members, **_group(group, name)) for name, members in places.groupby(group)]
    rows += [row(members, perimetre_type="cite", perimetre_id=str(name)) for name, members in places.groupby("id_cde")]
    return pd.DataFrame(rows)
