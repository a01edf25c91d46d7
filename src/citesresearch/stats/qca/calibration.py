"""From a measure to membership in a set: a threshold, or three anchors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arguments import Floats, as_numbers
from ..errors import NotComputable

__all__ = ["Calibration", "calibrate_crisp", "calibrate_direct"]


@dataclass(frozen=True)
class Calibration:
    """Memberships in [0, 1], in the order of the cases.

    ambiguous: positions of the cases at exactly 0.5, neither in nor out: no row of a truth table takes them.
    inside, outside: cases above and below 0.5.
    """

    membership: tuple[float, ...]
    ambiguous: tuple[int, ...]
    inside: int
    outside: int


def calibrate_crisp(values: Iterable[Any], threshold: float) -> Calibration:
    """Crisp set: 1 from the threshold up (the threshold itself is inside), 0 below.

    Base: the cases given. values: numbers. threshold: in the unit of the values.
    Reading: 1: in the set; 0: out of it. For a set of low values, negate the condition (~A) afterwards.
    Raises ValueError for missing values or a threshold that is not a number; NotComputable ("empty").

    Ragin (1987), The Comparative Method, ISBN 9780520280038.
    """
    numbers = _cases(values, "calibrate_crisp")
    (limit,) = as_numbers([threshold], "threshold")
    return _calibration((numbers >= limit).astype(np.float64))


def calibrate_direct(
    values: Iterable[Any], *, exclusion: float, crossover: float, inclusion: float, idm: float = 0.95
) -> Calibration:
    """Fuzzy set by the direct method: a logistic curve through three anchors.

    m = 1/(1 + e^−z), z = ln(idm/(1 − idm)) (x − crossover)/(inclusion − crossover) on the side of inclusion, and
    (x − crossover)/(crossover − exclusion) on the other. exclusion > crossover > inclusion gives a decreasing set.

    Base: the cases given. values and anchors in one unit. idm: membership at the anchor of inclusion (1 − idm at
    that of exclusion).
    Reading: 0.95 and more: fully in; 0.05 and less: fully out; 0.5: as much in as out, see `ambiguous` (an anchor
    set between two possible values leaves none). A membership is a degree, not a probability.
    Raises ValueError for missing values, anchors that are equal or out of order, or idm outside (0.5, 1);
    NotComputable ("empty").

    Ragin (2008), Redesigning Social Inquiry, ISBN 9780226702759.
    """
    numbers = _cases(values, "calibrate_direct")
    low, middle, high = as_numbers([exclusion, crossover, inclusion], "anchors")
    if not (low < middle < high or low > middle > high):
        raise ValueError(f"anchors: the crossover ({middle:g}) must lie strictly between {low:g} and {high:g}")
    if not 0.5 < idm < 1:
        raise ValueError(f"idm: a number strictly between 0.5 and 1 is needed, not {idm!r}")
    steepness = math.log(idm / (1 - idm))
    apart = numbers - middle
    towards_inclusion = apart * np.sign(high - middle) > 0
    z = steepness * np.where(towards_inclusion, apart / (high - middle), apart / (middle - low))
    return _calibration(0.5 * (1 + np.tanh(z / 2)))  # the logistic, without overflow


def _cases(values: Iterable[Any], what: str) -> Floats:
    numbers = as_numbers(values, "values")
    if not len(numbers):
        raise NotComputable("empty", f"{what}: no case")
    return numbers


def _calibration(memberships: Floats) -> Calibration:
    ambiguous = tuple(int(i) for i in np.flatnonzero(memberships == 0.5))
    inside, outside = int((memberships > 0.5).sum()), int((memberships < 0.5).sum())
    return Calibration(tuple(float(m) for m in memberships), ambiguous, inside, outside)
