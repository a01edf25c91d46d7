"""Indicators written by hand, theme by theme, worked out by hand on `petite_campagne`."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, THREE, TWO, dataset
from tests.indicators.test_questions import check, of_cite, one

from citesresearch.indicators.estimates import build_estimates


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    return build_estimates(dataset())


def by(estimates: pd.DataFrame, name: str, modalite: str, crossing: str, code: str, **key: str) -> dict[str, object]:
    where = {"perimetre_type": "national"} | key
    return one(estimates, name, modalite, croisement=crossing, croisement_modalite=code, **where)


def test_deploiement(estimates: pd.DataFrame) -> None:
    check(one(estimates, "cites_par_annee", "2020"), valeur=40.0, n=2, base=5, manquants=0, source="D0")
    check(one(estimates, "cites_par_echelle", "intercommunale"), valeur=50.0, n=2, base=4, manquants=1)
    check(one(estimates, "cites_par_echelle", "intercommunale"), recensement_bas=2, recensement_haut=3)
    check(one(estimates, "cites_par_echelle", "communale", perimetre_type="annee_label", perimetre_id="2021"), base=2)
    check(one(estimates, "retours_recus", "oui"), valeur=80.0, n=4, base=5)
    (silent,) = of_cite(estimates, "retours_recus", FIVE)
    check(silent, modalite="non", valeur=100.0)
    # A quarter of two Cités counts once in the network, once for each of them.
    check(one(estimates, "qpv_concernes", "total"), valeur=2, base=2, manquants=3)
    check(one(estimates, "qpv_concernes", "moyenne"), valeur=1.5)
    check(one(estimates, "qpv_concernes", "maximum"), valeur=2.0)
    check(one(estimates, "qpv_concernes", "total", perimetre_type="echelle", perimetre_id="communale"), valeur=2)
    assert [row["valeur"] for row in of_cite(estimates, "qpv_concernes", TWO)] == [1.0]


def test_nombre_actions(estimates: pd.DataFrame) -> None:
    name = "nombre_actions"
    check(one(estimates, name, "total"), valeur=11.0, n=3, base=3, manquants=1, unite="actions")
    # demo-002 declared actions, none of them « aller-vers »: it counts 0.
    check(by(estimates, name, "total", "axe", "aller_vers"), valeur=4.0, base=3)
    check(by(estimates, name, "mediane", "axe", "aller_vers"), valeur=1.0)
    check(by(estimates, name, "total", "axe", "innover", perimetre_type="region", perimetre_id="61"), valeur=5.0)
    (none,) = [row for row in of_cite(estimates, name, FOUR) if not row["croisement"]]
    check(none, valeur=None, statut="nd", manquants=1)


def test_nombre_beneficiaires(estimates: pd.DataFrame) -> None:
    name = "nombre_beneficiaires"
    # A line without number: the total is a least value, and says so.
    total = one(estimates, name, "total")
    check(total, valeur=40.0, base=2, manquants=2, motif="au moins : lignes sans nombre = 1")
    check(by(estimates, name, "total", "axe", "aller_vers"), valeur=40.0, base=3, manquants=1, motif="")
    check(by(estimates, name, "total", "axe", "innover"), valeur=0.0, base=2)
    assert set(estimates.loc[estimates["indicateur"] == name, "croisement_modalite"]) == {"", "aller_vers", "innover"}


def test_actions_shares(estimates: pd.DataFrame) -> None:
    check(one(estimates, "actions_par_axe", "innover"), valeur=500 / 11, n=5, base=11, recensement_bas=None)
    check(one(estimates, "actions_par_theme", "formation"), valeur=1000 / 11, n=10, base=11)
    check(by(estimates, "actions_par_theme", "mobilite", "axe", "aller_vers"), valeur=25.0, n=1, base=4)
    check(one(estimates, "types_actions_axe_1", "annuaire"), valeur=100.0, n=2)
    check(one(estimates, "types_actions_axe_2", "mediation"), valeur=75.0, n=3, base=4)
    check(one(estimates, "types_actions_axe_3", "offre_physique"), valeur=100.0, base=5)
    assert estimates[
        (estimates["indicateur"] == "types_actions_axe_3") & (estimates["modalite"] == "mediation")
    ].empty, "a type belongs to its axis"
    formation = one(estimates, "themes_travailles", "formation")
    check(formation, valeur=200 / 3, n=2, base=3, manquants=1, recensement_haut=4)
    assert [row["modalite"] for row in of_cite(estimates, "themes_travailles", THREE)] == ["mobilite"]


def test_depenses(estimates: pd.DataFrame) -> None:
    # In 2020 two Cités were labelled, one of them says nothing of that year. In 2021 demo-001 knows a part only.
    check(one(estimates, "depenses_par_annee", "2020"), valeur=150.0, n=1, base=1, manquants=1, unite="euros")
    check(one(estimates, "depenses_par_annee", "2021"), valeur=360.0, n=2, base=2, manquants=2)
    mean = one(estimates, "depense_moyenne_par_annee", "2021")
    check(mean, valeur=180.0, base=2)
    assert float(str(mean["recensement_haut"])) < float(str(mean["general_haut"]))
    assert {row["modalite"]: row["statut"] for row in of_cite(estimates, "depenses_par_annee", THREE)} == {
        "2020": "nc",
        "2021": "ok",
    }
    check(one(estimates, "depenses_par_categorie", "animation_territoriale"), valeur=100 * 590 / 700, n=590, base=700)
    check(by(estimates, "depenses_par_categorie", "ingenierie_public", "annee", "2020"), valeur=100 / 3, base=150)


def test_cofinancements(estimates: pd.DataFrame) -> None:
    # An amount that is missing leaves the Cité without a total; a nil amount is an amount.
    check(one(estimates, "cofinancement_montant", "total"), valeur=10.0, base=2, manquants=2, unite="euros")
    check(one(estimates, "cofinancement_montant", "mediane"), valeur=5.0)
    check(by(estimates, "cofinancement_montant", "total", "origine", "autres"), valeur=5.0, base=3)
    check(one(estimates, "cofinancement_origine", "p147"), valeur=50.0, n=1, base=2, manquants=2)
    check(one(estimates, "cofinancement_origine", "p147"), recensement_bas=1, recensement_haut=4)
    assert [(row["modalite"], row["valeur"]) for row in of_cite(estimates, "cofinancement_origine", THREE)][:1] == [
        ("p147", 0.0)
    ]
    assert {row["statut"] for row in of_cite(estimates, "cofinancement_origine", FOUR)} == {"nd"}


def test_instances(estimates: pd.DataFrame) -> None:
    # demo-003 has no steering committee: not asked. demo-004 describes nothing.
    check(one(estimates, "membres_copil", "prefecture"), valeur=100.0, n=2, base=2, manquants=1, recensement_haut=4)
    check(one(estimates, "membres_copil", "collectivite_epci"), valeur=50.0, n=1)
    assert [row["statut"] for row in of_cite(estimates, "membres_copil", THREE)] == ["nc"]
    check(by(estimates, "composition_instances", "prefecture", "instance", "copil"), valeur=100.0, base=2)
    # demo-002 has no technical committee.
    check(by(estimates, "composition_instances", "prefecture", "instance", "cotech"), n=1, base=1, manquants=2)
    check(by(estimates, "composition_instances", "collectivite_epci", "instance", "cotech"), valeur=0.0)


def test_copilotage_by_maturity(estimates: pd.DataFrame) -> None:
    name = "legitimite_collectivite_maturite"
    first = by(estimates, name, "plutot_pas_d_accord", "maturite", "premieres_actions")
    check(first, valeur=100.0, n=1, base=1, hors_echelle=1, manquants=0, recensement_haut=1)
    check(by(estimates, name, "favorable", "maturite", "approfondissement"), valeur=100.0)
    # demo-004, of unknown maturity, is on no step.
    assert of_cite(estimates, name, FOUR) == []
    steps = estimates.loc[estimates["indicateur"] == name, "croisement_modalite"]
    assert set(steps) == {"approfondissement", "premieres_actions"}
    prefecture = by(estimates, "legitimite_prefecture_maturite", "favorable", "maturite", "approfondissement")
    check(prefecture, statut="nd", base=0, manquants=1)


def test_avancement_domaine(estimates: pd.DataFrame) -> None:
    done = by(estimates, "avancement_domaine", "achevee_resultats_satisfaisants", "domaine", "formation")
    check(done, valeur=100.0, n=1, base=1, manquants=1)
    check(by(estimates, "avancement_domaine", "en_cours", "domaine", "sante"), valeur=100.0, base=1)
    check(by(estimates, "avancement_domaine", "en_cours", "domaine", "logement"), statut="nd", base=0)


def test_repondants(estimates: pd.DataFrame) -> None:
    check(one(estimates, "repondants", "total"), valeur=4, base=4)
    check(one(estimates, "repondants", "total", perimetre_type="region", perimetre_id="61"), valeur=3)
    check(one(estimates, "repondants_par_classe", "etat"), valeur=50.0, n=2, base=4)
    check(one(estimates, "cites_repondantes", "oui"), valeur=60.0, n=3, base=5)
    for name in ("repondants", "repondants_par_classe", "cites_repondantes"):
        assert {row["statut"] for row in of_cite(estimates, name, ONE)} == {"s"}


def test_reseau(estimates: pd.DataFrame) -> None:
    check(by(estimates, "animation_nationale", "total", "type", "cafe_cites"), valeur=2, unite="rencontres", n=2)
    check(by(estimates, "animation_nationale", "total", "type", "article"), valeur=12, unite="articles")
    check(one(estimates, "participants_cafe_cites", "moyenne"), valeur=40.0, base=1, manquants=1)
    # 15 meetings, 5 Cités, 2 years.
    check(one(estimates, "rendez_vous_par_an", "moyenne"), valeur=1.5, base=10)
