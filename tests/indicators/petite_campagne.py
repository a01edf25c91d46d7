"""Five Cités, four returns, four respondents: every case of an answer, small enough to be worked out by hand.

demo-001 answers everything; demo-002 leaves some questions empty; demo-003 answers outside the scales and has no
coordinator; demo-004 returned an almost empty form; demo-005 returned nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from citesresearch.codebook import Codebook, load_codebook
from citesresearch.data.campagne import Campagne
from citesresearch.data.checking.problems import Problems
from citesresearch.data.dataset import Dataset

CAMPAGNE = Campagne("petite", "Petite campagne", "essai", "2024-01-31", Path("raw"), Path("processed"), True)
ONE, TWO, THREE, FOUR, FIVE = (f"demo-00{i}" for i in range(1, 6))

TABLES: dict[str, list[dict[str, object]]] = {
    "cites": [
        {"id_cde": ONE, "nom": "A", "annee_label": 2020, "code_region": "61", "echelle": "communale"},
        {"id_cde": TWO, "nom": "B", "annee_label": 2020, "code_region": "61", "echelle": "intercommunale"},
        {"id_cde": THREE, "nom": "C", "annee_label": 2021, "code_region": "62", "echelle": "intercommunale"},
        {"id_cde": FOUR, "nom": "D", "annee_label": 2021, "code_region": "62", "echelle": None},
        {"id_cde": FIVE, "nom": "E", "annee_label": 2021, "code_region": "62", "echelle": "communale"},
    ],
    "retours": [
        {
            "id_cde": ONE,
            "legitimite_collectivite": "tout_a_fait_d_accord",
            "perimetre_apres": "similaire",
            "public_cible_identifie": True,
            "coordonnateur": True,
            "coordonnateur_etp": 0.5,
            "coordonnateur_en_poste": True,
            "structure_porteuse": "epci",
            "maturite": "approfondissement",
            "date_approfondissement": "2022-04",
            "copil": True,
            "cotech": True,
        },
        {
            "id_cde": TWO,
            "legitimite_collectivite": "plutot_pas_d_accord",
            "perimetre_apres": "ne_sait_pas",
            "public_cible_identifie": True,
            "coordonnateur": True,
            "coordonnateur_etp": 1.0,
            "structure_porteuse": "epci",
            "maturite": "premieres_actions",
            "copil": True,
            "cotech": False,
        },
        {
            "id_cde": THREE,
            "legitimite_collectivite": "ne_sait_pas",
            "perimetre_apres": "similaire",
            "public_cible_identifie": False,
            "coordonnateur": False,
            "maturite": "premieres_actions",
            "copil": False,
        },
        {"id_cde": FOUR, "perimetre_apres": "evolution_2024"},
    ],
    "publics_cibles": [{"id_cde": ONE, "public": "jeunes"}, {"id_cde": ONE, "public": "femmes"}],
    "articulations_contrat_ville": [
        {"id_cde": ONE, "articulation": "pilier_emploi"},
        {"id_cde": TWO, "articulation": "aucune"},
        {"id_cde": THREE, "articulation": "pilier_emploi"},
        {"id_cde": THREE, "articulation": "instance_commune"},
    ],
    "droit_commun_actions": [
        {"id_cde": ONE, "domaine": "formation", "avancement": "achevee_resultats_satisfaisants"},
        {"id_cde": ONE, "domaine": "sante", "avancement": "en_cours"},
        {"id_cde": TWO, "domaine": "aucun", "avancement": None},
        {"id_cde": THREE, "domaine": "formation", "avancement": None},
    ],
    "instances": [
        {"id_cde": ONE, "instance": "copil", "acteur": "prefecture", "sieges": 2},
        {"id_cde": ONE, "instance": "copil", "acteur": "collectivite_epci", "sieges": 1},
        {"id_cde": TWO, "instance": "copil", "acteur": "prefecture", "sieges": 1},
        {"id_cde": ONE, "instance": "cotech", "acteur": "prefecture", "sieges": 1},
    ],
    "actions": [
        {"id_cde": ONE, "axe": "recenser_federer", "type_action": "annuaire", "theme": "formation", "nombre": 2},
        {
            "id_cde": ONE,
            "axe": "aller_vers",
            "type_action": "mediation",
            "theme": "formation",
            "nombre": 3,
            "beneficiaires": 30,
        },
        {"id_cde": TWO, "axe": "innover", "type_action": "offre_physique", "theme": "formation", "nombre": 5},
        {
            "id_cde": THREE,
            "axe": "aller_vers",
            "type_action": "forum",
            "theme": "mobilite",
            "nombre": 1,
            "beneficiaires": 10,
        },
    ],
    "budget": [
        {"id_cde": ONE, "annee": 2020, "categorie": "animation_territoriale", "depense": 100.0},
        {"id_cde": ONE, "annee": 2020, "categorie": "ingenierie_public", "depense": 50.0},
        {"id_cde": ONE, "annee": 2021, "categorie": "animation_territoriale", "depense": 190.0},
        {"id_cde": ONE, "annee": 2021, "categorie": "ingenierie_public", "depense": None},
        {"id_cde": TWO, "annee": 2021, "categorie": "animation_territoriale", "depense": 300.0},
        {"id_cde": THREE, "annee": 2021, "categorie": "coordination_parcours", "depense": 60.0},
    ],
    "cofinancements": [
        {"id_cde": ONE, "origine": "p147", "montant": 10.0},
        {"id_cde": ONE, "origine": "autres", "montant": 0.0},
        {"id_cde": TWO, "origine": "p147", "montant": None},
        {"id_cde": TWO, "origine": "autres", "montant": 5.0},
        {"id_cde": THREE, "origine": "p147", "montant": 0.0},
        {"id_cde": THREE, "origine": "autres", "montant": 0.0},
    ],
    "cite_qpv": [
        {"id_cde": ONE, "code_qpv": "demo-qp-001"},
        {"id_cde": ONE, "code_qpv": "demo-qp-002"},
        {"id_cde": TWO, "code_qpv": "demo-qp-002"},
    ],
    "animation_nationale": [
        {"type": "cafe_cites", "nombre": 1, "participants": 40, "date_debut": "2022-01"},
        {"type": "cafe_cites", "nombre": 1, "participants": None, "date_debut": "2022-02"},
        {"type": "article", "nombre": 12, "participants": None, "date_debut": "2022"},
        {"type": "rendez_vous", "nombre": 5, "participants": None, "date_debut": "2022"},
        {"type": "rendez_vous", "nombre": 10, "participants": None, "date_debut": "2023"},
    ],
    "repondants": [
        {"id_repondant": "r1", "id_cde": ONE, "classe_role": "etat", "date_reponse": "2022-11-05"},
        {"id_repondant": "r2", "id_cde": ONE, "classe_role": "collectivite", "date_reponse": "2022-11-30"},
        {"id_repondant": "r3", "id_cde": TWO, "classe_role": "etat", "date_reponse": "2022-11-07"},
        {"id_repondant": "r4", "id_cde": THREE, "classe_role": "emploi", "date_reponse": "2022-11-08"},
    ],
    "reponses": [
        {"id_repondant": "r1", "question": "legitimite_prefecture", "modalite": "d_accord"},
        {"id_repondant": "r2", "question": "legitimite_prefecture", "modalite": "plutot_pas_d_accord"},
        {"id_repondant": "r3", "question": "legitimite_prefecture", "modalite": "ne_sait_pas"},
    ],
    "besoins": [
        {"id_repondant": "r1", "type": "besoin_habitants", "besoin": "emploi"},
        {"id_repondant": "r2", "type": "besoin_habitants", "besoin": "emploi"},
        {"id_repondant": "r2", "type": "besoin_habitants", "besoin": "formation"},
        {"id_repondant": "r1", "type": "attente_acteurs", "besoin": "etat_coordonner"},
        {"id_repondant": "r3", "type": "attente_acteurs", "besoin": "aucune_attente"},
        {"id_repondant": "r4", "type": "attente_acteurs", "besoin": "emploi_public"},
    ],
}
_SOURCES = {"cites": "D0", "retours": "D1", "cite_qpv": "D0", "animation_nationale": "D2", "repondants": "D3"}


def tables(**changes: list[dict[str, object]]) -> dict[str, pd.DataFrame]:
    """The tables of the small campagne; a keyword replaces one."""
    made = {}
    for name, rows in {**TABLES, **changes}.items():
        made[name] = pd.DataFrame(rows)
        if name in _SOURCES:
            made[name]["source"] = _SOURCES[name]
        if name in ("cites", "retours", "cite_qpv"):
            made[name]["date_reference"] = "2023-12-31"
    return made


def dataset(frames: Mapping[str, pd.DataFrame] | None = None, codebook: Codebook | None = None) -> Dataset:
    return Dataset(CAMPAGNE, codebook or load_codebook(), dict(frames or tables()), Problems(()), "0" * 12)
