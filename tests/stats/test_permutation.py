"""Permutation test of any statistic."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from citesresearch.stats import NotComputable, kendall_tau_b, kruskal, permutation_test
from citesresearch.stats.permutation import kendall_score, rank_spread


def difference(y, g):
    return y[g == "b"].mean() - y[g == "a"].mean()


def difference_of_rows(y, g):
    return y[..., g == "b"].mean(axis=-1) - y[..., g == "a"].mean(axis=-1)


def test_exact_by_listing_every_permutation():
    y, g = [1.0, 2.0, 4.0, 7.0, 8.0], np.array(list("aabbb"))
    seen = difference(np.array(y), g)
    above = [difference(np.array(p), g) >= seen - 1e-12 for p in permutations(y)]
    found = permutation_test(y, g, difference, alternative="greater")
    assert found.exact
    assert found.n_resamples == math.factorial(5)
    assert found.monte_carlo_se == 0
    assert found.p == pytest.approx(np.mean(above))
    assert found.statistic == pytest.approx(seen)
    assert permutation_test(y, g, difference).p == pytest.approx(min(1, 2 * np.mean(above)))


def test_drawn_with_its_error():
    rng = np.random.default_rng(2)
    y, g = np.r_[rng.normal(0, 1, 12), rng.normal(0.6, 1, 12)], ["a"] * 12 + ["b"] * 12
    one = permutation_test(y, g, difference_of_rows, vectorized=True, alternative="greater")
    two = permutation_test(y, g, difference_of_rows, vectorized=True, alternative="greater", seed=7)
    assert not one.exact
    assert one.p != two.p
    assert abs(one.p - two.p) < 4 * math.hypot(one.monte_carlo_se, two.monte_carlo_se)
    assert one.monte_carlo_se == pytest.approx(math.sqrt(one.p * (1 - one.p) / 9999))
    slow = permutation_test(y, g, difference, alternative="greater", n_resamples=500)
    fast = permutation_test(y, g, difference_of_rows, alternative="greater", n_resamples=500, vectorized=True)
    assert slow.p == pytest.approx(fast.p)
    assert one == permutation_test(y, g, difference_of_rows, vectorized=True, alternative="greater")


def test_two_sided_doubles_the_error():
    y, g = list(range(12)), ["a", "b"] * 6
    found = permutation_test(y, g, difference, n_resamples=400)
    q = found.p / 2
    assert found.monte_carlo_se == pytest.approx(2 * math.sqrt(q * (1 - q) / 400))


def test_p_is_never_nil():
    y, g = list(range(40)), ["a"] * 20 + ["b"] * 20
    found = permutation_test(y, g, difference_of_rows, vectorized=True, alternative="greater", n_resamples=999)
    assert found.p == 0.001


def test_false_alarms_stay_near_their_level():
    """400 samples without any link: about 20 with p ≤ .05."""
    rng = np.random.default_rng(11)
    g = ["a"] * 6 + ["b"] * 9
    draws = [
        permutation_test(rng.normal(size=15), g, difference_of_rows, vectorized=True, n_resamples=199, seed=i)
        for i in range(400)
    ]
    assert 8 <= sum(found.p <= 0.05 for found in draws) <= 34


def test_any_result_of_the_package_may_serve():
    y, g = [1, 2, 2, 3, 3, 4], list("aabbcc")
    found = permutation_test(y, g, lambda v, w: kruskal(v, w).h, alternative="greater")
    assert found.statistic == pytest.approx(kruskal(y, g).h)
    assert 0 < found.p <= 1


def test_two_observations():
    assert permutation_test([1, 2], ["a", "b"], difference, alternative="greater").p == 0.5
    assert permutation_test([1, 2], ["a", "b"], difference).p == 1


@pytest.mark.parametrize(
    ("y", "g", "reason"),
    [([], [], "too_few"), ([1], ["a"], "too_few"), ([2, 2], ["a", "b"], "constant"), ([1, 2], ["a", "a"], "one_group")],
)
def test_what_the_data_cannot_say(y, g, reason):
    with pytest.raises(NotComputable) as caught:
        permutation_test(y, g, difference)
    assert caught.value.reason == reason


def test_wrong_calls_are_refused():
    with pytest.raises(ValueError, match="finite number"):
        permutation_test([1, 2, 3], ["a", "b", "b"], lambda y, g: math.nan)
    with pytest.raises(ValueError, match="missing"):
        permutation_test([1, None], ["a", "b"], difference)
    with pytest.raises(ValueError, match="greater"):
        permutation_test([1, 2], ["a", "b"], difference, alternative="increasing")  # type: ignore[arg-type]


@pytest.mark.parametrize("levels", [2, 3, 30], ids=["two", "few", "many"])
def test_kendall_score_is_concordant_less_discordant(levels):
    """Both ways of counting, against scipy's count of pairs behind tau-b, ties on both sides."""
    rng = np.random.default_rng(5)
    x = rng.integers(0, 12, 40).astype(float)
    rows = rng.integers(0, levels, (6, 40)).astype(float)
    by_pairs = [
        sum(np.sign(row[i] - row[j]) * np.sign(x[i] - x[j]) for i in range(40) for j in range(i)) for row in rows
    ]
    assert kendall_score(rows, x).tolist() == by_pairs
    assert kendall_score(rows[0], x) == by_pairs[0]
    assert kendall_tau_b(x, rows[0]).concordant - kendall_tau_b(x, rows[0]).discordant == by_pairs[0]


def test_rank_spread_orders_permutations_as_kruskal_does():
    rng = np.random.default_rng(6)
    groups = np.repeat([0.0, 1.0, 2.0], [5, 9, 6])
    ranks = np.array([rng.permutation(np.repeat([3.5, 10.0, 17.0], [6, 7, 7])) for _ in range(8)])
    h = [kruskal(row, groups.tolist()).h for row in ranks]
    # H = 12/(n(n + 1)) × the spread, less a constant, over the correction for ties.
    correction = 1 - sum(t**3 - t for t in (6, 7, 7)) / (20**3 - 20)
    assert (12 / (20 * 21) * rank_spread(ranks, groups) - 3 * 21) / correction == pytest.approx(h)
