"""Who answered the survey of actors. What they need and expect comes from the codebook (`questions`)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, PublishedFigure, indicator
from .mesures import SECRET, Closed, Row, closed_rows
from .questions import closed_question, frame_of, texts, units_of

_SOURCE = "L’enquête auprès des acteurs"


@indicator(
    libelle="Répondants par classe de rôle",
    definition="Répartition des répondants de l’enquête auprès des acteurs entre les familles d’acteurs.",
    formule="part des répondants de chaque classe",
    base="les répondants de l’enquête auprès des acteurs",
    unite="pourcentage",
    source=_SOURCE,
    secret="personnes",
    planche="attentes_acteurs",
    forme="choix",
    champs=("repondants.classe_role",),
)
def repondants_par_classe(dataset: Dataset) -> pd.DataFrame:
    units = units_of(dataset, "repondants")
    field = units.table["classe_role"]
    if units.frame.empty or field.vocabulary is None:
        return frame_of([])
    everyone = np.ones(len(units.ids), dtype=bool)
    listed = tuple(m.code for m in field.vocabulary.modalites)
    question = closed_question(texts(units.frame, field), listed, (), units.place, everyone, ~everyone)
    return frame_of(closed_rows(question, units.perimeters, units.key, "secret"))


@indicator(
    libelle="Répondants",
    definition="Nombre de répondants de l’enquête auprès des acteurs.",
    formule="nombre de répondants",
    base="les répondants de l’enquête auprès des acteurs",
    unite="repondants",
    source=_SOURCE,
    secret="personnes",
    planche="besoins_habitants",
    forme="nombre",
    chiffres=(PublishedFigure("repondants_besoins", "total"),),
)
def repondants(dataset: Dataset) -> pd.DataFrame:
    units = units_of(dataset, "repondants")
    if units.frame.empty:
        return frame_of([])
    rows: list[Row] = []
    for where, members in units.perimeters.groups():
        number = int(members[units.place].sum())
        counted: Row = {"modalite": "total", "valeur": number, "n": number, "base": number}
        rows.append(where | units.key | counted | {"hors_echelle": 0, "manquants": 0})
    withheld: Row = {"perimetre_type": "cite", "modalite": "", "statut": "s", "motif": SECRET}
    return frame_of(rows + [withheld | {"perimetre_id": cite} | units.key for cite in units.perimeters.cites])


@indicator(
    libelle="Cités dont un acteur a répondu",
    definition="Part des Cités où une personne au moins a répondu à l’enquête auprès des acteurs.",
    formule="Cités avec au moins un répondant, rapportées aux Cités de la campagne",
    base="les Cités de la campagne",
    unite="pourcentage",
    source=_SOURCE,
    secret="personnes",
    forme="oui_non",
    chiffres=(PublishedFigure("cites_repondantes", "oui"),),
)
def cites_repondantes(dataset: Dataset) -> pd.DataFrame:
    units, cites = units_of(dataset, "repondants"), units_of(dataset, "cites")
    if units.frame.empty:
        return frame_of([])
    answered = cites.ids.isin(units.frame["id_cde"])
    everyone = np.ones(len(cites.ids), dtype=bool)
    question: Closed = closed_question(
        ["oui" if there else "non" for there in answered], ("oui", "non"), (), cites.place, everyone, ~everyone
    )
    return frame_of(closed_rows(question, cites.perimeters, units.key, "secret"))


INDICATORS: tuple[Indicator, ...] = (repondants, repondants_par_classe, cites_repondantes)
