"""How precise a number is, wherever it is published, compared or printed: never to the last bit of a float.

The last bits of a sum depend on the processor's instructions and on its number of threads. Published numbers keep
`SIGNIFICANT` digits, far beyond what is printed; a limit is reached within `TOLERANCE`; a half-way value that is printed
goes away from zero, as the reader who checks by hand expects.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = ["SIGNIFICANT", "TOLERANCE", "settle", "settle_all", "settle_parts", "settle_table"]

SIGNIFICANT = 10
TOLERANCE = 1e-12


def settle(value: float) -> float:
    """A number to `SIGNIFICANT` digits. Whole numbers, NaN and infinities stay as they are."""
    return value if not math.isfinite(value) or value.is_integer() else float(f"{value:.{SIGNIFICANT}g}")


def settle_all(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Each number of an array, settled."""
    import numpy as np

    given = np.asarray(values, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        loose = np.isfinite(given) & (given != np.rint(given))
    if not loose.any():
        return given
    made = given.copy()
    different, place = np.unique(given[loose], return_inverse=True)
    made[loose] = np.array([float(f"{value:.{SIGNIFICANT}g}") for value in different.tolist()])[place]
    return made


def settle_table(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with each column of floats settled."""
    loose = {name: settle_all(column) for name, column in table.items() if column.dtype == "float64"}
    return table.assign(**loose) if loose else table  # type: ignore[arg-type]


def settle_parts(value: Any) -> Any:
    """The same record, tuple or number, with every float in it settled."""
    if isinstance(value, float):
        return settle(value)
    if isinstance(value, tuple):
        return tuple(settle_parts(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: settle_parts(getattr(value, f.name)) for f in fields(value) if f.init})
    return value
