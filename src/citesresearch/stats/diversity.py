"""Diversity of one composition, overlap of two sets."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from .arguments import Floats, as_count, as_labels, as_numbers
from .errors import NotComputable

__all__ = ["Blau", "Jaccard", "Shannon", "blau", "jaccard", "shannon"]


@dataclass(frozen=True)
class Shannon:
    """Entropy in nats; `evenness` = entropy over its most, ln(categories) (None with one category)."""

    entropy: float
    evenness: float | None
    richness: int
    categories: int


@dataclass(frozen=True)
class Blau:
    """Probability that two draws differ; `normalised` over its most, 1 − 1/categories (None with one).

    effective: 1/Σp², the number of equal categories that would be as diverse (inverse Simpson).
    """

    index: float
    normalised: float | None
    effective: float
    richness: int
    categories: int


@dataclass(frozen=True)
class Jaccard:
    """Overlap of two sets: common members over all members; distance = 1 − similarity."""

    similarity: float
    distance: float
    common: int
    union: int


def shannon(amounts: Iterable[Any], *, categories: int | None = None) -> Shannon:
    """Shannon entropy of a composition, and Pielou's evenness.

    H = −Σ p ln p over the categories present (natural logarithm); evenness J = H/ln k.

    Base: the sum of the amounts. amounts: counts or shares by category, at least 0. categories: the number k that
    was possible (default: the amounts given, zeros included; give the number present for evenness among these).
    Reading: 0: a single category; ln k (evenness 1): all equal.
    Raises ValueError for negative or missing amounts or for k below the categories present; NotComputable
    ("empty") when the sum is 0.

    Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x; Pielou (1966), doi:10.1016/0022-5193(66)90013-0.
    """
    shares, k = _shares(amounts, categories, "shannon")
    entropy = max(0.0, -math.fsum(p * math.log(p) for p in shares))
    evenness = None if k == 1 else min(1.0, entropy / math.log(k))
    return Shannon(entropy, evenness, len(shares), k)


def blau(amounts: Iterable[Any], *, categories: int | None = None) -> Blau:
    """Blau index (Gini-Simpson) of a composition.

    B = 1 − Σ p²; normalised B/(1 − 1/k).

    Base, arguments and errors as in `shannon`.
    Reading: 0: a single category; 1 − 1/k (normalised 1): all equal. It is the chance that two draws with
    replacement differ: two members of a small body, drawn without, differ a little more often.

    Simpson (1949), doi:10.1038/163688a0; Blau (1977), Inequality and Heterogeneity.
    """
    shares, k = _shares(amounts, categories, "blau")
    together = math.fsum(p * p for p in shares)
    index = max(0.0, 1 - together)
    normalised = None if k == 1 else min(1.0, index / (1 - 1 / k))
    return Blau(index, normalised, 1 / together, len(shares), k)


def _shares(amounts: Iterable[Any], categories: int | None, what: str) -> tuple[Floats, int]:
    values = as_numbers(amounts, "amounts")
    if (values < 0).any():
        raise ValueError(f"{what}: negative amounts")
    total = math.fsum(values)
    if total == 0:
        raise NotComputable("empty", f"{what}: nothing to share out")
    present = values[values > 0]
    k = len(values) if categories is None else as_count(categories, "categories", 1)
    if k < len(present):
        raise ValueError(f"categories: {k}, but {len(present)} are present")
    return present / total, k


def jaccard(first: Iterable[Hashable], second: Iterable[Hashable]) -> Jaccard:
    """Jaccard overlap of two sets: |A ∩ B| / |A ∪ B|.

    Base: the members of either set; repeats count once. first, second: members (any labels).
    Reading: 0: no member in common; 1: the same members. A small set inside a large one stays low:
    read `common` and `union` beside.
    Raises ValueError for missing members or a bare string; NotComputable ("empty") when both sets are empty.

    Jaccard (1901), doi:10.5169/seals-266450.
    """
    if isinstance(first, str) or isinstance(second, str):
        raise ValueError("jaccard: a set of members is needed, not a text (its letters would be compared)")
    a, b = set(as_labels(first, "first")), set(as_labels(second, "second"))
    union = len(a | b)
    if union == 0:
        raise NotComputable("empty", "jaccard: both sets are empty")
    common = len(a & b)
    return Jaccard(common / union, 1 - common / union, common, union)
