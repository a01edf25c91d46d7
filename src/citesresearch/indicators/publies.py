"""Published figures as rows of estimates: the common shape of the indicators that repeat what a document says."""

from __future__ import annotations

import pandas as pd

from ..data.dataset import Dataset

__all__ = ["POPULATIONS", "published"]

# The published figures that count inhabitants: deployment shows them, the documented context leaves them to it.
POPULATIONS = (
    "population_commune",
    "population_qpv",
    "population_perimetre",
    "population_quartiers_collectivites",
)
_PERIMETERS = {"national": "national", "regional": "region", "cite": "cite"}


def published(dataset: Dataset, perimeters: tuple[str, ...]) -> pd.DataFrame:
    """One row per published figure of these perimeters (`national`, `regional`, `cite`), `modalite` naming what it is.

    A range keeps its two ends in `valeur_basse` and `valeur_haute`, without a middle that no one published; a figure that
    cannot be read in its document is `nd`, never a guess.
    """
    figures = dataset["chiffres_publies"]
    figures = figures[figures["perimetre_type"].isin(perimeters)]
    unreadable = figures["statut"] == "illisible"
    place = figures["id_cde"].fillna(figures["code_region"]).fillna("")
    return pd.DataFrame(
        {
            "modalite": figures["indicateur"],
            "perimetre_type": figures["perimetre_type"].map(_PERIMETERS),
            "perimetre_id": place,
            "date_reference": figures["date_reference"],
            "edition": figures["edition"],
            "source": figures["source"],
            "valeur": figures["valeur"],
            "valeur_basse": figures["valeur_basse"],
            "valeur_haute": figures["valeur_haute"],
            "unite": figures["unite"],
            "statut": unreadable.map({True: "nd", False: "ok"}),
            "motif": unreadable.map({True: "illisible dans le document", False: ""}),
        }
    )
