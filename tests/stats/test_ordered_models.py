"""Proportional odds and Brant's test, against R (MASS, ordinal, brant), statsmodels and naive formulas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from citesresearch.stats import NotComputable, brant, proportional_odds


@pytest.fixture(scope="module")
def housing(reference_rows):
    """MASS::housing, one row per dwelling (1681): outcome 1 to 3, six 0/1 columns."""
    rank = {"Low": 1, "Medium": 2, "High": 3}
    outcome, rows = [], []
    for row in reference_rows("housing"):
        columns = {f"Infl{v}": row["Infl"] == v for v in ("Medium", "High")}
        columns |= {f"Type{v}": row["Type"] == v for v in ("Apartment", "Atrium", "Terrace")}
        columns |= {"ContHigh": row["Cont"] == "High"}
        outcome += [rank[row["Sat"]]] * int(row["Freq"])
        rows += [columns] * int(row["Freq"])
    return outcome, pd.DataFrame(rows).astype(int)


def test_r_polr_and_clm_on_housing(reference, housing):
    """reference/polr_housing.json: MASS::polr, ordinal::clm; printed values of MASS, p. 200."""
    held = reference("polr_housing")
    tolerance, (outcome, predictors) = held["tolerance"], housing
    found = proportional_odds(outcome, predictors)
    names = {1.0: "Low", 2.0: "Medium", 3.0: "High"}
    estimates: dict[str, tuple[float, float, float | None]]
    estimates = {c.name: (c.estimate, c.se, c.p) for c in found.coefficients}
    estimates |= {f"{names[t.below]}|{names[t.above]}": (t.estimate, t.se, None) for t in found.thresholds}
    for fitted in ("polr", "clm"):
        theirs = held["results"][fitted]
        assert set(theirs["terms"]) == set(estimates)
        for term, estimate, se in zip(theirs["terms"], theirs["estimate"], theirs["se"], strict=True):
            assert estimates[term][0] == pytest.approx(estimate, abs=tolerance["coef_abs"])
            assert estimates[term][1] == pytest.approx(se, abs=tolerance["se_abs"])
        assert found.log_likelihood == pytest.approx(theirs["logLik"], abs=tolerance["loglik_abs"])
    for term, p in zip(held["results"]["clm"]["terms"], held["results"]["clm"]["p"], strict=True):
        if estimates[term][2] is not None:
            assert estimates[term][2] == pytest.approx(p, rel=1e-3)
    assert found.n == held["results"]["polr"]["n"]
    assert -2 * found.log_likelihood == pytest.approx(held["results"]["polr"]["deviance"], abs=2e-4)
    assert found.lr == pytest.approx(held["results"]["LR_null"], abs=2e-4)
    assert found.lr_df == held["results"]["LR_df"]
    low_tower_low = found.probabilities([0, 0, 0, 0, 0, 0])
    assert low_tower_low == pytest.approx(held["results"]["pred_lowtowerlow"], abs=tolerance["prob_abs"])


@pytest.fixture(scope="module")
def survey(reference):
    held = reference("brant_survey")
    levels = held["data"]["levels"]
    rows = [
        (levels.index(level), float(sex == "Male"), height)
        for sex, by_level in held["data"]["heights"].items()
        for level, heights in by_level.items()
        for height in heights
    ]
    outcome, *columns = zip(*rows, strict=True)
    return outcome, np.column_stack(columns)


def test_r_brant_on_survey(reference, survey):
    """reference/brant_survey.json: printed output of help(brant), R package brant 0.3-0."""
    held = reference("brant_survey")
    theirs, tolerance = held["results"], held["tolerance"]["abs"]
    found = brant(*survey, names=["SexMale", "Height"])
    assert found.n == theirs["n"]
    mine = {"omnibus": (found.chi2, found.df, found.p)}
    mine |= {term.name: (term.chi2, term.df, term.p) for term in found.terms}
    for name, numbers in mine.items():
        assert numbers == pytest.approx([theirs[name][k] for k in ("chi2", "df", "p")], abs=tolerance)


def test_brant_by_the_formula_observation_by_observation(survey):
    """Second implementation: statsmodels' logits, sums written out, numpy's plain inverse."""
    outcome, x = np.array(survey[0]), survey[1]
    design = np.column_stack([np.ones(len(x)), x])
    fits = [Logit((outcome > j).astype(float), design).fit(disp=0, tol=1e-12) for j in range(3)]
    shares = [fit.predict(design) for fit in fits]
    v = np.zeros((6, 6))
    for j in range(3):
        for k in range(3):
            low, high = min(j, k), max(j, k)
            middle = sum(
                (shares[high][i] - shares[low][i] * shares[high][i]) * np.outer(row, row)
                for i, row in enumerate(design)
            )
            block = fits[j].cov_params() @ middle @ fits[k].cov_params()
            v[2 * j : 2 * j + 2, 2 * k : 2 * k + 2] = block[1:, 1:]
    beta = np.concatenate([fit.params[1:] for fit in fits])
    gap = np.array([[-1, 0, 1, 0, 0, 0], [0, -1, 0, 1, 0, 0], [-1, 0, 0, 0, 1, 0], [0, -1, 0, 0, 0, 1]])
    chi2 = (gap @ beta) @ np.linalg.inv(gap @ v @ gap.T) @ (gap @ beta)
    found = brant(outcome, x)
    assert found.chi2 == pytest.approx(chi2, rel=1e-5)
    assert found.terms[1].by_cut == pytest.approx(beta[1::2], abs=1e-6)


# Whether its search reaches that gradient depends on the processor; the estimates are compared all the same.
@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
def test_statsmodels_ordered_model_agrees(reference_rows):
    rows = reference_rows("sites81")
    outcome = np.array([int(r["maturity"]) for r in rows])
    x = np.array([[float(r["balance"]), float(r["etp"]), float(r["wave"] == "2021")] for r in rows])
    found = proportional_odds(outcome, x, names=["equilibre", "etp", "vague_2021"])
    theirs = OrderedModel(outcome, x, distr="logit").fit(method="bfgs", disp=0, gtol=1e-9)
    assert [c.estimate for c in found.coefficients] == pytest.approx(theirs.params[:3], abs=1e-5)
    assert [c.se for c in found.coefficients] == pytest.approx(theirs.bse[:3], abs=1e-4)
    cuts = theirs.model.transform_threshold_params(theirs.params)[1:-1]
    assert [t.estimate for t in found.thresholds] == pytest.approx(cuts, abs=1e-5)
    assert found.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)
    assert found.lr_p == pytest.approx(theirs.llr_pvalue, abs=1e-6)


def test_one_binary_predictor_and_two_levels_by_hand():
    # Odds 6/2 against 3/5: log odds ratio ln 5, se² = 1/6 + 1/2 + 1/3 + 1/5.
    outcome = [1] * 6 + [0] * 2 + [1] * 3 + [0] * 5
    (found,) = proportional_odds(outcome, [1] * 8 + [0] * 8).coefficients
    assert found.odds_ratio == pytest.approx(5)
    assert found.se == pytest.approx(math.sqrt(1 / 6 + 1 / 2 + 1 / 3 + 1 / 5))


def test_no_link_gives_nil_coefficients():
    found = proportional_odds([1, 2, 3, 1, 2, 3], [0, 0, 0, 1, 1, 1])
    assert found.coefficients[0].estimate == pytest.approx(0, abs=1e-9)
    assert found.coefficients[0].p == pytest.approx(1)
    assert (found.lr, found.lr_p) == pytest.approx((0, 1), abs=1e-9)
    assert [t.estimate for t in found.thresholds] == pytest.approx([-math.log(2), math.log(2)])


samples = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed))


@given(samples, st.floats(0.01, 1000), st.floats(-1000, 3000))
def test_units_and_direction(rng, scale, shift):
    """Another unit divides the coefficient; the reversed scale changes its sign; nothing else moves."""
    x = rng.normal(size=(60, 2))
    outcome = np.digitize(x[:, 0] + rng.logistic(size=60), [-1, 0.5])
    if len(set(outcome)) < 3:
        return
    plain = proportional_odds(outcome, x)
    moved = proportional_odds(outcome, x * [scale, 1] + [shift, 0])
    turned = proportional_odds(-outcome, x)
    first = plain.coefficients[0]
    assert moved.coefficients[0].estimate * scale == pytest.approx(first.estimate, rel=1e-5, abs=1e-7)
    assert moved.coefficients[0].z == pytest.approx(first.z, rel=1e-5, abs=1e-7)
    assert turned.coefficients[0].estimate == pytest.approx(-first.estimate, abs=1e-7)
    assert turned.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-8)
    assert brant(outcome, x * [scale, 1] + [shift, 0]).chi2 == pytest.approx(brant(outcome, x).chi2, rel=1e-4, abs=1e-6)
    probabilities = plain.probabilities([0.3, -0.2])
    assert sum(probabilities) == pytest.approx(1)
    assert min(probabilities) > 0


def test_brant_keeps_its_level_and_sees_a_departure():
    """200 samples of 200: about 10 rejections under proportional odds, most under a changing coefficient."""
    rng = np.random.default_rng(6)
    rejected = seen = 0
    for _ in range(200):
        x = rng.normal(size=200)
        rejected += brant(np.digitize(x + rng.logistic(size=200), [-1, 0, 1]), x).p <= 0.05
    for _ in range(40):
        x = rng.normal(size=200)
        rough = rng.logistic(size=200) * np.exp(0.8 * x)  # the spread grows with x: coefficients differ
        seen += brant(np.digitize(rough, [-1, 0, 1]), x).p <= 0.05
    assert 2 <= rejected <= 22
    assert seen >= 30


def test_separation_is_said_not_estimated():
    x = [0, 0, 0, 0, 1, 1, 1, 1, 1]
    cases = {
        "complete": [1, 1, 2, 2, 3, 3, 3, 3, 3],
        "one level in common": [1, 1, 2, 2, 2, 3, 3, 3, 2],
        "a group at one end": [1, 2, 2, 3, 3, 3, 3, 3, 3],
        "two levels, one cell empty": [0, 0, 0, 0, 1, 1, 0, 1, 1],
    }
    for outcome in cases.values():
        with pytest.raises(NotComputable) as caught:
            proportional_odds(outcome, x)
        assert caught.value.reason == "separation"


def test_an_empty_cell_need_not_separate():
    # Nobody at level 1 on one side, yet two levels in common: the estimate is finite.
    assert proportional_odds([1, 2, 2, 3, 2, 2, 3, 3, 2], [0, 0, 0, 0, 1, 1, 1, 1, 1]).n == 9
    found = proportional_odds([1, 1, 2, 3, 3, 1, 1, 3, 3, 3], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    assert abs(found.coefficients[0].estimate) < 3
    with pytest.raises(NotComputable, match="two levels"):
        brant([0, 1, 0, 1, 1, 0], [0, 1, 1, 0, 1, 0])


def test_separation_by_a_combination_of_predictors():
    rng = np.random.default_rng(9)
    x = rng.normal(size=(40, 2))
    with pytest.raises(NotComputable) as caught:
        proportional_odds((x @ [1, -2] > 0).astype(int), x)
    assert caught.value.reason == "separation"
    overlapping = (x @ [1, -2] + rng.logistic(size=40) > 0).astype(int)
    assert proportional_odds(overlapping, x).n == 40


def test_brant_says_at_which_cut_a_cell_is_empty():
    # Above level 2: only ones; above level 1: both.
    outcome, x = [1, 1, 2, 2, 2, 1, 1, 2, 3, 3, 3], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    with pytest.raises(NotComputable, match="above 2") as caught:
        brant(outcome, x)
    assert caught.value.reason == "separation"


@pytest.mark.parametrize("function", [proportional_odds, brant])
@pytest.mark.parametrize(
    ("outcome", "x", "reason"),
    [
        ([2, 2, 2, 2], [0, 1, 0, 1], "constant"),
        ([], [], "constant"),
        ([1, 2], [0, 1], "too_few"),
        ([1, 2, 3, 1, 2], [5, 5, 5, 5, 5], "collinear"),
        ([1, 2, 3, 1, 2, 3, 1], [[0, 0], [1, 2], [0, 0], [1, 2], [1, 2], [0, 0], [1, 2]], "collinear"),
    ],
)
def test_what_the_data_cannot_say(function, outcome, x, reason):
    with pytest.raises(NotComputable) as caught:
        function(outcome, x)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportional_odds([1, None, 2], [1, 2, 3]), "outcome: 1 missing"),
        (lambda: proportional_odds([1, 2, 2], [1, math.nan, 3]), "x1: 1 missing"),
        (lambda: proportional_odds([1, 2, 2], pd.DataFrame({"etp": [1, pd.NA, 3]}, dtype="Int64")), "etp: 1 missing"),
        (lambda: proportional_odds([1, 2], [1, 2, 3]), "2 and 3 observations"),
        (lambda: proportional_odds([1, 2, 3], [1, 2, 3], names=["a", "b"]), "1 different names"),
        (lambda: proportional_odds([1, 2, 3], [[], [], []]), "at least one column"),
    ],
)
def test_wrong_calls_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_probabilities_refuse_another_number_of_predictors():
    fitted = proportional_odds([1, 2, 3, 1, 2, 3], [0, 0, 0, 1, 1, 1])
    with pytest.raises(ValueError, match="1 values are needed"):
        fitted.probabilities([1, 2])
