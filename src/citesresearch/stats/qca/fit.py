"""How well an expression fits as a sufficient one: inclusion, PRI, raw and unique coverage, typical and deviant cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arguments import Floats
from ..errors import NotComputable
from .expression import Term, as_outcome, as_sets, membership, parse, write

__all__ = ["ModelFit", "TermFit", "fit_model", "inclusion", "pri", "ratio"]


@dataclass(frozen=True)
class TermFit:
    """One term. unique_coverage: what no other term of the model covers (None for a model of one term).

    inclusion and PRI are None where no case has any membership in the term. Cases are positions: typical, more in
    the term than out of it and in the outcome; deviant, in the term but not in the outcome.
    """

    term: str
    inclusion: float | None
    pri: float | None
    coverage: float
    unique_coverage: float | None
    typical: tuple[int, ...]
    deviant: tuple[int, ...]


@dataclass(frozen=True)
class ModelFit:
    """A model and its terms. uncovered: positions of the cases in the outcome that no term takes (deviant coverage)."""

    expression: str
    inclusion: float | None
    pri: float | None
    coverage: float
    terms: tuple[TermFit, ...]
    typical: tuple[int, ...]
    deviant: tuple[int, ...]
    uncovered: tuple[int, ...]


def fit_model(
    expression: str, sets: Mapping[str, Iterable[Any]], outcome: Iterable[Any], *, negated: bool = False
) -> ModelFit:
    """Parameters of fit of a sum of products as sufficient for the outcome (or for its absence).

    With x and y the memberships in the expression and in the outcome: inclusion Σ min(x, y)/Σx; PRI, which takes
    out what x shares with the outcome and its absence at once, (Σ min(x, y) − Σ min(x, y, 1 − y))/(Σx − Σ min(x, y,
    1 − y)); coverage Σ min(x, y)/Σy; unique coverage: coverage lost when the term is left out.

    Base: the cases given, each for its degree. expression: as `parse` reads it. sets: memberships by condition.
    Reading: inclusion 1: never more in the expression than in the outcome; below .75 or .80 usually called not
    sufficient. PRI far below inclusion: the term says as much of the absence of the outcome. Coverage 0: explains
    no case; 1: all. High coverage does not make a term sufficient.
    Raises ValueError for memberships missing or outside [0, 1], unequal lengths, an unknown condition;
    NotComputable ("constant") when no case is in the outcome.

    Ragin (2006), doi:10.1093/pan/mpj019; Schneider and Wagemann (2012), ISBN 9781107601130.
    """
    held = as_sets(sets)
    y = as_outcome(outcome, len(next(iter(held.values()))), negated)
    if not y.any():
        raise NotComputable("constant", "fit_model: no case has any membership in the outcome")
    terms = sorted(parse(expression), key=lambda term: _place(term, held))
    x = membership(terms, held)
    fits = tuple(_term_fit(term, terms, held, y) for term in terms)
    typical, deviant = _kinds(x, y)
    uncovered = tuple(int(i) for i in np.flatnonzero((x < 0.5) & (y > 0.5)))
    text = " + ".join(fit.term for fit in fits)
    return ModelFit(text, inclusion(x, y), pri(x, y), _coverage(x, y), fits, typical, deviant, uncovered)


def inclusion(x: Floats, y: Floats) -> float | None:
    """Degree to which x lies inside y: Σ min(x, y)/Σx; None when x is empty."""
    return ratio(np.minimum(x, y).sum(), x.sum())


def pri(x: Floats, y: Floats) -> float | None:
    """Proportional reduction in inconsistency; None when all of x lies in the outcome and in its absence at once."""
    both = np.minimum(np.minimum(x, y), 1 - y).sum()
    return ratio(np.minimum(x, y).sum() - both, x.sum() - both)


def ratio(part: float, whole: float) -> float | None:
    """Return part/whole, None for a whole of 0 (or what rounding leaves of it)."""
    return float(part / whole) if whole > 1e-12 else None


def _coverage(x: Floats, y: Floats) -> float:
    return float(np.minimum(x, y).sum() / y.sum())


def _place(term: Term, held: Mapping[str, Floats]) -> tuple[int, list[tuple[int, bool]]]:
    order = list(held)
    return len(term), sorted((order.index(name) if name in order else -1, not present) for name, present in term)


def _term_fit(term: Term, terms: list[Term], held: Mapping[str, Floats], y: Floats) -> TermFit:
    x = membership([term], held)
    others = [other for other in terms if other != term]
    unique = None if not others else _coverage(membership(terms, held), y) - _coverage(membership(others, held), y)
    typical, deviant = _kinds(x, y)
    text = write([term], list(held))
    return TermFit(text, inclusion(x, y), pri(x, y), _coverage(x, y), unique, typical, deviant)


def _kinds(x: Floats, y: Floats) -> tuple[tuple[int, ...], tuple[int, ...]]:
    typical = np.flatnonzero((x > 0.5) & (y > 0.5))
    deviant = np.flatnonzero((x > 0.5) & (y < 0.5))
    return tuple(int(i) for i in typical), tuple(int(i) for i in deviant)
