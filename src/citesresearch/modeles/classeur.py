"""The workbook that an evaluator fills in: a sheet per table, definitions on the headers, drop-down lists."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..codebook import Codebook, Field, Table, Vocabulary
from ..french import typeset
from .exemple import example_row, expected

__all__ = ["workbook"]

# Rows that the drop-down lists cover, under the header.
_ROWS = 5000
_LISTS = "Listes déroulantes"
_HEAD = PatternFill("solid", fgColor="1F4E79")
_NEEDED = PatternFill("solid", fgColor="7A3E00")
_EXAMPLE = PatternFill("solid", fgColor="EFEFEF")
_TEXT = "@"  # keeps the zeros of 01004, and a month from becoming a date


def workbook(codebook: Codebook, tables: Sequence[Table], notes: Iterable[str]) -> bytes:
    """The workbook, as the bytes of an xlsx file. `notes` are the paragraphs of its first sheet."""
    book = Workbook()
    _read_me(book.worksheets[0], notes, tables)
    used = {c.vocabulary.id: c.vocabulary for table in tables for c in table.fields if c.vocabulary is not None}
    ranges = {ident: (i, len(vocabulary.codes)) for i, (ident, vocabulary) in enumerate(used.items(), start=1)}
    for table in tables:
        _table(book.create_sheet(table.name), table, ranges)
    _definitions(book.create_sheet("Définitions"), tables)
    _lists(book.create_sheet(_LISTS), used)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _table(sheet: Worksheet, table: Table, ranges: Mapping[str, tuple[int, int]]) -> None:
    """Header with definitions, example row, formats and lists of one table."""
    fields = [column for column in table.fields if not column.tacit]
    sheet.append([column.name for column in fields])
    sheet.append(example_row(table))
    sheet.freeze_panes = "B2"
    lists: dict[str, DataValidation] = {}
    for i, column in enumerate(fields, start=1):
        letter = get_column_letter(i)
        head, shown = sheet.cell(1, i), sheet.cell(2, i)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _NEEDED if column.required else _HEAD
        head.comment = _comment(column)
        shown.font, shown.fill = Font(italic=True, color="595959"), _EXAMPLE
        sheet.column_dimensions[letter].width = max(12, min(40, len(column.name) + 4))
        if column.type == "string":
            sheet.column_dimensions[letter].number_format = _TEXT
            for row in (1, 2):
                sheet.cell(row, i).number_format = _TEXT
        formula = _formula(column, ranges)
        if formula:
            if formula not in lists:
                lists[formula] = _validation(formula)
                sheet.add_data_validation(lists[formula])
            # The example row is left alone: its first cell is no code.
            lists[formula].add(f"{letter}3:{letter}{_ROWS}")


def _formula(column: Field, ranges: Mapping[str, tuple[int, int]]) -> str:
    """Where the accepted values of a column stand; "" for free ones."""
    if column.vocabulary is not None:
        i, count = ranges[column.vocabulary.id]
        letter = get_column_letter(i)
        return f"'{_LISTS}'!${letter}$2:${letter}${count + 1}"
    return '"oui,non"' if column.type == "boolean" else ""


def _validation(formula: str) -> DataValidation:
    # A warning and not a refusal: the check says it all at once, with the remedy.
    return DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle="Valeur hors de la liste",
        error="Choisissez une valeur de la liste (feuille « Définitions »).",
    )


def _comment(column: Field) -> Comment:
    question = column.extra.get("question", {}).get("texte", "")
    parts = [column.libelle, question, column.description, f"Attendu : {expected(column)}"]
    if column.required:
        parts.append("Obligatoire.")
    text = typeset("\n".join(part for part in parts if part))
    comment = Comment(text, "citesresearch", width=320, height=40 + 18 * (len(text) // 45 + text.count("\n") + 1))
    return comment


def _read_me(sheet: Worksheet, notes: Iterable[str], tables: Sequence[Table]) -> None:
    sheet.title = "Lisez-moi"
    for text in notes:
        sheet.append([typeset(text)])
    sheet.append([])
    first = sheet.max_row + 1
    sheet.append(["Feuille", "Ce qu’elle contient", "Une ligne par"])
    for table in tables:
        sheet.append([table.name, typeset(f"{table.title}. {table.description}"), table.ligne])
    for letter, width in (("A", 32), ("B", 90), ("C", 45)):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[first]:
        cell.font = Font(bold=True)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for row in sheet.iter_rows(min_row=first):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _definitions(sheet: Worksheet, tables: Sequence[Table]) -> None:
    """Every column of every table, and every code that it accepts: to be printed or searched."""
    sheet.append(["Feuille", "Colonne", "Ce que c’est", "Obligatoire", "Attendu", "Code", "Libellé du code"])
    for table in tables:
        for column in (column for column in table.fields if not column.tacit):
            what = " ".join(part for part in (f"{column.libelle}.", column.description) if part)
            start = [table.name, column.name, typeset(what), "oui" if column.required else "", expected(column)]
            codes = column.vocabulary.codes if column.vocabulary else ()
            sheet.append(start)
            for code in codes:
                assert column.vocabulary is not None
                sheet.append([table.name, column.name, "", "", "", code, typeset(column.vocabulary.libelle(code))])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for letter, width in zip("ABCDEFG", (30, 32, 70, 12, 30, 34, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _lists(sheet: Worksheet, used: Mapping[str, Vocabulary]) -> None:
    """The codes of each list, a column each: lists typed in a validation cannot exceed 255 characters."""
    for i, (ident, vocabulary) in enumerate(used.items(), start=1):
        sheet.cell(1, i, ident).font = Font(bold=True)
        for row, code in enumerate(vocabulary.codes, start=2):
            sheet.cell(row, i, code).number_format = _TEXT
    sheet.sheet_state = "hidden"
