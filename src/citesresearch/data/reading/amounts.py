"""What « 12.500 » means in a column of numbers: thousands or decimals, as its other cells tell, or nobody knows.

A mark followed by exactly three digits says either. Elsewhere in the column « 1.234,56 » or « 1.234.567 » shows which
mark parts thousands, « 8 000,5 » which one opens the decimals. A cell is read so only where one mark is in doubt and
all the others agree about it; otherwise both readings are given, for the person who typed it to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...french import number

__all__ = ["AmountMarks", "advice", "both_readings", "grouped_number", "marks_of"]

_SIGN = r"[+\-\u2212]?"
_EITHER = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}([.,])[0-9]{{3}}", re.ASCII)
# Several groups, or one at least before another mark.
_GROUPED = re.compile(
    rf"{_SIGN}[1-9][0-9]{{0,2}}(?:([.,'’])[0-9]{{3}}(?:\1[0-9]{{3}})+|([.,'’])[0-9]{{3}}(?:\2[0-9]{{3}})*(?!\2)([.,])[0-9]+)",
    re.ASCII,
)
_DECIMAL = re.compile(r".*[0-9]([.,])[0-9]+", re.ASCII | re.DOTALL)


@dataclass
class AmountMarks:
    """The marks that a column's cells use: those that open decimals, those that part thousands, those in doubt."""

    decimal: set[str] = field(default_factory=set)
    thousands: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def reading(self, text: str) -> float | None:
        """The number of a doubtful cell; None where its column does not settle it."""
        found = _EITHER.fullmatch(text)
        if not found or len(self.doubtful) > 1:
            return None
        mark = found[1]
        # One mark opens the decimals of a column, and not two.
        if (mark in self.decimal) == (mark in self.thousands) or len(self.decimal) > 1:
            return None
        thousands, decimals = both_readings(text) or (0.0, 0.0)
        return thousands if mark in self.thousands else decimals


def marks_of(texts: Iterable[str]) -> AmountMarks:
    """The marks of the cells of a column; what is no number says nothing."""
    marks = AmountMarks()
    for text in texts:
        if found := _EITHER.fullmatch(text):
            marks.doubtful.add(found[1])
        elif found := _GROUPED.fullmatch(text):
            marks.thousands.add(found[1] or found[2])
            marks.decimal |= {found[3]} - {None}
        elif found := _DECIMAL.fullmatch(text):
            marks.decimal.add(found[1])
    return marks


def both_readings(text: str) -> tuple[float, float] | None:
    """« 12.500 » as thousands, then as decimals (12500, 12.5); None for what reads in one way."""
    found = _EITHER.fullmatch(text)
    if not found:
        return None
    plain = text.replace("\u2212", "-")
    return float(plain.replace(found[1], "")), float(plain.replace(",", "."))


def grouped_number(text: str) -> float | None:
    """« 1.234,56 », « 1.234.567 »: thousands whose mark is beyond doubt; None for other writings."""
    found = _GROUPED.fullmatch(text)
    if not found:
        return None
    plain = text.replace("\u2212", "-").replace(found[1] or found[2], "")
    return float(plain.replace(",", "."))


def advice(text: str) -> str:
    """« écrire 12500 si ce sont des milliers ; 12,5 sinon »."""
    thousands, decimals = both_readings(text) or (0.0, 0.0)
    # Written in the cell as it is here: without a space between thousands.
    return f"écrire {thousands:.0f} si ce sont des milliers ; {number(decimals, 3).rstrip('0').rstrip(',')} sinon"
