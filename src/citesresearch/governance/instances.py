"""Who sits where: composition and overlap of the bodies, both services of the State, France Travail, the partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..stats.diversity import blau, jaccard, shannon
from .lecture import BODIES, answer, attribute, body_shares, chosen, listed, seated
from .model import GovernanceColumn, governance_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..data.dataset import Dataset

__all__ = ["cercle_partenaires", "composition_instances", "double_engagement", "france_travail"]

_SIDES = {
    "etat": "de l’État",
    "collectivite": "des collectivités",
    "emploi": "de l’emploi et de l’insertion",
    "cohesion_sociale": "de la cohésion sociale",
    "economie": "de l’économie",
}
_NAMES = {"copil": "COPIL", "cotech": "COTECH", "groupe_operationnel": "groupes opérationnels"}
_SEATS = ("instances.instance", "instances.acteur", "instances.sieges")
_WHO = ("instances.instance", "instances.acteur")
_TEAM = ("equipe_projet.membre",)


@governance_model(
    libelle="Composition des instances",
    definition="Acteurs du comité de pilotage et du comité technique, part des sièges de chaque côté, recouvrement des deux comités.",
    source="les instances décrites dans les retours",
    columns={
        **{
            f"{body}_acteurs": GovernanceColumn(f"Types d’acteurs au {_NAMES[body]}", lecture="nombre", champs=_WHO)
            for body in BODIES
        },
        "recouvrement": GovernanceColumn(
            "Recouvrement du COPIL et du COTECH",
            lecture="indice de Jaccard. 0 : aucun acteur commun ; 1 : les mêmes acteurs",
            champs=_WHO,
        ),
        **{
            f"{body}_part_{side}": GovernanceColumn(
                f"Part des sièges {words} au {_NAMES[body]}", lecture="0 : aucun siège ; 1 : tous"
            )
            for body in BODIES
            for side, words in _SIDES.items()
        },
    },
    champs=_SEATS,
)
def composition_instances(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité that described one of the two committees."""
    members = {body: seated(dataset, body) for body in BODIES}
    parts = {f"{body}_acteurs": members[body].sum(axis=1) for body in BODIES}
    parts["recouvrement"] = _overlap(*(members[body] for body in BODIES))
    for body in BODIES:
        shares = body_shares(dataset, body, tuple(_SIDES))
        parts |= {f"{body}_part_{side}": shares[side] for side in _SIDES}
    return pd.DataFrame(parts)


def _overlap(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Jaccard of the actors of two bodies, where both are described."""

    def who(members: pd.DataFrame, cite: str) -> list[str]:
        return [actor for actor, there in zip(members.columns, members.loc[cite], strict=True) if there]

    both = one.index.intersection(other.index)
    return pd.Series(
        [jaccard(who(one, cite), who(other, cite)).similarity for cite in both], index=both, dtype="float64"
    )


@governance_model(
    libelle="Double engagement de l’État",
    definition="Présence conjointe de la préfecture et de la DDETS (ou DEETS) au comité de pilotage, au comité technique et dans l’équipe projet ; évolution de leurs liens.",
    source="les instances, l’équipe projet et les réponses des retours",
    columns={
        "copil": GovernanceColumn("Préfecture et DDETS au COPIL", "binaire", 1, champs=_WHO),
        "cotech": GovernanceColumn("Préfecture et DDETS au COTECH", "binaire", 1, champs=_WHO),
        "equipe_projet": GovernanceColumn("Préfecture et DDETS dans l’équipe projet", "binaire", 1, champs=_TEAM),
        "presences": GovernanceColumn(
            "Lieux où les deux services siègent ensemble",
            sens=1,
            lecture="de 0 à 3 : COPIL, COTECH, équipe projet ; manque si l’un des trois n’est pas connu",
        ),
        "liens": GovernanceColumn(
            "Évolution des liens DEETS–préfecture",
            "ordinal",
            1,
            vocabulaire="evolution_liens@1",
            champs=("retours.liens_deets_prefecture",),
        ),
        "liens_renforces": GovernanceColumn(
            "Liens DEETS–préfecture renforcés", "binaire", 1, champs=("retours.liens_deets_prefecture",)
        ),
    },
    champs=(*_WHO, *_TEAM),
)
def double_engagement(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité with a return; a body that is not described is unknown."""

    def together(members: pd.DataFrame) -> pd.Series:
        return members[["prefecture", "ddets"]].min(axis=1)

    links = answer(dataset, "liens_deets_prefecture")
    places = pd.DataFrame({place: together(members) for place, members in _places(dataset).items()})
    return places.assign(presences=places.sum(axis=1, skipna=False)).join(
        pd.DataFrame({"liens": links, "liens_renforces": links.eq("renforces").astype("float64").where(links.notna())}),
        how="outer",
    )


@governance_model(
    libelle="Place de France Travail",
    definition="Présence de Pôle emploi (France Travail) dans chaque instance et dans l’équipe projet ; satisfaction quant à son implication.",
    source="les instances, l’équipe projet et les réponses des retours",
    columns={
        **{body: GovernanceColumn(f"France Travail au {_NAMES[body]}", "binaire", 1, champs=_WHO) for body in BODIES},
        "groupe_operationnel": GovernanceColumn(
            "France Travail dans les groupes opérationnels", "binaire", 1, champs=_WHO
        ),
        "equipe_projet": GovernanceColumn("France Travail dans l’équipe projet", "binaire", 1, champs=_TEAM),
        "presences": GovernanceColumn(
            "Lieux de pilotage où siège France Travail",
            sens=1,
            lecture="de 0 à 3 : COPIL, COTECH, équipe projet ; manque si l’un des trois n’est pas connu",
        ),
        "satisfaction": GovernanceColumn(
            "Satisfaction quant à l’implication de France Travail",
            "ordinal",
            1,
            vocabulaire="satisfaction@1",
            champs=("retours.satisfaction_pole_emploi",),
        ),
    },
    champs=(*_WHO, *_TEAM),
)
def france_travail(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité with a return; a body that is not described is unknown."""
    places = pd.DataFrame({place: members["pole_emploi"] for place, members in _places(dataset).items()})
    return places.assign(presences=places.sum(axis=1, skipna=False)).join(
        pd.DataFrame(
            {
                "groupe_operationnel": seated(dataset, "groupe_operationnel")["pole_emploi"],
                "satisfaction": answer(dataset, "satisfaction_pole_emploi"),
            }
        ),
        how="outer",
    )


def _places(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """Who is in each steering body, and in the project team."""
    return {body: seated(dataset, body) for body in BODIES} | {
        "equipe_projet": chosen(dataset, "equipe_projet", "membre")
    }


@governance_model(
    libelle="Cercle des partenaires",
    definition="Largeur du cercle : partenaires déclarés, types d’acteurs présents dans les instances, et leur répartition entre cinq côtés.",
    source="les retours et les instances qu’ils décrivent",
    columns={
        "partenaires": GovernanceColumn(
            "Partenaires", sens=1, lecture="nombre déclaré", champs=("retours.nombre_partenaires",)
        ),
        "acteurs": GovernanceColumn("Types d’acteurs dans les instances", sens=1, lecture="nombre, instances réunies"),
        "acteurs_sociaux_insertion": GovernanceColumn(
            "Acteurs de la cohésion sociale et de l’insertion",
            sens=1,
            lecture="nombre de types, France Travail à part",
        ),
        "cotes": GovernanceColumn("Côtés représentés", sens=1, lecture="de 1 à 5"),
        "diversite_shannon": GovernanceColumn(
            "Diversité des côtés (Shannon)",
            sens=1,
            lecture="0 : tous les types d’acteurs du même côté ; 1,61 : autant de chacun des cinq",
        ),
        "diversite_blau": GovernanceColumn(
            "Diversité des côtés (Blau, normée)",
            sens=1,
            lecture="0 : tous les types d’acteurs du même côté ; 1 : autant de chacun des cinq",
        ),
    },
    champs=_WHO,
)
def cercle_partenaires(dataset: Dataset) -> pd.DataFrame:
    """One row per Cité with a return; the composition counts types of actors, present in at least one body."""
    every = pd.concat([seated(dataset, body) for body in _NAMES]).groupby(level=0).max()
    actors = listed(dataset, "instances", "acteur")
    side = attribute(pd.Series(every.columns, index=every.columns), actors, "cote")
    by_side = pd.DataFrame({name: every.loc[:, (side == name).to_numpy()].sum(axis=1) for name in _SIDES})

    def measured(measure: Callable[[np.ndarray], float]) -> pd.Series:
        return pd.Series([measure(row) for row in by_side.to_numpy()], index=by_side.index, dtype="float64")

    insertion = side.isin(["emploi", "cohesion_sociale"]) & (side.index != "pole_emploi")
    circle = pd.DataFrame(
        {
            "acteurs": every.sum(axis=1),
            "acteurs_sociaux_insertion": every.loc[:, insertion.to_numpy()].sum(axis=1),
            "cotes": by_side.gt(0).sum(axis=1),
            "diversite_shannon": measured(lambda row: shannon(row).entropy),
            "diversite_blau": measured(lambda row: blau(row).normalised or 0.0),
        }
    )
    return circle.join(answer(dataset, "nombre_partenaires").rename("partenaires"), how="outer")
