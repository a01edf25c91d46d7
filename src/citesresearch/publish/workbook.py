"""A workbook (xlsx) written directly: the same bytes each time, text that stays text, numbers that stay numbers.

The format is ECMA-376; a test reads the files back with two libraries. Every text is an inline string, which no spreadsheet
evaluates: what begins with « = » in the data is shown, never run.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

__all__ = ["WHEN", "Cell", "WorkbookSheet", "add_file", "render_rows", "workbook"]

Cell = str | float | None
WHEN = (1980, 1, 1, 0, 0, 0)  # files in an archive bear a date: always this one, so that bytes can be compared
LONGEST = 32_767  # characters in a cell
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet: its name (31 characters at most), its header, its rows (of `render_rows`), the width of its columns."""

    name: str
    header: Sequence[str]
    rows: Sequence[str]
    widths: Sequence[float] = ()


def render_rows(columns: Iterable[Iterable[Cell]]) -> list[str]:
    """The rows of these columns as a sheet holds them; a text stays text, None, "" and NaN are empty cells.

    They are rendered apart from the sheet, since a row often goes to more than one workbook.
    """
    known: dict[Cell, str] = {None: "<c/>", "": "<c/>"}  # most texts come back thousands of times

    def cell(value: Cell) -> str:
        if not isinstance(value, str) and value is not None:
            return f"<c><v>{value:.10g}</v></c>" if math.isfinite(value) else "<c/>"
        if value not in known:
            known[value] = f'<c t="inlineStr"><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'
        return known[value]

    rendered = [list(map(cell, column)) for column in columns]
    return [f"<row>{''.join(cells)}</row>" for cells in zip(*rendered, strict=True)]


def workbook(title: str, sheets: Sequence[WorkbookSheet]) -> bytes:
    """The xlsx file of these sheets. Raises ValueError for a sheet name that spreadsheets refuse."""
    for sheet in sheets:
        if not 0 < len(sheet.name) <= 31 or re.search(r"[\[\]:*?/\\]", sheet.name):
            raise ValueError(f"not a sheet name: {sheet.name!r}")
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, text in _frame(title, sheets).items():
            add_file(archive, path, _HEAD + text)
        for number, sheet in enumerate(sheets, start=1):
            add_file(archive, f"xl/worksheets/sheet{number}.xml", _HEAD + _sheet(sheet))
    return held.getvalue()


def add_file(archive: zipfile.ZipFile, path: str, content: str | bytes) -> None:
    """Add a file to an archive, compressed, with the date that every file of ours bears."""
    info = zipfile.ZipInfo(path, WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content, compresslevel=4)


def _frame(title: str, sheets: Sequence[WorkbookSheet]) -> dict[str, str]:
    """Everything but the sheets: what the parts are, and how headers look."""
    numbers = range(1, len(sheets) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    names = "".join(
        f'<sheet name="{_attribute(s.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, s in zip(numbers, sheets, strict=True)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{package}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{package}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_text(title)}</dc:title><dc:language>fr</dc:language></cp:coreProperties>",
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}'
        f'<Relationship Id="rId{len(sheets) + 1}" Type="{_RELS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {_MAIN}><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def _sheet(sheet: WorkbookSheet) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>' for n, width in enumerate(sheet.widths, start=1)
    )
    head = "".join(f'<c t="inlineStr" s="1"><is><t>{_text(title)}</t></is></c>' for title in sheet.header)
    pane = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    cols = f"<cols>{widths}</cols>" if widths else ""
    return f"<worksheet {_MAIN}>{pane}{cols}<sheetData><row>{head}</row>{''.join(sheet.rows)}</sheetData></worksheet>"


def _text(text: str) -> str:
    """A text that XML and spreadsheets accept: no control character, no more than a cell holds."""
    return escape(_FORBIDDEN.sub("", text)[:LONGEST])


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
