"""Cohen's kappa, against R's irr and by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, cohen_kappa

ratings = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=30).filter(
    lambda rows: len({v for row in rows for v in row}) > 1
)


@pytest.mark.parametrize(
    ("weights", "name"), [("none", "kappa2_unweighted"), ("linear", "kappa2_linear"), ("squared", "kappa2_squared")]
)
def test_r_irr_kappa2(reference, reference_rows, weights, name):
    """reference/agreement.json: irr 0.84 kappa2 on anxiety, raters 1 and 2."""
    held, rows = reference("agreement"), reference_rows("irr_anxiety")
    first, second = ([int(row[rater]) for row in rows] for rater in ("rater1", "rater2"))
    found = cohen_kappa(first, second, weights=weights)
    assert found.kappa == pytest.approx(held["results"][name], abs=held["tolerance"]["abs"])


def test_by_hand():
    # 20 oui-oui, 5 oui-non, 10 non-oui, 15 non-non: p_o = .7, p_e = .5 × .6 + .5 × .4 = .5, κ = .4.
    first = ["oui"] * 25 + ["non"] * 25
    second = ["oui"] * 20 + ["non"] * 5 + ["oui"] * 10 + ["non"] * 15
    found = cohen_kappa(first, second)
    assert (found.observed, found.expected, found.kappa) == pytest.approx((0.7, 0.5, 0.4))


def test_extremes():
    assert cohen_kappa([1, 2, 3], [1, 2, 3]).kappa == 1
    assert cohen_kappa([1, 2], [2, 1]).kappa == -1
    assert cohen_kappa([1, 1, 2, 2], [1, 2, 1, 2]).kappa == pytest.approx(0)
    assert cohen_kappa([1, 1], [1, 2]).kappa == 0  # a rater who never varies agrees by chance only


@given(ratings, st.sampled_from(["none", "linear", "squared"]))
def test_symmetry_and_bounds(rows, weights):
    first, second = zip(*rows, strict=True)
    found = cohen_kappa(first, second, weights=weights)
    assert found.kappa == pytest.approx(cohen_kappa(second, first, weights=weights).kappa)
    assert found.kappa <= 1 + 1e-12
    turned = cohen_kappa([5 - v for v in first], [5 - v for v in second], weights=weights)
    assert found.kappa == pytest.approx(turned.kappa)


def test_levels_nobody_used_count_for_weights_when_named():
    first, second = ["bas", "haut", "bas"], ["haut", "haut", "bas"]
    order = ["bas", "moyen", "haut"]
    found = cohen_kappa(first, second, weights="linear", order=order)
    assert found.levels == ("bas", "moyen", "haut")
    assert found.kappa == pytest.approx(cohen_kappa(first, second).kappa)  # the two levels used are the far ends


def test_what_the_data_cannot_say():
    for first, second, reason in (([], [], "empty"), ([1, 1], [1, 1], "constant")):
        with pytest.raises(NotComputable) as caught:
            cohen_kappa(first, second)
        assert caught.value.reason == reason


def test_wrong_calls_are_refused():
    with pytest.raises(ValueError, match="missing"):
        cohen_kappa([1, None], [1, 2])
    with pytest.raises(ValueError, match="2 and 1"):
        cohen_kappa([1, 2], [1])
    with pytest.raises(ValueError, match="alphabetical order"):
        cohen_kappa(["a", "b"], ["a", "b"], weights="linear")
    with pytest.raises(ValueError, match="linear"):
        cohen_kappa([1, 2], [1, 2], weights="quadratic")  # type: ignore[arg-type]
