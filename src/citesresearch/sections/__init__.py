"""The rubrics of the pages: one function each, from a publication to a section. `SECTIONS` lists the monograph's."""

from __future__ import annotations

from .actions import actions
from .annexe import annexe
from .configurations import (
    configurations_absence,
    configurations_presence,
    couverture_configurations,
    lire_configurations,
    methode_configurations,
    robustesse_configurations,
    table_de_verite,
)
from .couverture import couverture
from .enseignements import enseignements
from .fiche import fiche_identite
from .genese import genese
from .gouvernance import gouvernance
from .gouvernance_resultats import (
    ce_qui_changerait,
    courbes,
    croisement_maturite,
    hypothese,
    limites_constats,
    methode_constats,
    plan_copilotage,
    tous_les_constats,
)
from .maturite import maturite
from .methode import precautions
from .parmi import parmi_les_cites
from .paroles import zoom_et_paroles
from .partenariats import partenariats
from .qualite import (
    coherence,
    couverture_qualite,
    desaccords,
    methode_qualite,
    reponses_manquantes,
    taux_de_reponse,
)
from .reponse import couverture_constats
from .synthese import (
    besoins,
    calendrier,
    chiffres_par_edition,
    couverture_synthese,
    deploiement,
    enseignements_nationaux,
    gouvernance_reseau,
    methode_synthese,
    partenariats_reseau,
    premiers_resultats,
    reseau,
    resultats,
)
from .territoire import portrait_territoire

SECTIONS = (
    fiche_identite,
    precautions,
    portrait_territoire,
    genese,
    gouvernance,
    partenariats,
    actions,
    maturite,
    enseignements,
    zoom_et_paroles,
    parmi_les_cites,
    annexe,
)

__all__ = [
    "SECTIONS",
    "actions",
    "annexe",
    "besoins",
    "calendrier",
    "ce_qui_changerait",
    "chiffres_par_edition",
    "coherence",
    "configurations_absence",
    "configurations_presence",
    "courbes",
    "couverture",
    "couverture_configurations",
    "couverture_constats",
    "couverture_qualite",
    "couverture_synthese",
    "croisement_maturite",
    "deploiement",
    "desaccords",
    "enseignements",
    "enseignements_nationaux",
    "fiche_identite",
    "genese",
    "gouvernance",
    "gouvernance_reseau",
    "hypothese",
    "limites_constats",
    "lire_configurations",
    "maturite",
    "methode_configurations",
    "methode_constats",
    "methode_qualite",
    "methode_synthese",
    "parmi_les_cites",
    "partenariats",
    "partenariats_reseau",
    "plan_copilotage",
    "portrait_territoire",
    "precautions",
    "premiers_resultats",
    "reponses_manquantes",
    "reseau",
    "resultats",
    "robustesse_configurations",
    "table_de_verite",
    "taux_de_reponse",
    "tous_les_constats",
    "zoom_et_paroles",
]
