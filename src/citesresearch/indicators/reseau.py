"""The network as published documents show it."""

from __future__ import annotations

import pandas as pd

from ..data.dataset import Dataset
from .indicator import Indicator, indicator
from .publies import published


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


INDICATORS: tuple[Indicator, ...] = (chiffres_nationaux,)
