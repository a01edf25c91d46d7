"""Enhanced standard analysis: no assumption that serves the outcome and its absence at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .minimisation import Kind, Solution, minimise
from .truth_table import TruthTable

__all__ = ["Enhanced", "enhanced_minimise"]


@dataclass(frozen=True)
class Enhanced:
    """Both solutions without contradictory assumptions.

    contradictory: remainders that both would otherwise have claimed, now withheld from both. simultaneous: observed
    rows that pass the cuts for the outcome and for its absence; they are withheld from both too.
    """

    presence: Solution
    absence: Solution
    contradictory: tuple[int, ...]
    simultaneous: tuple[int, ...]


def enhanced_minimise(
    presence: TruthTable,
    absence: TruthTable,
    kind: Kind = "parsimonious",
    *,
    expectations: Mapping[str, bool] | None = None,
) -> Enhanced:
    """Solutions for the outcome and for its absence that never rest on the same assumption.

    A remainder cannot lead to the outcome and to its absence. Those assumed in both (by any of the tied models) are
    withheld from both and the tables are minimised again, until none is left; so are observed rows sufficient for
    both, which a PRI cut would also remove.

    Base: the rows "1" of each table; both tables over the same conditions, `absence` made with negated=True.
    expectations: for the presence of the outcome; they are reversed for its absence.
    Reading: `contradictory` empty: the standard solutions held already. The models may be longer than the standard
    ones: that is the price of not contradicting oneself.
    Raises ValueError where the tables do not match; otherwise errors as in `minimise`.

    Schneider and Wagemann (2012), Set-Theoretic Methods for the Social Sciences, ISBN 9781107601130.
    """
    if presence.conditions != absence.conditions or presence.negated or not absence.negated:
        raise ValueError("enhanced_minimise: a table of the outcome and one of its absence, over the same conditions")
    simultaneous = set(presence.numbers("1")) & set(absence.numbers("1"))
    reverse = None if expectations is None else {name: not value for name, value in expectations.items()}
    withheld: set[int] = set()
    while True:
        exclude = simultaneous | withheld
        first = minimise(presence, kind, expectations=expectations, exclude=exclude)
        second = minimise(absence, kind, expectations=reverse, exclude=exclude)
        shared = set(first.assumptions) & set(second.assumptions)
        if not shared:
            return Enhanced(first, second, tuple(sorted(withheld)), tuple(sorted(simultaneous)))
        withheld |= shared
