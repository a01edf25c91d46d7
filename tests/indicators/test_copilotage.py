"""The figures of the governance models, on four returns worked out by hand (see tests/governance/test_copilotage.py).

demo-001: E = .80, C = .4667, D = −5/19, État dominant. demo-002, legitimacy unknown: E = .625, C = .5417, balanced.
demo-003 and demo-004 say too little; demo-005 returned nothing.
"""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from tests.governance.test_copilotage import BODIES, MONEY, RETURNS
from tests.indicators.petite_campagne import FIVE, ONE, THREE, TWO, dataset, tables
from tests.indicators.test_questions import check, of_cite, one
from tests.indicators.test_themes import by

from citesresearch.governance import GOVERNANCE_MODELS, MODELS, published
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication.gate import publish

FRAMES = tables(retours=RETURNS, instances=BODIES, cofinancements=MONEY)


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    return build_estimates(dataset(FRAMES))


def test_types_and_numbers(estimates: pd.DataFrame) -> None:
    check(one(estimates, "copilotage_type", "etat_dominant"), valeur=50.0, n=1, base=2, manquants=2)
    # Those of whom it cannot be told, and the silent one, may all be of that type.
    check(one(estimates, "copilotage_type", "etat_dominant"), recensement_bas=1, recensement_haut=4)
    check(one(estimates, "copilotage_type", "portage_faible"), valeur=0.0)
    (own,) = of_cite(estimates, "copilotage_type", TWO)
    check(own, modalite="equilibre", valeur=100.0)
    (untold,) = of_cite(estimates, "copilotage_type", THREE)
    check(untold, statut="nd")
    lean = by(estimates, "copilotage_nombres", "moyenne", "nombre", "desequilibre")
    assert lean["valeur"] == pytest.approx((-5 / 19 - 1 / 14) / 2)
    check(lean, base=2, manquants=2, unite="indice")
    assert not estimates.loc[estimates["indicateur"] == "copilotage_nombres", "modalite"].eq("total").any()
    stable = one(estimates, "copilotage_stable", "oui")
    check(stable, base=2, manquants=2)
    kept = GOVERNANCE_MODELS["copilotage"](dataset(FRAMES))["stabilite"].dropna()
    assert stable["n"] == int((kept >= 0.8).sum())


def test_other_choices_of_thresholds_and_weights(estimates: pd.DataFrame) -> None:
    # δ = .3 makes a balanced Cité of demo-001 (|D| = .263); without legitimacy its D is −1/3 and it stays.
    wide = by(estimates, "copilotage_sensibilite", "equilibre", "scenario", "ecart_30_portage_50")
    check(wide, valeur=100.0, n=2, base=2)
    check(by(estimates, "copilotage_type_garde", "oui", "scenario", "ecart_30_portage_50"), valeur=50.0)
    check(by(estimates, "copilotage_type_garde", "oui", "scenario", "sans_legitimite"), valeur=100.0)
    check(by(estimates, "copilotage_type_garde", "oui", "scenario", "ecart_20_portage_50"), valeur=100.0, n=2)
    own = one(
        estimates,
        "copilotage_sensibilite",
        "equilibre",
        perimetre_type="cite",
        perimetre_id=ONE,
        croisement_modalite="ecart_30_portage_50",
    )
    check(own, valeur=100.0)
    groups = estimates.loc[estimates["indicateur"] == "copilotage_sensibilite", "perimetre_type"]
    assert set(groups) == {"national", "cite"}


def test_types_of_coordination() -> None:
    small = build_estimates(dataset())
    check(one(small, "coordination_type", "sans_coordonnateur"), valeur=50.0, n=1, base=2, manquants=2)
    check(one(small, "coordination_type", "poste_a_consolider"), valeur=50.0, n=1)


def test_the_type_of_copilotage_groups_every_other_figure(estimates: pd.DataFrame) -> None:
    group = {"perimetre_type": "copilotage", "perimetre_id": "etat_dominant"}
    check(one(estimates, "legitimite_prefecture", "tout_a_fait_d_accord", **group), valeur=100.0, n=1, base=1)
    assert set(estimates.loc[estimates["perimetre_type"] == "copilotage", "perimetre_id"]) == {
        "etat_dominant",
        "equilibre",
    }
    weights = {"legitimite": 0.1, "presidence": 0.1, "porteur": 0.6, "composition": 0.1, "cofinancement": 0.1}
    data = dataset(FRAMES)
    campagne = dataclasses.replace(data.campagne, copilotage=weights)
    others = build_estimates(dataclasses.replace(data, campagne=campagne))
    assert "collectivite_dominante" in set(others.loc[others["perimetre_type"] == "copilotage", "perimetre_id"])


def test_the_publication_holds_the_governance_of_each_cite(estimates: pd.DataFrame) -> None:
    data = dataset(FRAMES)
    table = publish(data, estimates).table("gouvernance").set_index("id_cde")
    assert list(table.index) == list(data["cites"]["id_cde"])
    assert list(table) == [f"{model.id}.{name}" for model in GOVERNANCE_MODELS.values() for name in model.columns]
    assert table.loc[ONE, "copilotage.type"] == "etat_dominant"
    assert table.loc[TWO, "copilotage.equilibre"] == pytest.approx(0.5417 / 0.625, abs=1e-4)
    assert table.loc[FIVE].isna().all()


def test_a_model_made_of_answers_of_persons_stays_behind_the_gate(
    estimates: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = dataclasses.replace(GOVERNANCE_MODELS["contrat_de_ville"], id="des_acteurs", champs=("reponses.modalite",))
    monkeypatch.setattr(published, "MODELS", (*MODELS, told))
    table = publish(dataset(FRAMES), estimates).table("gouvernance")
    assert "contrat_de_ville.adosse" in table
    assert not [column for column in table if str(column).startswith("des_acteurs")]
