"""Necessity: conditions, their absence and their disjunctions that (almost) every case of the outcome has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from ..arguments import Floats, as_count, check_level
from ..errors import NotComputable
from .expression import as_outcome, as_sets, write
from .fit import ratio

__all__ = ["Necessity", "necessary_disjunctions", "necessity"]

MOST_DISJUNCTIONS = 100_000


@dataclass(frozen=True)
class Necessity:
    """An expression as a necessary one: inclusion of the outcome in it, coverage, relevance (RoN).

    coverage is None where no case is in the expression, relevance where every case is fully in it.
    """

    expression: str
    inclusion: float
    coverage: float | None
    relevance: float | None


def necessity(
    sets: Mapping[str, Iterable[Any]], outcome: Iterable[Any], *, negated: bool = False
) -> tuple[Necessity, ...]:
    """Each condition, and its absence, as necessary for the outcome (or for its absence).

    With x and y the memberships in the condition and in the outcome: inclusion Σ min(x, y)/Σy, coverage
    Σ min(x, y)/Σx, relevance of necessity Σ(1 − x)/Σ(1 − min(x, y)).

    Base: the cases given, each for its degree. sets: memberships by condition; outcome: memberships.
    Reading: inclusion 1: no case has more of the outcome than of the condition; below .90, not called necessary.
    Relevance near 0: almost every case has the condition, so that its necessity is trivial (a constant).
    Raises ValueError for memberships missing or outside [0, 1] or unequal lengths; NotComputable ("empty"; "constant"
    when no case is in the outcome).

    Schneider and Wagemann (2012), Set-Theoretic Methods for the Social Sciences, ISBN 9781107601130.
    """
    held, y = _cases(sets, outcome, negated)
    literals = [(name, present) for name in held for present in (True, False)]
    return tuple(_necessity([literal], held, y) for literal in literals)


def necessary_disjunctions(
    sets: Mapping[str, Iterable[Any]],
    outcome: Iterable[Any],
    *,
    size: int = 2,
    inclusion_cut: float = 0.9,
    coverage_cut: float = 0.0,
    relevance_cut: float = 0.0,
    negated: bool = False,
) -> tuple[Necessity, ...]:
    """Conditions and disjunctions of at most `size` literals that pass the cuts, the shortest first.

    A disjunction that contains one already found is left out: adding to it can only raise its inclusion.

    Base, sets, outcome and errors as in `necessity`. A cut is a least value (passed when equal).
    Reading: as in `necessity`; a disjunction means something only where its literals are two forms of one thing, and
    long ones are necessary by arithmetic: read relevance and coverage first.
    Also raises ValueError for cuts outside [0, 1] or a size below 1; NotComputable ("too_complex") beyond 100,000.

    Schneider and Wagemann (2012), ISBN 9781107601130; as `superSubset` of Duşa (2019), ISBN 9783319756677.
    """
    held, y = _cases(sets, outcome, negated)
    most = min(as_count(size, "size", 1), len(held))
    if inclusion_cut != 1:
        check_level(inclusion_cut, "inclusion_cut")
    for name, cut in (("coverage_cut", coverage_cut), ("relevance_cut", relevance_cut)):
        if not 0 <= cut <= 1:
            raise ValueError(f"{name}: a number from 0 to 1 is needed, not {cut!r}")
    literals = [(name, present) for name in held for present in (True, False)]
    found: list[tuple[frozenset[tuple[str, bool]], Necessity]] = []
    tried = 0
    for length in range(1, most + 1):
        for chosen in combinations(literals, length):
            literal_set = frozenset(chosen)
            if len({name for name, _ in chosen}) < length or any(shorter < literal_set for shorter, _ in found):
                continue
            tried += 1
            if tried > MOST_DISJUNCTIONS:
                raise NotComputable("too_complex", f"necessary_disjunctions: more than {MOST_DISJUNCTIONS} to try")
            one = _necessity(list(chosen), held, y)
            pairs = ((one.inclusion, inclusion_cut), (one.coverage, coverage_cut), (one.relevance, relevance_cut))
            if all(_passes(value, cut) for value, cut in pairs):
                found.append((literal_set, one))
    return tuple(one for _, one in found)


def _passes(value: float | None, cut: float) -> bool:
    return cut <= 0 or (value is not None and value >= cut - 1e-9)


def _cases(
    sets: Mapping[str, Iterable[Any]], outcome: Iterable[Any], negated: bool
) -> tuple[dict[str, Floats], Floats]:
    held = as_sets(sets)
    y = as_outcome(outcome, len(next(iter(held.values()))), negated)
    if not y.any():
        raise NotComputable("constant", "necessity: no case has any membership in the outcome")
    return held, y


def _necessity(literals: list[tuple[str, bool]], held: Mapping[str, Floats], y: Floats) -> Necessity:
    x = np.maximum.reduce([held[name] if present else 1 - held[name] for name, present in literals])
    both = np.minimum(x, y)
    return Necessity(
        write([frozenset([literal]) for literal in literals], list(held)),
        float(both.sum() / y.sum()),
        ratio(both.sum(), x.sum()),
        ratio((1 - x).sum(), (1 - both).sum()),
    )
