"""Intervals of proportions and means, against R (binom, survey, phyper) and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from statsmodels.stats.proportion import proportion_confint

from citesresearch.stats import NotComputable, census_interval, fpc_mean, proportion_interval

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
censuses = st.integers(1, 90).flatmap(
    lambda total: st.integers(0, total).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.just(total)))
)


def test_r_binom_and_prop_test(reference):
    """reference/wilson_fpc.json: R binom 1.1 (wilson, exact) and prop.test."""
    held = reference("wilson_fpc")
    for case in held["results"]:
        wilson = proportion_interval(case["x"], case["n"])
        exact = proportion_interval(case["x"], case["n"], method="clopper_pearson")
        for mine, theirs in (
            (wilson, case["wilson"]),
            (wilson, case["wilson_prop_test"]),
            (exact, case["exact"]),
        ):
            assert (mine.low, mine.high) == pytest.approx(theirs, abs=held["tolerance"]["abs"])
        assert wilson.share == pytest.approx(case["p"], abs=1e-15)


def test_r_hypergeometric_inversion(reference):
    """reference/wilson_fpc.json: base R phyper; counts must be equal."""
    cases = reference("wilson_fpc")["results"]
    assert len(cases) == 9
    for case in cases:
        mine = census_interval(case["x"], case["n"], case["N"])
        assert [mine.low, mine.high] == case["hypergeometric_inversion_counts"]
        assert [mine.certain_low, mine.certain_high] == case["possible_counts"]
        assert mine.shares == pytest.approx(case["hypergeometric_inversion_prop"], abs=1e-12)


def test_r_survey_means(reference):
    """reference/wilson_fpc.json: R survey 4.1 svymean, with and without finite population correction."""
    held = reference("wilson_fpc")
    for case in held["results"]:
        values = [1] * case["x"] + [0] * (case["n"] - case["x"])
        finite, general = fpc_mean(values, case["N"]), fpc_mean(values)
        assert finite.mean == pytest.approx(case["svymean"]["mean"], abs=held["tolerance"]["abs"])
        assert finite.se == pytest.approx(case["svymean"]["se_fpc"], abs=held["tolerance"]["abs"])
        assert general.se == pytest.approx(case["svymean"]["se_nofpc"], abs=held["tolerance"]["abs"])
        if "svyciprop_mean" in case:  # mean ± t(df) se
            assert (finite.low, finite.high) == pytest.approx(case["svyciprop_mean"], abs=1e-8)


def test_the_example_of_the_evaluators():
    found = census_interval(65, 81, 84)
    assert (found.certain_low, found.certain_high) == (65, 68)
    assert (found.low, found.high) == (66, 68)
    assert found.certain_shares == (65 / 84, 68 / 84)


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_statsmodels_agrees(count_of_n, confidence):
    """A second implementation: statsmodels' proportion_confint."""
    k, n = count_of_n
    for method, theirs in (("wilson", "wilson"), ("clopper_pearson", "beta")):
        mine = proportion_interval(k, n, method=method, confidence=confidence)  # type: ignore[arg-type]
        low, high = proportion_confint(k, n, alpha=1 - confidence, method=theirs)
        assert (mine.low, mine.high) == pytest.approx((low, high), abs=1e-9)


@given(counts, st.sampled_from(["wilson", "clopper_pearson"]))
def test_proportion_bounds_and_symmetry(count_of_n, method):
    k, n = count_of_n
    yes, no = proportion_interval(k, n, method=method), proportion_interval(n - k, n, method=method)
    assert 0 <= yes.low <= yes.share <= yes.high <= 1
    assert (yes.low, yes.high) == pytest.approx((1 - no.high, 1 - no.low), abs=1e-12)


def test_none_seen_is_not_none():
    nothing, all_of_them = proportion_interval(0, 81), proportion_interval(81, 81)
    assert nothing.low == 0
    assert nothing.high == pytest.approx(3.8416 / (81 + 3.8416), abs=1e-5)  # z²/(n + z²)
    assert all_of_them.high == 1
    assert all_of_them.low < 1
    assert proportion_interval(0, 10, method="clopper_pearson").high == pytest.approx(1 - 0.025**0.1)


@given(censuses, st.sampled_from([0.5, 0.9, 0.95]))
def test_census_interval_by_trying_every_count(census, confidence):
    """A naive second implementation: every possible K, scipy's hypergeometric tails."""
    k, n, total = census
    tail = (1 - confidence) / 2 * (1 - 1e-9)
    kept = [
        yes
        for yes in range(k, k + total - n + 1)
        if hypergeom.sf(k - 1, total, yes, n) >= tail and hypergeom.cdf(k, total, yes, n) >= tail
    ]
    found = census_interval(k, n, total, confidence=confidence)
    assert (found.low, found.high) == (kept[0], kept[-1])
    assert found.certain_low <= found.low <= found.high <= found.certain_high


@given(censuses)
def test_census_interval_swaps_with_yes_and_no(census):
    k, n, total = census
    yes, no = census_interval(k, n, total), census_interval(n - k, n, total)
    assert (yes.low, yes.high) == (total - no.high, total - no.low)
    assert (yes.certain_low, yes.certain_high) == (total - no.certain_high, total - no.certain_low)


def test_census_interval_covers_at_its_level():
    """For every true count of 24 units, 20 drawn: the interval misses at most 5 % of draws."""
    for truth in range(25):
        missed = sum(
            hypergeom.pmf(k, 24, truth, 20)
            for k in range(max(0, truth - 4), min(20, truth) + 1)
            if not census_interval(k, 20, 24).low <= truth <= census_interval(k, 20, 24).high
        )
        assert missed <= 0.05 + 1e-12


@pytest.mark.parametrize(
    ("k", "n", "total", "expected"), [(7, 10, 10, (7, 7, 7, 7)), (0, 0, 5, (0, 5, 0, 5)), (1, 1, 2, (1, 2, 1, 2))]
)
def test_census_extremes(k, n, total, expected):
    found = census_interval(k, n, total)
    assert (found.certain_low, found.certain_high, found.low, found.high) == expected


def test_a_tail_equal_to_half_alpha_is_kept():
    # K = 1 of 4, one drawn and positive: P(X ≥ 1) = 1/4 = α/2 exactly when confidence is 0.5.
    assert census_interval(1, 1, 4, confidence=0.5).low == 1


def test_mean_by_hand():
    # 2, 4, 6: mean 4, s² = 4, n = 3, N = 4: se² = (1/4)(4/3) = 1/3; t(2, .975) = 4.302652...
    found = fpc_mean([2, 4, 6], 4)
    assert found.mean == 4
    assert found.se == pytest.approx(math.sqrt(1 / 3))
    assert found.high - found.mean == pytest.approx(4.302652729911275 * math.sqrt(1 / 3))


def test_everyone_answered_leaves_nothing_to_chance():
    found = fpc_mean([1, 5], 2)
    assert (found.se, found.low, found.high) == (0, 3, 3)
    assert fpc_mean([7], 1).mean == 7


def test_equal_values_have_no_spread():
    found = fpc_mean([3, 3, 3], 84)
    assert (found.se, found.low, found.high) == (0, 3, 3)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: proportion_interval(0, 0), "empty"),
        (lambda: fpc_mean([], 84), "empty"),
        (lambda: fpc_mean([1], 84), "too_few"),
        (lambda: fpc_mean([1]), "too_few"),
    ],
)
def test_what_the_data_cannot_say(call, reason):
    with pytest.raises(NotComputable) as caught:
        call()
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion_interval(5, 4), "5 yes among 4"),
        (lambda: proportion_interval(-1, 4), "at least 0"),
        (lambda: proportion_interval(1.5, 4), "whole number"),  # type: ignore[arg-type]
        (lambda: proportion_interval(float("nan"), 4), "whole number"),  # type: ignore[arg-type]
        (lambda: proportion_interval(True, 4), "whole number"),
        (lambda: proportion_interval(1, 4, confidence=95), "strictly between 0 and 1"),
        (lambda: proportion_interval(1, 4, method="wald"), "wilson, clopper_pearson"),  # type: ignore[arg-type]
        (lambda: census_interval(5, 4, 84), "5, 4, 84"),
        (lambda: census_interval(1, 85, 84), "1, 85, 84"),
        (lambda: census_interval(0, 0, 0), "at least 1"),
        (lambda: fpc_mean([1, 2, 3], 2), "population of 2"),
        (lambda: fpc_mean([1, float("nan"), None], 84), "2 missing"),
        (lambda: fpc_mean([1, float("inf")], 84), "infinite"),
        (lambda: fpc_mean(["a", "b"], 84), "numbers are needed"),
    ],
)
def test_wrong_calls_are_refused(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert not isinstance(caught.value, NotComputable)
