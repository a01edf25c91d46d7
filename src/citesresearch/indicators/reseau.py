"""The network: what published documents say of it, and its national animation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, PublishedFigure, indicator
from .mesures import Row, summary_rows
from .perimetres import provenance_of
from .publies import published
from .questions import frame_of


@indicator(
    libelle="Chiffres nationaux publiés",
    definition="Chiffres publiés sur l’ensemble des Cités ou d’une région, tels que les documents les donnent, par édition.",
    formule="valeur lue dans le document ; aucune valeur n’est recalculée ni comblée",
    base="celle du document, souvent non précisée",
    unite="",
    source="documents nationaux et régionaux, sources externes",
    secret="public",
)
def chiffres_nationaux(dataset: Dataset) -> pd.DataFrame:
    return published(dataset, ("national", "regional"))


# What is counted of each kind of animation.
_UNITS = {
    "cafe_cites": "rencontres",
    "groupe_travail": "groupes",
    "article": "articles",
    "action_recensee": "actions",
    "rendez_vous": "rencontres",
}


@indicator(
    libelle="Animation nationale",
    definition="Rencontres, groupes de travail, articles, actions recensées et rendez-vous d’étape de l’animation nationale.",
    formule="somme des nombres, par type (croisement « type ») ; jamais tous types ensemble",
    base="l’animation nationale",
    unite="",
    source="L’animation nationale du réseau",
    secret="public",
    planche="animation_nationale",
    forme="nombre",
    champs=("animation_nationale.type", "animation_nationale.nombre"),
    chiffres=(
        PublishedFigure("cafe_cites", "total", "type", "cafe_cites"),
        PublishedFigure("groupes_travail_nationaux", "total", "type", "groupe_travail"),
        PublishedFigure("articles_publies", "total", "type", "article"),
        PublishedFigure("actions_recensees", "total", "type", "action_recensee"),
    ),
)
def animation_nationale(dataset: Dataset) -> pd.DataFrame:
    lines, kinds = dataset["animation_nationale"], dataset.codebook["animation_nationale"]["type"].vocabulary
    key = provenance_of(dataset, "animation_nationale").key() | {"perimetre_type": "national"}
    rows: list[Row] = []
    for kind in kinds.modalites if kinds else ():
        numbers = lines.loc[lines["type"] == kind.code, "nombre"]
        if len(numbers):
            crossing = {"croisement": "type", "croisement_modalite": kind.code, "unite": _UNITS.get(kind.code, "")}
            counted = {"modalite": "total", "valeur": numbers.sum(), "n": len(numbers), "base": len(numbers)}
            rows.append(key | crossing | counted)
    return frame_of(rows)


@indicator(
    libelle="Participants aux Café-cités",
    definition="Nombre de participants à chaque Café-cités.",
    formule="total, moyenne, médiane, quartiles, minimum et maximum par rencontre",
    base="les Café-cités dont les participants ont été comptés",
    unite="personnes",
    source="L’animation nationale du réseau",
    secret="public",
    planche="animation_nationale",
    forme="nombre",
    champs=("animation_nationale.participants",),
    chiffres=(PublishedFigure("cafe_cites_participants", "moyenne"),),
)
def participants_cafe_cites(dataset: Dataset) -> pd.DataFrame:
    lines = dataset["animation_nationale"]
    meetings = lines[lines["type"] == "cafe_cites"]
    if meetings.empty:
        return frame_of([])
    numbers: Any = meetings["participants"].to_numpy(dtype="float64")
    key = provenance_of(dataset, "animation_nationale").key() | {"perimetre_type": "national"}
    return frame_of(summary_rows(numbers[np.isfinite(numbers)], int(np.isnan(numbers).sum()), key))


@indicator(
    libelle="Rendez-vous d’étape d’une Cité, par an",
    definition="Nombre de rendez-vous individuels de l’animation nationale avec une Cité, par an.",
    formule="rendez-vous de toutes les années, rapportés aux Cités de la campagne et au nombre d’années",
    base="les Cités de la campagne, pour chaque année où des rendez-vous ont été comptés",
    unite="rencontres",
    source="L’animation nationale du réseau",
    secret="public",
    planche="rendez_vous",
    forme="nombre",
    chiffres=(PublishedFigure("rendez_vous_par_an", "moyenne"),),
)
def rendez_vous_par_an(dataset: Dataset) -> pd.DataFrame:
    lines = dataset["animation_nationale"]
    meetings = lines[lines["type"] == "rendez_vous"]
    if meetings.empty:
        return frame_of([])
    years, cites = meetings["date_debut"].astype("str").str[:4].nunique(), len(dataset["cites"])
    number = int(meetings["nombre"].sum())
    key = provenance_of(dataset, "animation_nationale").key()
    mean: Row = {"perimetre_type": "national", "modalite": "moyenne", "valeur": number / (cites * years)}
    return frame_of([mean | {"n": number, "base": cites * years} | key])


INDICATORS: tuple[Indicator, ...] = (
    chiffres_nationaux,
    animation_nationale,
    participants_cafe_cites,
    rendez_vous_par_an,
)
