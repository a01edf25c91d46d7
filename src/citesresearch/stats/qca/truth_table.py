"""The truth table: every combination of conditions, the cases it holds, and whether it leads to the outcome."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..arguments import Floats, as_count, as_labels, is_missing
from ..errors import NotComputable
from .expression import as_outcome, as_sets
from .fit import inclusion, pri

__all__ = ["MOST_CONDITIONS", "Output", "TruthRow", "TruthTable", "configuration", "truth_table"]

MOST_CONDITIONS = 10
CASES_PER_CONDITION = 2

Output = Literal["1", "0", "C", "?"]


@dataclass(frozen=True)
class TruthRow:
    """A combination that holds at least one case.

    number: 1 for all absent, counting in binary with the first condition as the highest digit (as in R's QCA).
    output: "1" sufficient, "0" not, "C" between the two inclusion cuts, "?" fewer cases than the n cut (remainder).
    inclusion and pri are over all cases, each for its degree; pri is None where the row lies in both outcomes.
    cases: those more in the row than out of it; deviant: those of them that are not in the outcome.
    """

    number: int
    configuration: tuple[int, ...]
    output: Output
    n: int
    inclusion: float
    pri: float | None
    cases: tuple[Hashable, ...]
    deviant: tuple[Hashable, ...]

    @property
    def contradictory(self) -> bool:
        """Whether the row holds cases in the outcome and cases out of it: the conditions do not tell them apart."""
        return 0 < len(self.deviant) < self.n


@dataclass(frozen=True)
class TruthTable:
    """Observed rows by number; every other number up to 2^k is an unobserved remainder.

    unplaced: cases set aside because a condition stands at exactly 0.5 for them.
    """

    conditions: tuple[str, ...]
    negated: bool
    rows: tuple[TruthRow, ...]
    n_cut: int
    inclusion_cut: float
    contradiction_cut: float
    pri_cut: float
    unplaced: tuple[Hashable, ...]

    def numbers(self, output: Output) -> tuple[int, ...]:
        """Numbers of the observed rows with this output; "?": every remainder, unobserved ones included."""
        if output == "?":
            decided = {row.number for row in self.rows if row.output != "?"}
            return tuple(n for n in range(1, 2 ** len(self.conditions) + 1) if n not in decided)
        return tuple(row.number for row in self.rows if row.output == output)

    @property
    def contradictory(self) -> tuple[TruthRow, ...]:
        """Rows that hold cases of both kinds."""
        return tuple(row for row in self.rows if row.contradictory)


def configuration(number: int, conditions: int) -> tuple[int, ...]:
    """Return the 0s and 1s of a row number (1 to 2^conditions)."""
    return tuple((number - 1) >> (conditions - 1 - i) & 1 for i in range(conditions))


def truth_table(
    sets: Mapping[str, Iterable[Any]],
    outcome: Iterable[Any],
    *,
    cases: Iterable[Hashable] | None = None,
    n_cut: int = 1,
    inclusion_cut: float = 0.8,
    contradiction_cut: float | None = None,
    pri_cut: float = 0.0,
    negated: bool = False,
    set_aside_ambiguous: bool = False,
) -> TruthTable:
    """Sort cases into the 2^k combinations of conditions and decide which of them lead to the outcome.

    A row is "1" where it holds n_cut cases at least, its inclusion in the outcome reaches inclusion_cut and its PRI
    pri_cut; "C" where its inclusion is below the cut but reaches contradiction_cut; "?" below n_cut; else "0".

    Base: the cases given; inclusion and PRI count every case for its degree of membership in the row.
    sets: memberships by condition, in the order wanted (2 to 10 conditions); outcome: memberships; cases: names
    (default: positions from 0). Cuts are least values. negated: explain the absence of the outcome.
    Reading: a row of one case with inclusion 1 rests on that case; a row with n = 0 was never observed, and only
    an assumption can say where it leads.
    Raises ValueError for missing memberships or ones outside [0, 1], unequal lengths, a name twice, cuts out of
    range, a case at exactly 0.5 on a condition (unless `set_aside_ambiguous`: it then counts for inclusion only and
    is listed in `unplaced`); NotComputable: "constant" (outcome or a condition on one side of 0.5 for all cases),
    "too_few" (fewer than two cases per condition: each could have a row of its own, consistent by construction),
    "too_complex" (more than 10 conditions), "empty" (no row reaches n_cut).

    Ragin (2008), Redesigning Social Inquiry, ISBN 9780226702759; as `truthTable` of Duşa (2019), ISBN 9783319756677.
    """
    held = as_sets(sets)
    conditions = tuple(held)
    size = len(held[conditions[0]])
    y = as_outcome(outcome, size, negated)
    names = as_labels(cases if cases is not None else range(size), "cases")
    if len(names) != size or len(set(names)) != size:
        raise ValueError(f"cases: one name per case is needed, each once ({len(names)} names, {size} cases)")
    least_n = as_count(n_cut, "n_cut", 1)
    lower = inclusion_cut if contradiction_cut is None else contradiction_cut
    cuts = _cut(inclusion_cut, "inclusion_cut"), _cut(lower, "contradiction_cut"), _cut(pri_cut, "pri_cut")
    if lower > inclusion_cut:
        raise ValueError(f"contradiction_cut: {lower:g} is above inclusion_cut ({inclusion_cut:g})")
    _refuse_what_cannot_answer(held, y)
    unplaced = _ambiguous(held, names, set_aside_ambiguous)
    matrix = np.column_stack([held[name] for name in conditions])
    digits = 1 << np.arange(len(conditions) - 1, -1, -1)
    numbers = (matrix > 0.5).astype(np.int64) @ digits + 1
    placed = np.asarray([name not in unplaced for name in names])
    rows = []
    for number in sorted({int(n) for n in numbers[placed]}):
        combination = configuration(number, len(conditions))
        present = np.asarray(combination, dtype=bool)
        x = np.where(present, matrix, 1 - matrix).min(axis=1)
        members = np.flatnonzero((numbers == number) & placed)
        share, reduction = inclusion(x, y) or 0.0, pri(x, y)
        rows.append(
            TruthRow(
                number,
                combination,
                _output(len(members), share, reduction, least_n, cuts),
                len(members),
                share,
                reduction,
                tuple(names[i] for i in members),
                tuple(names[i] for i in members if y[i] < 0.5),
            )
        )
    if all(row.output == "?" for row in rows):
        raise NotComputable("empty", f"truth_table: no row holds {least_n} case(s); every row is a remainder")
    return TruthTable(conditions, negated, tuple(rows), least_n, *cuts, unplaced)


def _cut(value: float, name: str) -> float:
    if is_missing(value) or not 0 <= value <= 1:
        raise ValueError(f"{name}: a number from 0 to 1 is needed, not {value!r}")
    return float(value)


def _output(n: int, share: float, reduction: float | None, least_n: int, cuts: tuple[float, float, float]) -> Output:
    upper, lower, least_pri = (cut - 1e-9 for cut in cuts)
    if n < least_n:
        return "?"
    if share >= upper:
        return "1" if (reduction or 0.0) >= least_pri else "0"
    return "C" if share >= lower else "0"


def _refuse_what_cannot_answer(held: Mapping[str, Floats], y: Floats) -> None:
    k, size = len(held), len(y)
    if k < 2:
        raise ValueError("sets: a combination needs two conditions at least; see `necessity` and `fit_model` for one")
    if k > MOST_CONDITIONS:
        raise NotComputable("too_complex", f"truth_table: {k} conditions, {MOST_CONDITIONS} at most")
    if size < CASES_PER_CONDITION * k:
        raise NotComputable(
            "too_few", f"truth_table: {size} cases for {k} conditions; {CASES_PER_CONDITION * k} at least are needed"
        )
    for name, values in (*held.items(), ("the outcome", y)):
        if (values <= 0.5).all() or (values >= 0.5).all():
            raise NotComputable("constant", f"truth_table: every case is on the same side of 0.5 on {name}")


def _ambiguous(held: Mapping[str, Floats], names: list[Hashable], set_aside: bool) -> tuple[Hashable, ...]:
    at_half = {name: np.flatnonzero(values == 0.5) for name, values in held.items()}
    if set_aside:
        return tuple(names[i] for i in sorted({int(i) for places in at_half.values() for i in places}))
    for name, places in at_half.items():
        if len(places):
            listed = ", ".join(str(names[i]) for i in places[:5])
            raise ValueError(
                f"{name}: {len(places)} case(s) at exactly 0.5, neither in nor out ({listed}...); move the crossover "
                "between two possible values, or set_aside_ambiguous=True"
            )
    return ()
