"""Exact test of a table and Cramér's V, against R's documentation, scipy and full enumeration."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, cramers_v, exact_contingency

JOB = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]
tables = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 8), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)
full = tables.filter(lambda t: all(map(sum, t)) and all(map(sum, zip(*t, strict=True))))


def test_r_help_of_fisher_test():
    """help(fisher.test), R 4.2: Job satisfaction (Agresti 2002, p. 57) p = 0.7827; Fisher's tea 0.4857."""
    found = exact_contingency(JOB, n_resamples=20_000)
    assert found.p == pytest.approx(0.7827, abs=4 * found.monte_carlo_se)
    assert found.monte_carlo_se == pytest.approx(math.sqrt(found.p * (1 - found.p) / 20_000))
    tea = exact_contingency([[3, 1], [1, 3]])
    assert (round(tea.p, 4), tea.exact, tea.monte_carlo_se, tea.n_resamples) == (0.4857, True, 0, 0)
    convictions = exact_contingency([[2, 15], [10, 3]])  # the same page: p-value = 0.0005367
    assert convictions.p == pytest.approx(0.0005367, abs=5e-8)


def enumerated_p(table):
    """Sum over every table with the same margins, one row after another."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]

    def fill(total, room):
        if len(room) == 1:
            if total <= room[0]:
                yield (total,)
            return
        for first in range(min(total, room[0]) + 1):
            for rest in fill(total - first, room[1:]):
                yield (first, *rest)

    def walk(left, room):
        if not left:
            yield ()
            return
        for row in fill(left[0], room):
            for below in walk(left[1:], [a - b for a, b in zip(room, row, strict=True)]):
                yield (row, *below)

    def weight(cells):
        return 1 / math.prod(math.factorial(n) for row in cells for n in row)

    weights = [weight(cells) for cells in walk(rows, columns)]
    seen = weight(table)
    return sum(w for w in weights if w <= seen * (1 + 1e-9)) / sum(weights)


@pytest.mark.parametrize(
    "table",
    [[[3, 0, 1], [0, 4, 2]], [[2, 2, 0], [0, 3, 1], [1, 0, 4]], [[5, 0], [1, 3], [2, 2]], [[1, 1, 1], [1, 1, 1]]],
)
def test_full_enumeration_of_small_tables(table):
    found = exact_contingency(table, n_resamples=8000)
    assert not found.exact
    assert found.p == pytest.approx(enumerated_p(table), abs=4 * found.monte_carlo_se + 1e-3)


@given(full.filter(lambda t: len(t) == len(t[0]) == 2))
def test_scipy_fisher_agrees_on_two_by_two(table):
    assert exact_contingency(table).p == pytest.approx(scipy.stats.fisher_exact(table).pvalue, rel=1e-6)
    assert exact_contingency(table).p == pytest.approx(enumerated_p(table))


def test_the_seed_decides():
    table = [[3, 0, 1], [0, 4, 2]]
    assert exact_contingency(table) == exact_contingency(table)
    assert len({exact_contingency(table, n_resamples=200, seed=seed).p for seed in range(6)}) > 1


def test_p_is_never_nil():
    found = exact_contingency([[20, 0, 0], [0, 20, 0], [0, 0, 20]], n_resamples=99)
    assert found.p == 0.01


@given(full)
def test_empty_lines_and_transposition_change_nothing(table):
    padded = [[*row, 0] for row in table] + [[0] * (len(table[0]) + 1)]
    assert exact_contingency(padded, n_resamples=50).p == exact_contingency(table, n_resamples=50).p
    v, turned = cramers_v(padded), cramers_v(list(zip(*table, strict=True)))
    assert v.value == pytest.approx(turned.value)
    assert v.corrected == pytest.approx(turned.corrected)
    assert v.shape == turned.shape[::-1]
    assert 0 <= v.corrected <= v.value + 1e-12 <= 1 + 1e-12
    assert 0 <= v.low <= v.high <= 1


@given(full)
def test_scipy_chi2_and_v_agree(table):
    mine = cramers_v(table)
    assert mine.chi2 == pytest.approx(scipy.stats.chi2_contingency(table, correction=False).statistic, abs=1e-9)
    assert mine.value == pytest.approx(scipy.stats.contingency.association(np.array(table), method="cramer"), abs=1e-9)


def test_cramers_v_by_hand():
    # χ² of R's chisq.test(Job): 5.9655, df = 9; V = √(5.9655/(96 × 3)).
    job = cramers_v(JOB)
    assert job.chi2 == pytest.approx(5.9655, abs=5e-5)
    assert job.df == 9
    assert job.value == pytest.approx(math.sqrt(5.9655 / 288), abs=1e-5)
    assert job.corrected == job.low == 0  # χ² below its degrees of freedom
    # 2 × 2, n = 20: χ² = 20 (8×8 − 2×2)²/10⁴ = 7.2; φ² = 0.36; corrected (0.36 − 1/19)/(2 − 1/19 − 1).
    small = cramers_v([[8, 2], [2, 8]])
    assert small.chi2 == pytest.approx(7.2)
    assert small.value == pytest.approx(0.6)
    assert small.corrected == pytest.approx(math.sqrt((0.36 - 1 / 19) / (1 - 1 / 19)))
    assert small.smallest_expected == 5


def test_cramers_v_interval_inverts_the_noncentral_chi2():
    found = cramers_v([[18, 6, 3], [5, 14, 6], [4, 7, 18]])
    for limit, tail in ((found.low, 0.975), (found.high, 0.025)):
        assert scipy.stats.ncx2.cdf(found.chi2, 4, limit**2 * found.n * 2) == pytest.approx(tail, abs=1e-6)


def test_extremes():
    assert cramers_v([[10, 10], [10, 10]]).value == 0
    assert exact_contingency([[10, 10], [10, 10]]).p == 1
    apart = cramers_v([[10, 0], [0, 10]])
    assert apart.value == apart.high == 1
    two = cramers_v([[1, 0], [0, 1]])
    assert (two.value, two.corrected) == (1, 0)  # two observations: nothing left once chance is taken off
    assert exact_contingency([[1, 0], [0, 1]]).p == 1


def test_a_pandas_cross_table_will_do():
    frame = pd.crosstab(pd.Series(list("aabbab")), pd.Series([1, 2, 1, 2, 3, 3]))
    assert exact_contingency(frame).shape == (2, 3)
    assert cramers_v(frame).n == 6


@pytest.mark.parametrize("function", [exact_contingency, cramers_v])
def test_what_the_data_cannot_say(function):
    for table, reason in (([[0, 0], [0, 0]], "empty"), ([[3, 4]], "one_group"), ([[3, 0], [4, 0]], "one_group")):
        with pytest.raises(NotComputable) as caught:
            function(table)
        assert caught.value.reason == reason


@pytest.mark.parametrize("function", [exact_contingency, cramers_v])
@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[1, -1], [2, 3]], "at least 0"),
        ([[1, 2.5], [2, 3]], "whole number"),
        ([[1, math.nan], [2, 3]], "whole number"),
        ([[1, 2], [3]], "equal length"),
        ([], "equal length"),
    ],
)
def test_wrong_calls_are_refused(function, table, message):
    with pytest.raises(ValueError, match=message):
        function(table)
