"""Diversity of a composition and overlap of sets, against R's vegan and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.stats import NotComputable, blau, jaccard, shannon

amounts = st.lists(st.integers(0, 50), min_size=1, max_size=10).filter(any)
sets = st.sets(st.integers(0, 8))


def test_r_vegan_on_shares(reference):
    """reference/diversity_jaccard.json: vegan diversity() of four compositions."""
    held = reference("diversity_jaccard")
    tolerance = held["tolerance"]["abs"]
    for name, theirs in held["results"]["shares"].items():
        entropy, index = shannon(held["data"]["shares"][name]), blau(held["data"]["shares"][name])
        assert entropy.entropy == pytest.approx(theirs["shannon"], abs=tolerance)
        assert entropy.evenness == pytest.approx(theirs["pielou"], abs=tolerance)
        assert index.index == pytest.approx(theirs["blau"], abs=tolerance)
        assert index.normalised == pytest.approx(theirs["blau_normalised"], abs=tolerance)


def test_r_dist_on_copil_and_cotech(reference):
    """reference/diversity_jaccard.json: stats::dist(method = "binary")."""
    held = reference("diversity_jaccard")
    found = jaccard(held["data"]["sets"]["copil"], held["data"]["sets"]["cotech"])
    assert found.similarity == held["results"]["copil_cotech_jaccard_similarity"]
    assert found.distance == held["results"]["copil_cotech_jaccard_distance"]
    assert (found.common, found.union) == (3, 8)


def test_r_vegan_on_bci(reference, shared_rows):
    """reference/diversity_jaccard.json: vegan on five plots of Barro Colorado Island, 225 species."""
    held, plots = reference("diversity_jaccard"), shared_rows("bci5")
    results, tolerance = held["results"], held["tolerance"]["abs"]
    counts = [{k: int(v) for k, v in plot.items() if k != "plot"} for plot in plots]
    species = [{k for k, v in plot.items() if v} for plot in counts]
    for i, plot in enumerate(counts):
        index = blau(plot.values())
        entropy = shannon(plot.values(), categories=len(species[i]))  # Pielou among the species present
        assert entropy.entropy == pytest.approx(results["shannon"][i], abs=tolerance)
        assert entropy.evenness == pytest.approx(results["pielou"][i], abs=tolerance)
        assert index.index == pytest.approx(results["blau_simpson"][i], abs=tolerance)
        assert index.effective == pytest.approx(results["inv_simpson"][i], abs=tolerance)
        assert index.richness == entropy.richness == results["richness"][i]
        for j in range(5):
            found = jaccard(species[i], species[j]).distance
            assert found == pytest.approx(results["jaccard_binary"][i][j], abs=tolerance)


@given(amounts, st.integers(2, 9))
def test_scale_order_and_bounds(values, factor):
    for measure, value in ((shannon, "entropy"), (blau, "index")):
        found = getattr(measure(values), value)
        assert getattr(measure([factor * v for v in values]), value) == pytest.approx(found, abs=1e-12)
        assert getattr(measure(values[::-1]), value) == pytest.approx(found, abs=1e-12)
        assert getattr(measure([*values, 0]), value) == pytest.approx(found, abs=1e-12)
    assert 0 <= shannon(values).entropy <= math.log(len(values)) + 1e-12
    assert 0 <= blau(values).index <= 1 - 1 / len(values) + 1e-12
    assert 1 <= blau(values).effective <= len(values) + 1e-9


@given(amounts)
def test_blau_is_the_chance_that_two_draws_differ(values):
    n = sum(values)
    differ = sum(a * b for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    assert blau(values).index == pytest.approx(differ / n**2)


def test_extremes():
    alone, equal = shannon([7, 0, 0]), shannon([2, 2, 2])
    assert (alone.entropy, alone.evenness, alone.richness, alone.categories) == (0, 0, 1, 3)
    assert equal.evenness == pytest.approx(1)
    assert equal.entropy == pytest.approx(math.log(3))
    assert (blau([7, 0, 0]).index, blau([7, 0, 0]).normalised) == (0, 0)
    assert blau([2, 2, 2]).normalised == pytest.approx(1)
    assert shannon([5]).evenness is None  # one possible category: evenness has no meaning
    assert blau([5]).normalised is None
    assert shannon([1, 1], categories=4).evenness == pytest.approx(0.5)


@given(sets, sets)
def test_jaccard_symmetry_and_bounds(a, b):
    if not a | b:
        with pytest.raises(NotComputable, match="both sets are empty"):
            jaccard(a, b)
        return
    found = jaccard(a, b)
    assert found == jaccard(b, a)
    assert 0 <= found.similarity <= 1
    assert (found.similarity == 1) == (a == b)
    assert (found.similarity == 0) == (not a & b)
    assert found.similarity + found.distance == pytest.approx(1)


def test_repeats_count_once():
    assert jaccard(["epci", "epci", "caf"], ["epci"]).similarity == 0.5
    assert jaccard([], ["epci"]).similarity == 0


@pytest.mark.parametrize("measure", [shannon, blau])
def test_composition_refuses(measure):
    for values in ([], [0, 0]):
        with pytest.raises(NotComputable) as caught:
            measure(values)
        assert caught.value.reason == "empty"
    with pytest.raises(ValueError, match="negative"):
        measure([1, -1])
    with pytest.raises(ValueError, match="missing"):
        measure([1, None])
    with pytest.raises(ValueError, match="infinite"):
        measure([1, math.inf])
    with pytest.raises(ValueError, match="2 are present"):
        measure([1, 1], categories=1)


def test_jaccard_refuses():
    with pytest.raises(ValueError, match="missing"):
        jaccard(["epci", None], ["epci"])
    with pytest.raises(ValueError, match="letters"):
        jaccard("epci", "caf")
