"""The copilotage index: from the components of the two sides to its numbers, its type and how far the type holds.

Pure maths on arrays. E is the State, C the collectivité; both are weighted means of the components that are known on both
sides, each in [0, 1]. Where components share out a whole (the host, the seats, the euros: at most 1 over the two sides),
P and K cannot reach 1: see `highest_strength`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..stats.precision import TOLERANCE

__all__ = [
    "CONCENTRATION",
    "DRAWS",
    "SEED",
    "TYPES",
    "Floats",
    "IndexNumbers",
    "Ints",
    "Sides",
    "classify",
    "draw_weights",
    "highest_strength",
    "numbers_of",
    "share_keeping",
    "weigh",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The codes of `type_copilotage@1`; a place of −1 is a type that cannot be told.
TYPES = ("portage_faible", "equilibre", "collectivite_dominante", "etat_dominant")
WEAK, BALANCED, COLLECTIVITE, ETAT = range(4)
DRAWS, CONCENTRATION, SEED = 1_000, 20.0, 84


@dataclass(frozen=True)
class Sides:
    """E, C and the share of the weight that known components cover; one value a site, or draws × sites.

    E and C are NaN where less than the least share is covered; the share itself is always there.
    """

    etat: Floats
    collectivite: Floats
    poids_couvert: Floats


@dataclass(frozen=True)
class IndexNumbers:
    """The four numbers, always read together (same shape as the sides; NaN where these are).

    D, the imbalance: −1 the State alone, 0 as much, +1 the collectivité alone. B, the balance: 0 one side alone, 1 as
    much. P, the strength: the mean of both. K, the joint strength: 0 as soon as one side is 0, P where both are equal.
    """

    desequilibre: Floats
    equilibre: Floats
    force: Floats
    force_conjointe: Floats


def weigh(etat: npt.ArrayLike, collectivite: npt.ArrayLike, poids: npt.ArrayLike, least: float = 0.5) -> Sides:
    """E and C from components (sites × components, NaN unknown) and weights (components, or draws × components).

    A component unknown on one side is dropped on both and the weights of the others are scaled up. Below `least` of the
    weight (boundary included) the sides are not defined. Raises ValueError for components outside [0, 1] or weights that
    are negative or all zero.
    """
    e, c = np.asarray(etat, dtype=np.float64), np.asarray(collectivite, dtype=np.float64)
    w = np.asarray(poids, dtype=np.float64)
    for side in (e, c):
        if ((side < 0) | (side > 1)).any():
            raise ValueError("components lie in [0, 1]")
    if (w < 0).any() or not np.isfinite(w).all() or (w.sum(axis=-1) <= 0).any():
        raise ValueError("weights are at least 0 and one of them is above 0")
    known = np.isfinite(e) & np.isfinite(c)
    whole = _weighted(w, np.ones((1, w.shape[-1])))
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = _weighted(w, known)
        covered = weight / whole
        told = (covered >= least - TOLERANCE) & (weight > 0)

        def mean(side: Floats) -> Floats:
            value = _weighted(w, np.where(known, side, 0.0)) / weight
            return np.where(told, np.minimum(value, 1.0), np.nan)

        return Sides(mean(e), mean(c), np.minimum(covered, 1.0))


def _weighted(poids: Floats, values: npt.NDArray[Any]) -> Floats:
    """Σ weight × value of each site, added up in the order of the components: a product of matrices adds in the order
    that suits the processor, and « all the weight » would be 1 on one and 0.9999999999999998 on another.
    """
    terms = poids[..., None, :] * values
    total = np.zeros(terms.shape[:-1])
    for k in range(terms.shape[-1]):
        total = total + terms[..., k]
    return total


def numbers_of(etat: npt.ArrayLike, collectivite: npt.ArrayLike) -> IndexNumbers:
    """D = (C − E)/(C + E), B = min/max, P = (E + C)/2, K = √(EC); D and B are 0 where both sides are 0."""
    e, c = np.asarray(etat, dtype=np.float64), np.asarray(collectivite, dtype=np.float64)
    weak, strong = np.minimum(e, c), np.maximum(e, c)
    nobody = strong == 0
    ratio = np.where(nobody, 0.0, weak / np.where(nobody, 1.0, strong))
    # Written with the ratio of the sides, so that scaling both changes nothing, even near 0.
    leaning = np.where(nobody, 0.0, np.sign(c - e) * (1 - ratio) / (1 + ratio))
    return IndexNumbers(leaning, ratio, (e + c) / 2, strong * np.sqrt(ratio))


def classify(etat: npt.ArrayLike, collectivite: npt.ArrayLike, ecart_equilibre: float, portage: float) -> Ints:
    """The place in `TYPES` of each pair of sides, −1 where they are not defined.

    Nobody reaches `portage` (τ): weak, as where both are 0. Else |D| ≤ `ecart_equilibre` (δ): balanced; else the stronger
    side. Boundaries are included, within 1e-12.
    """
    e, c = np.asarray(etat, dtype=np.float64), np.asarray(collectivite, dtype=np.float64)
    d, strong = numbers_of(e, c).desequilibre, np.maximum(e, c)
    weak = (strong < portage - TOLERANCE) | (strong <= 0)
    balanced = np.abs(d) <= ecart_equilibre + TOLERANCE
    place = np.where(weak, WEAK, np.where(balanced, BALANCED, np.where(d > 0, COLLECTIVITE, ETAT)))
    return np.where(np.isfinite(strong), place, -1).astype(np.int64)


def draw_weights(poids: npt.ArrayLike, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Other weights that evaluators might have chosen: Dirichlet(20 × weights), draws × components, seeded.

    Their mean is the declared weights; with 20, a weight of .40 varies by about .11. A weight of 0 stays 0.
    """
    w = np.asarray(poids, dtype=np.float64)
    kept = w > 0
    drawn = np.zeros((draws, len(w)))
    drawn[:, kept] = np.random.default_rng(seed).dirichlet(CONCENTRATION * w[kept] / w.sum(), draws)
    return drawn


def share_keeping(
    etat: npt.ArrayLike,
    collectivite: npt.ArrayLike,
    poids: npt.ArrayLike,
    ecart_equilibre: float,
    portage: float,
    least: float = 0.5,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Floats:
    """Of each site, the share of the drawn weights that leave its type as it is; NaN where it has none.

    A draw under which too little of the weight is covered does not keep the type. Monte Carlo error at most
    √(.25/draws): .016 with 1 000 draws. The draws are the same for every site.
    """

    def types(weights: npt.ArrayLike) -> Ints:
        sides = weigh(etat, collectivite, weights, least)
        return classify(sides.etat, sides.collectivite, ecart_equilibre, portage)

    own = types(poids)
    kept: Floats = (types(draw_weights(poids, draws, seed)) == own).mean(axis=0)
    return np.where(own >= 0, kept, np.nan)


def highest_strength(known: npt.ArrayLike, poids: npt.ArrayLike, partage: npt.ArrayLike) -> Floats:
    """The highest P and K that known components (sites × components) allow; NaN where none is known.

    A component that shares out a whole (`partage`) adds at most its weight to both sides together, another twice that.
    .80 with all five components and the codebook's weights, .67 without legitimacy; 1 where no shared one is known.
    """
    there = np.asarray(known, dtype=bool)
    w, shared = np.asarray(poids, dtype=np.float64), np.asarray(partage, dtype=bool)
    weight = _weighted(w, there)
    most = _weighted(np.where(shared, w / 2, w), there)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, most / weight, np.nan)
