"""What a reader with a solver learns of counts that are not published, from the figures that are.

The unknown is a vector of whole counts, none negative. Every published figure is a weighted sum of them, known exactly
or within its rounding. For a sum that is not published, the auditor asks for its smallest and its largest value among
all the counts that agree with everything published: the feasible range. A narrow range is a disclosure, whatever the
suppressions look like.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .arguments import DEFAULT_SEED

__all__ = ["Auditor", "Ranges", "System", "possible_counts", "rounded_share", "stack"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NODES = 400  # of one integer programme; not a delay, so that every machine finds the same
_ROUND = 1e-6
_NOTHING = (1, 0)  # a range without any value
_FIRST = 3  # solutions that the middle of what is possible is taken from
_STRIDES = 3  # from a middle to the edges, towards all targets at once


@dataclass(frozen=True)
class System:
    """What is known of N unknown counts: `low <= figures @ counts <= high` (F figures), `0 <= counts <= upper`."""

    figures: Any
    low: Floats
    high: Floats
    upper: Floats

    @cached_property
    def alive(self) -> npt.NDArray[np.bool_]:
        """The counts that no published zero holds at zero (N)."""
        zero = (self.low == 0) & (self.high == 0)
        zero &= np.asarray((self.figures < 0).sum(axis=1)).ravel() == 0
        found: npt.NDArray[np.bool_] = np.asarray(abs(self.figures[zero]).sum(axis=0)).ravel() == 0
        return found

    @cached_property
    def programme(self) -> dict[str, Any]:
        """The system as `scipy.optimize.linprog` wants it, the counts alive only."""
        from scipy.sparse import vstack

        loose, figures = self.low < self.high, self.figures[:, np.flatnonzero(self.alive)]
        over, under = np.flatnonzero(loose & np.isfinite(self.high)), np.flatnonzero(loose & np.isfinite(self.low))
        return {
            "A_ub": vstack([figures[over], -figures[under]], format="csr") if loose.any() else None,
            "b_ub": np.concatenate([self.high[over], -self.low[under]]) if loose.any() else None,
            "A_eq": figures[~loose] if not loose.all() else None,
            "b_eq": self.low[~loose] if not loose.all() else None,
            "bounds": np.column_stack([np.zeros(int(self.alive.sum())), self.upper[self.alive]]),
        }

    @property
    def size(self) -> int:
        """The number of unknown counts."""
        return len(self.upper)


@dataclass(frozen=True)
class Ranges:
    """The least and the most that each target may be worth: no more than told, and as much where they are close."""

    low: Ints
    high: Ints

    @property
    def possible(self) -> Ints:
        """How many counts each target may be, the ends included."""
        return self.high - self.low + 1


def stack(*systems: System) -> System:
    """All that several systems say of the same counts."""
    from scipy.sparse import vstack

    return System(
        vstack([system.figures for system in systems], format="csr"),
        np.concatenate([system.low for system in systems]),
        np.concatenate([system.high for system in systems]),
        np.min([system.upper for system in systems], axis=0),
    )


def rounded_share(count: Any, base: Any, percent: float, digits: int, upper: Floats) -> System:
    """What a share printed as `percent` with `digits` decimals says of the sums `count` and `base` (rows of weights).

    It stays linear though neither sum is known: `(p - h) base <= 100 count <= (p + h) base`, h being half a unit of
    the last decimal printed.
    """
    from scipy.sparse import csr_array, vstack

    half = 0.5 * 10.0**-digits
    count, base = csr_array(count).reshape(1, -1), csr_array(base).reshape(1, -1)
    rows = vstack([100 * count - (percent - half) * base, (percent + half) * base - 100 * count], format="csr")
    return System(rows, np.zeros(2), np.full(2, np.inf), upper)


class Auditor:
    """The ranges of some targets (T × N), widened by every solution met: one shows a value of all targets at once.

    Solutions are those of the linear programme, whose values between two attained ones are attained too. Whole counts
    are asked for where the range is close to too narrow: up to `margin` counts above what is enough.
    """

    def __init__(self, targets: Any, margin: int = 1) -> None:
        self.targets, self.margin = targets, margin
        self.low = np.full(targets.shape[0], np.inf)
        self.high = np.full(targets.shape[0], -np.inf)
        self.checked: dict[int, tuple[int, int]] = {}  # the ends that whole counts attain, by target
        self.solutions: list[Floats] = []

    @property
    def possible(self) -> Ints:
        """How many whole values lie in the range seen so far; 0 before the first solution."""
        seen = np.isfinite(self.low)
        low, high = np.where(seen, self.low, 1.0), np.where(seen, self.high, 0.0)
        return (np.floor(high + _ROUND) - np.ceil(low - _ROUND) + 1).astype(np.int64)

    def safe(self, enough: Ints) -> npt.NDArray[np.bool_]:
        """The targets that are known to have `enough` possible counts each (T)."""
        ends = [self.checked.get(i, _NOTHING) for i in range(len(self.low))]
        whole = np.array([high - low + 1 for low, high in ends], dtype=np.int64)
        found: npt.NDArray[np.bool_] = (self.possible >= enough + self.margin) | (whole >= enough)
        return found

    def learn(self, solution: Floats) -> None:
        """Take a solution in: counts that agree with everything published."""
        seen = self.targets @ solution
        self.low, self.high = np.minimum(self.low, seen), np.maximum(self.high, seen)
        self.solutions.append(solution)

    def explore(self, system: System, enough: Ints, asked: npt.NDArray[np.bool_], seed: int = DEFAULT_SEED) -> None:
        """Learn far-off solutions for all targets asked at once, which spares most of them a search of their own.

        Raises ValueError when no counts agree with the system: its figures contradict one another.
        """
        generator = np.random.default_rng(seed)
        while len(self.solutions) < _FIRST and asked.any():
            self.learn(_least(system, generator.standard_normal(system.size)).counts)
        left = np.flatnonzero(asked & ~self.safe(enough))
        middle = np.mean(self.solutions, axis=0) if self.solutions else np.empty(0)
        for _ in range(_STRIDES):
            if not len(left):
                return
            ends = _strides(system, middle, self.targets[left])
            seen = self.targets @ ends
            self.low, self.high = np.minimum(self.low, seen.min(axis=1)), np.maximum(self.high, seen.max(axis=1))
            middle = (middle + ends.mean(axis=1)) / 2
            fewer = np.flatnonzero(asked & ~self.safe(enough))
            if len(fewer) == len(left):
                return
            left = fewer

    def widen(self, system: System, target: int, enough: int) -> Floats | None:
        """The range of one target; None when it has `enough` possible counts.

        Else the strength with which each figure of the system pins it (F dual values, 0 where a figure plays no part).
        """
        weights = self.targets[[target]].toarray().ravel()
        pins = np.zeros(len(system.low))
        for sign in (-1.0, 1.0):
            end = _least(system, sign * weights)
            self.learn(end.counts)
            if self.possible[target] >= enough + self.margin:
                return None
            pins = np.maximum(pins, end.pins)
        if self.possible[target] < enough:
            return pins
        if self.possible[target] < enough + self.margin:
            low, high = self.checked[target] = self._whole(system, target)
            return None if high - low + 1 >= enough else pins
        return None

    def _whole(self, system: System, target: int) -> tuple[int, int]:
        """The least and the most of a target that whole counts are found to attain."""
        row = self.targets[[target]]
        values = range(int(np.ceil(self.low[target] - _ROUND)), int(np.floor(self.high[target] + _ROUND)) + 1)
        low = next((value for value in values if _attained(system, row, value)), None)
        if low is None:
            return _NOTHING
        return low, next(value for value in reversed(values) if value == low or _attained(system, row, value))


@dataclass(frozen=True)
class _Optimum:
    counts: Floats
    pins: Floats


def _least(system: System, weights: Floats) -> _Optimum:
    """Counts of the least weight, and how much each figure of the system holds them back; counts may be fractions."""
    from scipy.optimize import linprog

    # These programmes are small and dense: what the solver would do before solving costs more than it saves.
    if not system.alive.any():
        if (system.low > 0).any() or (system.high < 0).any():
            raise ValueError("no counts agree with these figures (all are zero)")
        return _Optimum(np.zeros(system.size), np.asarray(abs(system.figures) @ abs(weights)).ravel())
    found = linprog(weights[system.alive], **system.programme, method="highs-ds", options={"presolve": False})
    if found.status != 0:
        raise ValueError(f"no counts agree with these figures ({found.message})")
    pins, counts = np.zeros(len(system.low)), np.zeros(system.size)
    counts[system.alive] = found.x
    tight = system.low == system.high
    if tight.any():
        pins[tight] = np.abs(found.eqlin.marginals)
    # A published zero says that all it sums up are zero: it pins whatever counts one of them.
    pins[tight & (system.low == 0)] = np.abs(system.figures[tight & (system.low == 0)] @ weights)
    return _Optimum(counts, pins)


def _strides(system: System, middle: Floats, targets: Any) -> Floats:
    """From a solution, as far as counts stay possible towards the most and the least of each target (N × 2T).

    The directions are those of affine scaling: each count moves in proportion to the room that it has, and no
    published figure moves at all.
    """
    slack = system.figures @ middle - system.low
    loose = np.flatnonzero(system.low < system.high)
    figures = system.figures.toarray()
    # Inequalities become equalities, each with a count of its own for the room it leaves.
    known = np.hstack([figures, np.zeros((len(figures), len(loose)))])
    known[loose, system.size + np.arange(len(loose))] = -1
    point = np.concatenate([np.maximum(middle, 0), np.where(np.isfinite(slack[loose]), np.maximum(slack[loose], 0), 0)])
    point[point < _ROUND] = 0
    scaled = known * point
    wanted = point[:, None] * np.vstack([targets.toarray().T, np.zeros((len(loose), targets.shape[0]))])
    gram = scaled @ scaled.T
    pull = wanted - scaled.T @ (np.linalg.pinv(gram, rcond=1e-10, hermitian=True) @ (scaled @ wanted))
    moves = point[:, None] * pull
    moves = np.hstack([moves, -moves])
    with np.errstate(divide="ignore", invalid="ignore"):
        down = np.where(moves < -1e-12, -point[:, None] / moves, np.inf)
        up = np.where(moves[: system.size] > 1e-12, (system.upper - middle)[:, None] / moves[: system.size], np.inf)
    reach = np.minimum(down.min(axis=0), up.min(axis=0))
    moved: Floats = middle[:, None] + moves[: system.size] * np.where(np.isfinite(reach), reach, 0)
    # Rounding must not invent room: an end that no longer agrees with what is published is not one.
    off = np.abs(figures @ (moved - middle[:, None]))[system.low == system.high]
    moved[:, off.max(axis=0, initial=0) > _ROUND] = middle[:, None]
    return moved


def _attained(system: System, row: Any, value: int) -> bool:
    """Whether whole counts that agree with the system give this value; False where none was found."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    fixed = stack(system, System(row, np.array([float(value)]), np.array([float(value)]), system.upper))
    found = milp(
        np.zeros(system.size),
        integrality=np.ones(system.size),
        bounds=Bounds(0, fixed.upper),
        constraints=[LinearConstraint(fixed.figures, fixed.low, fixed.high)],
        options={"node_limit": _NODES},
    )
    return found.x is not None


def possible_counts(system: System, targets: Any, enough: int = 3, margin: int = 1) -> Ranges:
    """The feasible range of each target (T × N weights) given everything published.

    Base: every vector of counts that agrees with the system, whole ones where the range of the linear programme has
    fewer than `enough + margin` values. A target shown to have more is not searched further: its range is at least as
    wide as told.

    Reading: 1 possible count, the value is deduced exactly; 2, all but; as many as the figure's own margin allows,
    the other publications teach nothing. Raises ValueError when the figures contradict one another.

    Reference: M. Fischetti and J. J. Salazar (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47(7), doi:10.1287/mnsc.47.7.1008.9805 (the « attacker's subproblems »).
    """
    size = targets.shape[0]
    auditor = Auditor(targets, margin)
    needed = np.full(size, enough, dtype=np.int64)
    auditor.explore(system, needed, np.ones(size, dtype=bool))
    for target in np.flatnonzero(~auditor.safe(needed)):
        auditor.widen(system, int(target), enough)
    low = np.ceil(auditor.low - _ROUND).astype(np.int64)
    high = np.floor(auditor.high + _ROUND).astype(np.int64)
    for place, ends in auditor.checked.items():
        low[place], high[place] = ends
    return Ranges(low, high)
