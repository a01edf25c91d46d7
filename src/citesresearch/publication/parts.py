"""What of a publication is one Cité's own, and what all pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ESTIMATES", "OWN_TABLES", "SHOWN_BY_ALL", "TEXTS", "own_part"]

TEXTS = "textes"
ESTIMATES = "estimations"
# Tables of which the page of a Cité reads its own rows, and those of no Cité, only.
OWN_TABLES = (
    "actions",
    "alias_cites",
    "apports_cohorte",
    "articulations_contrat_ville",
    "budget",
    "chiffres_publies",
    "cite_departements",
    "cofinancements",
    "configurations_cites",
    "copilotes",
    "droit_commun_actions",
    "equipe_projet",
    "evenements",
    "fiches",
    "instances",
    "missions_coordonnateur",
    "paroles",
    "publics_cibles",
    "retours",
    "terrain",
    TEXTS,
    "versions",
)
# Estimates of the Cités of which every page shows a distribution, or the median of some.
SHOWN_BY_ALL = (
    "communes_couvertes",
    "coordonnateur_etp",
    "nombre_actions",
    "nombre_beneficiaires",
    "nombre_partenaires",
    "nombre_referents",
)


def own_part(name: str, table: pd.DataFrame) -> pd.Series[str]:
    """For each row of a published table the Cité whose own it is; empty for what all pages share."""
    import pandas as pd

    if name == ESTIMATES:
        mine = table["perimetre_type"].eq("cite") & ~table["indicateur"].isin(SHOWN_BY_ALL)
        return table["perimetre_id"].where(mine, "")
    if name in OWN_TABLES and "id_cde" in table:
        return table["id_cde"].fillna("").astype("str")
    return pd.Series("", index=table.index, dtype="str")
