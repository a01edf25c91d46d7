"""Kruskal-Wallis, Dunn, epsilon squared and Cliff's delta, against R and naive second implementations."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, cliffs_delta, dunn, epsilon_squared, kruskal

grouped = st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abc")), min_size=3, max_size=40).filter(
    lambda rows: len({v for v, _ in rows}) > 1 and len({g for _, g in rows}) > 1
)
ordinals = st.lists(st.integers(1, 4), min_size=1, max_size=20)


def cases(reference_rows):
    air, sites = reference_rows("airquality_ozone_month"), reference_rows("sites81")
    yield "airquality", [float(r["Ozone"]) for r in air], [r["Month"] for r in air]
    yield "sites81_maturity_by_host", [int(r["maturity"]) for r in sites], [r["host"] for r in sites]
    yield "sites81_satisfaction_by_wave", [int(r["satisfaction"]) for r in sites], [r["wave"] for r in sites]


def test_r_kruskal_test(reference, reference_rows):
    """reference/kruskal_dunn.json: R kruskal.test, effectsize's rank epsilon squared."""
    held = reference("kruskal_dunn")
    tolerance = held["tolerance"]["abs"]
    for name, values, groups in cases(reference_rows):
        theirs, mine = held["results"][name], kruskal(values, groups)
        assert (mine.n, len(mine.groups), mine.df) == (theirs["n"], theirs["k"], theirs["df"])
        assert mine.h == pytest.approx(theirs["H"], abs=tolerance)
        assert mine.p == pytest.approx(theirs["p"], abs=tolerance)
        epsilon = epsilon_squared(values, groups, n_resamples=0)
        assert epsilon.value == pytest.approx(theirs["epsilon2"], abs=tolerance)
        assert epsilon.value == pytest.approx(theirs["epsilon2_effectsize"], abs=tolerance)


@pytest.mark.parametrize(
    ("method", "theirs_name"), [("none", "none"), ("holm", "holm"), ("bh", "BH"), ("bonferroni",) * 2]
)
def test_r_dunn(reference, reference_rows, method, theirs_name):
    """reference/kruskal_dunn.json: rstatix dunn_test, every pair, raw and adjusted."""
    held = reference("kruskal_dunn")
    for name, values, groups in cases(reference_rows):
        theirs = held["results"][name]["dunn_rstatix"][theirs_name]
        first, second = ([v] if isinstance(v, str) else v for v in (theirs["group1"], theirs["group2"]))
        expected = {
            pair: numbers
            for pair, *numbers in zip(
                zip(first, second, strict=True), *(np.atleast_1d(theirs[k]) for k in ("z", "p", "p_adj")), strict=True
            )
        }
        found = dunn(values, groups, method=method).comparisons
        assert {(c.first, c.second) for c in found} == set(expected)
        for c in found:
            numbers = (c.z, c.p, c.p_adjusted)
            assert numbers == pytest.approx(tuple(expected[c.first, c.second]), abs=held["tolerance"]["abs"])


def test_r_dunn_test_package(reference, reference_rows):
    """reference/kruskal_dunn.json: dunn.test 1.3.7; the opposite sign, its Holm without the running maximum."""
    held = reference("kruskal_dunn")
    for name, values, groups in list(cases(reference_rows))[:2]:
        theirs = held["results"][name]["dunn_test_pkg"]
        found = {f"{c.first} - {c.second}": c for c in dunn(values, groups).comparisons}
        for pair, z, p in zip(theirs["comparisons"], theirs["Z"], theirs["altP"], strict=True):
            assert -found[pair].z == pytest.approx(z, abs=1e-8)
            assert found[pair].p == pytest.approx(p, abs=1e-8)


@given(grouped)
def test_scipy_kruskal_agrees(rows):
    values, groups = zip(*rows, strict=True)
    theirs = scipy.stats.kruskal(*([v for v, g in rows if g == name] for name in sorted(set(groups))))
    mine = kruskal(values, groups)
    assert mine.h == pytest.approx(theirs.statistic, abs=1e-9)
    assert mine.p == pytest.approx(theirs.pvalue, abs=1e-9)
    assert 0 <= epsilon_squared(values, groups, n_resamples=0).value <= 1 + 1e-12


@given(grouped)
def test_only_the_order_of_values_counts(rows):
    values, groups = zip(*rows, strict=True)
    stretched = [v**3 + 10 for v in values]
    assert kruskal(stretched, groups).h == pytest.approx(kruskal(values, groups).h)
    reversed_h = kruskal([-v for v in values], groups)
    assert reversed_h.h == pytest.approx(kruskal(values, groups).h)
    straight, turned = (dunn(v, groups).comparisons for v in (values, [-v for v in values]))
    assert [c.z for c in turned] == pytest.approx([-c.z for c in straight])


def test_two_groups_make_dunn_the_square_root_of_kruskal(reference_rows):
    _, values, groups = list(cases(reference_rows))[2]
    (only,) = dunn(values, groups).comparisons
    assert only.z**2 == pytest.approx(kruskal(values, groups).h)
    assert only.p == only.p_adjusted == pytest.approx(kruskal(values, groups).p)


def test_two_observations():
    found = kruskal([1, 2], ["a", "b"])
    assert (found.h, found.df) == (1, 1)
    assert epsilon_squared([1, 2], ["a", "b"]).value == 1
    assert [g.mean_rank for g in found.groups] == [1, 2]


def test_groups_are_listed_in_the_order_given():
    found = kruskal([1, 2, 3, 4], ["x", "b", "x", "a"], order=["x", "nobody", "b", "a"])
    assert [(g.group, g.n) for g in found.groups] == [("x", 2), ("b", 1), ("a", 1)]
    assert [g.group for g in kruskal([1, 2, 3], [10, 9, 100]).groups] == [9, 10, 100]


def test_equal_mean_ranks():
    found = kruskal([1, 3, 2, 2], ["a", "a", "b", "b"])
    assert found.h == 0
    assert found.p == 1


def test_epsilon_squared_interval():
    values, groups = [1, 1, 2, 2, 3, 3, 4, 4, 1, 2], ["a"] * 5 + ["b"] * 5
    found = epsilon_squared(values, groups)
    assert found.low is not None
    assert found.high is not None
    assert found == epsilon_squared(values, groups)
    assert found != epsilon_squared(values, groups, seed=1)
    assert 0 <= found.low <= found.high <= 1
    assert 0 < found.monte_carlo_se < 0.05
    apart = epsilon_squared([1, 1, 1, 4, 4, 4], ["a"] * 3 + ["b"] * 3)
    assert [apart.value, apart.low, apart.high] == pytest.approx([1, 1, 1])
    assert epsilon_squared(values, groups, n_resamples=0).low is None


@given(ordinals, ordinals)
def test_cliffs_delta_by_counting_pairs(x, y):
    found = cliffs_delta(x, y, n_resamples=50)
    naive = sum((a > b) - (a < b) for a, b in product(x, y)) / (len(x) * len(y))
    assert found.value == pytest.approx(naive)
    assert cliffs_delta(y, x, n_resamples=50).value == pytest.approx(-naive)
    assert -1 <= found.low <= found.high <= 1


def test_cliffs_delta_against_the_rank_sum():
    """δ = 2U/(n₁n₂) − 1, with scipy's U of Mann and Whitney."""
    rng = np.random.default_rng(1)
    x, y = rng.integers(1, 5, 24), rng.integers(1, 5, 57)
    u = scipy.stats.mannwhitneyu(x, y).statistic
    assert cliffs_delta(x, y).value == pytest.approx(2 * u / (24 * 57) - 1)


def test_cliffs_delta_interval_against_a_plain_bootstrap():
    """Second implementation: redraw the observations themselves; equal within Monte Carlo error."""
    rng = np.random.default_rng(5)
    x, y = rng.integers(1, 5, 24), rng.integers(2, 6, 57)
    found = cliffs_delta(x, y, n_resamples=4000)
    draws = [np.sign(rng.choice(x, 24)[:, None] - rng.choice(y, 57)[None, :]).mean() for _ in range(4000)]
    low, high = np.quantile(draws, [0.025, 0.975])
    assert found.method == "bootstrap"
    assert (found.low, found.high) == pytest.approx((low, high), abs=6 * found.monte_carlo_se)
    assert 0 < found.monte_carlo_se < 0.02


def test_cliffs_delta_interval_covers():
    """200 samples of a known delta: the 95 % interval misses about 10 of them."""
    rng = np.random.default_rng(3)
    p, q = [0.1, 0.2, 0.3, 0.4], [0.3, 0.3, 0.2, 0.2]
    truth = sum(p[i] * q[j] * np.sign(i - j) for i in range(4) for j in range(4))
    missed = 0
    for seed in range(200):
        found = cliffs_delta(rng.choice(4, 24, p=p), rng.choice(4, 57, p=q), n_resamples=399, seed=seed)
        missed += not found.low <= truth <= found.high
    assert 2 <= missed <= 24


@pytest.mark.parametrize(
    ("x", "y", "value"), [([3, 4], [1, 2], 1), ([1], [1, 2, 3], -2 / 3), ([2, 2], [2, 2, 2], 0), ([1], [2], -1)]
)
def test_cliffs_delta_where_redraws_cannot_move(x, y, value):
    found = cliffs_delta(x, y)
    assert found.value == pytest.approx(value)
    assert found.method == "newcombe"
    assert found.high - found.low > 0.5  # so few observations leave much open
    mirrored = cliffs_delta(y, x)
    assert (found.low, found.high) == pytest.approx((-mirrored.high, -mirrored.low), abs=1e-6)


def test_newcombe_with_one_observation_each_is_wilson():
    # n₁ = n₂ = 1: the score equation is that of Wilson with n = 1: θ from 1/(1 + z²) to 1.
    found = cliffs_delta([2], [1])
    assert (found.low, found.high) == pytest.approx((2 / (1 + 1.959963985**2) - 1, 1), abs=1e-6)


@pytest.mark.parametrize("function", [kruskal, dunn, epsilon_squared])
@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [([], [], "empty"), ([1, 2], ["a", "a"], "one_group"), ([2, 2, 2], ["a", "b", "b"], "constant")],
)
def test_what_the_data_cannot_say(function, values, groups, reason):
    with pytest.raises(NotComputable) as caught:
        function(values, groups)
    assert caught.value.reason == reason


@pytest.mark.parametrize("function", [kruskal, dunn, epsilon_squared])
def test_wrong_calls_are_refused(function):
    with pytest.raises(ValueError, match="1 missing"):
        function([1, None], ["a", "b"])
    with pytest.raises(ValueError, match="1 missing"):
        function([1, 2], ["a", float("nan")])
    with pytest.raises(ValueError, match="2 and 1 observations"):
        function([1, 2], ["a"])
    with pytest.raises(ValueError, match="order lacks"):
        kruskal([1, 2], ["a", "b"], order=["a"])
    with pytest.raises(ValueError, match="holm"):
        dunn([1, 2], ["a", "b"], method="tukey")  # type: ignore[arg-type]


def test_cliffs_delta_refuses():
    with pytest.raises(NotComputable):
        cliffs_delta([], [1])
    with pytest.raises(ValueError, match="1 missing"):
        cliffs_delta([1, float("nan")], [1])
