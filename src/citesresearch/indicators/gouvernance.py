"""Governance: who steers."""

from __future__ import annotations

import pandas as pd

from ..data.dataset import Dataset
from ..governance.copilotes import SIDES, copilotes_documentes
from .indicator import Indicator, indicator


@indicator(
    libelle="Copilotes documentés",
    definition="Nombre de copilotes que les documents publics nomment, pour l’État, les collectivités et le service public de l’emploi.",
    formule="nombre de copilotes nommés ; au niveau national, nombre de Cités dont au moins un copilote de ce côté est nommé",
    base="les Cités dont un document nomme au moins un copilote",
    unite="copilotes",
    source="documents sur une Cité",
    secret="public",
)
def copilotes_nommes(dataset: Dataset) -> pd.DataFrame:
    named = copilotes_documentes(dataset).dropna(how="all")
    if named.empty:
        return pd.DataFrame()
    missing = len(dataset["cites"]) - len(named)
    copilotes = dataset["copilotes"].loc[lambda rows: rows["role"] == "copilote"]
    sources = copilotes.groupby("id_cde")["source"].agg(lambda s: " ".join(sorted(set(s))))
    rows = [
        {
            "modalite": side,
            "perimetre_type": "national",
            "valeur": int(named[side].gt(0).sum()),
            "unite": "cites",
            "base": len(named),
            "manquants": missing,
            "source": " ".join(sorted(set(copilotes["source"]))),
        }
        for side in SIDES
    ]
    rows += [
        {
            "modalite": side,
            "perimetre_type": "cite",
            "perimetre_id": cite,
            "valeur": count,
            "source": sources[str(cite)],
        }
        for cite, counts in named.iterrows()
        for side, count in counts.items()
    ]
    return pd.DataFrame(rows)


INDICATORS: tuple[Indicator, ...] = (copilotes_nommes,)
