"""What was put in is found at the expected rate, nothing is found where nothing was put, and intervals cover.

Two ways. The latent variables of the demonstration themselves, graded as its answers are, hundreds of times: the
statistics alone. Whole returns, through the governance models and the outcomes, a few times here and hundreds in
`make torture`: the analysis as it is published. docs/methodes/constats.md shows the figures of the second.
"""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy.special import ndtr, ndtri

from citesresearch.crosssite import FAMILY
from citesresearch.crosssite.known_truth import Truth, known_truth, simulate, truth_table
from citesresearch.crosssite.measure import measure, ordered_value
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import read_dataset
from citesresearch.demonstration import draw_latents, generate
from citesresearch.demonstration.draws import graded
from citesresearch.stats import adjust_pvalues, kendall_tau_b

RUNS = 200
COUNTS = (24, 37, 23)
# Governance × outcome of the declared model, and the coefficient put there.
LINKS = {
    ("equilibre", "maturite"): 0.6,
    ("double_engagement", "liens_deets_prefecture"): 0.7,
    ("cercle", "satisfaction"): 0.3,
    ("coordination", "cohorte"): 0.4,
    ("contrat_de_ville", "liens_collectivite"): 0.4,
}


@cache
def direct(strength: float) -> dict[str, np.ndarray]:
    """τ-b of each link, its p and limits, over the runs: rows are runs, columns the links."""
    found: dict[str, list[list[float]]] = {"value": [], "p": [], "low": [], "high": []}
    for seed in range(RUNS):
        latents = draw_latents(seed, strength)
        row = []
        for predictor, outcome in LINKS:
            level = len(COUNTS) - graded(latents[outcome], COUNTS)
            row.append(kendall_tau_b(latents[predictor], level))
        for name, cells in found.items():
            cells.append([float(getattr(one, name)) for one in row])
    return {name: np.array(cells) for name, cells in found.items()}


def margin(share: float, runs: int) -> float:
    """Three standard errors of a share over independent runs."""
    return 3 * math.sqrt(share * (1 - share) / runs)


def test_nothing_is_found_where_nothing_was_put():
    drawn = direct(0.0)
    assert (drawn["p"] <= 0.05).mean(axis=0) == pytest.approx([0.05] * len(LINKS), abs=margin(0.05, RUNS))
    holm = np.array([adjust_pvalues(row, "holm") for row in drawn["p"]])
    assert (holm <= 0.05).any(axis=1).mean() <= 0.05 + margin(0.05, RUNS)


def test_what_was_put_in_is_found_at_the_expected_rate():
    """The rate that the printed smallest detectable size promises for the mean size of these runs."""
    drawn = direct(1.0)
    latents = draw_latents(0, 1.0)
    level = len(COUNTS) - graded(latents["maturite"], COUNTS)
    detectable = measure(latents["equilibre"], level.astype(float), False, n_resamples=99, seed=0).detectable
    assert detectable is not None
    seen = (drawn["p"] <= 0.05).mean(axis=0)
    # Seen 8 times in 10 at that size: the normal shift is in proportion.
    shift = drawn["value"].mean(axis=0) / detectable * (ndtri(0.975) + ndtri(0.8))
    expected = ndtr(shift - ndtri(0.975))
    assert seen == pytest.approx(expected, abs=margin(0.5, RUNS))
    assert seen[1] > 0.95
    assert seen.min() > 0.25


def test_intervals_hold_the_true_value_95_times_in_100():
    for strength in (0.0, 1.0):
        drawn = direct(strength)
        true = drawn["value"].mean(axis=0)
        held = ((drawn["low"] <= true) & (true <= drawn["high"])).mean(axis=0)
        # Margins fixed by the published counts move the estimate less than free ones would: more than 95 is no fault.
        assert (held >= 0.95 - margin(0.95, RUNS)).all(), held


def test_strength_orders_the_links():
    weak, strong = direct(0.0)["value"].mean(axis=0), direct(1.0)["value"].mean(axis=0)
    assert np.abs(weak).max() < 3 * 0.08 / math.sqrt(RUNS) + 0.01
    coefficients = np.array(list(LINKS.values()))
    assert ordered_value(coefficients, strong, "tau_b") == pytest.approx(1, abs=0.4)


def test_a_simulated_campagne_is_the_one_that_files_would_give(tmp_path):
    generate(tmp_path / "demo", seed=84, strength=1.0)
    read, drawn = read_dataset(find_campagne(tmp_path / "demo")), simulate(84, 1.0)
    for name, table in drawn.tables.items():
        order = list(drawn.codebook[name].primary_key) or list(table.columns)
        ours, theirs = (t.sort_values(order, ignore_index=True) for t in (table, read[name]))
        # Files round money to the cent and shares to six digits.
        assert_frame_equal(ours, theirs, rtol=1e-5)


@pytest.fixture(scope="module")
def sample() -> dict[float, Truth]:
    return {strength: known_truth(2, strength) for strength in (0.0, 1.0)}


def test_whole_returns_go_through_the_family(sample):
    """A sample: rates over two runs prove nothing, but a gross fault would show."""
    without, given = sample[0.0], sample[1.0]
    assert without.pairs == tuple(pair.id for pair in FAMILY)
    assert set(without.calcules) == set(given.calcules) == {2}
    assert np.mean(given.moyenne) > np.mean(without.moyenne)
    # Governance does not depend on the strength, nor does its measure.
    assert simulate(3, 0.0)["instances"].equals(simulate(3, 1.0)["instances"])


def test_the_table_says_all_pairs_and_the_family(sample):
    lines = truth_table(sample[0.0], sample[1.0]).splitlines()
    assert [line.split("`")[1] for line in lines[2:12]] == [pair.id for pair in FAMILY]
    assert "2 campagnes simulées de chaque sorte" in lines[-1]
    assert not re.search(r"\bnan\b", "".join(lines))


@pytest.mark.torture
def test_the_published_analysis_keeps_its_level_finds_its_links_and_covers():
    runs = 200
    without, given = known_truth(runs, 0.0), known_truth(runs, 1.0)
    assert without.famille <= 0.05 + margin(0.05, runs)
    for rate in without.signales:
        assert rate <= 0.05 + margin(0.05, runs) + 0.01
    for cover in (*without.couverture, *given.couverture):
        assert cover >= 0.95 - margin(0.95, runs) - 0.02
    assert given.famille > 0.5
    frame = pd.DataFrame({"avec": given.signales, "sans": without.signales}, index=without.pairs)
    strong = [
        "copilotage:droit_commun_domaines",
        "coordination_etp:cohorte_installee",
        "contrat_de_ville:liens_collectivite",
    ]
    assert (frame.loc[strong, "avec"] > 0.4).all(), frame
