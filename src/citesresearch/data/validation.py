"""Tables of text to typed tables, and every reason why a cell, a row or a key cannot be accepted.

Types of the frames (statsmodels refuses nullable ones, so there are none): `string` → pandas `str` (missing:
NaN); `integer` → int64, or float64 as soon as one is missing; `number` → float64; `boolean` → bool, or
float64 (1, 0, NaN) as soon as one is missing; partial dates → `str`, ISO. The index (`ligne`) is the row that
a spreadsheet shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..codebook import Codebook, Field, Table
from ..errors import reason
from ..french import number
from .cells import Fault, broken_accents, cell_parser, damage
from .columns import RawTable
from .folder import Folder, read_folder
from .free_text import mask_free_text
from .identifiers import NAMED, check_identifiers
from .links import key_text, validate_links
from .nearest import Budget
from .problems import Collector, Problem, Problems, quoted
from .questionnaire import validate_questionnaire
from .rows import BLANKS
from .wide import as_typed

__all__ = ["empty_table", "read_and_validate", "validate_folder", "validate_table"]


def empty_table(table: Table) -> pd.DataFrame:
    """The table without any row, with its columns and their types."""
    return pd.DataFrame(
        {field.name: _typed(field, []) for field in table.fields},
        index=pd.Index([], dtype="int64", name="ligne"),
    )


def _typed(field: Field, values: Sequence[Any]) -> pd.Series[Any]:
    """A column of its type; None is missing."""
    match field.type:
        case "integer":
            return pd.Series(values, dtype="float64" if None in values else "int64")
        case "number":
            return pd.Series(values, dtype="float64")
        case "boolean":
            return pd.Series(values, dtype="float64" if None in values else "bool")
        case _:
            return pd.Series(values, dtype="str")


def validate_table(raw: RawTable, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Type a raw table and check it against its descriptor: every problem at once, in the order of the rows.

    The frame has all the descriptor's columns in their order (those that the file does not have are missing
    throughout). A number or a date that cannot be read is left missing, a text that is not accepted is left
    as typed: a frame with blocking problems is only good for checking its links.
    """
    notes = Collector(raw.source)
    budget = Budget()
    missing = set(table.descriptor["schema"].get("missingValues", [""]))
    rows = [int(row) for row in raw.frame.index]
    columns: dict[str, list[Any]] = {}
    marked: dict[str, dict[int, Fault]] = {}
    for (row, name), fault in raw.faults.items():
        marked.setdefault(name, {})[row] = fault
    for field in table.fields:
        if field.name in raw.frame:
            texts = [text.strip(BLANKS) for text in raw.frame[field.name].tolist()]
            columns[field.name] = _column(texts, field, table, rows, marked.get(field.name, {}), missing, budget, notes)
        else:
            columns[field.name] = [None] * len(rows)
    _check_order(columns, rows, table, notes)
    _check_keys(columns, rows, table, notes)
    # Built with all values before the frame: assigning column by column would fragment it.
    frame = pd.DataFrame({f.name: _typed(f, columns[f.name]) for f in table.fields})
    frame = frame.set_index(pd.Index(rows, dtype="int64", name="ligne"))
    return frame, sorted(notes.found, key=lambda problem: problem.ligne or 0)


def _column(
    texts: Sequence[str],
    field: Field,
    table: Table,
    rows: Sequence[int],
    marked: Mapping[int, Fault],
    missing: Collection[str],
    budget: Budget,
    notes: Collector,
) -> list[Any]:
    """The typed values of a column; each different text is examined once. Those of `marked` rows are not believed."""
    parse = cell_parser(field, budget)
    values: dict[str, Any] = dict.fromkeys(missing)
    faults: dict[str, Fault] = {}
    for text in dict.fromkeys(texts):
        if text in missing:
            continue
        outcome = damage(text) or parse(text)
        if isinstance(outcome, Fault):
            faults[text] = outcome
            values[text] = text if field.type == "string" and not field.date_partielle else None
        else:
            values[text] = int(outcome) if field.type == "integer" else outcome
            if field.type == "string" and (warned := broken_accents(text)):
                faults[text] = warned
    if faults or marked:
        for row, text in zip(rows, texts, strict=True):
            fault = marked.get(row) or faults.get(text)
            # Without words: what is wrong with this cell is already said.
            if fault and fault.attendu:
                notes.add(
                    fault.code,
                    fault.attendu,
                    fault.remede,
                    ligne=row,
                    colonne=field.name,
                    lu=text,
                    gravite=fault.gravite,
                )
    if field.required or field.name in table.primary_key:
        unmarked = [(row, text) for row, text in zip(rows, texts, strict=True) if row not in marked]
        _check_present(unmarked, field, missing, notes)
    typed = [None if row in marked else values[text] for row, text in zip(rows, texts, strict=True)]
    if field.part and not faults:
        _check_fractions(typed, field, notes)
    return typed


def _check_present(cells: Sequence[tuple[int, str]], field: Field, missing: Collection[str], notes: Collector) -> None:
    empty = [(row, text) for row, text in cells if text in missing]
    if len(empty) == len(cells) > 1:
        notes.add(
            "colonne_vide",
            f"une valeur à chaque ligne ({field.libelle})",
            "remplir la colonne",
            colonne=field.name,
            lu="",
        )
        return
    for row, text in empty:
        notes.add(
            "valeur_absente",
            f"une valeur ({field.libelle})",
            "remplir la cellule",
            ligne=row,
            colonne=field.name,
            lu=text,
        )


def _check_fractions(values: Sequence[Any], field: Field, notes: Collector) -> None:
    """Warn where a whole column of shares looks like 0.45 instead of 45."""
    present = [value for value in values if value is not None]
    if len(present) >= 3 and max(present) <= 1 and any(0 < value < 1 for value in present):
        notes.add(
            "parts_en_fraction",
            "des parts en % (45 pour 45 %)",
            "multiplier par 100 si ces parts sont écrites entre 0 et 1",
            colonne=field.name,
            lu=f"{number(min(present))} à {number(max(present))}",
            gravite="avertissement",
        )


def _check_order(columns: Mapping[str, Sequence[Any]], rows: Sequence[int], table: Table, notes: Collector) -> None:
    """End dates not before their beginnings (`apres`), high values not under the low ones (`au_moins`)."""
    for field in table.fields:
        earlier, lower = field.extra.get("apres"), field.extra.get("au_moins")
        if earlier:
            for row, start, end in zip(rows, columns[earlier], columns[field.name], strict=True):
                # Partial dates compare as far as both are precise.
                if start and end and end[: len(start)] < start[: len(end)]:
                    notes.add(
                        "dates_inversees",
                        f"une date qui ne précède pas {quoted(earlier)} ({start})",
                        "corriger l’une des deux dates",
                        ligne=row,
                        colonne=field.name,
                        lu=end,
                    )
        if lower:
            for row, low, high in zip(rows, columns[lower], columns[field.name], strict=True):
                if low is not None and high is not None and high < low:
                    notes.add(
                        "valeurs_inversees",
                        f"une valeur d’au moins {number(low)}, celle de {quoted(lower)}",
                        "corriger l’une des deux valeurs",
                        ligne=row,
                        colonne=field.name,
                        lu=number(high),
                    )


def _check_keys(columns: Mapping[str, Sequence[Any]], rows: Sequence[int], table: Table, notes: Collector) -> None:
    """No two rows with the same primary key, nor with the same value where it is declared unique."""
    key = table.primary_key
    if key:
        _check_unique([columns[name] for name in key], key, rows, "cle_double", notes)
    for field in table.fields:
        if field.constraints.get("unique") and key != (field.name,):
            _check_unique([columns[field.name]], (field.name,), rows, "valeur_double", notes)


def _check_unique(
    values: Sequence[Sequence[Any]], names: Sequence[str], rows: Sequence[int], code: str, notes: Collector
) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row, *parts in zip(rows, *values, strict=True):
        key = tuple(parts)
        if None in key:
            continue
        if key in first:
            notes.add(
                code,
                f"une valeur différente à chaque ligne (la ligne {first[key]} porte déjà celle-ci)",
                "supprimer une des deux lignes, ou corriger celle qui se trompe",
                ligne=row,
                colonne=", ".join(names),
                lu=" | ".join(key_text(part) for part in key),
            )
        else:
            first[key] = row


# --- a folder ---------------------------------------------------------------------------------------


def read_and_validate(folder: Path, codebook: Codebook, beside: str = "") -> tuple[dict[str, pd.DataFrame], Problems]:
    """Read every table of the codebook that the folder holds, as a text file or as a sheet of a workbook.

    Returns the typed tables that could be read, and all problems: those of each file, required tables that
    are absent, tables found twice, files and sheets that match no table, keys that lead nowhere, answers that
    contradict one another. Never raises for what the folder holds.
    """
    try:
        read = read_folder(folder, codebook, beside)
    except OSError as error:
        place = Collector(folder.name or str(folder))
        place.add(
            "fichier_illisible",
            "un dossier qui existe et que l’on a le droit de lire",
            "vérifier le chemin et les droits du dossier",
            lu=reason(error),
        )
        return {}, Problems(place.found)
    return validate_folder(read, codebook)


def validate_folder(read: Folder, codebook: Codebook) -> tuple[dict[str, pd.DataFrame], Problems]:
    """Type and check the tables of a folder that was read, or of what a folder would become; see `read_and_validate`."""
    frames: dict[str, pd.DataFrame] = {}
    found = list(read.found)
    for name in codebook.tables:
        if name in read.tables:
            frames[name], problems = validate_table(read.tables[name], codebook[name])
            found += problems
            found += check_identifiers(read.tables[name]) if name == NAMED[0] else []
    lost = {name: raw.lost for name, raw in read.tables.items()}
    found += validate_links(frames, codebook, read.sources, found, read.unsure, lost)
    found += validate_questionnaire(frames, codebook, read.sources, found)
    found += mask_free_text(frames, codebook, read.sources)
    for name, raw in read.tables.items():
        if raw.origins:
            found = [as_typed(problem, raw) if problem.source == raw.source else problem for problem in found]
            frames[name].index = pd.RangeIndex(2, len(frames[name]) + 2, name="ligne").astype("int64")
    order = {read.sources[name]: i for i, name in enumerate(codebook.tables) if name in read.sources}
    found = list(dict.fromkeys(found))  # a wide row is many rows with one key
    found.sort(key=lambda problem: (order.get(problem.source, len(order)), problem.ligne or 0))
    return frames, Problems(found)
