"""Jonckheere-Terpstra and Cochran-Armitage, against R."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, cochran_armitage, jonckheere, kendall_tau_b, permutation_test

rows = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=2, max_size=30).filter(
    lambda pairs: len({v for v, _ in pairs}) > 1 and len({g for _, g in pairs}) > 1
)


def cases(held, reference_rows):
    inline, sites = held["data"]["inline"], reference_rows("sites81")
    tertile = held["results"]["tertile"]
    yield "hollander_wolfe", inline["piece"], inline["group"]
    yield "maturity_by_balance_tertile", [int(r["maturity"]) for r in sites], tertile
    yield "satisfaction_by_balance_tertile", [int(r["satisfaction"]) for r in sites], tertile


def test_r_jonckheere(reference, reference_rows):
    """reference/jonckheere.json: J of clinfun, tie-corrected z and p of cor.test(method = "kendall")."""
    held = reference("jonckheere")
    tolerance = held["tolerance"]["abs"]
    for name, values, groups in cases(held, reference_rows):
        theirs, mine = held["results"][name], jonckheere(values, groups)
        assert mine.j == pytest.approx(theirs["J_clinfun"], abs=tolerance)
        assert mine.j == pytest.approx(theirs["J_increasing"], abs=tolerance)
        assert mine.expected == pytest.approx(theirs["EJ"], abs=tolerance)
        assert mine.variance == pytest.approx(theirs["var_ties"], abs=tolerance)
        assert mine.z == pytest.approx(theirs["z_ties"], abs=tolerance)
        assert mine.z == pytest.approx(theirs["z_kendall_cor_test"], abs=tolerance)
        assert mine.p == pytest.approx(theirs["p_kendall_two_sided"], abs=tolerance)
        rising = jonckheere(values, groups, alternative="increasing")
        assert rising.p == pytest.approx(theirs["p_increasing_normal_ties"], abs=tolerance)


def test_r_jonckheere_permutation(reference, reference_rows):
    """reference/jonckheere.json: clinfun's permutation p (20 000 draws), within its stated tolerance."""
    held = reference("jonckheere")
    for name, values, groups in cases(held, reference_rows):
        found = permutation_test(values, groups, j_of_rows, vectorized=True, n_resamples=19_999)
        theirs = held["results"][name]["p_perm_two_sided_20000"]
        assert found.statistic == pytest.approx(held["results"][name]["J_clinfun"])
        assert found.p == pytest.approx(theirs, abs=held["tolerance"]["p_perm"] + 3 * found.monte_carlo_se)


def j_of_rows(shuffled, groups):
    """J for each row of shuffled values, by its definition."""
    total = np.zeros(shuffled.shape[:-1])
    for low, high in combinations(sorted(set(groups)), 2):
        gap = shuffled[..., groups == high][..., None, :] - shuffled[..., groups == low][..., :, None]
        total += (gap > 0).sum(axis=(-1, -2)) + 0.5 * (gap == 0).sum(axis=(-1, -2))
    return total


@given(rows)
def test_j_by_its_definition_and_kendall(pairs):
    values, groups = (np.asarray(side, dtype=float) for side in zip(*pairs, strict=True))
    found = jonckheere(values, groups)
    assert found.j == pytest.approx(float(j_of_rows(values, groups)))
    assert found.z == pytest.approx(kendall_tau_b(values, groups).z)
    assert jonckheere(-values, groups).z == pytest.approx(-found.z)
    assert jonckheere(values, -groups).z == pytest.approx(-found.z)


def test_one_sided_p_add_up():
    values, groups = [1, 2, 2, 3, 4, 4], ["bas", "bas", "moyen", "moyen", "haut", "haut"]
    order = ["bas", "moyen", "haut"]
    up, down = (jonckheere(values, groups, order=order, alternative=a) for a in ("increasing", "decreasing"))
    assert up.z == down.z > 0
    assert up.p + down.p == pytest.approx(1)
    assert jonckheere(values, groups, order=order).p == pytest.approx(2 * up.p)
    assert up.groups == (("bas", 2), ("moyen", 2), ("haut", 2))


def test_jonckheere_two_observations():
    found = jonckheere([1, 2], [1, 2])
    assert (found.j, found.expected, found.z) == (1, 0.5, 1)  # S = 1, Var(S) = 1


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [([], [], "empty"), ([1, 2], [1, 1], "one_group"), ([2, 2], [1, 2], "constant")],
)
def test_jonckheere_cannot_say(values, groups, reason):
    with pytest.raises(NotComputable) as caught:
        jonckheere(values, groups)
    assert caught.value.reason == reason


def test_jonckheere_refuses():
    with pytest.raises(ValueError, match="alphabetical order"):
        jonckheere([1, 2], ["faible", "fort"])
    with pytest.raises(ValueError, match="missing"):
        jonckheere([1, None], [1, 2])
    with pytest.raises(ValueError, match="increasing"):
        jonckheere([1, 2], [1, 2], alternative="greater")  # type: ignore[arg-type]


def test_r_prop_trend_test(reference):
    """reference/cochran_armitage.json: R prop.trend.test (smokers), DescTools z."""
    held = reference("cochran_armitage")
    data, results, tolerance = held["data"], held["results"], held["tolerance"]["abs"]
    found = cochran_armitage(data["smokers"], data["patients"])
    assert found.chi2 == pytest.approx(results["smokers"]["chi2"], abs=tolerance)
    assert found.p == pytest.approx(results["smokers"]["p"], abs=tolerance)
    assert found.z == pytest.approx(results["z_desctools"], abs=tolerance)
    scored = cochran_armitage(data["smokers"], data["patients"], scores=[0, 0, 0, 1])
    assert scored.chi2 == pytest.approx(results["smokers_scores_0001"]["chi2"], abs=tolerance)
    assert scored.p == pytest.approx(results["smokers_scores_0001"]["p"], abs=tolerance)


def test_r_cochran_armitage_on_sites(reference, reference_rows):
    """reference/cochran_armitage.json: prop.trend.test and coin on sites81, counted from the rows."""
    held, sites = reference("cochran_armitage"), reference_rows("sites81")
    theirs, tolerance = held["results"]["sites81_cohort_by_maturity"], held["tolerance"]["abs"]
    levels = [int(r["maturity"]) for r in sites]
    cohort = [int(r["cohort"]) for r in sites]
    totals = [levels.count(level) for level in (1, 2, 3, 4)]
    events = [sum(c for c, v in zip(cohort, levels, strict=True) if v == level) for level in (1, 2, 3, 4)]
    assert (events, totals) == (theirs["events"], theirs["n"])
    found = cochran_armitage(events, totals)
    assert found.chi2 == pytest.approx(theirs["chi2"], abs=tolerance)
    assert found.p == pytest.approx(theirs["p"], abs=tolerance)
    # coin conditions on the margins: z² (n − 1)/n.
    assert found.z * math.sqrt(80 / 81) == pytest.approx(theirs["coin_z"], abs=tolerance)
    drawn = permutation_test(
        cohort,
        levels,
        lambda y, x: np.abs(((y - y.mean(axis=-1, keepdims=True)) * x).sum(axis=-1)),
        vectorized=True,
        alternative="greater",
        n_resamples=19_999,
    )
    assert drawn.p == pytest.approx(theirs["coin_montecarlo200000_p"], abs=4 * drawn.monte_carlo_se)


shares = st.lists(
    st.integers(0, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=6
).filter(lambda groups: sum(n > 0 for _, n in groups) > 1 and 0 < sum(x for x, _ in groups) < sum(n for _, n in groups))


@given(shares, st.floats(0.1, 10), st.floats(-5, 5))
def test_cochran_armitage_symmetries(groups, stretch, shift):
    events, totals = zip(*groups, strict=True)
    found = cochran_armitage(events, totals)
    complement = cochran_armitage([n - x for x, n in groups], totals)
    assert complement.z == pytest.approx(-found.z, abs=1e-9)
    moved = cochran_armitage(events, totals, scores=[stretch * i + shift for i in range(len(groups))])
    assert moved.z == pytest.approx(found.z, abs=1e-6)
    assert cochran_armitage(events[::-1], totals[::-1]).z == pytest.approx(-found.z, abs=1e-9)


def test_cochran_armitage_is_a_correlation():
    """z² = n r², r the correlation of the 0/1 outcome and the scores."""
    y, s = [0, 0, 1, 0, 1, 1, 1], [1, 1, 1, 2, 2, 3, 3]
    found = cochran_armitage([1, 1, 2], [3, 2, 2])
    assert found.chi2 == pytest.approx(7 * np.corrcoef(y, s)[0, 1] ** 2)
    assert found.shares == pytest.approx((1 / 3, 1 / 2, 1))


def test_an_empty_group_adds_nothing():
    with_gap = cochran_armitage([1, 0, 2], [4, 0, 3])
    assert with_gap.z == pytest.approx(cochran_armitage([1, 2], [4, 3], scores=[1, 3]).z)
    assert with_gap.shares == (0.25, None, 2 / 3)


@pytest.mark.parametrize(
    ("events", "totals", "reason"),
    [
        ([], [], "empty"),
        ([0, 0], [0, 0], "empty"),
        ([1], [3], "one_group"),
        ([1, 0], [3, 0], "one_group"),
        ([0, 0], [3, 4], "constant"),
        ([3, 4], [3, 4], "constant"),
    ],
)
def test_cochran_armitage_cannot_say(events, totals, reason):
    with pytest.raises(NotComputable) as caught:
        cochran_armitage(events, totals)
    assert caught.value.reason == reason


def test_cochran_armitage_refuses():
    with pytest.raises(ValueError, match="more yes"):
        cochran_armitage([4, 1], [3, 3])
    with pytest.raises(ValueError, match="2 and 3 observations"):
        cochran_armitage([1, 1], [3, 3, 3])
    with pytest.raises(NotComputable):
        cochran_armitage([1, 2], [3, 3], scores=[1, 1])
