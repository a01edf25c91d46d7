"""Kendall's tau-b, gamma and Somers' D, against R, scipy and numerical derivatives."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, goodman_kruskal_gamma, kendall_tau_b, somers_d

pairs = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=30).filter(
    lambda rows: len({x for x, _ in rows}) > 1 and len({y for _, y in rows}) > 1
)
MEASURES = [kendall_tau_b, goodman_kruskal_gamma, somers_d]


def expand(table):
    """Row and column number of each observation of a table of counts."""
    cells = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return [i for i, _ in cells], [j for _, j in cells]


@pytest.mark.parametrize("case", ["Job", "maturity_satisfaction"])
def test_r_ordinal_association(reference, case):
    """reference/ordinal_association.json: cor.test, vcdExtra::GKgamma, DescTools."""
    held = reference("ordinal_association")
    theirs, tolerance = held["results"][case], held["tolerance"]["abs"]
    x, y = expand(theirs["table"])
    tau, gamma = kendall_tau_b(x, y), goodman_kruskal_gamma(x, y)
    assert (tau.value, tau.z, tau.p) == pytest.approx(
        (theirs["tau_b"], theirs["tau_b_z"], theirs["tau_b_p"]), abs=tolerance
    )
    assert (gamma.value, gamma.se) == pytest.approx((theirs["gamma"], theirs["gamma_se"]), abs=tolerance)
    assert (gamma.low, gamma.high) == pytest.approx(theirs["gamma_ci"], abs=tolerance)
    assert (gamma.value, gamma.low, gamma.high) == pytest.approx(theirs["gamma_desctools"], abs=tolerance)
    assert (gamma.concordant, gamma.discordant) == (theirs["concordant"], theirs["discordant"])
    # DescTools « column »: columns explained by rows. « row » is the same measure of the transposed table.
    column, row = somers_d(x, y), somers_d(y, x)
    assert (column.value, column.low, column.high) == pytest.approx(theirs["somers_d_column"], abs=tolerance)
    assert row.value == pytest.approx(theirs["somers_d_row"][0], abs=tolerance)


@pytest.mark.parametrize("case", ["Job", "maturity_satisfaction"])
def test_the_row_interval_of_desctools_is_a_slip(reference, case):
    """reference/ordinal_association.json, somers_d_row: its limits, unlike its value, are not ours.

    DescTools 0.99.59 subtracts the column totals along the rows there (R recycles vectors down columns), so that
    its « row » interval is not the « column » interval of the transposed table, as it must be. The slip alone,
    made here on purpose, gives the reference limits to the last digit.
    """
    held = reference("ordinal_association")
    theirs = held["results"][case]
    x, y = expand(theirs["table"])
    table, n = np.array(theirs["table"], dtype=float), len(x)
    right = somers_d(y, x)
    w = n**2 - (table.sum(axis=0) ** 2).sum()
    d = np.zeros((4, 4))
    for i, j in np.ndindex(4, 4):
        d[i, j] = table[:i, :j].sum() + table[i + 1 :, j + 1 :].sum()
        d[i, j] -= table[:i, j + 1 :].sum() + table[i + 1 :, :j].sum()
    s = (table * d).sum()

    def limits(totals):
        half = 1.959963984540054 * 2 / w**2 * math.sqrt((table * (w * d - s * (n - totals)) ** 2).sum())
        return [s / w, s / w - half, s / w + half]

    slip, along_columns = table.sum(axis=0)[:, None], table.sum(axis=0)[None, :]
    assert limits(slip) == pytest.approx(theirs["somers_d_row"], abs=held["tolerance"]["abs"])
    assert limits(along_columns) == pytest.approx([right.value, right.low, right.high], abs=1e-12)


def test_the_sites_table_is_that_of_the_rows(reference, reference_rows):
    """reference/ordinal_association.json and data/sites81.csv hold the same 81 observations."""
    theirs = reference("ordinal_association")["results"]["maturity_satisfaction"]
    rows = reference_rows("sites81")
    found = kendall_tau_b([int(r["maturity"]) for r in rows], [int(r["satisfaction"]) for r in rows])
    assert found.value == pytest.approx(theirs["tau_b"], abs=1e-8)


@given(pairs)
def test_by_counting_pairs(rows):
    x, y = zip(*rows, strict=True)
    c = d = tied_x = tied_y = 0
    for (x1, y1), (x2, y2) in combinations(rows, 2):
        way = (x1 - x2) * (y1 - y2)
        c, d, tied_x, tied_y = c + (way > 0), d + (way < 0), tied_x + (x1 == x2), tied_y + (y1 == y2)
    total = len(rows) * (len(rows) - 1) / 2
    tau, gamma, somers = (measure(x, y) for measure in MEASURES)
    assert (tau.concordant, tau.discordant) == (c, d)
    assert tau.value == pytest.approx((c - d) / math.sqrt((total - tied_x) * (total - tied_y)))
    assert gamma.value == pytest.approx((c - d) / (c + d))
    assert somers.value == pytest.approx((c - d) / (total - tied_x))
    assert tau.p == gamma.p == somers.p


@given(pairs)
def test_scipy_agrees(rows):
    x, y = zip(*rows, strict=True)
    assert kendall_tau_b(x, y).value == pytest.approx(scipy.stats.kendalltau(x, y).statistic)
    if len(rows) > 2:  # scipy divides by zero at two
        assert kendall_tau_b(x, y).p == pytest.approx(scipy.stats.kendalltau(x, y, method="asymptotic").pvalue)
    assert somers_d(x, y).value == pytest.approx(scipy.stats.somersd(x, y).statistic)


@given(pairs)
def test_symmetries_and_bounds(rows):
    x, y = zip(*rows, strict=True)
    for measure in MEASURES:
        found, turned = measure(x, y), measure(x, [-v for v in y])
        assert turned.value == pytest.approx(-found.value)
        assert turned.se == pytest.approx(found.se, abs=1e-9)
        assert measure([10 * v**3 for v in x], y).value == pytest.approx(found.value)
        assert -1 <= found.value <= 1
        if found.low is not None and found.high is not None:
            assert -1 <= found.low <= found.value <= found.high <= 1
    for measure in (kendall_tau_b, goodman_kruskal_gamma):
        assert measure(x, y).value == pytest.approx(measure(y, x).value)
        assert measure(x, y).se == pytest.approx(measure(y, x).se, abs=1e-9)
    assert kendall_tau_b(x, y).value ** 2 == pytest.approx(somers_d(x, y).value * somers_d(y, x).value)


def test_standard_errors_by_numerical_derivatives():
    """Delta method for multinomial shares, derivatives of each coefficient by central differences."""
    table = np.array([[3.0, 2, 1], [1, 4, 2], [2, 1, 5]])
    n = table.sum()

    def value(shares, measure):
        c = sum(
            shares[i, j] * shares[k, m] for i, j in np.ndindex(3, 3) for k, m in np.ndindex(3, 3) if i < k and j < m
        )
        d = sum(
            shares[i, j] * shares[k, m] for i, j in np.ndindex(3, 3) for k, m in np.ndindex(3, 3) if i < k and j > m
        )
        free_x, free_y = (1 - (shares.sum(axis=axis) ** 2).sum() for axis in (1, 0))
        if measure is goodman_kruskal_gamma:
            return (c - d) / (c + d)
        return 2 * (c - d) / (math.sqrt(free_x * free_y) if measure is kendall_tau_b else free_x)

    shares = table / n
    x, y = expand(table.astype(int).tolist())
    for measure in MEASURES:
        slope = np.zeros((3, 3))
        for cell in np.ndindex(3, 3):
            step = np.zeros((3, 3))
            step[cell] = 1e-6
            # The coefficients are not all of degree 0: stay on shares that sum to 1.
            up, down = (shares + step) / (1 + 1e-6), (shares - step) / (1 - 1e-6)
            slope[cell] = (value(up, measure) - value(down, measure)) / 2e-6
        spread = ((shares * slope**2).sum() - (shares * slope).sum() ** 2) / n
        assert measure(x, y).se == pytest.approx(math.sqrt(spread), rel=1e-5)


@pytest.mark.parametrize("measure", MEASURES)
def test_extremes(measure):
    rising = measure([1, 2, 3, 4], [1, 2, 3, 4])
    assert rising.value == 1
    assert (rising.se, rising.low, rising.high) == (0, None, None)
    assert measure([1, 2, 3, 4], [4, 3, 2, 1]).value == -1
    assert measure([1, 1, 2, 2], [1, 2, 1, 2]).value == 0
    assert measure([1, 1, 2, 2], [1, 2, 1, 2]).p == 1
    two = measure([1, 2], [5, 7])
    assert (two.value, two.z) == (1, 1)


@pytest.mark.parametrize("measure", MEASURES)
def test_what_the_data_cannot_say(measure):
    for x, y, reason in (
        ([], [], "too_few"),
        ([1], [1], "too_few"),
        ([1, 1], [1, 2], "constant"),
        ([1, 2], [3, 3], "constant"),
    ):
        with pytest.raises(NotComputable) as caught:
            measure(x, y)
        assert caught.value.reason == reason
    with pytest.raises(ValueError, match="missing"):
        measure([1, 2, None], [1, 2, 3])
    with pytest.raises(ValueError, match="3 and 2"):
        measure([1, 2, 3], [1, 2])
