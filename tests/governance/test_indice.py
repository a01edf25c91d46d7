"""The copilotage index as pure maths: worked out by hand, then the properties that its definition promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from citesresearch.codebook import load_codebook
from citesresearch.governance.indice import (
    SEED,
    TYPES,
    classify,
    draw_weights,
    highest_strength,
    numbers_of,
    share_keeping,
    weigh,
)

POIDS = [0.40, 0.20, 0.15, 0.15, 0.10]
PARTAGE = [False, False, True, True, True]
NAN = math.nan
side = st.floats(0, 1, allow_subnormal=False)
component = st.one_of(st.just(NAN), side)
weights = st.lists(st.floats(0.01, 1), min_size=5, max_size=5)
NEAR = 1e-9


def typed(e: float, c: float, delta: float = 0.2, tau: float = 0.5) -> str:
    return TYPES[int(classify(e, c, delta, tau))]


# -- by hand -----------------------------------------------------------------------------------------------------------
def test_a_complete_cite_by_hand() -> None:
    """Fully against agrees, préfet, EPCI, seats 5/6 and 1/6, euros 3/4 and 1/4."""
    sides = weigh([[1, 1, 0, 5 / 6, 0.75]], [[2 / 3, 0, 1, 1 / 6, 0.25]], POIDS)
    assert sides.etat[0] == pytest.approx(0.40 + 0.20 + 0.125 + 0.075)
    assert sides.collectivite[0] == pytest.approx(0.80 / 3 + 0.15 + 0.025 + 0.025)
    assert sides.poids_couvert[0] == 1
    numbers = numbers_of(sides.etat, sides.collectivite)
    assert numbers.desequilibre[0] == pytest.approx(-5 / 19)
    assert numbers.equilibre[0] == pytest.approx(7 / 12)
    assert numbers.force[0] == pytest.approx(19 / 30)
    assert numbers.force_conjointe[0] == pytest.approx(math.sqrt(28 / 75))
    assert typed(sides.etat[0], sides.collectivite[0]) == "etat_dominant"


def test_a_component_unknown_on_one_side_is_dropped_on_both() -> None:
    """Without legitimacy (.60 left) and co-funding (.50 left): weights .4, .3, .3 of presidency, host, seats."""
    sides = weigh([[NAN, 1, 0.5, 0.2, 1]], [[1, 1, 0.5, 0.8, NAN]], POIDS)
    assert sides.poids_couvert[0] == pytest.approx(0.5), "half is enough"
    assert sides.etat[0] == pytest.approx(0.4 + 0.15 + 0.06)
    assert sides.collectivite[0] == pytest.approx(0.4 + 0.15 + 0.24)


@pytest.mark.parametrize(("missing", "told"), [([0, 4], True), ([0, 3], False), ([0, 1], False), ([3, 4], True)])
def test_below_half_the_weight_nothing_is_said_but_the_weight(missing: list[int], told: bool) -> None:
    e = np.ones((1, 5))
    e[0, missing] = NAN
    sides = weigh(e, np.ones((1, 5)), POIDS)
    assert bool(np.isfinite(sides.etat[0])) is told
    assert bool(np.isfinite(sides.collectivite[0])) is told
    assert sides.poids_couvert[0] == pytest.approx(1 - sum(POIDS[i] for i in missing))
    numbers = numbers_of(sides.etat, sides.collectivite)
    assert bool(np.isfinite(numbers.desequilibre[0])) is told
    assert (int(classify(sides.etat, sides.collectivite, 0.2, 0.5)[0]) >= 0) is told


def test_nothing_known_covers_nothing() -> None:
    sides = weigh(np.full((2, 5), NAN), np.ones((2, 5)), POIDS)
    assert np.isnan(sides.etat).all()
    assert (sides.poids_couvert == 0).all()


@pytest.mark.parametrize(
    ("e", "c", "expected"),
    [
        (0.0, 0.0, "portage_faible"),
        (0.4999, 0.4999, "portage_faible"),
        (0.5, 0.5, "equilibre"),
        (0.5 - 1e-13, 0.5 - 1e-13, "equilibre"),
        (0.6, 0.4, "equilibre"),  # D = −.2 exactly: the weaker has two thirds of the stronger
        (0.4, 0.6, "equilibre"),
        (0.1 + 0.2 + 0.3, 0.4, "equilibre"),  # .6000000000000001: rounding moves no boundary
        (0.6, 0.3999, "etat_dominant"),
        (0.3999, 0.6, "collectivite_dominante"),
        (1.0, 0.0, "etat_dominant"),
        (0.0, 0.5, "collectivite_dominante"),
    ],
)
def test_boundaries_are_included(e: float, c: float, expected: str) -> None:
    assert typed(e, c) == expected


def test_both_zero_is_weak_whatever_the_threshold() -> None:
    numbers = numbers_of(0.0, 0.0)
    assert [float(x) for x in (numbers.desequilibre, numbers.equilibre, numbers.force, numbers.force_conjointe)] == [
        0
    ] * 4
    assert typed(0, 0, tau=1e-13) == "portage_faible"


@pytest.mark.parametrize(
    ("kept", "ceiling"),
    [
        ([0, 1, 2, 3, 4], 0.80),
        ([1, 2, 3, 4], 2 / 3),  # without legitimacy
        ([0, 1, 3, 4], 0.725 / 0.85),  # without the host
        ([0, 1, 2, 3], 0.75 / 0.90),  # without co-funding
        ([0, 1], 1.0),
    ],
)
def test_no_site_passes_the_ceiling_and_one_reaches_it(kept: list[int], ceiling: float) -> None:
    """Ten thousand random sites under the constraint of shared components, and the best one by construction."""
    rng = np.random.default_rng(1)
    e, c = rng.random((2, 10_000, 5))
    c[:, 2:] *= 1 - e[:, 2:]  # what one side has of a whole, the other has not
    e[0], c[0] = [1, 1, 0.5, 0.5, 0.5], [1, 1, 0.5, 0.5, 0.5]
    known = np.isin(np.arange(5), kept)
    e[:, ~known] = NAN
    sides = weigh(e, c, np.where(known, POIDS, 0))
    numbers = numbers_of(sides.etat, sides.collectivite)
    assert numbers.force.max() == pytest.approx(ceiling)
    assert numbers.force_conjointe.max() == pytest.approx(ceiling)
    assert highest_strength(known[None, :], POIDS, PARTAGE)[0] == pytest.approx(ceiling)


def test_the_codes_are_those_of_the_codebook() -> None:
    assert load_codebook().vocabulary("type_copilotage@1").codes == TYPES


@pytest.mark.parametrize(
    ("e", "c", "poids"),
    [
        ([[1.1]], [[0.5]], [1.0]),
        ([[0.5]], [[-0.1]], [1.0]),
        ([[0.5]], [[0.5]], [-1.0]),
        ([[0.5]], [[0.5]], [0.0]),
        ([[0.5]], [[0.5]], [NAN]),
    ],
)
def test_what_cannot_be_weighed_is_refused(e: list[list[float]], c: list[list[float]], poids: list[float]) -> None:
    with pytest.raises(ValueError, match=r"components lie|weights are"):
        weigh(e, c, poids)


# -- properties --------------------------------------------------------------------------------------------------------
@given(side, side)
def test_the_four_numbers(e: float, c: float) -> None:
    numbers = numbers_of(e, c)
    d, b, p, k = (float(x) for x in (numbers.desequilibre, numbers.equilibre, numbers.force, numbers.force_conjointe))
    assert 0 <= b <= 1
    assert 0 <= p <= 1
    assert 0 <= k <= 1
    assert -1 <= d <= 1
    assert p == pytest.approx((e + c) / 2)
    assert k == pytest.approx(math.sqrt(e * c), abs=1e-12)
    assert min(e, c) - NEAR <= k <= p + NEAR
    if e + c > 0:
        assert d == pytest.approx((c - e) / (c + e), abs=NEAR)
        assert b == pytest.approx((1 - abs(d)) / (1 + abs(d)), abs=NEAR)
        assert k == pytest.approx(p * math.sqrt(max(0.0, 1 - d * d)), abs=1e-7)
        assert (b == 1) == (e == c)
        assert (b == 0) == (min(e, c) == 0 or min(e, c) / max(e, c) == 0)


@given(side, side, st.floats(0.05, 0.5), st.floats(0.1, 0.9))
def test_swapping_the_sides_swaps_the_dominant_types(e: float, c: float, delta: float, tau: float) -> None:
    one, other = numbers_of(e, c), numbers_of(c, e)
    assert one.equilibre == other.equilibre
    assert one.desequilibre == -other.desequilibre
    swapped = {"etat_dominant": "collectivite_dominante", "collectivite_dominante": "etat_dominant"}
    here = typed(e, c, delta, tau)
    assert typed(c, e, delta, tau) == swapped.get(here, here)


@given(side, side, st.floats(0.01, 1))
def test_scaling_both_changes_neither_balance_nor_imbalance(e: float, c: float, scale: float) -> None:
    assume(min(x for x in (e, c, 1.0) if x > 0) > 1e-200)
    one, scaled = numbers_of(e, c), numbers_of(e * scale, c * scale)
    assert float(scaled.equilibre) == pytest.approx(float(one.equilibre), rel=1e-12, abs=1e-12)
    assert float(scaled.desequilibre) == pytest.approx(float(one.desequilibre), rel=1e-12, abs=1e-12)


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.001, 0.2))
def test_raising_a_side(e: float, c: float, more: float) -> None:
    """The weaker, towards the stronger: more balance. The stronger: less."""
    weak, strong = sorted((e, c))
    before = numbers_of(weak, strong).equilibre
    if weak + more <= strong:
        assert numbers_of(weak + more, strong).equilibre > before
    assert numbers_of(weak, strong + more).equilibre < before


@given(st.lists(st.tuples(component, component), min_size=5, max_size=5), weights)
def test_sides_are_means_of_what_is_known_on_both(pairs: list[tuple[float, float]], poids: list[float]) -> None:
    """Against the definition, written naively with one loop."""
    e, c = np.array([[p[0] for p in pairs]]), np.array([[p[1] for p in pairs]])
    both = [(w, *p) for w, p in zip(poids, pairs, strict=True) if not any(map(math.isnan, p))]
    covered = math.fsum(w for w, _, _ in both) / math.fsum(poids)
    assume(abs(covered - 0.5) > NEAR)
    sides = weigh(e, c, poids)
    assert sides.poids_couvert[0] == pytest.approx(covered)
    if covered < 0.5:
        assert np.isnan(sides.etat[0])
        return
    total = math.fsum(w for w, _, _ in both)
    assert sides.etat[0] == pytest.approx(math.fsum(w * x for w, x, _ in both) / total)
    assert sides.collectivite[0] == pytest.approx(math.fsum(w * y for w, _, y in both) / total)
    twice = weigh(e, c, [2 * w for w in poids])
    assert twice.etat[0] == pytest.approx(sides.etat[0]), "weights need not add up to 1"


# -- the draws ---------------------------------------------------------------------------------------------------------
def test_drawn_weights_are_the_declared_ones_on_average() -> None:
    """Mean w and variance w(1 − w)/21 of a Dirichlet(20 w); five standard errors of 20 000 draws."""
    drawn, w = draw_weights(POIDS, 20_000), np.array(POIDS)
    assert drawn.sum(axis=1) == pytest.approx(1)
    variance = w * (1 - w) / 21
    assert (np.abs(drawn.mean(axis=0) - w) < 5 * np.sqrt(variance / 20_000)).all()
    assert drawn.var(axis=0) == pytest.approx(variance, rel=0.06)
    assert (draw_weights([0.5, 0, 0.5], 50)[:, 1] == 0).all()


def test_the_share_of_draws_is_seeded_and_meets_a_naive_count() -> None:
    rng = np.random.default_rng(5)
    e, c = rng.random((2, 12, 5))
    e[3, 0] = NAN
    e[4, :4] = NAN
    found = share_keeping(e, c, POIDS, 0.2, 0.5)
    assert np.array_equal(found, share_keeping(e, c, POIDS, 0.2, 0.5), equal_nan=True), "the same twice"
    assert np.isnan(found[4]), "no type, no stability"
    drawn = draw_weights(POIDS, seed=SEED)

    def naive(site: int, w: np.ndarray) -> str:
        known = ~np.isnan(e[site]) & ~np.isnan(c[site])
        if w[known].sum() < 0.5 * w.sum() - 1e-12:
            return ""
        return typed(
            float((w * e[site])[known].sum() / w[known].sum()), float((w * c[site])[known].sum() / w[known].sum())
        )

    for site in (0, 3, 7):
        own = naive(site, np.array(POIDS))
        assert found[site] == pytest.approx(np.mean([naive(site, w) == own for w in drawn]))


def test_a_type_that_no_weight_can_change_is_kept_by_all() -> None:
    equal, alone = np.full((1, 5), 0.9), np.zeros((1, 5))
    assert share_keeping(equal, equal, POIDS, 0.2, 0.5)[0] == 1
    assert share_keeping(equal, alone, POIDS, 0.2, 0.5)[0] == 1
    assert share_keeping(alone, alone, POIDS, 0.2, 0.5)[0] == 1
