"""What a reader with a solver learns of counts that are not published, from the figures that are.

The unknown is a vector of whole counts, none negative. Every published figure is a weighted sum of them, known exactly
or within its rounding. For a sum that is not published, the auditor asks for its smallest and its largest value among
all the counts that agree with everything published: the feasible range. A narrow range is a disclosure, whatever the
suppressions look like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..arguments import DEFAULT_SEED
from .programme import LinearProgramme, Optimum

__all__ = ["Auditor", "Ranges", "System", "possible_counts", "rounded_share", "stack"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROUND = 1e-6
_LEANINGS, _LEAN = 6, 0.05  # times that other corners are tried, and how far the weights lean (standard deviation)


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
    def programme(self) -> LinearProgramme:
        """The system as a programme over the counts alive only."""
        alive = np.flatnonzero(self.alive)
        return LinearProgramme(self.figures[:, alive], self.low, self.high, self.upper[alive])

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
    """The values that some sums (`targets`, T × N) are seen to take, widened by every solution met.

    One solution shows a value of all targets at once. Whole counts decide: most come for nothing, as corners of the
    linear programme, the others from an integer one, slow. `room` does without it: where fewer whole counts were met,
    a range of the linear programme is enough when it has so many more values, whole counts hardly ever missing as many.
    """

    def __init__(self, targets: Any, room: float = math.inf) -> None:
        self.targets, self.room = targets, room
        self.low, self.high = np.full(targets.shape[0], np.inf), np.full(targets.shape[0], -np.inf)
        self.least, self.most = self.low.copy(), self.high.copy()  # of the linear programme
        self.solutions: list[Floats] = []
        self.whole: Floats | None = None  # the last whole counts seen
        self._leaning = np.random.default_rng(DEFAULT_SEED)

    @property
    def possible(self) -> Ints:
        """How many values lie between the ends that whole counts are seen to attain (T); none before the first."""
        seen = np.isfinite(self.low)
        wide: Ints = np.where(seen, np.where(seen, self.high, 0) - np.where(seen, self.low, 1) + 1, 0).astype(np.int64)
        return wide

    def safe(self, enough: Ints) -> npt.NDArray[np.bool_]:
        """The targets known to have `enough` possible counts each (T)."""
        found: npt.NDArray[np.bool_] = self.possible >= enough
        if math.isfinite(self.room):
            found |= np.floor(self.most + _ROUND) - np.ceil(self.least - _ROUND) + 1 >= enough + self.room
        return found

    def learn(self, counts: Floats) -> None:
        """Take in counts that agree with everything published; fractions of persons are not possible counts."""
        whole, seen = np.round(counts), self.targets @ counts
        self.least, self.most = np.minimum(self.least, seen), np.maximum(self.most, seen)
        if np.abs(counts - whole).max(initial=0) < _ROUND:
            seen = self.targets @ whole
            self.low, self.high = np.minimum(self.low, seen), np.maximum(self.high, seen)
            self.whole = whole
        self.solutions.append(counts)

    def widen(self, system: System, target: int, enough: int) -> Floats | None:
        """Seek the least and the most of one target; None when it has `enough` possible counts.

        Else the strength with which each figure of the system pins it (F dual values, 0 where a figure plays no part).
        """
        weights = self.targets[[target]].toarray().ravel()
        pins = np.zeros(len(system.low))
        asked = np.full(len(self.low), enough)
        for sign in (1.0, -1.0):
            end = _least(system, sign * weights)
            self.learn(end.counts)
            if self.safe(asked)[target]:
                return None
            pins = np.maximum(pins, end.pins)
        if np.floor(self.most[target] + _ROUND) - np.ceil(self.least[target] - _ROUND) + 1 >= enough:
            self.search(system, target, enough)
        return None if self.possible[target] >= enough else pins

    def search(self, system: System, target: int, enough: int) -> None:
        """Learn whole counts with the least and the most of a target, as far as they are found."""
        weights = self.targets[[target]].toarray().ravel()
        # Leaning a little one way or another, the linear programme stops at other corners: most are whole.
        for _ in range(_LEANINGS):
            for sign in (1.0, -1.0):
                self.learn(_least(system, sign * weights + self._leaning.normal(0, _LEAN, system.size)).counts)
            if self.possible[target] >= enough:
                return
        if math.isfinite(self.room):
            return
        if not np.isfinite(self.low[target]):
            self._find(system, weights, -np.inf, np.inf)
        while self.possible[target] and self.possible[target] < enough:
            above = self._find(system, weights, self.high[target] + 1, np.inf)
            if not above and not self._find(system, weights, -np.inf, self.low[target] - 1):
                return

    def _find(self, system: System, weights: Floats, low: float, high: float) -> bool:
        """Learn whole counts whose weight lies between these ends, if any are found."""
        found = _whole(system, weights, low, high, self.whole)
        if found is not None:
            self.learn(found)
        return found is not None


def _least(system: System, weights: Floats) -> Optimum:
    """Counts of the least weight, and how much each figure of the system holds them back; counts may be fractions."""
    if not system.alive.any():
        if (system.low > 0).any() or (system.high < 0).any():
            raise ValueError("no counts agree with these figures (all are zero)")
        return Optimum(np.zeros(system.size), np.asarray(abs(system.figures) @ abs(weights)).ravel())
    found = system.programme.least(weights[system.alive])
    tight = system.low == system.high
    pins = np.where(tight, found.pins, 0)
    # A published zero says that all it sums up are zero: it pins whatever counts one of them.
    pins[tight & (system.low == 0)] = np.abs(system.figures[tight & (system.low == 0)] @ weights)
    return Optimum(_everyone(system, found.counts), pins)


def _whole(system: System, weights: Floats, low: float, high: float, near: Floats | None) -> Floats | None:
    """Whole counts whose weight lies between these ends; None where none were found."""
    if not system.alive.any():
        return np.zeros(system.size) if low <= 0 <= high else None
    near = None if near is None else near[system.alive]
    found = system.programme.whole(weights[system.alive], low, high, near)
    return None if found is None else _everyone(system, found)


def _everyone(system: System, alive: Floats) -> Floats:
    counts = np.zeros(system.size)
    counts[system.alive] = alive
    return counts


def possible_counts(system: System, targets: Any, enough: int = 3) -> Ranges:
    """The feasible range of each target (T × N weights) given everything published.

    Base: every vector of whole counts that agrees with the system. A target shown to have `enough` is not searched
    further: its range is at least as wide as told.

    Reading: 1 possible count, the value is deduced exactly; 2, all but; as many as the figure's own margin allows,
    the other publications teach nothing. Where the search for whole counts gives up (`programme`), the range told is
    narrower than the true one: a cell is called deduced too often, never too seldom. Raises ValueError when the figures
    contradict one another.

    Reference: M. Fischetti and J. J. Salazar (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47(7), doi:10.1287/mnsc.47.7.1008.9805 (the « attacker's subproblems »).
    """
    auditor = Auditor(targets)
    for target in range(targets.shape[0]):
        # What was learnt of the others may be enough.
        if auditor.possible[target] < enough and auditor.widen(system, target, enough) is not None:
            auditor.search(system, target, enough)
    seen = np.isfinite(auditor.low)
    low, high = np.where(seen, auditor.low, 1), np.where(seen, auditor.high, 0)
    return Ranges(low.astype(np.int64), high.astype(np.int64))
