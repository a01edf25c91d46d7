"""Models with controls: as many coefficients as the Cités allow, and nothing where none is identified."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.crosssite.campagnes_simulees import whole_cases

from citesresearch.crosssite import OUTCOMES, PREDICTORS
from citesresearch.crosssite.adjusted import adjusted_model, curvature, limiting_size
from citesresearch.stats import linear_model, proportional_odds


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        # Harrell (2015), table 4.1: n − Σn_j³/n²; the smaller group; n.
        ([1] * 24 + [2] * 37 + [3] * 19, "ordinal", 80 - (24**3 + 37**3 + 19**3) / 80**2),
        ([0] * 45 + [1] * 35, "binaire", 35),
        ([0] * 45, "binaire", 0),
        (list(range(71)), "quantitatif", 71),
        ([], "quantitatif", 0),
    ],
)
def test_limiting_size_by_hand(values, kind, expected):
    assert limiting_size(pd.Series(values, dtype="float64"), kind) == pytest.approx(expected)


def test_strength_and_imbalance_go_together_with_both_controls():
    """P with |D|, never B alone, against the model written out."""
    cases = whole_cases()
    found = adjusted_model(cases, PREDICTORS["copilotage"], OUTCOMES["maturite"], 0.2)
    table = pd.concat(
        [
            cases.governance["copilotage.force"],
            cases.governance["copilotage.desequilibre"].abs(),
            cases.controls,
            cases.outcomes["maturite"],
        ],
        axis=1,
    ).dropna()
    x = table.iloc[:, :4].to_numpy()
    x[:, :2] /= x[:, :2].std(axis=0, ddof=1)
    theirs = proportional_odds(table["maturite"], x)
    assert found.genre == "cotes proportionnelles"
    assert found.temoins == ("labellisée en 2020", "échelle intercommunale ou départementale")
    assert [t.valeur for t in found.termes] == pytest.approx([c.estimate for c in theirs.coefficients])
    without = proportional_odds(table["maturite"], x[:, 2:])
    assert found.p == pytest.approx(np.exp(-(theirs.log_likelihood - without.log_likelihood)))  # χ² with 2 degrees
    assert found.brant is not None
    assert found.motif == ""


def test_the_host_is_held_against_the_index_without_the_host():
    found = adjusted_model(whole_cases(), PREDICTORS["porteur_collectivite"], OUTCOMES["maturite"], 0.3)
    assert found.temoins[-1] == "Force conjointe (K)"
    assert len(found.termes) == 4
    assert found.termes[0].nom == "Coordination portée par une collectivité"
    assert found.termes[0].unite == "oui plutôt que non"


def test_a_number_enters_by_its_rank():
    cases = whole_cases()
    found = adjusted_model(cases, PREDICTORS["contrat_de_ville"], OUTCOMES["actions_pour_1000"], 0.1)
    assert found.genre == "linéaire sur les rangs"
    table = pd.concat(
        [cases.governance["contrat_de_ville.articulations"], cases.controls, cases.outcomes["actions_pour_1000"]],
        axis=1,
    ).dropna()
    x = table.iloc[:, :3].to_numpy()
    x[:, 0] /= x[:, 0].std(ddof=1)
    theirs = linear_model(100 * table["actions_pour_1000"].rank() / len(table), x)
    assert [t.valeur for t in found.termes] == pytest.approx([c.estimate for c in theirs.coefficients])
    assert found.brant is None


def test_two_values_leave_room_for_two_coefficients():
    """35 without a cohort: two coefficients, of which P and |D| take both."""
    found = adjusted_model(whole_cases(), PREDICTORS["copilotage"], OUTCOMES["cohorte_installee"], 0.1)
    assert found.temoins == ()
    assert found.motif.count("laissé de côté : trop peu de Cités") == 2


@pytest.mark.parametrize(("value", "agrees"), [(0.3, True), (-0.3, False)])
def test_agreement_is_with_the_raw_association(value, agrees):
    cases, outcome = whole_cases(), OUTCOMES["maturite"]
    assert adjusted_model(cases, PREDICTORS["porteur_collectivite"], outcome, value).accord is agrees


def test_an_empty_cell_is_said_and_not_estimated():
    """Every Cité with a local host at the top, every other at the bottom: no finite estimate, with or without controls."""
    cases = whole_cases()
    host = cases.governance["coordination.porteur_collectivite"]
    apart = replace(cases, outcomes=cases.outcomes.assign(maturite=2 * host + 1))
    found = adjusted_model(apart, PREDICTORS["porteur_collectivite"], OUTCOMES["maturite"], 1.0)
    assert found.termes == ()
    assert found.p is None
    assert found.motif == "modèle non identifié : une case est vide, aucune estimation finie n’existe"


def test_a_control_that_never_changes_is_left_out_by_name():
    cases = whole_cases()
    same = replace(cases, controls=cases.controls.assign(vague=0.0))
    found = adjusted_model(same, PREDICTORS["coordination_etp"], OUTCOMES["maturite"], 0.1)
    assert "labellisée en 2020" not in found.temoins
    assert "labellisée en 2020" in found.motif


def test_what_never_changes_and_what_says_all_are_said_too():
    """A constant index as control, and a number that the predictor gives exactly: no traceback, a reason."""
    cases = whole_cases()
    flat = replace(cases, governance=cases.governance.assign(**{"copilotage_sans_porteur.force_conjointe": 0.5}))
    found = adjusted_model(flat, PREDICTORS["porteur_collectivite"], OUTCOMES["maturite"], 0.3)
    assert "« Force conjointe (K) » laissé de côté" in found.motif
    exact = replace(
        cases, outcomes=cases.outcomes.assign(actions_pour_1000=cases.governance["coordination.porteur_collectivite"])
    )
    told = adjusted_model(exact, PREDICTORS["porteur_collectivite"], OUTCOMES["actions_pour_1000"], 1.0)
    assert told.p is None or told.p < 1e-9


def test_a_list_of_types_has_a_coefficient_for_each_but_the_first():
    found = adjusted_model(whole_cases(), PREDICTORS["type_copilotage"], OUTCOMES["maturite"], 0.04)
    mine = [t for t in found.termes if "plutôt que" in t.nom]
    assert len(mine) == 3
    assert found.accord is None


def test_curvature_is_the_combination_of_the_full_polynomial():
    """b(E²) − b(EC) + b(C²) of the five-term model, which is linear here so that anybody can check."""
    cases, outcome = whole_cases(), OUTCOMES["actions_pour_1000"]
    found = curvature(cases, PREDICTORS["copilotage"], outcome)
    table = pd.concat(
        [cases.governance[["copilotage.etat", "copilotage.collectivite"]], cases.outcomes[outcome.id]], axis=1
    ).dropna()
    e, c, y = (table[name].to_numpy(dtype="float64") for name in table)
    full = linear_model(100 * pd.Series(y).rank() / len(y), np.column_stack([e, c, e**2, e * c, c**2]))
    b = [term.estimate for term in full.coefficients]
    assert found is not None
    assert found.valeur == pytest.approx(b[2] - b[3] + b[4])
    assert found.bas < found.valeur < found.haut
    assert curvature(cases, PREDICTORS["contrat_de_ville"], outcome) is None
