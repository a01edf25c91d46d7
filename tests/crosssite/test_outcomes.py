"""Outcomes of the five Cités of the small campagne, worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, TABLES, THREE, TWO, dataset, tables

from citesresearch.crosssite import EXPLORED, FAMILY, OUTCOMES, PREDICTORS, cases_of
from citesresearch.crosssite.finding import STRENGTHS
from citesresearch.crosssite.known_truth import simulate
from citesresearch.crosssite.predictors import copilotage_for, predictor_of
from citesresearch.crosssite.sentences import RULES
from citesresearch.governance import GOVERNANCE_MODELS

NAN = math.nan
PERSONS = ("repondants", "reponses", "besoins")


def answering(**answers: list[object]):
    """The small campagne with columns added to its four returns."""
    rows = [row | {name: said[i] for name, said in answers.items()} for i, row in enumerate(TABLES["retours"])]
    return tables(retours=rows)


def values(name: str, frames: dict[str, pd.DataFrame] | None = None) -> list[float]:
    found = OUTCOMES[name](dataset(frames))
    assert found.index.tolist() == [ONE, TWO, THREE, FOUR, FIVE]
    return found.tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("maturite", [3, 2, 2, NAN, NAN]),
        # « aucun » is an answer: no field at all.
        ("droit_commun_domaines", [2, 0, 1, NAN, NAN]),
        # TWO has no field to speak of; THREE does not say where its action stands.
        ("droit_commun_aboutis", [50, NAN, NAN, NAN, NAN]),
        # ONE does not know all it spent, TWO not all it raised; THREE raised nothing and spent 60.
        ("levier_cofinancement", [NAN, NAN, 0, NAN, NAN]),
    ],
)
def test_by_hand(name, expected):
    frames = answering(droit_commun_mieux_mobilise=["d_accord", "ne_sait_pas", None, None])
    assert values(name, frames) == pytest.approx(expected, nan_ok=True)


def test_answers_outside_the_scale_are_missing_never_a_rank():
    frames = answering(
        droit_commun_mieux_mobilise=["pas_du_tout_d_accord", "ne_sait_pas", "tout_a_fait_d_accord", None],
        liens_entreprises=["renforces", "non_concerne", "affaiblis", "inchanges"],
        satisfaction_axe_2=["faible", "moyenne", "tres_forte", None],
        coordination_apres=["acquise", "en_discussion", "non", "ne_sait_pas"],
    )
    assert values("droit_commun_mieux_mobilise", frames) == pytest.approx([1, NAN, 4, NAN, NAN], nan_ok=True)
    assert values("liens_entreprises", frames) == pytest.approx([3, NAN, 1, 2, NAN], nan_ok=True)
    assert values("satisfaction_axe_2", frames) == pytest.approx([1, 2, 4, NAN, NAN], nan_ok=True)
    assert values("coordination_apres", frames) == pytest.approx([3, 2, 1, NAN, NAN], nan_ok=True)


@pytest.mark.parametrize("said", [[True, False, None, None], [1.0, 0.0, NAN, NAN]])
def test_a_yes_however_it_was_read(said):
    assert values("cohorte_installee", answering(cohorte_installee=said)) == pytest.approx(
        [1, 0, NAN, NAN, NAN], nan_ok=True
    )


def test_rates_by_inhabitants_want_every_quarter():
    quarters: list[dict[str, object]] = [
        {"id_cde": ONE, "code_qpv": "demo-qp-001", "population": 400},
        {"id_cde": ONE, "code_qpv": "demo-qp-002", "population": 600},
        {"id_cde": TWO, "code_qpv": "demo-qp-002", "population": 600},
        {"id_cde": TWO, "code_qpv": "demo-qp-003", "population": None},
        {"id_cde": THREE, "code_qpv": "demo-qp-004", "population": 500},
    ]
    frames = tables(cite_qpv=quarters)
    assert values("actions_pour_1000", frames) == pytest.approx([5, NAN, 2, NAN, NAN], nan_ok=True)
    # The first axis counts no participations: its empty cell is not a missing answer.
    assert values("beneficiaires_pour_1000", frames) == pytest.approx([30, NAN, 20, NAN, NAN], nan_ok=True)


def test_leverage_is_co_funding_for_a_euro_spent():
    spent: list[dict[str, object]] = [
        {"id_cde": ONE, "annee": 2021, "categorie": "ingenierie_public", "depense": 200.0}
    ]
    raised: list[dict[str, object]] = [
        {"id_cde": ONE, "origine": "p147", "montant": 40.0},
        {"id_cde": ONE, "origine": "collectivites_porteuses", "montant": 60.0},
    ]
    frames = tables(budget=spent, cofinancements=raised)
    assert values("levier_cofinancement", frames)[0] == pytest.approx(0.5)
    assert values("cofinancement_collectivites", frames)[0] == pytest.approx(0.3)


def test_levels_are_those_of_the_scale_lowest_first():
    levels = OUTCOMES["maturite"].levels(dataset())
    assert levels[0].startswith("Diagnostic")
    assert levels[-1].startswith("Approfondissement")
    assert OUTCOMES["cohorte_installee"].levels(dataset()) == ("Non", "Oui")
    assert OUTCOMES["actions_pour_1000"].levels(dataset()) == ()


def test_outcomes_come_from_returns_and_say_why():
    codebook = dataset().codebook
    for outcome in OUTCOMES.values():
        assert outcome.justification.endswith(".")
        for champ in outcome.champs:
            table, _, field = champ.partition(".")
            assert field in codebook[table].columns
            assert codebook[table].source_secret == "officiel" or table == "cite_qpv"


def test_the_family_is_small_and_covers_the_hypotheses():
    assert len(FAMILY) <= 10
    assert {pair.hypothese for pair in FAMILY} == {1, 2, 3, 4}
    pairs = [pair.id for pair in (*FAMILY, *EXPLORED)]
    assert len(set(pairs)) == len(pairs)
    assert {pair.family for pair in FAMILY} == {"confirmatoire"}
    assert {pair.family for pair in EXPLORED} == {"exploratoire"}


def test_no_pair_holds_its_outcome_in_its_predictor_and_the_family_shares_no_judgement():
    cases = cases_of(simulate(1, 1.0))
    for pair in (*FAMILY, *EXPLORED):
        predictor, outcome = PREDICTORS[pair.predictor], OUTCOMES[pair.outcome]
        questions = set(cases.champs[predictor.key])
        assert not questions & set(outcome.champs), pair.id
        if pair.family == "confirmatoire" and outcome.nature == "jugement":
            assert not questions & cases.jugements, pair.id


def test_the_variant_of_the_index_follows_from_the_outcome():
    assert copilotage_for(OUTCOMES["maturite"]) == "copilotage_institutionnel"
    assert copilotage_for(OUTCOMES["levier_cofinancement"]) == "copilotage_sans_cofinancement"
    assert copilotage_for(OUTCOMES["actions_pour_1000"]) == "copilotage"


def test_any_column_of_a_model_may_be_asked_for():
    for model in GOVERNANCE_MODELS.values():
        for column in model.columns:
            assert predictor_of(f"{model.id}.{column}").column == column
    with pytest.raises(KeyError, match="porteur_collectivite"):
        predictor_of("astrologie")


def test_the_method_page_lists_every_outcome_and_every_pair_that_concludes(repository):
    page = (repository / "docs" / "methodes" / "constats.md").read_text("utf-8")
    for outcome in OUTCOMES.values():
        assert (
            f"| `{outcome.id}` : {outcome.libelle} | {outcome.type} | {outcome.nature} | {outcome.justification} |"
            in page
        )
    for pair in FAMILY:
        assert page.count(f"`{pair.id}`") >= 2, "in the family, and in the table of known truth"
    for rule in RULES:
        assert f"| `{rule.force}` | {STRENGTHS[rule.force]} | {rule.condition} |" in page


def test_answers_of_persons_never_enter():
    """The survey of actors may say anything: governance and outcomes of a Cité stay what its return says."""
    without = simulate(2, 1.0)
    answers = {name: frame.assign(id_cde="demo-001") for name, frame in tables().items() if name in PERSONS}
    with_persons = replace(without, tables={**without.tables, **answers})
    one, other = cases_of(without), cases_of(with_persons)
    assert_frame_equal(one.governance, other.governance)
    assert_frame_equal(one.outcomes, other.outcomes)
