"""Raw files to tables of text: CSV as French offices write it, and workbooks.

`read_rows` gives the numbered rows of any of them, `read_table` puts them under the columns of the
codebook. Whatever cannot be read as it was meant becomes a `Problem`; nothing is raised for what a file holds.
"""

from __future__ import annotations

from pathlib import Path

from ...codebook import Table
from ...french import listing
from ..checking.problems import Collector, Problem, Source, quoted
from .columns import RawTable
from .raw_bytes import load_bytes
from .rows import Rows, filled
from .text_files import text_rows
from .wide import tabulate
from .workbooks import WORKBOOK_SUFFIXES, Workbook, open_workbook

__all__ = ["RawTable", "read_rows", "read_table"]


def read_rows(path: Path, sheet: str | None = None) -> tuple[list[tuple[int, list[str]]] | None, list[Problem]]:
    """The rows of a CSV file or of one sheet of a workbook (xlsx, xlsm, ods), numbered as a spreadsheet shows them.

    Cells are text as a person reads it (« 3 », « 0.5 », « 80 % », « 2021-03-05 », « oui »), empty ones "". `sheet`
    is not needed where the workbook has only one. Returns None for the rows when the file cannot be used; a formula
    without value, or a number too long to be exact, is among the problems wherever it stands. An error is text (« #N/A »).
    """
    notes = Collector(path.name)
    if path.suffix.lower() not in WORKBOOK_SUFFIXES:
        data = load_bytes(path, notes)
        rows = None if data is None else text_rows(data, (), notes)
    else:
        rows = _only_sheet(path, sheet, notes)
    if rows is None:
        return None, notes.found
    records = [(row, list(cells)) for row, cells in rows.records]
    texts = dict(records)
    for (row, column), fault in rows.faults.items():
        notes.add(fault.code, fault.attendu, fault.remede, ligne=row, lu=texts[row][column])
    return records, notes.found


def _only_sheet(path: Path, name: str | None, notes: Collector) -> Rows | None:
    workbook = open_workbook(path, notes)
    if workbook is None:
        return None
    if name is None:
        # An empty sheet is no choice: new workbooks have three.
        full = [found for found in workbook.names if _is_filled(workbook, found)]
        name = full[0] if len(full) == 1 else None
    if name not in workbook.names:
        among = listing([quoted(found) for found in workbook.names])
        expected = f"la feuille {quoted(name)}" if name else "un classeur d’une seule feuille"
        notes.add("feuille_absente", expected, "renommer ou retirer des feuilles", lu=among)
        return None
    notes.source = Source(path.name, name)
    found = workbook.sheet(name, notes)
    return found.rows() if found else None


def read_table(path: Path, table: Table) -> tuple[RawTable | None, list[Problem]]:
    """Read a CSV file as text against the columns that the codebook knows.

    Returns the table (None when nothing of it can be used) and every problem met; never raises for what a
    file holds. Rows are numbered as in a spreadsheet: a record over several lines is one row, empty rows
    count and are left out.
    """
    notes = Collector(path.name)
    data = load_bytes(path, notes)
    rows = None if data is None else text_rows(data, table.columns, notes)
    return (None if rows is None else tabulate(rows, table, notes)), notes.found


def _is_filled(workbook: Workbook, name: str) -> bool:
    sheet = workbook.sheet(name, Collector(""))
    return sheet is None or any(filled(cells) for _, cells in sheet.records)
