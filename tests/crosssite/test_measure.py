"""The method follows from the types; its figures are those of stats/, and every Cité left out is really left out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from citesresearch.crosssite.measure import (
    concordant_share,
    leave_one_out,
    measure,
    method_of,
    mid_ranks,
    ordered_value,
)
from citesresearch.stats import (
    NotComputable,
    cliffs_delta,
    cramers_v,
    epsilon_squared,
    exact_contingency,
    goodman_kruskal_gamma,
    kendall_tau_b,
    kruskal,
    minimum_detectable_effect,
)

RNG = np.random.default_rng(11)
N = 48
NUMBER = RNG.normal(size=N).round(1)
THREE = (RNG.integers(1, 4, N) + (NUMBER > 0.5)).clip(1, 3).astype(float)
TWO = (NUMBER + RNG.normal(size=N) > 0).astype(float)
GROUPS = RNG.integers(0, 4, N).astype(float)
QUICK = {"n_resamples": 999, "seed": 84}


@pytest.mark.parametrize(
    ("x", "y", "nominal", "expected"),
    [
        (NUMBER, THREE, False, "tau_b"),
        (NUMBER, NUMBER, False, "tau_b"),
        (TWO, THREE, False, "delta"),
        (NUMBER, TWO, False, "delta"),
        (TWO, TWO, False, "delta"),
        (GROUPS, THREE, True, "epsilon2"),
        (GROUPS, TWO, True, "v"),
        # Two categories have an order as good as another.
        ((GROUPS > 1).astype(float), THREE, True, "delta"),
    ],
)
def test_the_table_of_methods(x, y, nominal, expected):
    assert method_of(x, y, nominal) == expected
    assert measure(x, y, nominal, **QUICK).mesure == expected


def test_tau_b_is_that_of_stats():
    found, theirs = measure(NUMBER, THREE, False, **QUICK), kendall_tau_b(NUMBER, THREE)
    assert (found.valeur, found.bas, found.haut) == (theirs.value, theirs.low, theirs.high)
    # The permutation p stays by the normal one.
    assert found.p == pytest.approx(theirs.p, abs=5 * (found.p_erreur or 0) + 0.01)


@pytest.mark.parametrize(("x", "y"), [(TWO, THREE), (THREE, TWO)])
def test_delta_compares_the_two_groups_whichever_side_makes_them(x, y):
    theirs = cliffs_delta(THREE[TWO == 1], THREE[TWO == 0])
    found = measure(x, y, False, **QUICK)
    assert (found.valeur, found.bas, found.haut) == (theirs.value, theirs.low, theirs.high)


def test_delta_of_two_yes_or_no_is_the_difference_of_shares_with_fisher():
    other = (THREE > 2).astype(float)
    found = measure(TWO, other, False, **QUICK)
    assert found.valeur == pytest.approx(other[TWO == 1].mean() - other[TWO == 0].mean())
    table = [[int(((a == TWO) & (other == b)).sum()) for b in (0, 1)] for a in (0, 1)]
    assert (found.p, found.p_erreur) == (exact_contingency(table).p, 0.0)


def test_groups_without_order():
    ranked, crossed = measure(GROUPS, THREE, True, **QUICK), measure(GROUPS, TWO, True, **QUICK)
    assert ranked.valeur == epsilon_squared(THREE, GROUPS.tolist(), n_resamples=0).value
    assert ranked.p == pytest.approx(kruskal(THREE, GROUPS.tolist()).p, abs=0.06)
    table = np.array([[int(np.sum((g == GROUPS) & (t == TWO))) for t in (0, 1)] for g in range(4)])
    assert crossed.valeur == cramers_v(table).corrected


@pytest.mark.parametrize(("x", "y"), [(NUMBER, THREE), (TWO, THREE), (NUMBER, TWO), (TWO, (THREE > 2).astype(float))])
def test_each_one_left_out_by_leaving_it_out(x, y):
    kind = method_of(x, y, False)
    keep = ~np.eye(N, dtype=bool)
    by_hand = [ordered_value(x[k], y[k], kind) for k in keep]
    assert leave_one_out(x, y, kind) == pytest.approx(by_hand)
    assert ordered_value(x, y, kind) == pytest.approx(measure(x, y, False, **QUICK).valeur)


def test_leave_one_out_where_one_alone_makes_the_difference():
    x, y = np.array([0.0, 0, 0, 0, 0, 1]), np.array([1.0, 2, 1, 2, 3, 3])
    assert np.isnan(leave_one_out(x, y, "delta")).tolist() == [False] * 5 + [True]
    assert ordered_value(np.zeros(5), y[:5], "delta") is None
    assert ordered_value(x, np.ones(6), "delta") is None
    assert ordered_value(x, np.ones(6), "tau_b") is None


def test_a_group_of_one_is_measured_without_inventing_an_interval():
    groups = np.array([0.0] * 10 + [1.0] * 9 + [2.0])
    values = np.tile([1.0, 2.0, 3.0, 3.0], 5)
    found = measure(groups, values, True, **QUICK)
    assert found.p is not None
    assert 0 <= found.valeur <= 1


def test_small_numbers_have_no_interval():
    x, y = np.arange(10.0), np.array([1.0, 1, 2, 1, 2, 3, 2, 3, 3, 3])
    found = measure(x, y, False, **QUICK)
    assert (found.bas, found.haut) == (None, None)
    assert found.p is not None
    assert found.p < 0.01


@pytest.mark.parametrize(("x", "y"), [(np.ones(8), np.arange(8.0)), (np.arange(8.0), np.ones(8))])
def test_what_never_changes_cannot_be_measured(x, y):
    with pytest.raises(NotComputable):
        measure(x, y, False, **QUICK)


def test_the_same_seed_gives_the_same_figures():
    assert measure(NUMBER, THREE, False, **QUICK) == measure(NUMBER, THREE, False, **QUICK)


def test_smallest_size_seen_without_ties_is_that_of_the_correlation():
    """τ = 2 asin(r)/π for normal variables: r = .305 at n = 81 (R, pwr.r.test) is τ = .197; ours errs towards more."""
    x = np.arange(81.0)
    found = measure(x, RNG.permutation(81).astype(float), False, **QUICK).detectable
    r = minimum_detectable_effect("correlation", 81).value
    assert found == pytest.approx(2 / math.pi * math.asin(r), rel=0.09)


def test_smallest_size_seen_8_times_in_10_with_ties():
    """By simulation: a link of that very size between four and three levels is seen 8 times in 10."""
    rng = np.random.default_rng(7)
    z = rng.normal(size=(240, 78, 2))

    def graded(values: np.ndarray, cuts: tuple[float, ...]) -> np.ndarray:
        return np.searchsorted(cuts, values).astype(float)

    def draw(link: float) -> tuple[np.ndarray, np.ndarray]:
        return graded(z[..., 0], (-1.3, -0.8, 0.0)), graded(link * z[..., 0] + z[..., 1], (-1.5, 0.1))

    x, y = draw(0.0)
    least = measure(x[0], y[0], False, **QUICK).detectable
    assert least is not None
    assert least > 0.22  # more than the .197 that n alone would say
    link = next(
        k / 50
        for k in range(60)
        if np.mean([kendall_tau_b(*p).value for p in zip(*draw(k / 50), strict=True)][:80]) > least
    )
    seen = np.mean([kendall_tau_b(a, b).p <= 0.05 for a, b in zip(*draw(link), strict=True)])
    assert seen == pytest.approx(0.8, abs=0.08)


def test_share_of_pairs_is_gamma_in_percent():
    assert concordant_share(NUMBER, THREE) == pytest.approx(50 + 50 * goodman_kruskal_gamma(NUMBER, THREE).value)
    assert concordant_share(np.ones(4), np.arange(4.0)) is None


def test_mid_ranks():
    assert mid_ranks([5.0, 1.0, 5.0, 9.0]).tolist() == [2.5, 1.0, 2.5, 4.0]
