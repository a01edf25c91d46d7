"""The files that a collecting tool gives: their sheets, under whatever names, and the tool that wrote them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...french import number
from ..checking.cells import Fault
from ..checking.problems import Collector, Problem, Source
from ..reading.raw_bytes import MAX_BYTES, load_bytes
from ..reading.rows import BLANKS, Rows, filled
from ..reading.text_files import text_rows
from ..reading.workbooks import WORKBOOK_SUFFIXES, open_workbook
from .questions import bare

__all__ = ["NO_TOOL", "ExportSheet", "read_export"]

NO_TOOL = "tableau"

# What SurveyMonkey and its like write under a question that has one answer only.
_ONE_ANSWER = {"", "response", "reponse", "openendedresponse", "reponselibre", "reponseouverte", "texteouvert"}


@dataclass(frozen=True)
class ExportSheet:
    """One sheet of an export, or one text file: its header and its rows of text, numbered as a spreadsheet shows them.

    Every row has as many cells as the header; `faults` tells, by row and column (from 0), cells that are not what was
    meant. `outil` is the tool that the header betrays, in words.
    """

    source: Source
    header_row: int
    header: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[str, ...]]]
    faults: Mapping[tuple[int, int], Fault] = field(default_factory=dict)

    @property
    def outil(self) -> str:
        """« Kobo », « ODK », « LimeSurvey », or « tableau » where no tool is recognised."""
        names = {name.strip() for name in self.header}
        plain_names = {bare(name) for name in names}
        if names & {"_submission_time", "_uuid", "__version__", "_submission__uuid", "_parent_index", "formhub/uuid"}:
            return "Kobo"
        if names & {"SubmissionDate", "KEY", "PARENT_KEY", "meta-instanceID", "meta/instanceID"}:
            return "ODK"
        if {"submitdate", "datedesoumission", "datesubmitted"} & plain_names and (
            {"lastpage", "dernierepage", "startlanguage", "languededepart", "seed", "token", "id"} & plain_names
        ):
            return "LimeSurvey"
        return NO_TOOL

    def column(self, name: str) -> int | None:
        """Where the column of that very name stands."""
        return self.header.index(name) if name in self.header else None


def read_export(path: Path, known: Collection[str] = ()) -> tuple[list[ExportSheet], list[Problem]]:
    """The filled sheets of a CSV file, a workbook (xlsx, xlsm, ods) or a zip of CSV files, and every problem met.

    `known` are words that may head a column: they tell the delimiter where questions hold commas themselves. Never raises for what the file holds.
    """
    notes = Collector(path.name)
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES:
        return _of_workbook(path, known, notes)
    data = load_bytes(path, notes)
    if data is None:
        return [], notes.found
    if suffix == ".zip" and data.startswith(b"PK"):
        return _of_archive(path.name, data, known, notes)
    return _some(_of_text(Source(path.name), data, known, notes)), notes.found


def _some(sheet: ExportSheet | None) -> list[ExportSheet]:
    return [] if sheet is None else [sheet]


def _of_text(source: Source, data: bytes, known: Collection[str], notes: Collector) -> ExportSheet | None:
    notes.source = source
    rows = text_rows(data, known, notes)
    return None if rows is None else _sheet(source, rows, known, notes)


def _of_workbook(path: Path, known: Collection[str], notes: Collector) -> tuple[list[ExportSheet], list[Problem]]:
    workbook = open_workbook(path, notes)
    found: list[ExportSheet] = []
    for name in workbook.names if workbook else ():
        notes.source = Source(path.name, name)
        sheet = workbook.sheet(name, notes) if workbook else None
        if sheet is not None and any(filled(cells) for _, cells in sheet.records):
            found += _some(_sheet(notes.source, sheet.rows(), known, notes))
    return found, notes.found


def _of_archive(
    name: str, data: bytes, known: Collection[str], notes: Collector
) -> tuple[list[ExportSheet], list[Problem]]:
    """The CSV files of an archive, as ODK gives them: one for the form, one for each repeat."""
    found: list[ExportSheet] = []
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.filename.lower().endswith(".csv"):
                    continue
                with archive.open(info) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    notes.source = Source(name)
                    expected = f"au plus {number(MAX_BYTES / 1e6, 0)} Mo décompressés"
                    notes.add("fichier_trop_gros", expected, "décompresser l’archive et importer ses fichiers un à un")
                    break
                found += _some(_of_text(Source(name, Path(info.filename).stem), content, known, notes))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        notes.source = Source(name)
        notes.add("fichier_abime", "une archive zip entière, sans mot de passe", "la télécharger de nouveau")
    return found, notes.found


def _sheet(source: Source, rows: Rows, known: Collection[str], notes: Collector) -> ExportSheet | None:
    """The first filled row is the header, with the one below where that goes on; rows of another width are noted."""
    records = [(row, [cell.strip(BLANKS) for cell in cells]) for row, cells in rows.records]
    records = [(row, cells) for row, cells in records if any(cells)]
    if not records:
        if not notes.found:
            notes.add("fichier_vide", "une ligne d’en-tête, puis une ligne par réponse", "vérifier l’export")
        return None
    (header_row, header), *body = records
    header = _trimmed(header)
    if body and (joined := _two_rows(header, _trimmed(body[0][1]), known)):
        header, body = joined, body[1:]
    kept: list[tuple[int, tuple[str, ...]]] = []
    for row, cells in body:
        cells = _trimmed(cells)
        if len(cells) > len(header):
            notes.add(
                "nombre_de_cellules",
                f"{number(len(header))} cellules au plus, une par colonne",
                "vérifier les séparateurs et les guillemets de cette ligne, ou nommer chaque colonne remplie",
                ligne=row,
                lu=f"{number(len(cells))} cellules",
            )
        kept.append((row, (*cells, *[""] * (len(header) - len(cells)))[: len(header)]))
    return ExportSheet(source, header_row, tuple(header), kept, rows.faults)


def _trimmed(cells: Iterable[str]) -> list[str]:
    """The cells without the empty ones at the end."""
    found = list(cells)
    while found and not found[-1]:
        found.pop()
    return found


def _two_rows(header: Sequence[str], below: Sequence[str], known: Collection[str]) -> list[str] | None:
    """One header of two rows: choices under their question, or the words of questions under their names; else None.

    SurveyMonkey and Drag'n Survey name a question once, over its first choice, and the choices below it.
    """
    width = max(len(header), len(below))
    above = [*header, *[""] * (width - len(header))]
    under = [*below, *[""] * (width - len(below))]
    goes_on = [bool(above[i]) and i + 1 < width and not above[i + 1] for i in range(width)]
    alone = [bare(under[i]) for i in range(width) if above[i] and not goes_on[i]]
    if any(under[i] and not above[i] for i in range(width)) and alone and _ONE_ANSWER.issuperset(alone):
        names, question = [], ""
        for i in range(width):
            question = above[i] or question
            part_of_it = not above[i] or goes_on[i]
            names.append(f"{question} [{under[i]}]" if part_of_it and bare(under[i]) not in _ONE_ANSWER else above[i])
        return names
    words = {bare(word) for word in known}
    told = [bool(name) and bare(name) in words for name in under]
    if sum(told) > 1 and 2 * sum(told) >= sum(map(bool, under)):
        return [under[i] if told[i] else above[i] for i in range(width)]
    return None
