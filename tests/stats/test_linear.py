"""Linear model with HC3 errors, held to statsmodels and to its own algebra."""

from __future__ import annotations

import numpy as np
import pytest

from citesresearch.stats import NotComputable, linear_model


def data(n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 3))
    return 1 + x @ [0.5, 0.0, -1.0] + rng.normal(size=n) * (1 + np.abs(x[:, 0])), x


def test_statsmodels_hc3_agrees():
    statsmodels = pytest.importorskip("statsmodels.api")
    y, x = data()
    theirs = statsmodels.OLS(y, statsmodels.add_constant(x)).fit(cov_type="HC3", use_t=True)
    ours = linear_model(y, x, names=("a", "b", "c"))
    assert ours.intercept == pytest.approx(theirs.params[0], abs=1e-12)
    for place, c in enumerate(ours.coefficients, start=1):
        low, high = theirs.conf_int()[place]
        expected = (theirs.params[place], theirs.bse[place], theirs.pvalues[place], low, high)
        assert (c.estimate, c.se, c.p, c.low, c.high) == pytest.approx(expected, rel=1e-10, abs=1e-12)
    joint = theirs.f_test(np.array([[0, 1, 0, 0], [0, 0, 0, 1]]))
    assert ours.joint_p(["a", "c"]) == pytest.approx(float(joint.pvalue), rel=1e-9)
    assert ours.joint_p(["b"]) == pytest.approx(ours.coefficients[1].p, rel=1e-12)
    assert ours.df == 36
    assert ours.r_squared == pytest.approx(theirs.rsquared, rel=1e-12)


def test_two_groups_by_hand():
    """b is the difference of means; HC3 inflates each group's mean square by (n/(n − 1))²: 2/(2 − 1) twice here."""
    model = linear_model([1, 3, 6, 8], [0, 0, 1, 1])
    (b,) = model.coefficients
    assert [model.intercept, b.estimate] == pytest.approx([2, 5])
    # Residuals ±1, leverages ½: Σ(e/(1 − h))² / n² = 8/4 in each group.
    assert b.se == pytest.approx(2.0)


def test_units_do_not_change_the_test():
    y, x = data()
    one, other = linear_model(y, x), linear_model(100 * y, 1_000 * x + 5)
    assert [c.p for c in one.coefficients] == pytest.approx([c.p for c in other.coefficients], rel=1e-8)
    assert other.coefficients[0].estimate == pytest.approx(one.coefficients[0].estimate / 10)


@pytest.mark.parametrize(
    ("y", "x", "reason"),
    [
        ([1, 1, 1, 1], [1, 2, 3, 4], "constant"),
        ([1, 2], [1, 2], "too_few"),
        ([1, 2, 3, 4], [2, 2, 2, 2], "collinear"),
        ([1, 2, 3, 5, 4], [[1, 2], [2, 4], [3, 6], [4, 8], [5, 10]], "collinear"),
        ([1, 2, 3, 5], [0, 0, 0, 1], "too_few"),  # one observation decides alone
    ],
)
def test_what_the_data_cannot_say(y, x, reason):
    with pytest.raises(NotComputable) as caught:
        linear_model(y, x)
    assert caught.value.reason == reason


def test_a_perfect_fit_leaves_no_doubt():
    model = linear_model([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    (c,) = model.coefficients
    assert c.estimate == pytest.approx(1)
    assert c.p == pytest.approx(0, abs=1e-12)
    assert np.isfinite([c.low, c.high, c.p]).all()


def test_wrong_calls_are_refused():
    with pytest.raises(ValueError, match="missing"):
        linear_model([1, float("nan"), 3], [1, 2, 3])
    with pytest.raises(ValueError, match="3 and 2 observations"):
        linear_model([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="different names"):
        linear_model([1, 2, 3, 4], [1, 2, 4, 3], names=("a", "b"))
    with pytest.raises(ValueError, match="not in"):
        linear_model(*data(), names=("a", "b", "c")).joint_p(["d"])
