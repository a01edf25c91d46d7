"""Where the coordinator stands: host, time, stability, funding, missions, and a typology by plain rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .lecture import answer, attribute, chosen, listed
from .model import GovernanceColumn, governance_model

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["coordination"]

_NOBODY, _FRAGILE, _LOCAL, _ELSEWHERE = (
    "sans_coordonnateur",
    "poste_a_consolider",
    "poste_installe_collectivite",
    "poste_installe_ailleurs",
)


@governance_model(
    libelle="Place du coordonnateur",
    definition="Structure porteuse, temps de travail, stabilité, financement et missions du poste de coordination.",
    source="les retours des Cités",
    columns={
        "coordonnateur": GovernanceColumn("Coordonnateur", "binaire", 1, champs=("retours.coordonnateur",)),
        "structure_porteuse": GovernanceColumn(
            "Structure porteuse",
            "nominal",
            vocabulaire="structure_porteuse@1",
            champs=("retours.structure_porteuse",),
        ),
        "cote_porteur": GovernanceColumn(
            "Côté de la structure porteuse",
            "nominal",
            vocabulaire="cote_porteur@1",
            champs=("retours.structure_porteuse",),
        ),
        "porteur_collectivite": GovernanceColumn(
            "Poste porté par la collectivité", "binaire", 1, champs=("retours.structure_porteuse",)
        ),
        "etp": GovernanceColumn(
            "Temps de coordination (ETP)",
            sens=1,
            lecture="1 : un temps plein",
            champs=("retours.coordonnateur_etp",),
        ),
        "en_poste": GovernanceColumn(
            "Coordonnateur resté le même", "binaire", 1, champs=("retours.coordonnateur_en_poste",)
        ),
        "financement_total": GovernanceColumn(
            "Poste financé en totalité par les crédits délégués",
            "binaire",
            champs=("retours.coordonnateur_financement",),
        ),
        "missions": GovernanceColumn(
            "Missions déclarées", lecture="nombre, sur dix proposées", champs=("missions_coordonnateur.mission",)
        ),
        "missions_terrain": GovernanceColumn(
            "Missions de terrain",
            lecture="nombre, sur quatre : actions, habitants, parcours, entreprises",
            champs=("missions_coordonnateur.mission",),
        ),
        "type": GovernanceColumn("Type de coordination", "nominal", vocabulaire="type_coordination@1"),
    },
    champs=(
        "retours.coordonnateur",
        "retours.coordonnateur_etp",
        "retours.coordonnateur_en_poste",
        "retours.structure_porteuse",
    ),
)
def coordination(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité with a return; where there is no coordinator, the rest is not asked and stays missing."""
    hosts = answer(dataset, "structure_porteuse")
    missions = chosen(dataset, "missions_coordonnateur", "mission")
    families = attribute(
        pd.Series(missions.columns, index=missions.columns),
        listed(dataset, "missions_coordonnateur", "mission"),
        "famille",
    )
    paid = answer(dataset, "coordonnateur_financement")
    table = pd.DataFrame(
        {
            "coordonnateur": answer(dataset, "coordonnateur"),
            "structure_porteuse": hosts,
            "cote_porteur": attribute(hosts, listed(dataset, "retours", "structure_porteuse"), "cote"),
            "etp": answer(dataset, "coordonnateur_etp"),
            "en_poste": answer(dataset, "coordonnateur_en_poste"),
            "financement_total": paid.eq("totalite").astype("float64").where(paid.notna()),
            "missions": missions.sum(axis=1),
            "missions_terrain": missions.loc[:, (families == "terrain").to_numpy()].sum(axis=1),
        }
    )
    side = table["cote_porteur"]
    table["porteur_collectivite"] = side.eq("collectivite").astype("float64").where(side.notna())
    least = dataset.codebook.vocabulary("type_coordination@1")[_FRAGILE].attributes["etp_minimum"]
    table["type"] = _types(table, float(least))
    return table


def _types(table: pd.DataFrame, least: float) -> pd.Series:
    """The rules of `type_coordination@1`; missing as soon as an unknown answer could change the type."""
    time, same, side = table["etp"], table["en_poste"], table["cote_porteur"]
    # Either weakness settles it, whatever is not known of the other.
    fragile = time.lt(least) | same.eq(0)
    installed = time.ge(least) & same.eq(1)
    rules = {
        _NOBODY: table["coordonnateur"].eq(0),
        _FRAGILE: fragile,
        _LOCAL: installed & side.eq("collectivite"),
        _ELSEWHERE: installed & side.notna() & side.ne("collectivite"),
    }
    types = pd.Series(index=table.index, dtype="str")
    for name, rule in reversed(rules.items()):
        types[rule] = name
    return types
