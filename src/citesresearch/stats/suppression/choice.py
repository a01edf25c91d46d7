"""Which figures to withhold besides those that must be, so that none of those is deduced from the rest.

The *pieces* are what is withheld together (a row, a block of rows); each shows some figures, weighted sums of unknown
counts; a figure is known as long as one piece that shows it is published. *Guarded* sums must keep a number of
possible counts, always or once their piece is withheld.

The greedy algorithm. While the range of a guarded sum is too narrow, ask the linear programme which figures pin it:
those of a non-zero dual value. Among the pieces that show them, withhold the cheapest. Then the pruning: from the
dearest to the cheapest, publish again every piece without which all sums stay guarded. Both end on an audit that
passes: no property of the pattern is trusted. Where whole counts were not met, the range is asked one count more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .audit import Auditor, System, stack

__all__ = ["Choice", "LinkedSystem", "choose"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROOM = 1  # counts asked above what is enough where only fractions of persons were seen to attain the ends
_ROUND = 1e-6  # below this, a dual value or a gap is a rounding error


@dataclass(frozen=True)
class LinkedSystem:
    """Tables that share unknown counts (N of them).

    figures: F × N, values: what each is worth (F), shown_by: F × P, whether the piece shows the figure.
    known: what no suppression hides. cost: of withholding each piece (P). guarded: T × N; guards: the piece whose
    withholding asks for protection, −1 where it is always asked for (T); needed: how many possible counts (T).
    """

    figures: Any
    values: Floats
    shown_by: Bools
    known: System
    cost: Floats
    guarded: Any
    guards: Ints
    needed: Ints

    def system(self, held: Bools) -> System:
        """What is published when the pieces `held` are withheld."""
        shown = (self.shown_by & ~held).any(axis=1)
        values = self.values[shown]
        return stack(System(self.figures[shown], values, values, self.known.upper), self.known)

    def asked(self, held: Bools) -> Bools:
        """The sums to protect when the pieces `held` are withheld."""
        asked: Bools = (self.guards < 0) | held[self.guards]
        return asked


@dataclass(frozen=True)
class Choice:
    """The pieces to withhold (P), and those that the greedy algorithm alone withheld.

    `exposed` are the guarded sums that no suppression protects: what is always known pins them.
    """

    held: Bools
    greedy: Bools
    exposed: Bools


@dataclass(frozen=True)
class _Cause:
    """Why a piece was withheld: the target that too few counts were possible for, the figures that pinned it."""

    target: int
    pins: Ints


def choose(linked: LinkedSystem, held: Bools, prune: bool = True) -> Choice:
    """The pieces to withhold so that every guarded sum keeps its possible counts, `held` being withheld in any case.

    Base: all published figures taken together; possible counts are whole. Reading: `held.sum() - greedy.sum()` is what
    pruning gives back, never above 0. Raises ValueError when the figures contradict one another.

    Reference: M. Fischetti and J. J. Salazar (2001), doi:10.1287/mnsc.47.7.1008.9805; A. Hundepool et al. (2012),
    Statistical Disclosure Control, ISBN 978-1-119-97815-2, chapter 4.
    """
    exposed = np.zeros(len(linked.guards), dtype=bool)
    auditor = Auditor(linked.guarded, _ROOM)
    greedy, causes = _guarded(linked, held, exposed, auditor)
    final = _pruned(linked, greedy, exposed, causes, auditor.solutions) if prune else greedy
    return Choice(final, greedy, exposed)


def _guarded(linked: LinkedSystem, held: Bools, exposed: Bools, auditor: Auditor) -> tuple[Bools, dict[int, _Cause]]:
    """With the pieces to add to `held`, the cheapest first, and why each was; marks in `exposed` what none protects."""
    held, causes = held.copy(), dict[int, _Cause]()
    system = linked.system(held)
    while len(weak := np.flatnonzero(linked.asked(held) & ~exposed & ~auditor.safe(linked.needed))):
        target = int(weak[0])
        pins = auditor.widen(system, target, int(linked.needed[target]))
        if pins is None:
            continue
        piece = _cheapest(linked, held, target, pins)
        if piece is None:
            exposed[target] = True
            continue
        # A solution of the former system is one of the new: what was found to be possible stays so.
        shown = np.flatnonzero((linked.shown_by & ~held).any(axis=1))
        causes[piece] = _Cause(target, shown[pins[: len(shown)] > _ROUND])
        held[piece] = True
        system = linked.system(held)
    return held, causes


def _cheapest(linked: LinkedSystem, held: Bools, target: int, pins: Floats) -> int | None:
    """The cheapest published piece that shows a figure pinning the target; None where nothing published does."""
    shown = np.flatnonzero((linked.shown_by & ~held).any(axis=1))  # the first figures of the system, known things last
    pinning = shown[pins[: len(shown)] > _ROUND]
    if not len(pinning):
        # The relaxed programme is wide, the whole one is not: any figure about the same counts may loosen it.
        weights = abs(linked.guarded[[target]].toarray().ravel())
        pinning = shown[np.asarray(abs(linked.figures[shown]) @ weights > 0).ravel()]
    pieces = np.flatnonzero(linked.shown_by[pinning].any(axis=0) & ~held)
    return int(pieces[np.argmin(linked.cost[pieces])]) if len(pieces) else None


def _pruned(
    linked: LinkedSystem, greedy: Bools, exposed: Bools, causes: dict[int, _Cause], solutions: list[Floats]
) -> Bools:
    """Publish again, from the dearest, each piece without which every guarded sum is still protected."""
    held = greedy.copy()
    for piece in sorted(causes, key=lambda added: -linked.cost[added]):
        trial = held.copy()
        trial[piece] = False
        cause = causes[piece]
        if len(cause.pins) and (linked.shown_by[cause.pins] & ~trial).any(axis=1).all():
            continue  # all that pinned the target would be published again: the same proof holds
        kept = _protected(linked, trial, exposed, cause.target, solutions)
        if kept is not None:
            held, solutions = trial, kept
    return held


def _protected(
    linked: LinkedSystem, held: Bools, exposed: Bools, first: int, solutions: list[Floats]
) -> list[Floats] | None:
    """Solutions that prove every guarded sum protected, `first` being tried before the others; None where one is not."""
    system = linked.system(held)
    asked = linked.asked(held) & ~exposed
    auditor = Auditor(linked.guarded, _ROOM)
    # What agreed with fewer figures may still agree with one more.
    held_before = np.array(solutions).reshape(-1, system.size)
    told = system.figures @ held_before.T
    agree = ((told >= system.low[:, None] - _ROUND) & (told <= system.high[:, None] + _ROUND)).all(axis=0)
    for solution in held_before[agree]:
        auditor.learn(solution)
    for target in (first, *range(len(asked))):
        done = not asked[target] or auditor.safe(linked.needed)[target]
        if not done and auditor.widen(system, target, int(linked.needed[target])) is not None:
            return None
    return auditor.solutions


def information_lost(held: Bools, size: Floats) -> float:
    """The share of cells that are withheld, each piece counting for its number of cells (`size`)."""
    total = float(size.sum())
    return float(size[held].sum()) / total if total else 0.0
