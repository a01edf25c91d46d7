"""Power and minimum detectable effects, against R's pwr and simulation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, minimum_detectable_effect, statistical_power

PWR: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "r_n81": ("correlation", 81, {}),
    "r_n81_alpha01": ("correlation", 81, {"alpha": 0.01}),
    "d_24_57": ("two_means", (24, 57), {}),
    "d_40_41": ("two_means", (40, 41), {}),
    "h_24_57": ("two_proportions", (24, 57), {}),
    "h_40_41": ("two_proportions", (40, 41), {}),
    "anova_k4_n20": ("several_means", (20, 20, 20, 21), {}),
    "chisq_w_df3": ("contingency", 81, {"df": 3}),
    "chisq_w_df9": ("contingency", 81, {"df": 9}),
}
designs = st.sampled_from(
    [
        ("correlation", 81, None),
        ("two_means", (24, 57), None),
        ("two_proportions", (10, 5), None),
        ("several_means", (5, 9, 20), None),
        ("contingency", 40, 4),
    ]
)


@pytest.mark.parametrize("name", PWR)
def test_r_pwr(reference, name):
    """reference/mde_power.json: R pwr 1.3."""
    held = reference("mde_power")
    design, n, more = PWR[name]
    found = minimum_detectable_effect(design, n, **more)
    assert found.value == pytest.approx(held["results"][name], abs=held["tolerance"]["abs"])


def test_r_pwr_power(reference):
    """reference/mde_power.json: power of r = .3 and of d = .5."""
    held = reference("mde_power")
    r = statistical_power("correlation", 0.3, 81)
    d = statistical_power("two_means", 0.5, (24, 57))
    assert r == pytest.approx(held["results"]["power_r03"], abs=held["tolerance"]["abs"])
    assert d == pytest.approx(held["results"]["power_d05_24_57"], abs=held["tolerance"]["abs"])


def test_every_value_of_the_reference_is_used(reference):
    assert set(reference("mde_power")["results"]) == {*PWR, "power_r03", "power_d05_24_57"}


@given(designs, st.floats(0.3, 0.95), st.sampled_from([0.01, 0.05, 0.1]))
def test_power_at_the_detectable_effect_is_that_asked_for(design, power, alpha):
    name, n, df = design
    found = minimum_detectable_effect(name, n, df=df, power=power, alpha=alpha)
    assert statistical_power(name, found.value, n, df=df, alpha=alpha) == pytest.approx(power, abs=1e-8)
    more = minimum_detectable_effect(name, n, df=df, power=min(0.99, power + 0.04), alpha=alpha)
    assert more.value > found.value


@given(designs, st.sampled_from([0.01, 0.05]))
def test_without_effect_power_is_the_level(design, alpha):
    name, n, df = design
    assert statistical_power(name, 0, n, df=df, alpha=alpha) == pytest.approx(alpha, abs=0.002)


def test_more_observations_see_smaller_effects():
    values = [minimum_detectable_effect("two_means", (n, n)).value for n in (5, 20, 80)]
    assert values == sorted(values, reverse=True)


def test_the_equivalent_cliffs_delta_by_simulation():
    found = minimum_detectable_effect("two_means", (24, 57))
    rng = np.random.default_rng(4)
    x, y = rng.normal(found.value, 1, 4000), rng.normal(0, 1, 4000)
    u = scipy.stats.mannwhitneyu(x, y).statistic
    assert found.cliffs_delta == pytest.approx(2 * u / 16e6 - 1, abs=0.03)
    assert found.cliffs_delta == pytest.approx(2 * scipy.stats.norm.cdf(found.value / math.sqrt(2)) - 1)
    assert minimum_detectable_effect("correlation", 81).cliffs_delta is None


def test_power_of_a_simulated_t_test():
    rng = np.random.default_rng(8)
    x, y = rng.normal(0.69, 1, (4000, 24)), rng.normal(0, 1, (4000, 57))
    rejected = (scipy.stats.ttest_ind(x, y, axis=1).pvalue <= 0.05).mean()
    assert statistical_power("two_means", 0.69, (24, 57)) == pytest.approx(rejected, abs=0.025)


@pytest.mark.parametrize(
    ("design", "n", "reason"),
    [
        ("correlation", 3, "too_few"),
        ("two_means", (1, 1), "too_few"),
        ("several_means", (1, 1, 1), "too_few"),
        ("several_means", (9,), "one_group"),
    ],
)
def test_what_no_test_can_see(design, n, reason):
    with pytest.raises(NotComputable) as caught:
        minimum_detectable_effect(design, n)
    assert caught.value.reason == reason


def test_the_smallest_designs_still_answer():
    assert 0.9 < minimum_detectable_effect("correlation", 4).value < 1
    assert minimum_detectable_effect("two_means", (1, 2)).value > 5
    assert minimum_detectable_effect("two_proportions", (1, 1)).value == pytest.approx(2.8016 * math.sqrt(2), abs=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: minimum_detectable_effect("regression", 81), "correlation"),  # type: ignore[arg-type]
        (lambda: minimum_detectable_effect("two_means", 81), "sizes of the groups"),
        (lambda: minimum_detectable_effect("correlation", (40, 41)), "number of observations"),
        (lambda: minimum_detectable_effect("two_means", (1, 2, 3)), "two groups"),
        (lambda: minimum_detectable_effect("contingency", 81), "df: needed"),
        (lambda: minimum_detectable_effect("correlation", 81, df=3), "df: needed"),
        (lambda: minimum_detectable_effect("correlation", 81, power=0.05), "not above alpha"),
        (lambda: statistical_power("correlation", 1, 81), "not possible"),
        (lambda: statistical_power("two_means", -1, (3, 4)), "not possible"),
        (lambda: statistical_power("two_means", math.nan, (3, 4)), "not possible"),
    ],
)
def test_wrong_calls_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
