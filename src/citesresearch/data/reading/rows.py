"""Numbered rows of text: what every raw file becomes before its columns are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..checking.cells import Fault, Kind

__all__ = ["BLANKS", "MAX_CELL", "Range", "Rows", "column_letters", "filled"]

MAX_CELL = 10_000  # characters

# Every Unicode space, and the two invisible marks that copy and paste leave at the ends of cells.
BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003"
BLANKS += "\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"


def filled(cells: Iterable[str]) -> bool:
    """Whether one cell at least is more than blank."""
    return any(cell.strip(BLANKS) for cell in cells)


@dataclass(frozen=True)
class Range:
    """Cells that a spreadsheet holds together: rows from 1, columns from 0, both ends within."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """As a spreadsheet writes it: « B1:D1 »."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


class LostCells(set[str]):
    """The cells of rows that could not be read; beyond a number, any text may be among them."""

    most = 20_000
    full = False

    def put(self, cells: Iterable[str]) -> None:
        """Hold these cells, unless there are too many to hold."""
        if self.full:
            return
        self.update(cell.strip(BLANKS) for cell in cells)
        if len(self) > self.most:
            self.full = True
            self.clear()
            self.add("")

    def __contains__(self, cell: object) -> bool:
        return self.full or super().__contains__(cell)


def column_letters(column: int) -> str:
    """The name that a spreadsheet gives to a column counted from 0: A, B… AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Rows:
    """The rows of a text file or of a sheet, numbered as a spreadsheet shows them, before their header is sought.

    `records` can be gone through once; once that is done `lost` holds the cells of the rows that could not be read.
    `faults` tells, by row (from 1) and column (from 0), the cells whose text is not what was meant: a formula without
    value, an error. `kinds` tells those that a workbook holds as a date or as true or false. `merged` are the ranges of merged cells. `delimiter` is None for a sheet.
    """

    records: Iterable[tuple[int, Sequence[str]]]
    delimiter: str | None = None
    lost: LostCells = field(default_factory=LostCells)
    faults: Mapping[tuple[int, int], Fault] = field(default_factory=dict)
    merged: Sequence[Range] = ()
    kinds: Mapping[tuple[int, int], Kind] = field(default_factory=dict)
