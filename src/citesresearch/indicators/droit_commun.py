"""Ordinary programmes: the domains where the Cités found an action, and how far each has gone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, indicator
from .mesures import Row, closed_rows
from .questions import closed_question, frame_of, sides_of, texts, units_of


@indicator(
    libelle="Avancement par domaine",
    definition="Avancement des actions de droit commun, pour chaque domaine identifié par les Cités.",
    formule="part de chaque avancement parmi les Cités qui ont identifié le domaine (croisement « domaine ») ; part favorable et solde",
    base="les Cités qui ont identifié le domaine et dit où en est l’action",
    unite="pourcentage",
    source="Les actions de droit commun déclarées dans les retours",
    secret="officiel",
    planche="droit_commun_actions",
    forme="matrice",
    champs=(),
)
def avancement_domaine(dataset: Dataset) -> pd.DataFrame:
    units, lines = units_of(dataset, "retours"), dataset["droit_commun_actions"]
    described = dataset.codebook["droit_commun_actions"]
    scale, domains = described["avancement"].vocabulary, described["domaine"].vocabulary
    if lines.empty or scale is None or domains is None:
        return frame_of([])
    rows: list[Row] = []
    for domain in domains.modalites:
        kept = lines[lines["domaine"] == domain.code]
        everyone = np.ones(len(kept), dtype=bool)
        question = closed_question(
            texts(kept, described["avancement"]),
            tuple(m.code for m in scale.modalites),
            tuple(m.code for m in scale.hors_echelle),
            units.place[units.of(kept)],
            everyone,
            ~everyone,
            sides_of(scale),
        )
        crossing = units.key | {"croisement": "domaine", "croisement_modalite": domain.code}
        rows += closed_rows(question, units.perimeters, crossing, "share")
    return frame_of(rows)


INDICATORS: tuple[Indicator, ...] = (avancement_domaine,)
