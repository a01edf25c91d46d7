"""What a sheet says beside its values: formulas that were never computed, errors, percentages, merged and hidden cells.

calamine gives the values, and an empty text for a formula without a stored result as for an error; it also reserves
memory for the whole rectangle that the cells span. This pass over the XML comes first: it tells the one from the
other, and refuses what would not fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

from .rows import Range

__all__ = ["MAX_CELLS", "CellMarks", "TooLarge", "ods_marks", "xlsx_formats", "xlsx_marks", "xlsx_sheets"]

MAX_CELLS = 1_000_000  # of the rectangle that the filled cells span
_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns:"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


class TooLarge(Exception):
    """The sheet spans more cells than can be held."""


@dataclass
class CellMarks:
    """What is known of the cells of a sheet; rows are counted from 1, columns from 0."""

    bottom: int = 0
    right: int = -1
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unvalued: dict[tuple[int, int], str] = field(default_factory=dict)  # formulas without a stored result
    formats: dict[tuple[int, int], str] = field(default_factory=dict)  # "percent", "month", "year"
    merged: list[Range] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False

    def reach(self, row: int, column: int) -> None:
        """Note a filled cell; raises TooLarge where the sheet would not fit in memory."""
        if row <= self.bottom and column <= self.right:
            return
        self.bottom, self.right = max(self.bottom, row), max(self.right, column)
        if self.bottom * (self.right + 1) > MAX_CELLS:
            raise TooLarge


def _parse(stream: IO[bytes], begin: Any, end: Any = None, text: Any = None) -> None:
    """Walk through XML; names are « namespace local ». A document type is refused: it is how bombs are written."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise expat.ExpatError("document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.ParseFile(stream)


@lru_cache(maxsize=1000)  # a sheet has a dozen names and a million elements
def _local(name: str) -> str:
    return name.rpartition(" ")[2]


# --- xlsx -------------------------------------------------------------------------------------------


def xlsx_sheets(workbook: IO[bytes], relations: IO[bytes]) -> dict[str, str]:
    """The path, inside the archive, of the part of each worksheet."""
    idents: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, found: dict[str, str]) -> None:
        if _local(name) == "sheet":
            ident = next((value for key, value in found.items() if _local(key) == "id"), "")
            idents[found.get("name", "")] = ident

    def relation(name: str, found: dict[str, str]) -> None:
        if _local(name) == "Relationship" and found.get("Type", "").endswith("/worksheet"):
            target = found.get("Target", "")
            targets[found.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    _parse(workbook, sheet)
    _parse(relations, relation)
    return {name: targets[ident] for name, ident in idents.items() if ident in targets}


def xlsx_formats(styles: IO[bytes]) -> list[str]:
    """For each cell format of the workbook: "percent", "month" or "year" (dates shown no finer), or ""."""
    custom: dict[str, str] = {}
    found: list[str] = []
    inside = False

    def begin(name: str, said: dict[str, str]) -> None:
        nonlocal inside
        match _local(name):
            case "numFmt":
                custom[said.get("numFmtId", "")] = said.get("formatCode", "")
            case "cellXfs":
                inside = True
            case "xf" if inside:
                ident = said.get("numFmtId", "")
                builtin = {"9": "0%", "10": "0.00%", "17": "mmm-yy"}
                found.append(_kind_of_format(custom.get(ident, builtin.get(ident, ""))))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and _local(name) != "cellXfs"

    _parse(styles, begin, end)
    return found


def _kind_of_format(code: str) -> str:
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]', "", code).lower().split(";")[0]
    if "%" in bare:
        return "percent"
    if "y" in bare and not set(bare) & set("dhs"):
        return "month" if "m" in bare else "year"
    return ""


_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _position(reference: str) -> tuple[int, int] | None:
    found = _CELL.fullmatch(reference)
    return (int(found[2]), _column(found[1])) if found else None


def xlsx_marks(sheet: IO[bytes], formats: Sequence[str]) -> CellMarks:
    """The marks of a worksheet. Raises TooLarge, or expat.ExpatError for XML that cannot be read."""
    marks = CellMarks()
    row, column = 0, -1
    kind = style = formula = text = ""
    taking = ""

    def begin(name: str, said: dict[str, str]) -> None:
        nonlocal row, column, kind, style, formula, text, taking
        match _local(name):
            case "c":
                place = _position(said.get("r", ""))
                row, column = place if place else (row, column + 1)
                kind, style, formula, text = said.get("t", ""), said.get("s", ""), "", ""
            case "f":
                formula = "="
                taking = "f"
            case "v" | "t" as part:
                taking = part
            case "row":
                row, column = int(said.get("r", row + 1)), -1
                if said.get("hidden") in ("1", "true"):
                    marks.hidden_rows.append(row)
            case "col" if said.get("hidden") in ("1", "true"):
                first, last = int(said.get("min", 1)), int(said.get("max", 1))
                marks.hidden_columns += range(first - 1, min(last, 16_384))
            case "mergeCell":
                ends = [_position(part) for part in said.get("ref", "").split(":")]
                if len(ends) == 2 and ends[0] and ends[1]:
                    marks.merged.append(Range(*ends[0], *ends[1]))
            case "autoFilter":
                marks.filtered = True

    def end(name: str) -> None:
        nonlocal taking
        match _local(name):
            case "f" | "v" | "t":
                taking = ""
            case "c":
                if not (formula or text):
                    return
                marks.reach(row, column)
                if kind == "e":
                    marks.errors[row, column] = text
                elif formula and not text and kind != "str":
                    marks.unvalued[row, column] = formula
                elif style.isdigit() and int(style) < len(formats) and formats[int(style)]:
                    marks.formats[row, column] = formats[int(style)]

    def data(piece: str) -> None:
        nonlocal formula, text
        if taking == "f":
            formula += piece
        elif taking:
            text = piece

    _parse(sheet, begin, end, data)
    return marks


# --- ods --------------------------------------------------------------------------------------------


def ods_marks(content: IO[bytes]) -> dict[str, CellMarks]:
    """The marks of each sheet of an OpenDocument spreadsheet, in its order. Raises as `xlsx_marks`."""
    walk = _Ods()
    _parse(content, walk.begin, walk.end, walk.data)
    return walk.sheets


_HIDDEN = ("collapse", "filter")


class _Ods:
    """One pass over content.xml: repeated rows and cells are counted, not copied."""

    def __init__(self) -> None:
        self.sheets: dict[str, CellMarks] = {}
        self.marks = CellMarks()
        self.styles: dict[str, str] = {}  # of cells: their data style, or what it shows
        self.parts: dict[str, set[str]] = {}  # of data styles: what they are made of
        self.style = ""
        self.row = self.rows = self.column = self.columns = 0
        self.cell: dict[str, str] = {}
        self.text = ""
        self.depth = 0  # of notes, whose text is not the cell's

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        said = {_local(key): value for key, value in attributes.items()}
        match name.removeprefix(_DOCUMENT):
            case "table:1.0 table":
                self.marks = self.sheets.setdefault(said.get("name", ""), CellMarks())
                self.row = self.rows = self.column = 0
            case "table:1.0 table-column":
                count = min(int(said.get("number-columns-repeated", 1)), 16_384)
                if said.get("visibility") in _HIDDEN:
                    self.marks.hidden_columns += range(self.column, self.column + count)
                self.column += count
            case "table:1.0 table-row":
                self.row += self.rows
                if not self.rows:
                    self.row = 1
                self.rows, self.column, self.columns = int(said.get("number-rows-repeated", 1)), 0, 0
                if said.get("visibility") in _HIDDEN:
                    self.marks.hidden_rows += range(self.row, self.row + min(self.rows, 10_000))
                    self.marks.filtered |= said["visibility"] == "filter"
            case "table:1.0 table-cell" | "table:1.0 covered-table-cell":
                self.column += self.columns
                self.columns = int(said.get("number-columns-repeated", 1))
                self.cell, self.text = said, ""
            case "office:1.0 annotation":
                self.depth += 1
            case "style:1.0 style":
                self.styles[said.get("name", "")] = said.get("data-style-name", "")
            case "datastyle:1.0 percentage-style" | "datastyle:1.0 date-style":
                self.style = said.get("name", "")
                self.parts[self.style] = {_local(name)}
            case part if part.startswith("datastyle:1.0 ") and self.style:
                self.parts[self.style].add(_local(name))

    def end(self, name: str) -> None:
        match name.removeprefix(_DOCUMENT):
            case "table:1.0 table-cell" | "table:1.0 covered-table-cell":
                self._cell()
            case "office:1.0 annotation":
                self.depth -= 1
            case "datastyle:1.0 percentage-style" | "datastyle:1.0 date-style":
                self.style = ""

    def data(self, piece: str) -> None:
        if not self.depth:
            self.text += piece

    def _cell(self) -> None:
        said, marks = self.cell, self.marks
        wide, high = int(said.get("number-columns-spanned", 1)), int(said.get("number-rows-spanned", 1))
        if wide > 1 or high > 1:
            right, bottom = self.column + wide - 1, self.row + high - 1
            marks.merged.append(Range(self.row, self.column, bottom, right))
        kind = said.get("value-type", "")
        if not (kind or "formula" in said):
            return
        marks.reach(self.row + self.rows - 1, self.column + self.columns - 1)
        shown = "percent" if kind == "percentage" else self._shown(said) if kind == "date" else ""
        if not (shown or "formula" in said):
            return
        places = [(row, self.column + i) for row in range(self.row, self.row + self.rows) for i in range(self.columns)]
        if _is_error(said, self.text):
            marks.errors |= dict.fromkeys(places, self.text.strip())
        elif not kind:
            marks.unvalued |= dict.fromkeys(places, said["formula"].partition(":")[2])
        elif shown:
            marks.formats |= dict.fromkeys(places, shown)

    def _shown(self, said: dict[str, str]) -> str:
        parts = self.parts.get(self.styles.get(said.get("style-name", ""), ""), set())
        if "year" not in parts or parts & {"day", "hours"}:
            return ""
        return "month" if "month" in parts else "year"


def _is_error(said: dict[str, str], text: str) -> bool:
    # LibreOffice keeps « value-type » in a namespace of its own too: the last one wins, and says « error ».
    return said.get("value-type") == "error" or (
        said.get("value-type") in (None, "string") and bool(re.fullmatch(r"\s*(#[A-Z0-9/!?]+|Err:\d+)\s*", text))
    )
