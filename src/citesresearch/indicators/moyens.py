"""Means: what the envelope paid for, year by year, and the money that came beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, indicator
from .mesures import Closed, Numbers, Row, closed_rows, number_rows
from .questions import Units, closed_question, frame_of, sums_by_unit, texts, units_of

_SPENT = "Les dépenses déclarées dans les retours"
_BESIDE = "Les cofinancements déclarés dans les retours"


@indicator(
    libelle="Dépenses par année",
    definition="Euros de l’enveloppe dépensés chaque année.",
    formule="somme des dépenses connues de l’année ; les bases changent d’une année à l’autre, comparez les moyennes",
    base="les Cités labellisées cette année-là ou avant, dont les dépenses de l’année sont toutes connues",
    unite="euros",
    source=_SPENT,
    secret="officiel",
    planche="evolution_depenses",
    forme="serie",
    champs=("budget.annee", "budget.depense"),
)
def depenses_par_annee(dataset: Dataset) -> pd.DataFrame:
    return _by_year(dataset, "total")


@indicator(
    libelle="Dépense moyenne d’une Cité par année",
    definition="Euros de l’enveloppe qu’une Cité dépense chaque année, en moyenne.",
    formule="moyenne des dépenses de l’année ; intervalle pour une population finie",
    base="les Cités labellisées cette année-là ou avant, dont les dépenses de l’année sont toutes connues",
    unite="euros",
    source=_SPENT,
    secret="officiel",
    planche="evolution_depenses",
    forme="serie",
    champs=("budget.annee", "budget.depense"),
)
def depense_moyenne_par_annee(dataset: Dataset) -> pd.DataFrame:
    return _by_year(dataset, "moyenne")


@indicator(
    libelle="Dépenses par catégorie",
    definition="Répartition des euros dépensés entre les catégories de l’enveloppe, en tout et par année.",
    formule="euros de la catégorie rapportés aux euros dépensés, toutes années puis par année (croisement « annee ») ; n et base sont des euros",
    base="les euros dépensés",
    unite="pourcentage",
    source=_SPENT,
    secret="officiel",
    planche="detail_depenses",
    forme="choix",
    champs=("budget.categorie",),
)
def depenses_par_categorie(dataset: Dataset) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["budget"]
    if lines.empty:
        return frame_of([])
    field = dataset.codebook["budget"]["categorie"]
    listed = tuple(m.code for m in field.vocabulary.modalites) if field.vocabulary else ()

    def question(kept: pd.DataFrame) -> Closed:
        euros: Any = kept["depense"].to_numpy(dtype="float64")
        given = [code if np.isfinite(e) else "" for code, e in zip(texts(kept, field), euros, strict=True)]
        place = units.place[units.of(kept)]
        everyone = np.ones(len(kept), dtype=bool)
        return closed_question(given, listed, (), place, everyone, ~everyone, weights=euros)

    rows = closed_rows(question(lines), units.perimeters, units.key, "share")
    for year, kept in lines.groupby("annee"):
        crossing = units.key | {"croisement": "annee", "croisement_modalite": str(year)}
        rows += closed_rows(question(kept), units.perimeters, crossing, "share")
    spent = _spent_nothing(units, lines)
    return frame_of([row | {"statut": "nc"} if row.get("base") == 0 and _where(row) in spent else row for row in rows])


def _where(row: Row) -> tuple[Any, Any]:
    return row["perimetre_type"], row["perimetre_id"]


def _spent_nothing(units: Units, lines: pd.DataFrame) -> set[tuple[Any, Any]]:
    """The perimeters whose lines say 0 € and nothing else: there is nothing to share out, which is not « no answer »."""
    unit, euros, members = units.of(lines), lines["depense"].to_numpy(dtype="float64"), units.perimeters.members
    told, some = (
        np.bincount(units.place[unit[kept & (unit >= 0)]], minlength=members.shape[1])
        for kept in (np.isfinite(euros), euros > 0)
    )
    nothing = (members @ told > 0) & (members @ some == 0)
    return {key for key, none in zip(units.perimeters.keys, nothing, strict=True) if none}


@indicator(
    libelle="Montant des cofinancements",
    definition="Euros qui complètent l’enveloppe d’une Cité, en tout et selon leur origine.",
    formule="somme des montants, toutes origines puis par origine (croisement « origine ») ; une Cité dont un montant manque n’a pas de somme toutes origines",
    base="les Cités dont le cofinancement est connu",
    unite="euros",
    source=_BESIDE,
    secret="officiel",
    planche="cofinancement",
    forme="nombre",
    champs=("cofinancements.montant",),
)
def cofinancement_montant(dataset: Dataset) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["cofinancements"]
    if units.frame.empty:
        return frame_of([])
    everyone = np.ones(len(units.ids), dtype=bool)

    def rows_of(kept: pd.DataFrame, crossing: Row) -> list[Row]:
        numbers = Numbers(units.place, _whole_sums(units, kept, "montant"), everyone, ~everyone)
        return number_rows(numbers, units.perimeters, units.key | crossing, "euros")

    rows = rows_of(lines, {})
    for code in _origins(dataset):
        kept = lines[lines["origine"] == code]
        rows += rows_of(kept, {"croisement": "origine", "croisement_modalite": code})
    return frame_of(rows)


@indicator(
    libelle="Origine des cofinancements",
    definition="Part des Cités qui reçoivent un cofinancement de chaque origine.",
    formule="Cités dont le montant de l’origine dépasse zéro, rapportées à celles où ce montant est connu",
    base="les Cités dont le cofinancement de cette origine est connu",
    unite="pourcentage",
    source=_BESIDE,
    secret="officiel",
    planche="cofinancement",
    forme="choix",
    champs=("cofinancements.origine",),
)
def cofinancement_origine(dataset: Dataset) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["cofinancements"]
    if units.frame.empty:
        return frame_of([])
    listed = ("oui", "non")
    rows: list[Row] = []
    everyone = np.ones(len(units.ids), dtype=bool)
    for code in _origins(dataset):
        euros = _whole_sums(units, lines[lines["origine"] == code], "montant")
        given = ["" if np.isnan(e) else listed[int(e <= 0)] for e in euros]
        question = closed_question(given, listed, (), units.place, everyone, ~everyone)
        # One question by origin; its « oui » is the share of the origin. A Cité's own « non » is a share of 0.
        for row in closed_rows(question, units.perimeters, units.key, "own"):
            if row["perimetre_type"] == "cite" and row["modalite"] == "non":
                rows.append(row | {"modalite": code, "valeur": 0.0, "n": 0})
            elif row["modalite"] != "non":
                rows.append(row | {"modalite": code})
    return frame_of(rows)


INDICATORS: tuple[Indicator, ...] = (
    depenses_par_annee,
    depense_moyenne_par_annee,
    depenses_par_categorie,
    cofinancement_montant,
    cofinancement_origine,
)


def _origins(dataset: Dataset) -> tuple[str, ...]:
    listed = dataset.codebook["cofinancements"]["origine"].vocabulary
    return tuple(m.code for m in listed.modalites) if listed else ()


def _whole_sums(units: Any, lines: pd.DataFrame, column: str) -> Any:
    """The sum of each Cité's lines; NaN where it has none, or where one of them has no amount: a part is not the whole."""
    broken = lines.loc[lines[column].isna(), "id_cde"]
    return np.where(units.ids.isin(broken), np.nan, sums_by_unit(units, lines, column))


def _by_year(dataset: Dataset, summary: str) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["budget"]
    if lines.empty:
        return frame_of([])
    labelled = dataset["cites"].set_index("id_cde")["annee_label"].reindex(units.ids).to_numpy()
    rows: list[Row] = []
    for year in range(int(lines["annee"].min()), int(lines["annee"].max()) + 1):
        values = _whole_sums(units, lines[lines["annee"] == year], "depense")
        asked = (labelled <= year) | np.isfinite(values)
        numbers = Numbers(units.place, values, asked, np.zeros(len(asked), dtype=bool))
        for row in number_rows(numbers, units.perimeters, units.key, "euros"):
            # A Cité's own amount is said once, with the totals.
            of_cite = row["perimetre_type"] == "cite"
            kept = summary == "total" if of_cite else row["modalite"] == summary
            if kept:
                rows.append(row | {"modalite": str(year)})
    return frame_of(rows)
