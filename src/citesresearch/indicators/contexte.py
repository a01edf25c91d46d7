"""The context of a Cité as published documents describe it."""

from __future__ import annotations

import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, indicator
from .publies import POPULATIONS, published


@indicator(
    libelle="Contexte documenté",
    definition="Chiffres publiés sur une Cité : quartiers, emploi, pauvreté, publics, moyens, rythme des instances.",
    formule="valeur lue dans le document ; aucune valeur n’est recalculée ni comblée",
    base="celle du document, souvent non précisée",
    unite="",
    source="documents sur une Cité",
    secret="public",
)
def contexte_documente(dataset: Dataset) -> pd.DataFrame:
    figures = published(dataset, ("cite",))
    return figures[~figures["modalite"].isin(POPULATIONS)]


INDICATORS: tuple[Indicator, ...] = (contexte_documente,)
