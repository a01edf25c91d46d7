"""Who carries the Cité, the State or the collectivité, and how evenly: the copilotage index and its variants.

The four numbers are read together. The host, the seats and the euros are shared between the two sides, so that P and K
reach at most .80 (.67 without legitimacy): a P of .70 is high. Legitimacy and perceived outcomes come from the same
return: for such outcomes the institutional variant is the predictor; with the host or the co-funding on the other side of
an association, the variant without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.reglages_copilotage import CopilotageSettings
from ..stats.precision import TOLERANCE
from .composantes import components_of
from .indice import TYPES, Ints, classify, highest_strength, numbers_of, share_keeping, weigh
from .model import GovernanceColumn, GovernanceModel

if TYPE_CHECKING:
    from ..data.dataset import Dataset

__all__ = ["COPILOTAGE", "copilotage", "sensitivity", "types_of"]

_CHAMPS = {
    "legitimite": ("retours.legitimite_prefecture", "retours.legitimite_collectivite"),
    "presidence": ("retours.copil_presidence",),
    "porteur": ("retours.structure_porteuse",),
    "composition": ("instances.instance", "instances.acteur", "instances.sieges"),
    "cofinancement": ("cofinancements.origine", "cofinancements.montant"),
}
_COLUMNS = {
    "etat": GovernanceColumn("Portage par l’État (E)", lecture="0 : aucun ; 1 : entier"),
    "collectivite": GovernanceColumn("Portage par la collectivité (C)", sens=1, lecture="0 : aucun ; 1 : entier"),
    "desequilibre": GovernanceColumn(
        "Déséquilibre (D)", lecture="−1 : l’État seul ; 0 : autant de chaque côté ; +1 : la collectivité seule"
    ),
    "equilibre": GovernanceColumn("Équilibre (B)", sens=1, lecture="0 : un côté seul ; 1 : autant de chaque côté"),
    "force": GovernanceColumn(
        "Force (P)", sens=1, lecture="0 : personne ne porte ; au plus le plafond (0,80 ; 0,67 sans la légitimité)"
    ),
    "force_conjointe": GovernanceColumn(
        "Force conjointe (K)",
        sens=1,
        lecture="0 : un côté ne porte rien ; au plus le plafond (0,80 ; 0,67 sans la légitimité)",
    ),
    "plafond": GovernanceColumn(
        "Plafond de P et K", lecture="ce que P et K peuvent valoir au plus avec les composantes connues de la Cité"
    ),
    "poids_couvert": GovernanceColumn("Poids couvert", lecture="part du poids que les réponses couvrent, 1 : tout"),
    "type": GovernanceColumn("Type de copilotage", "nominal", vocabulaire="type_copilotage@1"),
    "stabilite": GovernanceColumn(
        "Stabilité du type", lecture="part des 1 000 tirages de poids qui gardent le type ; 1 : tous"
    ),
    "type_stable": GovernanceColumn("Type stable", "binaire", lecture="1 : gardé par 80 % des tirages au moins"),
}


def _describe(dataset: Dataset, names: tuple[str, ...]) -> pd.DataFrame:
    settings = CopilotageSettings.of(dataset.campagne.copilotage, dataset.codebook)
    etat, collectivite = components_of(dataset, names)
    e, c = etat.to_numpy(), collectivite.to_numpy()
    poids = [settings.poids[name] for name in etat.columns]
    listed = dataset.codebook.vocabulary("composante_copilotage@1")
    partage = [bool(listed[name].attributes.get("partage")) for name in etat.columns]
    limits = (settings.ecart_equilibre, settings.portage)
    sides = weigh(e, c, poids, settings.poids_couvert)
    numbers = numbers_of(sides.etat, sides.collectivite)
    kept = share_keeping(e, c, poids, *limits, settings.poids_couvert)
    stable = np.where(np.isfinite(kept), kept >= settings.stabilite - TOLERANCE, np.nan)
    table = pd.DataFrame(
        {
            "etat": sides.etat,
            "collectivite": sides.collectivite,
            "desequilibre": numbers.desequilibre,
            "equilibre": numbers.equilibre,
            "force": numbers.force,
            "force_conjointe": numbers.force_conjointe,
            "plafond": highest_strength(np.isfinite(e) & np.isfinite(c), poids, partage),
            "poids_couvert": sides.poids_couvert,
            "type": _codes(classify(sides.etat, sides.collectivite, *limits)),
            "stabilite": kept,
            "type_stable": stable,
        },
        index=etat.index,
    )
    # Nothing covered is nothing known, not a share of 0. A Cité of which too little is covered keeps that share.
    return table.loc[sides.poids_couvert > 0]


def _codes(places: Ints) -> list[str | None]:
    return [None if place < 0 else TYPES[place] for place in places.tolist()]


def _variant(ident: str, libelle: str, definition: str, *without: str) -> GovernanceModel:
    names = tuple(name for name in _CHAMPS if name not in without)
    return GovernanceModel(
        ident,
        libelle,
        definition,
        "les retours des Cités",
        _COLUMNS,
        lambda dataset: _describe(dataset, names),
        tuple(champ for name in names for champ in _CHAMPS[name]),
    )


copilotage = _variant(
    "copilotage",
    "Copilotage État et collectivité",
    "Portage de la Cité par l’État et par la collectivité, d’après la légitimité déclarée, la présidence, le porteur, la composition des instances et le cofinancement.",
)
COPILOTAGE = (
    copilotage,
    _variant(
        "copilotage_institutionnel",
        "Copilotage, sans la légitimité",
        "Le même indice sans ce que le retour juge de la légitimité : des faits seuls, à mettre en regard de résultats perçus.",
        "legitimite",
    ),
    _variant(
        "copilotage_sans_porteur",
        "Copilotage, sans le porteur",
        "Le même indice sans la structure porteuse, à employer avec elle.",
        "porteur",
    ),
    _variant(
        "copilotage_sans_cofinancement",
        "Copilotage, sans le cofinancement",
        "Le même indice sans le cofinancement, à mettre en regard du cofinancement obtenu.",
        "cofinancement",
    ),
)


def types_of(dataset: Dataset) -> pd.Series:
    """The type of copilotage of each Cité (code, missing where it cannot be told), without the draws: at once."""
    settings = CopilotageSettings.of(dataset.campagne.copilotage, dataset.codebook)
    etat, collectivite = components_of(dataset)
    sides = weigh(etat, collectivite, [settings.poids[name] for name in etat.columns], settings.poids_couvert)
    places = classify(sides.etat, sides.collectivite, settings.ecart_equilibre, settings.portage)
    return pd.Series(_codes(places), index=etat.index)


def sensitivity(dataset: Dataset) -> pd.DataFrame:
    """The type of each Cité under every other choice of `scenario_copilotage@1`: one row per Cité, one column a scenario.

    One thing at a time: both thresholds, equal weights, one component left out. Missing where the type cannot be told.
    """
    settings = CopilotageSettings.of(dataset.campagne.copilotage, dataset.codebook)
    etat, collectivite = components_of(dataset)
    declared = np.array([settings.poids[name] for name in etat.columns])
    found = {}
    for scenario in dataset.codebook.vocabulary("scenario_copilotage@1").modalites:
        said = scenario.attributes
        poids = np.where(etat.columns == said.get("sans"), 0.0, declared)
        if scenario.code == "poids_egaux":
            poids = np.ones(len(declared))
        sides = weigh(etat, collectivite, poids, settings.poids_couvert)
        limits = (said.get(name, getattr(settings, name)) for name in ("ecart_equilibre", "portage"))
        found[scenario.code] = _codes(classify(sides.etat, sides.collectivite, *limits))
    return pd.DataFrame(found, index=etat.index)
