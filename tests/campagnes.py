"""Small campagnes for tests: a folder written by hand, with just the rows a test needs."""

from __future__ import annotations

from pathlib import Path

from citesresearch.data.campagne import Campagne

SETTINGS = 'titre = "Essai"\nedition = "mars 2026"\ndate_edition = 2026-03-01\n'
TABLES = {
    "sources": "id_source,titre,titre_court,auteur,date_publication,periode,pas_avant,pas_apres,nature,externe,licence,description\n"
    "D1,Document d’essai,Essai,Auteur,2023-07-25,,,,article,non,libre,Essai.\n",
    "cites": "id_cde,nom,annee_label,annee_label_origine,annee_label_source,code_region,region,echelle,echelle_origine,echelle_source,source,date_reference\n"
    "cde-001,Alpha,2020,documentee,D1,11,Île-de-France,communale,documentee,D1,D1,2024-09\n"
    "cde-002,Bêta,2021,inferee,D1,11,Île-de-France,,,,D1,2024-09\n"
    "cde-003,Le Gamma,2021,inferee,D1,93,Provence,intercommunale,nom_officiel,D1,D1,2024-09\n",
    "cite_communes": "id_cde,code_commune,commune,source,date_reference\n"
    "cde-001,01004,Ambérieu,D1,2024-09\ncde-002,01004,Ambérieu,D1,2024-09\ncde-002,2A004,Ajaccio,D1,2024-09\n",
    "copilotes": "id_cde,acteur,cote,libelle,role,groupe,date_reference,datation,periode,source\n"
    "cde-001,prefecture,etat,Préfecture,copilote,,2023,annee,,D1\n"
    "cde-001,collectivite_commune,collectivite,Ville,copilote,,2023,annee,,D1\n"
    "cde-001,plie,emploi,PLIE,pilote_groupe,Jeunes,2023,annee,,D1\n",
    "chiffres_publies": "id_chiffre,indicateur,perimetre_type,id_cde,code_region,valeur,valeur_basse,valeur_haute,qualificatif,statut,unite,valeur_lue,"
    "compte,base,date_reference,datation,periode,edition,source,planche,externe\n"
    "ref1,referents,national,,,803,,,exact,publie,referents,803,référents,,,non_datee,non datée,1re,D1,p,non\n"
    "ref2,referents,national,,,815,,,exact,publie,referents,815,référents,,2023,annee,,2e,D1,p,non\n"
    "cof,cofinancement,national,,,,,,exact,illisible,euros,5 00 K,cofinancement,,2023,annee,,2e,D1,p,non\n"
    "coh,cohorte_taille,cite,cde-001,,,60,70,objectif,publie,personnes,60 à 70,personnes par an,,2020-12-01,publication,,d,D1,p,non\n"
    "pop,population_commune,cite,cde-001,,52795,,,exact,publie,habitants,52 795,habitants,,2019,annee,,d,D1,p,non\n",
}


def write_campagne(root: Path, name: str = "essai", settings: str = SETTINGS, **tables: str) -> Path:
    """Write the small campagne under `root/data/raw/<name>`; a keyword replaces a table."""
    folder = root / "data" / "raw" / name
    folder.mkdir(parents=True)
    (folder / "campagne.toml").write_text(settings, encoding="utf-8")
    for table, text in {**TABLES, **tables}.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def campagne_at(folder: Path) -> Campagne:
    """The campagne of a folder written by `write_campagne`, found as a user would name it."""
    from citesresearch.data.campagne import find_campagne

    return find_campagne(folder)
