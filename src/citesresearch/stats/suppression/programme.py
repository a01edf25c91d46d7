"""A linear programme over counts, solved many times with other weights: each time from where it stood before.

HiGHS solves it (Q. Huangfu and J. A. J. Hall, 2018, doi:10.1007/s12532-017-0130-5). Kept in one object, the same figures
are solved tens of times faster than from nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["LinearProgramme", "Optimum"]

Floats = npt.NDArray[np.float64]

_REACHES = (1.0, 3.0)  # counts around those known where others are sought first
_NODES = 400  # of one integer programme; not a delay, so that every machine finds the same
# Everything that could differ from machine to machine is fixed; figures are few and dense, so that nothing is gained by
# rewriting them before solving; other weights leave the last solution possible, which the primal simplex starts from.
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "log_to_console": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "presolve": "off",
    "simplex_strategy": 4,
    "mip_max_nodes": _NODES,
    "mip_rel_gap": 0.0,
    "mip_heuristic_run_feasibility_jump": False,  # finds little here, and costs a third of the time
}


class Optimum(NamedTuple):
    """Counts of the least weight (N), and how much each figure holds them back (F dual values, 0 or more)."""

    counts: Floats
    pins: Floats


class LinearProgramme:
    """All counts with `low <= figures @ counts <= high` (F figures of N counts) and `0 <= counts <= upper`.

    `upper` is finite. Reading: nothing that `least` returns is unique where several counts weigh the same.
    """

    def __init__(self, figures: Any, low: Floats, high: Floats, upper: Floats) -> None:
        self.figures, self.low, self.high, self.upper = figures, low, high, upper

    def least(self, weights: Floats) -> Optimum:
        """Counts of the least weight, fractions allowed. Raises ValueError where no counts agree with the figures."""
        solver, size = self._relaxed, len(self.upper)
        solver.changeColsCost(size, np.arange(size, dtype=np.int32), np.asarray(weights, dtype=np.float64))
        solver.run()
        counts = self._counts(solver)
        if counts is None:
            raise ValueError("no counts agree with these figures")
        return Optimum(counts, np.abs(np.array(solver.getSolution().row_dual)))

    def whole(self, weights: Floats, low: float, high: float, near: Floats | None = None) -> Floats | None:
        """Any whole counts whose weight lies between two ends; None where none was found.

        Around whole counts that are known (`near`) they are found much sooner. That none was found does not prove that
        there is none: the search gives up after `_NODES` branches.
        """
        if near is not None:
            for reach in _REACHES:
                found = self._branch(
                    weights, low, high, np.maximum(near - reach, 0), np.minimum(near + reach, self.upper)
                )
                if found is not None:
                    return found
        return self._branch(weights, low, high, np.zeros(len(self.upper)), self.upper)

    def _branch(self, weights: Floats, low: float, high: float, least: Floats, most: Floats) -> Floats | None:
        solver, rows, size = self._integer, len(self.low), len(self.upper)
        solver.changeColsBounds(size, np.arange(size, dtype=np.int32), least, most)
        column = np.flatnonzero(weights).astype(np.int32)
        solver.addRow(low, high, len(column), column, np.asarray(weights, dtype=np.float64)[column])
        solver.run()
        counts = self._counts(solver)
        solver.deleteRows(1, np.array([rows], dtype=np.int32))
        return None if counts is None else np.round(counts)

    def _counts(self, solver: Any) -> Floats | None:
        import highspy

        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.array(solver.getSolution().col_value)

    @cached_property
    def _relaxed(self) -> Any:
        return self._solver()

    @cached_property
    def _integer(self) -> Any:
        import highspy

        solver, size = self._solver(), len(self.upper)
        kinds = np.full(size, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(size, np.arange(size, dtype=np.int32), kinds)
        solver.setOptionValue("presolve", "choose")
        solver.setOptionValue("simplex_strategy", 1)
        return solver

    def _solver(self) -> Any:
        import highspy
        from scipy.sparse import csc_array

        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in _OPTIONS.items():
            solver.setOptionValue(name, value)
        columns = csc_array(self.figures)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = columns.shape
        model.col_cost_ = model.col_lower_ = np.zeros(len(self.upper))
        model.col_upper_, model.row_lower_, model.row_upper_ = self.upper, self.low, self.high
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = columns.indptr, columns.indices
        model.a_matrix_.value_ = columns.data
        solver.passModel(model)
        return solver
