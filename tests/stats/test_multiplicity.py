"""Adjusted p-values, against R's p.adjust and the example of Benjamini and Hochberg (1995)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from citesresearch.stats import adjust_pvalues

R_NAMES = {"holm": "holm", "hochberg": "hochberg", "bh": "BH", "by": "BY", "bonferroni": "bonferroni"}
STATSMODELS = {"holm": "holm", "hochberg": "simes-hochberg", "bh": "fdr_bh", "by": "fdr_by", "bonferroni": "bonferroni"}
pvalue_lists = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize("method", R_NAMES)
@pytest.mark.parametrize("case", ["bh1995", "with_ties_na"])
def test_r_p_adjust(reference, method, case):
    """reference/p_adjust.json: R stats::p.adjust; a missing p stays missing and does not count."""
    held = reference("p_adjust")
    expected = [math.nan if p is None else p for p in held["results"][case][R_NAMES[method]]]
    found = adjust_pvalues(held["data"][case], method)
    assert found == pytest.approx(expected, abs=held["tolerance"]["abs"], nan_ok=True)


def test_benjamini_and_hochberg_1995(reference):
    """Their section 4: at .05 the procedure raises the 4 smallest, Bonferroni 3."""
    pvalues = reference("p_adjust")["data"]["bh1995"]
    assert sum(p <= 0.05 for p in adjust_pvalues(pvalues, "bh")) == 4
    assert sum(p <= 0.05 for p in adjust_pvalues(pvalues, "bonferroni")) == 3


@given(pvalue_lists, st.sampled_from(sorted(STATSMODELS)))
def test_statsmodels_agrees(pvalues, method):
    theirs = multipletests(pvalues, method=STATSMODELS[method])[1]
    assert adjust_pvalues(pvalues, method) == pytest.approx(theirs.tolist(), abs=1e-12)


@given(pvalue_lists, st.sampled_from(sorted(R_NAMES)), st.randoms())
def test_order_bounds_and_permutation(pvalues, method, random):
    adjusted = adjust_pvalues(pvalues, method)
    assert all(raw <= more <= 1 for raw, more in zip(pvalues, adjusted, strict=True))
    ranked = np.argsort(pvalues, kind="stable")
    assert all(np.diff(np.array(adjusted)[ranked]) >= -1e-15)
    places = list(range(len(pvalues)))
    random.shuffle(places)
    assert adjust_pvalues([pvalues[i] for i in places], method) == pytest.approx([adjusted[i] for i in places])


@given(pvalue_lists)
def test_from_mildest_to_harshest(pvalues):
    bh, hochberg, holm, bonferroni = (adjust_pvalues(pvalues, m) for m in ("bh", "hochberg", "holm", "bonferroni"))
    for mild, harsh in ((bh, hochberg), (hochberg, holm), (holm, bonferroni)):
        assert all(a <= b + 1e-12 for a, b in zip(mild, harsh, strict=True))


def test_a_family_declared_in_advance_keeps_its_size():
    # Ten tests declared, one could not be computed: Holm still counts ten.
    assert adjust_pvalues([0.01, None], "holm", family_size=10)[0] == pytest.approx(0.1)
    assert adjust_pvalues([0.01, 0.02], "bh", family_size=4) == pytest.approx([0.04, 0.04])


def test_extremes():
    assert adjust_pvalues([]) == []
    assert adjust_pvalues([0.3]) == [0.3]
    assert adjust_pvalues([0.0, 1.0], "holm") == [0, 1]
    assert adjust_pvalues([0.2, 0.9], "none") == [0.2, 0.9]
    assert all(math.isnan(p) for p in adjust_pvalues([None, math.nan]))


def test_wrong_calls_are_refused():
    with pytest.raises(ValueError, match="outside 0 to 1"):
        adjust_pvalues([0.5, 1.2])
    with pytest.raises(ValueError, match="2 for 3 tests"):
        adjust_pvalues([0.1, 0.2, 0.3], family_size=2)
    with pytest.raises(ValueError, match="bonferroni"):
        adjust_pvalues([0.1], "sidak")  # type: ignore[arg-type]
