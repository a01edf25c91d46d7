"""Deployment: how many Cités, where, since when, at which scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, PublishedFigure, indicator
from .mesures import Numbers, closed_rows, number_rows
from .perimetres import provenance_of
from .publies import POPULATIONS, published
from .questions import closed_question, frame_of, texts, units_of

# Perimeters other than the whole network, with the column of `cites` that makes them.
GROUPS = ("annee_label", "code_region", "echelle")


@indicator(
    libelle="Cités labellisées",
    definition="Nombre de Cités, dans le réseau et par année de labellisation, région ou échelle.",
    formule="nombre de lignes de la table des Cités ; « manquants » compte celles dont le groupe n’est pas documenté",
    base="les Cités de la campagne",
    unite="cites",
    source="liste des Cités",
    secret="public",
    chiffres=(
        PublishedFigure("cites_total", ""),
        PublishedFigure("cites_vague_2020", "", perimetre_type="annee_label", perimetre_id="2020"),
        PublishedFigure("cites_vague_2021", "", perimetre_type="annee_label", perimetre_id="2021"),
    ),
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


@indicator(
    libelle="Année de labellisation",
    definition="Répartition des Cités selon leur année de labellisation.",
    formule="part des Cités de chaque année",
    base="toutes les Cités",
    unite="pourcentage",
    source="liste des Cités",
    secret="public",
    planche="annee_label",
    forme="choix",
    champs=("cites.annee_label",),
)
def cites_par_annee(dataset: Dataset) -> pd.DataFrame:
    return _share_of_cites(dataset, "annee_label")


@indicator(
    libelle="Périmètre géographique",
    definition="Répartition des Cités selon leur échelle.",
    formule="part des Cités de chaque échelle",
    base="les Cités dont l’échelle est connue",
    unite="pourcentage",
    source="liste des Cités",
    secret="public",
    planche="perimetre_geographique",
    forme="choix",
    champs=("cites.echelle",),
    chiffres=(
        PublishedFigure(
            "part_nouvelles_cites_intercommunales",
            "intercommunale",
            perimetre_type="annee_label",
            perimetre_id="2021",
        ),
        PublishedFigure(
            "nouvelles_cites_departementales", "departementale", perimetre_type="annee_label", perimetre_id="2021"
        ),
    ),
)
def cites_par_echelle(dataset: Dataset) -> pd.DataFrame:
    return _share_of_cites(dataset, "echelle")


@indicator(
    libelle="QPV concernés",
    definition="Nombre de quartiers prioritaires des Cités : dans le réseau et dans chaque groupe, et par Cité.",
    formule="total : quartiers distincts, un quartier de deux Cités compte une fois ; moyenne, médiane, quartiles, minimum et maximum : quartiers d’une Cité",
    base="les Cités dont les quartiers sont connus",
    unite="qpv",
    source="liste des quartiers des Cités",
    secret="public",
    planche="qpv_concernes",
    forme="nombre",
    champs=("cite_qpv.code_qpv",),
    chiffres=(PublishedFigure("qpv_concernes", "total"),),
)
def qpv_concernes(dataset: Dataset) -> pd.DataFrame:
    units, places = units_of(dataset, "cites"), dataset["cite_qpv"]
    if places.empty:
        return frame_of([])
    key = provenance_of(dataset, "cite_qpv").key()
    number = places.groupby("id_cde")["code_qpv"].nunique().reindex(units.ids).to_numpy().astype(np.float64)
    everyone = np.ones(len(number), dtype=bool)
    rows = number_rows(Numbers(units.place, number, everyone, ~everyone), units.perimeters, key, "qpv")
    owner = units.perimeters.places(places["id_cde"])
    distinct = {
        (where["perimetre_type"], where["perimetre_id"]): places.loc[members[owner], "code_qpv"].nunique()
        for where, members in units.perimeters.groups()
    }
    for row in rows:
        if row["modalite"] == "total" and row["base"]:
            row["valeur"] = distinct[row["perimetre_type"], row["perimetre_id"]]
    return frame_of(rows)


@indicator(
    libelle="Retours reçus",
    definition="Part des Cités qui ont remis leur retour.",
    formule="Cités qui ont un retour, rapportées aux Cités de la campagne",
    base="les Cités de la campagne",
    unite="pourcentage",
    source="Les retours des Cités",
    secret="officiel",
    forme="oui_non",
)
def retours_recus(dataset: Dataset) -> pd.DataFrame:
    returns, cites = units_of(dataset, "retours"), units_of(dataset, "cites")
    if returns.frame.empty:
        return frame_of([])
    everyone = np.ones(len(cites.ids), dtype=bool)
    given = ["oui" if there else "non" for there in cites.ids.isin(returns.ids)]
    question = closed_question(given, ("oui", "non"), (), cites.place, everyone, ~everyone)
    return frame_of(closed_rows(question, cites.perimeters, returns.key, "own"))


INDICATORS: tuple[Indicator, ...] = (
    cites_labellisees,
    communes_couvertes,
    departements_couverts,
    population_documentee,
    retours_recus,
    qpv_concernes,
    cites_par_annee,
    cites_par_echelle,
)


def _share_of_cites(dataset: Dataset, column: str) -> pd.DataFrame:
    units = units_of(dataset, "cites")
    field = units.table[column]
    given = texts(units.frame, field)
    listed = tuple(m.code for m in field.vocabulary.modalites) if field.vocabulary else tuple(sorted(set(given) - {""}))
    everyone = np.ones(len(given), dtype=bool)
    question = closed_question(given, listed, (), units.place, everyone, ~everyone)
    return frame_of(closed_rows(question, units.perimeters, units.key, "own"))


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
