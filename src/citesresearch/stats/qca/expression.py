"""Expressions as sums of products, « A*~B + C »: reading, writing, comparing, and the membership of each case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..arguments import Floats, as_numbers, same_length
from ..errors import NotComputable

__all__ = ["Literal", "Term", "as_outcome", "as_sets", "membership", "parse", "same_expression", "write"]

Literal = tuple[str, bool]
"""A condition, and whether it is present (A) or absent (~A)."""

Term = frozenset[Literal]
"""A conjunction of literals."""

_NAME = re.compile(r"[^\W\d]\w*")


def parse(text: str) -> frozenset[Term]:
    """Read a sum of products: terms joined by +, literals by *, ~ for absence; spaces do not count.

    Raises ValueError for an empty text or term, a name that is not a word, or a term that holds A and ~A.
    """
    return frozenset(_term(part, text) for part in text.split("+"))


def _term(part: str, text: str) -> Term:
    literals: dict[str, bool] = {}
    for factor in part.split("*"):
        bare = factor.strip()
        name = bare.removeprefix("~").strip()
        if not _NAME.fullmatch(name):
            raise ValueError(f"expression {text!r}: {bare!r} is not a condition (a word, ~ before it for absence)")
        present = not bare.startswith("~")
        if literals.setdefault(name, present) != present:
            raise ValueError(f"expression {text!r}: {name} is both present and absent in one term")
    return frozenset(literals.items())


def write(terms: Iterable[Term], order: Sequence[str] | None = None) -> str:
    """Write a sum of products; literals in the order of the conditions, short terms first, one text per expression."""
    listed = set(terms)
    names = list(order) if order is not None else sorted({name for term in listed for name, _ in term})

    def key(term: Term) -> tuple[int, list[tuple[int, bool]]]:
        return len(term), sorted((names.index(name), not present) for name, present in term)

    def text(term: Term) -> str:
        literals = sorted(term, key=lambda literal: names.index(literal[0]))
        return "*".join(name if present else f"~{name}" for name, present in literals)

    return " + ".join(text(term) for term in sorted(listed, key=key))


def same_expression(first: str, second: str) -> bool:
    """Tell whether two texts hold the same terms, in whatever order (not whether they are logically equivalent)."""
    return parse(first) == parse(second)


def membership(expression: str | Iterable[Term], sets: Mapping[str, Iterable[Any]]) -> Floats:
    """Membership of each case in an expression: least of the literals (1 − m for absence), greatest of the terms.

    sets: memberships by condition, one per case. Raises ValueError for a condition that `sets` lacks, for
    memberships missing or outside [0, 1], for unequal lengths.
    """
    terms = parse(expression) if isinstance(expression, str) else frozenset(expression)
    held = as_sets(sets)
    lacking = sorted({name for term in terms for name, _ in term} - set(held))
    if lacking:
        raise ValueError(f"expression: no membership is given for {', '.join(lacking)}")
    products = [np.min([held[name] if present else 1 - held[name] for name, present in term], axis=0) for term in terms]
    result: Floats = np.max(products, axis=0)
    return result


def as_sets(sets: Mapping[str, Iterable[Any]]) -> dict[str, Floats]:
    """Return the memberships as arrays of one length; raise ValueError otherwise, NotComputable ("empty")."""
    for name in sets:
        if not _NAME.fullmatch(str(name)):
            raise ValueError(f"sets: {name!r} is not a name of condition (one word, without *, + or ~)")
    held = {name: _memberships(values, name) for name, values in sets.items()}
    if not held:
        raise ValueError("sets: one condition at least is needed")
    first, *others = held
    for name in others:
        same_length(held[first], held[name], f"{first} and {name}")
    if not len(held[first]):
        raise NotComputable("empty", "sets: no case")
    return held


def as_outcome(outcome: Iterable[Any], cases: int, negated: bool) -> Floats:
    """Return the outcome, or its absence (1 − m) when `negated`; raise ValueError unless one membership per case."""
    values = _memberships(outcome, "outcome")
    if len(values) != cases:
        raise ValueError(f"outcome: {len(values)} memberships for {cases} cases")
    return 1 - values if negated else values


def _memberships(values: Iterable[Any], name: str) -> Floats:
    held = as_numbers(values, name)
    if ((held < 0) | (held > 1)).any():
        raise ValueError(f"{name}: memberships between 0 and 1 are needed; calibrate first")
    return held
