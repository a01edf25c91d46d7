"""Tables of text to typed tables, and every reason why a cell, a row or a key cannot be accepted.

Types of the frames (statsmodels refuses nullable ones, so there are none): `string` → pandas `str` (missing:
NaN); `integer` → int64, or float64 as soon as one is missing; `number` → float64; `boolean` → bool, or
float64 (1, 0, NaN) as soon as one is missing; partial dates → `str`, ISO. The index (`ligne`) is the row that
a spreadsheet shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ...codebook import Codebook, Field, Table
from ...errors import reason
from ...french import listing, number, plural
from ..reading.amounts import AmountMarks, both_readings, marks_of
from ..reading.columns import RawTable
from ..reading.folder import Folder, read_folder
from ..reading.rows import BLANKS
from ..reading.wide import as_typed
from .cells import Fault, Kind, broken_accents, cell_parser, damage, emptied, other_kind
from .free_text import mask_free_text
from .identifiers import NAMED, check_identifiers
from .links import as_keys_stand, key_text, validate_links
from .nearest import Budget
from .plausible import implausible
from .problems import Collector, Problem, Problems, quoted
from .questionnaire import validate_questionnaire

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
    kinds: dict[str, dict[int, Kind]] = {}
    for (row, name), kind in raw.kinds.items():
        kinds.setdefault(name, {})[row] = kind
    for field in table.fields:
        if field.name in raw.frame:
            typed = raw.frame[field.name].tolist()
            texts = [text.strip(BLANKS) for text in typed]
            found = _unlike(typed, texts, rows, field, table, kinds.get(field.name, {}))
            marked[field.name] = found | marked.get(field.name, {})
            columns[field.name] = _column(texts, field, table, rows, marked.get(field.name, {}), missing, budget, notes)
        else:
            columns[field.name] = [None] * len(rows)
    _check_order(columns, rows, table, notes)
    _check_keys(columns, rows, table, notes)
    # Built with all values before the frame: assigning column by column would fragment it.
    frame = pd.DataFrame({f.name: _typed(f, columns[f.name]) for f in table.fields})
    frame = frame.set_index(pd.Index(rows, dtype="int64", name="ligne"))
    return frame, sorted(notes.found, key=lambda problem: problem.ligne or 0)


def _unlike(
    typed: Sequence[str],
    texts: Sequence[str],
    rows: Sequence[int],
    field: Field,
    table: Table,
    kinds: Mapping[int, Kind],
) -> dict[int, Fault]:
    """The cells that are of another type than their column, or empty to the eye alone."""
    needed = field.required or field.name in table.primary_key
    found: dict[int, Fault] = {}
    # Few cells are looked at one by one: those that are empty but for blanks, of a kind of their own, or odd words.
    odd = {text for text in set(texts) if other_kind(field, text, None)}
    for row, cell, text in zip(rows, typed, texts, strict=True):
        if text:
            kind = kinds.get(row) if kinds else None
            fault = other_kind(field, text, kind) if kind or text in odd else None
        else:
            fault = emptied(cell) if cell else None
        if fault is not None:
            found[row] = replace(fault, gravite="bloquant") if needed else fault
    return found


def _absent(raw: RawTable, table: Table) -> list[Problem]:
    """The columns that a file does not have, named: ordinary in a small campagne, and a lost one looks the same."""
    notes = Collector(raw.source)
    if raw.origins:
        return []
    absent = [
        field.name for field in table.fields if field.name not in raw.frame and not field.tacit and not field.required
    ]
    absent = [name for name in absent if name not in table.primary_key]
    if absent:
        notes.add(
            "colonnes_facultatives",
            f"{plural(len(absent), 'colonne facultative absente, lue comme vide', 'colonnes facultatives absentes, lues comme vides')} : {listing([quoted(name) for name in absent])}",
            "",
            gravite="information",
        )
    return notes.found


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
    marks = marks_of(dict.fromkeys(texts)) if field.type == "number" else AmountMarks()
    parse = cell_parser(field, budget, marks)
    values: dict[str, Any] = dict.fromkeys(missing)
    faults: dict[str, Fault] = {}
    for text in dict.fromkeys(texts):
        if text in missing:
            continue
        outcome = damage(text) or parse(text)
        if isinstance(outcome, Fault):
            faults[text] = outcome
            kept = text if field.type == "string" and not field.date_partielle else None
            values[text] = kept if outcome.meant is None else outcome.meant
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
    if marks.doubtful or len(marks.decimal) > 1:
        _say_marks(texts, rows, field, marks, values, notes)
    typed = [None if row in marked else values[text] for row, text in zip(rows, texts, strict=True)]
    if field.part and not faults:
        _check_fractions(typed, field, notes)
    return typed


def _say_marks(
    texts: Sequence[str],
    rows: Sequence[int],
    field: Field,
    marks: AmountMarks,
    values: Mapping[str, Any],
    notes: Collector,
) -> None:
    """How a cell that reads in two ways was read, and that two decimal marks are used in one column."""
    for row, text in zip(rows, texts, strict=True):
        if both_readings(text) and values.get(text) is not None:
            notes.add(
                "nombre_illisible",
                f"un nombre qui se lit d’une seule façon ({field.libelle})",
                f"vérifier : lu {number(values[text], 3)}, d’après les autres cellules et les bornes de la colonne",
                ligne=row,
                colonne=field.name,
                lu=text,
                gravite="avertissement",
            )
    if len(marks.decimal) > 1:
        seen: dict[str, tuple[int, str]] = {}
        for row, text in zip(rows, texts, strict=True):
            for mark in marks_of([text]).decimal:
                seen.setdefault(mark, (row, text))
        (_, first), (row, text) = sorted(seen.values())
        notes.add(
            "nombre_illisible",
            f"la même marque décimale dans toute la colonne ({field.libelle}) ; une autre cellule porte {quoted(first)}",
            "vérifier les nombres de cette colonne, et n’y garder que la virgule",
            ligne=row,
            colonne=field.name,
            lu=text,
            gravite="avertissement",
        )


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


def read_and_validate(
    folder: Path, codebook: Codebook, beside: Collection[str] = (), edition: str = ""
) -> tuple[dict[str, pd.DataFrame], Problems]:
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
    return validate_folder(read, codebook, edition)


def validate_folder(read: Folder, codebook: Codebook, edition: str = "") -> tuple[dict[str, pd.DataFrame], Problems]:
    """Type and check the tables of a folder that was read, or of what a folder would become; see `read_and_validate`.

    With the date of its `edition`, also say what is hardly true in them and which columns they do not have.
    """
    frames: dict[str, pd.DataFrame] = {}
    found = list(read.found)
    for name in codebook.tables:
        if name in read.tables:
            frames[name], problems = validate_table(read.tables[name], codebook[name])
            found += problems
            found += check_identifiers(read.tables[name]) if name == NAMED[0] else []
    lost = {name: raw.lost for name, raw in read.tables.items()}
    found = as_keys_stand(frames, codebook, read.sources, found)
    found += validate_links(frames, codebook, read.sources, found, read.unsure, lost)
    found += validate_questionnaire(frames, codebook, read.sources, found)
    found += mask_free_text(frames, codebook, read.sources)
    if edition:
        # In the order of each file: a cell moves to its neighbour there.
        orders = {name: list(read.tables[name].frame.columns) for name in frames}
        found += implausible(frames, orders, codebook, read.sources, edition)
        for name, raw in read.tables.items():
            found += _absent(raw, codebook[name])
    for name, raw in read.tables.items():
        if raw.origins:
            found = [as_typed(problem, raw) if problem.source == raw.source else problem for problem in found]
            frames[name].index = pd.RangeIndex(2, len(frames[name]) + 2, name="ligne").astype("int64")
    order = {read.sources[name]: i for i, name in enumerate(codebook.tables) if name in read.sources}
    found = list(dict.fromkeys(found))  # a wide row is many rows with one key
    found.sort(key=lambda problem: (order.get(problem.source, len(order)), problem.ligne or 0))
    return frames, Problems(found)
