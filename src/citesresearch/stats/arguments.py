"""What every function of this package accepts and refuses: one policy for missing values, lengths and levels.

Missing values (None, NaN, pandas' NA and NaT) are refused: dropping them silently would change the base of a
figure without a word. The caller removes them, counts them, and prints the count.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What numpy reads as float() does.
_PLAIN = {float, int, np.float64, np.int64}

DEFAULT_SEED = 84
"""Seed of everything random unless the caller gives another, so that results are the same on every run."""


def is_missing(value: object) -> bool:
    """Tell whether a value stands for « no answer »: None, NaN, pandas' NA or NaT."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, Real) and math.isnan(value)


def refuse_missing(values: Sequence[object] | Floats, name: str) -> None:
    """Raise ValueError when any value is missing, saying how many and what to do."""
    numbers = _all_numbers(values)
    missing = sum(map(is_missing, values)) if numbers is None else int(np.isnan(numbers).sum())
    if missing:
        raise ValueError(
            f"{name}: {missing} missing value(s) among {len(values)}; remove them first and print how many"
        )


def _all_numbers(values: Sequence[object] | Floats) -> Floats | None:
    """The values as floats where they are plain numbers; None for anything else, which may hold several kinds of nothing."""
    if not isinstance(values, np.ndarray) and not set(map(type, values)) <= _PLAIN:
        return None
    array = np.asarray(values)
    return array.astype(np.float64) if array.dtype.kind in "fiu" and array.ndim == 1 else None


def as_numbers(values: Iterable[Any], name: str) -> Floats:
    """Return a one-dimensional float array; raise ValueError for missing, infinite or non-numeric values."""
    given = values if isinstance(values, np.ndarray) else list(values)
    refuse_missing(given, name)
    array = _all_numbers(given)
    if array is None:
        try:
            array = np.asarray([float(value) for value in given], dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{name}: numbers are needed, one per observation ({error})") from error
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: infinite values")
    return array


def as_labels(values: Iterable[Hashable], name: str) -> list[Hashable]:
    """Return the labels as a list; raise ValueError for missing ones."""
    listed = list(values)
    refuse_missing(listed, name)
    return listed


def as_count(value: Any, name: str, least: int = 0) -> int:
    """Return a whole number of at least `least` (2.0 is whole, True is not); raise ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, Real) or not float(value).is_integer():
        raise ValueError(f"{name}: a whole number is needed, not {value!r}")
    if value < least:
        raise ValueError(f"{name}: at least {least} is needed, not {value!r}")
    return int(float(value)) if not isinstance(value, Integral) else int(value)


def as_table(table: Iterable[Iterable[Any]] | pd.DataFrame, name: str = "table") -> Ints:
    """Return a two-dimensional array of counts; raise ValueError for negative, broken or missing ones."""
    rows = [[as_count(cell, f"{name}, row {i}") for cell in row] for i, row in enumerate(_rows(table))]
    if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ValueError(f"{name}: rows of equal length are needed")
    return np.asarray(rows, dtype=np.int64)


def _rows(table: Iterable[Iterable[Any]] | pd.DataFrame) -> Iterable[Iterable[Any]]:
    # Iterating over a DataFrame gives its column names: take its values.
    held: Any = table
    rows: Iterable[Iterable[Any]] = held.values if isinstance(getattr(held, "values", None), np.ndarray) else held
    return rows


def same_length(first: Sequence[Any] | Floats, second: Sequence[Any] | Floats, names: str) -> int:
    """Return the common length; raise ValueError when the lengths differ."""
    if len(first) != len(second):
        raise ValueError(f"{names}: {len(first)} and {len(second)} observations, not as many of each")
    return len(first)


def check_level(value: float, name: str) -> float:
    """Return a probability strictly between 0 and 1; raise ValueError otherwise."""
    if is_missing(value) or not 0 < value < 1:
        raise ValueError(f"{name}: a number strictly between 0 and 1 is needed, not {value!r}")
    return float(value)


def check_choice(value: str, choices: Sequence[str], name: str) -> str:
    """Return `value` when it is one of the choices; raise ValueError otherwise."""
    if value not in choices:
        raise ValueError(f"{name}: one of {', '.join(choices)} is needed, not {value!r}")
    return value


def ordered_levels(
    labels: Sequence[Hashable], order: Sequence[Hashable] | None, name: str, *, need_order: bool = False
) -> list[Hashable]:
    """Return the levels present, in the given order or sorted.

    With `need_order`, levels that are not numbers must come with an order: alphabetical order means nothing.
    Levels of `order` that nobody chose are left out. Raises ValueError for a label that `order` does not hold.
    """
    present = set(labels)
    if order is not None:
        strange = present - set(order)
        if strange or len(set(order)) != len(order):
            raise ValueError(f"{name}: order lacks {sorted(map(repr, strange))} or holds a level twice")
        return [level for level in order if level in present]
    if all(isinstance(level, Real) for level in present):
        return sorted(present, key=float)  # type: ignore[arg-type]
    if need_order:
        raise ValueError(f"{name}: say in which order the levels stand (alphabetical order means nothing)")
    return sorted(present, key=str)
