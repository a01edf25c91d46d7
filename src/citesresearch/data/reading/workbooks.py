"""Workbooks (xlsx, xlsm, ods) to sheets of text: what a person reads in a cell, or why it cannot be relied on.

Values come from calamine; what it does not tell (formulas never computed, errors, percentages, merged and hidden
cells, sheets too large) comes first from `sheet_xml`. No code, link or formula is ever run.
"""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from ...french import number
from ..checking.cells import Fault, Kind
from ..checking.problems import Collector
from .raw_bytes import kind_of, load_bytes
from .rows import LostCells, Range, Rows
from .sheet_xml import MAX_CELLS, CellMarks, TooLarge, ods_marks, xlsx_formats, xlsx_marks, xlsx_sheets

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["WORKBOOK_SUFFIXES", "BookSheet", "Workbook", "bare_sheets", "open_workbook", "workbook_of"]

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".ods")
MAX_UNZIPPED = 100_000_000  # bytes of XML
# Beyond this a spreadsheet has already replaced the last digits by zeros.
_LONGEST_EXACT = 10**15

_A_WORKBOOK = "un classeur xlsx ou ods"
_SAVE_AS_XLSX = "l’ouvrir dans le tableur et l’enregistrer au format « Classeur Excel (.xlsx) »"
_SAVE_AGAIN = "l’ouvrir dans le tableur et l’enregistrer de nouveau ; s’il ne s’ouvre pas, en demander une copie saine"
_UNLOCK = "retirer ce mot de passe dans le tableur (Fichier, Informations, Protéger le classeur)"
_COPY_CELLS = "copier les seules cellules remplies dans un nouveau classeur"

# What zipfile and expat raise for an archive or XML that is damaged; ValueError: a number that is none.
_DAMAGED = (ExpatError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError)


@dataclass(frozen=True)
class BookSheet:
    """One sheet: its rows of text, numbered from 1, and what its reader should be told.

    Hidden rows and columns (from 0) are read like the others; only those inside the filled area are listed.
    """

    name: str
    records: Sequence[tuple[int, list[str]]]
    faults: Mapping[tuple[int, int], Fault]
    kinds: Mapping[tuple[int, int], Kind]
    merged: Sequence[Range]
    hidden: bool
    hidden_rows: Sequence[int]
    hidden_columns: Sequence[int]
    filtered: bool

    def rows(self) -> Rows:
        """The rows, ready for their header to be sought."""
        return Rows(iter(self.records), None, LostCells(), self.faults, self.merged, self.kinds)


class Workbook:
    """The sheets of a workbook, each read when it is asked for. Built by `open_workbook`."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._ods: dict[str, CellMarks] = {}
        self._places: dict[str, str] = {}
        self._formats: list[str] = []
        if "content.xml" in parts:
            self._ods = ods_marks(io.BytesIO(parts["content.xml"]))
        else:
            relations = io.BytesIO(parts["xl/_rels/workbook.xml.rels"])
            self._places = xlsx_sheets(io.BytesIO(parts["xl/workbook.xml"]), relations)
            if "xl/styles.xml" in parts:
                self._formats = xlsx_formats(io.BytesIO(parts["xl/styles.xml"]))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the worksheets (charts and macros are none), in their order."""
        return tuple(self._ods or self._places)

    def sheet(self, name: str, notes: Collector) -> BookSheet | None:
        """The sheet of that name; None when it cannot be read, and why in `notes`."""
        try:
            marks = self._ods[name] if self._ods else self._xlsx_marks(name)
            values = self._read(name)
        except TooLarge:
            notes.add(*_too_large())
        except _DAMAGED:
            notes.add("fichier_abime", "une feuille entière", _SAVE_AGAIN)
        else:
            return self._sheet(name, marks, values)
        return None

    def _xlsx_marks(self, name: str) -> CellMarks:
        return xlsx_marks(io.BytesIO(self._parts[self._places[name]]), self._formats)

    def _read(self, name: str) -> list[list[Any]]:
        """The values of a sheet; raises BadZipFile for whatever calamine cannot read."""
        with _calamine():
            return self._values.get_sheet_by_name(name).to_python(skip_empty_area=False)

    @cached_property
    def _values(self) -> CalamineWorkbook:
        from python_calamine import CalamineWorkbook

        # Only what was read and measured above is handed over, not the archive as it came.
        checked = io.BytesIO()
        with zipfile.ZipFile(checked, "w") as archive:
            for part, content in self._parts.items():
                archive.writestr(part, content)
        checked.seek(0)
        return CalamineWorkbook.from_filelike(checked)

    @cached_property
    def _hidden(self) -> frozenset[str]:
        from python_calamine import SheetVisibleEnum

        sheets = self._values.sheets_metadata
        return frozenset(sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible)

    def _sheet(self, name: str, marks: CellMarks, values: list[list[Any]]) -> BookSheet:
        faults = {place: _unvalued() for place in marks.unvalued}
        shown = {place: f"={formula.lstrip('=')}" for place, formula in marks.unvalued.items()} | marks.errors
        kinds: dict[tuple[int, int], Kind] = {}
        records: list[tuple[int, list[str]]] = []
        for row in range(1, max(marks.bottom, len(values)) + 1):
            cells = values[row - 1] if row <= len(values) else []
            texts = [""] * max(marks.right + 1, len(cells))
            for column, value in enumerate(cells):
                if value != "":
                    texts[column] = _text(value, marks.formats.get((row, column), ""))
                    if isinstance(value, (bool, datetime.date)):
                        kinds[row, column] = "logique" if isinstance(value, bool) else "date"
                    elif isinstance(value, (int, float)) and abs(value) >= _LONGEST_EXACT:
                        faults[row, column] = _too_long()
            records.append((row, texts))
        for (row, column), text in shown.items():
            records[row - 1][1][column] = text
        return BookSheet(
            name,
            records,
            faults,
            kinds,
            marks.merged,
            name in self._hidden,
            [row for row in marks.hidden_rows if row <= marks.bottom],
            [column for column in marks.hidden_columns if column <= marks.right],
            marks.filtered,
        )


def open_workbook(path: Path, notes: Collector) -> Workbook | None:
    """The workbook at `path`, or None and the reason why not in `notes`; never raises for what the file holds."""
    data = load_bytes(path, notes)
    return None if data is None else workbook_of(data, notes)


def workbook_of(data: bytes, notes: Collector) -> Workbook | None:
    """The workbook that these bytes are; see `open_workbook`."""
    if not data.startswith(b"PK\x03\x04"):
        code, expected, remedy, read = _not_an_archive(data)
        notes.add(code, expected, remedy, lu=read)
        return None
    try:
        parts = _parts(data)
        other = _other_kind(parts)
        if other:
            notes.add("fichier_binaire", _A_WORKBOOK, _SAVE_AS_XLSX, lu=other)
        elif b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            notes.add("fichier_chiffre", "un classeur sans mot de passe", _UNLOCK, lu="un classeur chiffré")
        else:
            return Workbook(parts)
    except TooLarge:
        notes.add(*_too_large())
    except _DAMAGED:
        notes.add("fichier_abime", "un classeur entier", _SAVE_AGAIN)
    return None


@contextmanager
def _calamine() -> Iterator[None]:
    """Raises BadZipFile for whatever calamine cannot read."""
    from python_calamine import CalamineError

    try:
        yield
    except BaseException as error:
        # A panic of its own Rust code derives from nothing but BaseException.
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            raise zipfile.BadZipFile(str(error)) from error
        raise


def bare_sheets(data: bytes, notes: Collector) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """The sheets of a workbook of an older or binary format (xls, xlsb), by name: numbered rows of values alone.

    Formulas never computed and merged cells are not told there: good enough for published files, not for those that
    people fill in. None of them, and why in `notes`, where it cannot be read.
    """
    from python_calamine import CalamineWorkbook

    try:
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(info.file_size for info in archive.infolist()) > MAX_UNZIPPED:
                    raise TooLarge
        with _calamine():
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            values = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
    except TooLarge:
        notes.add(*_too_large())
        return []
    except _DAMAGED:
        code, expected, remedy, read = _not_an_archive(data)
        notes.add(code, expected.replace("xlsx ou ods", "Excel"), f"{remedy} ; le retirer s’il est de trop", lu=read)
        return []
    return [
        (name, [(i, ["" if v == "" else _text(v, "") for v in row]) for i, row in enumerate(rows, start=1)])
        for name, rows in values
    ]


def _parts(data: bytes) -> dict[str, bytes]:
    """The XML parts of the archive, by name. Raises TooLarge, or what zipfile raises for a damaged one."""
    found: dict[str, bytes] = {}
    left = MAX_UNZIPPED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if not info.filename.lower().endswith((".xml", ".rels", "mimetype", "workbook.bin")):
                continue
            if info.flag_bits & 1:
                raise zipfile.BadZipFile(info.filename)  # encrypted by the archiver, as no spreadsheet does
            pieces: list[bytes] = []
            with archive.open(info) as stream:
                # By pieces: what the archive says of its own sizes may be false.
                while piece := stream.read(1 << 20):
                    left -= len(piece)
                    if left < 0:
                        raise TooLarge
                    pieces.append(piece)
            found[info.filename] = b"".join(pieces)
    return found


def _other_kind(parts: Mapping[str, bytes]) -> str | None:
    """What the archive is when it is not a workbook that can be read, in French."""
    if "xl/workbook.bin" in parts:
        return "un classeur Excel binaire (xlsb)"
    if "xl/workbook.xml" in parts:
        return None
    if "word/document.xml" in parts:
        return "un document Word"
    if "content.xml" in parts:
        return None if b"spreadsheet" in parts.get("mimetype", b"spreadsheet") else "un document OpenDocument"
    return "une archive zip"


def _not_an_archive(data: bytes) -> tuple[str, str, str, str]:
    """Code, expected, remedy, read."""
    if not data.strip(b"\x00 \t\r\n"):
        remedy = "vérifier l’enregistrement du fichier, ou le supprimer s’il est de trop"
        return "fichier_vide", "un classeur rempli", remedy, f"{number(len(data))} octets" if data else "0 octet"
    # Excel wraps an encrypted workbook in the container of its old format.
    if data.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in data:
        return "fichier_chiffre", "un classeur sans mot de passe", _UNLOCK, "un classeur chiffré"
    kind = kind_of(data)
    if kind is None:
        remedy = "changer son extension en « .csv » si c’en est un, ou l’enregistrer au format xlsx depuis le tableur"
        return "fichier_binaire", _A_WORKBOOK, remedy, "du texte"
    return "fichier_binaire", _A_WORKBOOK, _SAVE_AS_XLSX, kind


def _too_large() -> tuple[str, str, str]:
    """Code, expected, remedy."""
    expected = f"au plus {number(MAX_CELLS)} cellules d’un bord à l’autre des données, et {number(MAX_UNZIPPED / 1e6, 0)} Mo décompressés"
    return "fichier_trop_gros", expected, f"{_COPY_CELLS} : une cellule isolée très loin suffit à dépasser"


def _unvalued() -> Fault:
    remedy = "ouvrir le classeur dans le tableur et l’enregistrer, ou remplacer la formule par sa valeur"
    return Fault("formule_sans_valeur", "une valeur, non une formule que le tableur n’a pas encore calculée", remedy)


def _too_long() -> Fault:
    remedy = "mettre la colonne au format Texte, puis taper de nouveau cette valeur : ses derniers chiffres sont perdus"
    return Fault("nombre_trop_long", "un nombre de 15 chiffres au plus, ou un texte", remedy)


def _text(value: Any, shown: str) -> str:
    """A cell as text: 1004, 0.5, oui, 2021-03-05; `shown` tells percentages and dates without their day."""
    match value:
        case str():
            return value
        case bool():
            return "oui" if value else "non"
        case int() | float():
            return f"{_digits(value * 100)} %" if shown == "percent" else _digits(value)
        case datetime.datetime() if value.time() != datetime.time():
            return value.isoformat(" ", "seconds")
        case datetime.date():
            return value.isoformat()[: {"month": 7, "year": 4}.get(shown, 10)]
        case datetime.timedelta():
            hours, rest = divmod(round(value.total_seconds()), 3600)
            return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
        case _:
            return str(value)  # a time of day


def _digits(value: float) -> str:
    """The number as spreadsheets show it: 15 digits, no exponent, no decimals of an integer.

    Three decimals are written with a fourth, zero: a number of a workbook is no « 12.500 » that might be thousands.
    """
    text = f"{value:.15g}"
    text = format(Decimal(text), "f") if "e" in text else text
    return f"{text}0" if text[-4:-3] == "." else text
