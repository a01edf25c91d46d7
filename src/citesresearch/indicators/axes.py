"""The three axes: how many actions and participations, of which types, on which themes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, PublishedFigure, indicator
from .mesures import Closed, Numbers, Row, closed_rows, number_rows
from .questions import Units, closed_question, frame_of, sums_by_unit, texts, units_of

if TYPE_CHECKING:
    from collections.abc import Callable

_SOURCE = "Les actions déclarées dans les retours"
_TOTALS = "somme des nombres déclarés, tous axes puis par axe (croisement « axe ») ; un axe sans action d’une Cité qui en déclare ailleurs compte 0"


@indicator(
    libelle="Actions",
    definition="Nombre d’actions que les Cités ont déclarées, en tout et pour chaque axe.",
    formule=_TOTALS,
    base="les Cités qui ont déclaré au moins une action",
    unite="actions",
    source=_SOURCE,
    secret="officiel",
    planche="premiers_resultats",
    forme="nombre",
    champs=("actions.nombre",),
    chiffres=(
        PublishedFigure("actions_axe_2", "total", "axe", "aller_vers"),
        PublishedFigure("actions_axe_3", "total", "axe", "innover"),
    ),
)
def nombre_actions(dataset: Dataset) -> pd.DataFrame:
    return _numbers(dataset, "nombre", "actions")


@indicator(
    libelle="Participations aux actions",
    definition="Nombre de participations aux actions d’« aller-vers » et d’innovation : une même personne peut être comptée plusieurs fois.",
    formule=_TOTALS + " ; l’axe « Recenser et fédérer » n’a pas de participants",
    base="les Cités qui ont déclaré au moins une action de ces axes",
    unite="participations",
    source=_SOURCE,
    secret="officiel",
    planche="premiers_resultats",
    forme="nombre",
    champs=("actions.beneficiaires",),
    chiffres=(
        PublishedFigure("beneficiaires_axe_2", "total", "axe", "aller_vers"),
        PublishedFigure("beneficiaires_axe_3", "total", "axe", "innover"),
    ),
)
def nombre_beneficiaires(dataset: Dataset) -> pd.DataFrame:
    condition = dataset.codebook["actions"]["beneficiaires"].extra.get("si") or {}
    return _numbers(dataset, "beneficiaires", "participations", condition.get("valeurs"))


@indicator(
    libelle="Actions par axe",
    definition="Répartition des actions entre les trois axes.",
    formule="part des actions de chaque axe ; chaque ligne compte pour son nombre d’actions",
    base="les actions déclarées par les Cités",
    unite="pourcentage",
    source=_SOURCE,
    secret="officiel",
    planche="detail_actions",
    forme="choix",
    champs=("actions.axe",),
)
def actions_par_axe(dataset: Dataset) -> pd.DataFrame:
    return _shares(dataset, "axe")


@indicator(
    libelle="Actions par thématique",
    definition="Répartition des actions entre les thématiques, et pour chaque axe.",
    formule="part des actions de chaque thématique, tous axes puis par axe (croisement « axe ») ; chaque ligne compte pour son nombre d’actions",
    base="les actions déclarées par les Cités",
    unite="pourcentage",
    source=_SOURCE,
    secret="officiel",
    planche="themes_actions",
    forme="choix",
    champs=("actions.theme",),
)
def actions_par_theme(dataset: Dataset) -> pd.DataFrame:
    return _shares(dataset, "theme", by_axis=True)


@indicator(
    libelle="Thématiques travaillées par les Cités",
    definition="Part des Cités qui ont déclaré au moins une action sur chaque thématique.",
    formule="Cités avec au moins une action de la thématique, rapportées à la base",
    base="les Cités qui ont déclaré au moins une action",
    unite="pourcentage",
    source=_SOURCE,
    secret="officiel",
    planche="themes_travailles",
    forme="choix",
    champs=("actions.theme",),
)
def themes_travailles(dataset: Dataset) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["actions"]
    if units.frame.empty:
        return frame_of([])
    field = dataset.codebook["actions"]["theme"]
    listed = _codes(dataset, "theme")
    chosen = np.zeros((len(units.ids), len(listed)))
    for unit, code in zip(units.of(lines).tolist(), texts(lines, field), strict=True):
        if code:
            chosen[unit, listed.index(code)] = 1.0
    everyone = np.ones(len(units.ids), dtype=bool)
    question = Closed(
        listed, (), units.place, chosen, np.repeat(everyone[:, None], len(listed), axis=1), ~everyone, multiple=True
    )
    return frame_of(closed_rows(question, units.perimeters, units.key, "own"))


def _types_of(axe: str, numero: int, libelle: str) -> Indicator:
    """The types of action of one axis: an exhibit for each."""

    def compute(dataset: Dataset) -> pd.DataFrame:
        kinds = dataset.codebook["actions"]["type_action"].vocabulary
        listed = tuple(m.code for m in kinds.modalites if m.attributes.get("axe") == axe) if kinds else ()
        return _shares(dataset, "type_action", only=axe, listed=listed)

    compute.__name__ = f"types_actions_axe_{numero}"
    named: Callable[[Callable[[Dataset], pd.DataFrame]], Indicator] = indicator(
        libelle=f"Types d’actions, axe {numero}",
        definition=f"Répartition des actions de l’axe « {libelle} » entre leurs types.",
        formule="part des actions de chaque type dans l’axe ; chaque ligne compte pour son nombre d’actions",
        base="les actions de l’axe déclarées par les Cités",
        unite="pourcentage",
        source=_SOURCE,
        secret="officiel",
        planche=f"types_actions_axe_{numero}",
        forme="choix",
        champs=("actions.type_action",),
    )
    return named(compute)


INDICATORS: tuple[Indicator, ...] = (
    nombre_actions,
    nombre_beneficiaires,
    actions_par_axe,
    actions_par_theme,
    themes_travailles,
    _types_of("recenser_federer", 1, "Recenser et fédérer"),
    _types_of("aller_vers", 2, "Aller-vers et raccrocher"),
    _types_of("innover", 3, "Innover"),
)


def _codes(dataset: Dataset, column: str) -> tuple[str, ...]:
    listed = dataset.codebook["actions"][column].vocabulary
    return tuple(m.code for m in listed.modalites) if listed else ()


def _numbers(dataset: Dataset, column: str, unite: str, axes: list[str] | None = None) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["actions"]
    if units.frame.empty:
        return frame_of([])
    among = _codes(dataset, "axe") if axes is None else tuple(axes)
    lines = lines[lines["axe"].isin(among)]
    declared = units.ids.isin(lines["id_cde"])

    def rows_of(kept: pd.DataFrame, crossing: Row) -> list[Row]:
        # Who declared actions, but none of this axis, has none.
        values = np.where(declared & ~units.ids.isin(kept["id_cde"]), 0.0, sums_by_unit(units, kept, column))
        everyone = np.ones(len(units.ids), dtype=bool)
        numbers = Numbers(units.place, values, everyone, ~everyone)
        return _with_gaps(number_rows(numbers, units.perimeters, units.key | crossing, unite), units, kept, column)

    rows = rows_of(lines, {})
    for axe in among:
        rows += rows_of(lines[lines["axe"] == axe], {"croisement": "axe", "croisement_modalite": axe})
    return frame_of(rows)


def _with_gaps(rows: list[Row], units: Units, lines: pd.DataFrame, column: str) -> list[Row]:
    """Say of a total that some of its lines have no number: it is then a least value."""
    gaps = lines.loc[lines[column].isna(), "id_cde"].value_counts()
    if gaps.empty:
        return rows
    members = {("cite", cite): int(gaps.get(cite, 0)) for cite in units.perimeters.cites} | {
        (kind, ident): int(gaps.reindex(np.array(units.perimeters.cites)[inside]).sum())
        for (kind, ident), inside in zip(units.perimeters.keys, units.perimeters.members.astype(bool), strict=True)
    }
    for row in rows:
        number = members[(str(row["perimetre_type"]), str(row["perimetre_id"]))]
        if number and row["modalite"] in ("total", "") and row.get("valeur") is not None:
            row["motif"] = f"au moins : lignes sans nombre = {number}"
    return rows


def _shares(
    dataset: Dataset,
    column: str,
    only: str | None = None,
    listed: tuple[str, ...] | None = None,
    by_axis: bool = False,
) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["actions"]
    if lines.empty:
        return frame_of([])
    if only is not None:
        lines = lines[lines["axe"] == only]
    listed = _codes(dataset, column) if listed is None else listed

    def question(kept: pd.DataFrame) -> Closed:
        unit = units.of(kept)
        weights: Any = kept["nombre"].to_numpy(dtype="float64")
        # A line without its number of actions cannot be weighed: it is missing.
        known = np.isfinite(weights)
        given = [code if there else "" for code, there in zip(texts(kept, field), known, strict=True)]
        everyone = np.ones(len(kept), dtype=bool)
        return closed_question(given, listed, (), units.place[unit], everyone, ~everyone, weights=weights)

    field = dataset.codebook["actions"][column]
    rows = closed_rows(question(lines), units.perimeters, units.key, "share")
    if by_axis:
        for axe in _codes(dataset, "axe"):
            kept = lines[lines["axe"] == axe]
            crossing = units.key | {"croisement": "axe", "croisement_modalite": axe}
            rows += closed_rows(question(kept), units.perimeters, crossing, "share")
    return frame_of(rows)
