"""Workbooks for tests: xlsx by openpyxl, ods by hand (no library at hand writes it)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

Rows = Sequence[Sequence[Any]]
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def rows_of(text: str, numbers: Sequence[str] = ()) -> list[list[Any]]:
    """The rows of a CSV text as they would be typed in a sheet; the columns of `numbers` hold numbers."""
    header, *lines = csv.reader(io.StringIO(text))
    return [
        list(header),
        *(
            [int(v) if name in numbers and v else v or None for name, v in zip(header, line, strict=True)]
            for line in lines
        ),
    ]


def xlsx(sheets: Mapping[str, Rows]) -> openpyxl.Workbook:
    """A workbook of these sheets, to be damaged before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def _ods_cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case str() if value.startswith("<table:"):
            return value  # already a cell
        case bool():
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
        case int() | float():
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        case _:
            return (
                f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
            )


def write_ods(path: Path, sheets: Mapping[str, Rows], hidden_rows: Sequence[int] = (), styles: str = "") -> None:
    """An OpenDocument spreadsheet; a cell may be given as XML."""
    tables = []
    for name, rows in sheets.items():
        lines = []
        for i, row in enumerate(rows, start=1):
            hidden = ' table:visibility="collapse"' if i in hidden_rows else ""
            lines.append(f"<table:table-row{hidden}>{''.join(map(_ods_cell, row))}</table:table-row>")
        # As LibreOffice ends every sheet: a million empty rows in one element.
        lines.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>')
        tables.append(f"<table:table table:name={quoteattr(name)}>{''.join(lines)}</table:table>")
    spaces = "".join(f' xmlns:{n}="{_OFFICE}:{n}:1.0"' for n in ("office", "table", "text", "style"))
    spaces += f' xmlns:number="{_OFFICE}:datastyle:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_sheet_xml(path: Path, sheet: str) -> None:
    """An xlsx of one sheet « s » whose XML is given: what no program writes, somebody may send."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE_XML}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE_XML}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE_XML}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
