"""Numbered rows under the columns that the codebook knows: the header is found, checked, and rows are counted."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from ...codebook import Field, Table
from ...french import listing, number, plain, plural
from ..checking.cells import Fault, Kind
from ..checking.problems import Collector, Source, quoted
from .rows import BLANKS, MAX_CELL, LostCells, Range, Rows
from .text_files import DELIMITER_NAMES

__all__ = ["EXAMPLE", "RawTable", "arrange"]

# In the first cell that is filled: the row shows how to fill the table in, and is not read.
EXAMPLE = "EXEMPLE"

# How alike two column names must be (difflib's ratio) to suggest one for the other, and to be sure of it.
_NEAR, _SURE = 0.75, 0.85


@dataclass(frozen=True)
class RawTable:
    """A table as it was typed: text only, empty cells as "".

    `frame` has the known columns, in the order of the file; its index (`ligne`) is the row a spreadsheet
    shows. `lost` holds the cells of rows that could not be read: keys that seem missing may stand there.
    `faults` tells, by row and column, the cells whose text is not what was meant, `kinds` those that a workbook holds as a
    date or as true or false. `origins` is filled where the table
    was typed in the wide form: for each of its rows, the row and the column of the file; `wide_keys` are the columns
    that are the same in both.
    """

    name: str
    source: Source
    frame: pd.DataFrame
    lost: LostCells = dataclasses.field(default_factory=LostCells)
    header_row: int = 1
    faults: Mapping[tuple[int, str], Fault] = dataclasses.field(default_factory=dict)
    kinds: Mapping[tuple[int, str], Kind] = dataclasses.field(default_factory=dict)
    origins: Mapping[int, tuple[int, str]] = dataclasses.field(default_factory=dict)
    wide_keys: tuple[str, ...] = ()


_COVERED = Fault("cellules_fusionnees", "", "")
_HEADER_AGAIN = Fault(
    "entete_repetee", "une ligne de données : les noms des colonnes n’y viennent qu’une fois", "supprimer cette ligne"
)
_LONELY = Fault(
    "texte_hors_tableau",
    "une ligne de données entière, et rien d’autre sous l’en-tête",
    "supprimer ce texte (titre, note, total) ou le mettre dans une autre feuille ; compléter la ligne si c’en est une",
)


def arrange(rows: Rows, table: Table, notes: Collector) -> RawTable | None:
    """Put the rows of a text file or of a sheet under the table's columns; the first that is filled is the header.

    Notes missing, unknown, double and nameless columns, merged cells, and rows that are no records, which are left
    out: `rows.lost` receives their cells. None when nothing can be read.
    """
    before = len(notes.found)
    shown: list[int] = []
    records = _without_examples(rows.records, shown)
    head = next(records, None)
    if head is None:
        if len(notes.found) == before:
            notes.add("fichier_vide", "une ligne d’en-tête", "vérifier l’enregistrement du fichier")
        return None
    header_row, header = head[0], [cell.strip(BLANKS) for cell in head[1]]
    if not set(header) & set(table.columns):
        _no_header(header_row, header, records, table, notes)
        return None
    if _merged_header(header_row, header, rows.merged, notes):
        return None
    positions = _positions(header, header_row, table, notes)
    numbers, values = _collect(records, header, positions, table, rows, notes)
    frame = pd.DataFrame(
        {name: pd.Series(values[name], dtype="str") for name in positions},
    ).set_index(pd.Index(numbers, dtype="int64", name="ligne"))
    for row in shown:
        notes.add("ligne_exemple", "", "rien ; la supprimer quand elle ne sert plus", ligne=row, gravite="information")
    # A template that was left as it is: the campagne does not have this table.
    if not numbers and not rows.lost and (table.required or not shown):
        notes.add(
            "fichier_sans_ligne",
            f"une ligne par enregistrement ({table.ligne or 'au moins une'})",
            "ajouter les lignes, ou retirer le fichier",
            gravite="bloquant" if table.required else "avertissement",
        )
    faults = _faults(rows, positions, header_row, header, notes)
    names = {i: name for name, i in positions.items()}
    kinds = {(row, names[i]): kind for (row, i), kind in rows.kinds.items() if i in names and row > header_row}
    return RawTable(table.name, notes.source, frame, rows.lost, header_row, faults, kinds)


def _without_examples(
    records: Iterable[tuple[int, Sequence[str]]], shown: list[int]
) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that are filled, without those that are examples: `shown` receives their numbers."""
    for row, cells in records:
        first = next((text for cell in cells if (text := cell.strip(BLANKS))), "")
        if first == EXAMPLE:
            shown.append(row)
        elif first:
            yield row, cells


def _merged_header(row: int, header: Sequence[str], merged: Iterable[Range], notes: Collector) -> bool:
    """Note the merged cells that leave columns of the header without a name; whether there are any."""
    found = [part for part in merged if part.top <= row <= part.bottom and part.left < part.right]
    for part in found:
        notes.add(
            "cellules_fusionnees",
            "une cellule d’en-tête par colonne",
            f"défusionner {quoted(str(part))} et donner un nom à chaque colonne",
            ligne=row,
            colonne=header[part.left] or None,
            lu=header[part.left],
        )
    return bool(found)


def _faults(
    rows: Rows, positions: Mapping[str, int], header_row: int, header: Sequence[str], notes: Collector
) -> dict[tuple[int, str], Fault]:
    """The faults of the cells of known columns; merged cells are noted once a range, and fault all but the first."""
    names = {i: name for name, i in positions.items()}
    found = {(row, names[i]): fault for (row, i), fault in rows.faults.items() if i in names and row > header_row}
    for (row, i), fault in rows.faults.items():
        if row == header_row:
            notes.add(fault.code, "un nom de colonne, tapé", fault.remede, ligne=row, lu=header[i])
    for part in rows.merged:
        touched = [i for i in range(part.left, part.right + 1) if i in names]
        if part.top <= header_row or not touched:
            continue
        notes.add(
            "cellules_fusionnees",
            "une valeur dans chaque cellule",
            f"défusionner {quoted(str(part))} et recopier la valeur dans chaque cellule où elle vaut",
            ligne=part.top,
            colonne=names[touched[0]],
        )
        for row in range(part.top, part.bottom + 1):
            found |= {(row, names[i]): _COVERED for i in touched if (row, i) != (part.top, part.left)}
    return found


def _no_header(
    row: int,
    header: Sequence[str],
    rest: Iterator[tuple[int, Sequence[str]]],
    table: Table,
    notes: Collector,
) -> None:
    known = set(table.columns)
    enough = min(2, len(known))
    for later, cells in islice(rest, 20):
        if len(known & {cell.strip(BLANKS) for cell in cells}) >= enough:
            notes.add(
                "entete_decalee",
                f"les noms des colonnes dans la première ligne ; ils sont à la ligne {later}",
                "supprimer les lignes au-dessus des noms de colonnes",
                ligne=row,
                lu=" | ".join(header),
            )
            return
    notes.add(
        "entete_absente",
        f"une première ligne qui porte les noms des colonnes ({_some(table.columns)})",
        "ajouter la ligne d’en-tête, ou vérifier que c’est le bon fichier",
        ligne=row,
        lu=" | ".join(header),
    )


def _some(names: Sequence[str], most: int = 6) -> str:
    words = [quoted(name) for name in names[:most]]
    return ", ".join([*words, "…"]) if len(names) > most else listing(words)


def _positions(header: Sequence[str], row: int, table: Table, notes: Collector) -> dict[str, int]:
    """Where each known column stands; notes the missing, unknown and double ones."""
    first: dict[str, int] = {}
    for i, name in enumerate(header):
        if not name:
            continue
        if name in first:
            notes.add(
                "colonne_double",
                "une seule colonne de ce nom",
                "supprimer ou renommer l’une des deux colonnes",
                ligne=row,
                colonne=name,
                lu=name,
            )
        else:
            first[name] = i
    unknown = [name for name in first if name not in table.columns]
    missing = [field for field in table.fields if field.name not in first]
    explained = set()
    for field in missing:
        if field.required or field.name in table.primary_key:
            near = _alike(field, [name for name in unknown if name not in explained])
            explained.add(near)
            notes.add(
                "colonne_absente",
                f"la colonne {quoted(field.name)} ({field.libelle})",
                f"renommer la colonne {quoted(near)} en {quoted(field.name)}" if near else "ajouter cette colonne",
                ligne=row,
                colonne=field.name,
                lu=near,
            )
    optional = [field for field in missing if not (field.required or field.name in table.primary_key)]
    for name in unknown:
        if name in explained:
            continue
        meant, likeness = _meant(name, optional)
        # A name that is still nearer to a column of the file is a double of that one, not this column.
        if meant and _SURE <= likeness >= _meant(name, [f for f in table.fields if f not in missing])[1]:
            notes.add(
                "colonne_mal_nommee",
                f"la colonne {quoted(meant.name)} ({meant.libelle}), qui ne serait pas lue sous cet autre nom",
                f"renommer la colonne {quoted(name)} en {quoted(meant.name)} ; "
                "si elle est autre chose, la supprimer ou lui donner un nom tout différent",
                ligne=row,
                colonne=meant.name,
                lu=name,
            )
            continue
        near = meant.name if meant and likeness >= _NEAR else None
        notes.add(
            "colonne_inconnue",
            f"une des colonnes de la table ({_some(_near_first(name, table.columns, near))})",
            f"renommer la colonne en {quoted(near)}" if near else "rien si elle est de trop : elle n’est pas lue",
            ligne=row,
            colonne=name,
            lu=name,
            gravite="avertissement",
        )
    return {name: i for name, i in first.items() if name in table.columns}


def _near_first(name: str, columns: Sequence[str], near: str | None = None) -> list[str]:
    """The columns, those whose names look most like `name` first."""
    close = difflib.get_close_matches(name, columns, n=3, cutoff=0.6)
    return list(dict.fromkeys([*([near] if near else []), *close, *columns]))


def _meant(name: str, fields: Iterable[Field]) -> tuple[Field | None, float]:
    """The field whose name (or label) looks most like this one, and how much: 1 when they have the same letters."""
    best: tuple[Field | None, float] = (None, 0.0)
    written = plain(name[:200])
    matcher = difflib.SequenceMatcher(b=written)
    for field in fields if written else ():
        if written in (plain(field.name), plain(field.libelle)):
            return field, 1.0
        matcher.set_seq1(plain(field.name))
        # Cheap upper bounds first: a file may have thousands of columns.
        if matcher.real_quick_ratio() > best[1] and matcher.quick_ratio() > best[1] and matcher.ratio() > best[1]:
            best = field, matcher.ratio()
    return best


def _alike(field: Field, names: Sequence[str]) -> str | None:
    """The name among those that was meant for this column: same letters, its label, or nearly so."""
    by_plain = {plain(name): name for name in names if plain(name)}
    for words in (field.name, field.libelle):
        if plain(words) in by_plain:
            return by_plain[plain(words)]
    close = difflib.get_close_matches(plain(field.name), by_plain, n=1, cutoff=_NEAR)
    return by_plain[close[0]] if close else None


def _collect(
    records: Iterable[tuple[int, Sequence[str]]],
    header: Sequence[str],
    positions: Mapping[str, int],
    table: Table,
    rows: Rows,
    notes: Collector,
) -> tuple[list[int], dict[str, list[str]]]:
    """The cells of each known column and the rows they stand in; those of refused rows go to `rows.lost`."""
    named = max((i for i, name in enumerate(header) if name), default=-1) + 1
    numbers: list[int] = []
    values: dict[str, list[str]] = {name: [] for name in positions}
    nameless: set[int] = set()
    # After a decimal comma without quotes, « 45,2, » has one cell too many although the last one is empty.
    most = len(header) if rows.delimiter == "," else None
    needed = sum(field.required or field.name in table.primary_key for field in table.fields)
    labels = {field.name: field.libelle for field in table.fields}
    heads = [(name, labels.get(name, name)) for name in header]
    for row, cells in records:
        width = len(cells)
        while width > named and not cells[width - 1].strip(BLANKS):
            width -= 1
        if most is not None and len(cells) > most:
            width = len(cells)
        if (fault := _no_record(cells, heads, needed)) or width < named or width > len(header):
            rows.lost.put(cells)
            if fault:
                notes.add(
                    fault.code,
                    fault.attendu,
                    fault.remede,
                    ligne=row,
                    lu=" | ".join(cell for cell in cells if cell.strip(BLANKS)),
                )
            else:
                notes.add(
                    "nombre_de_cellules",
                    f"{plural(named, 'cellule')}, une par colonne",
                    _width_remedy(width > named, rows.delimiter),
                    ligne=row,
                    lu=plural(width, "cellule"),
                )
            continue
        for i, cell in enumerate(cells[:width]):
            if len(cell) > MAX_CELL:
                notes.add(
                    "cellule_trop_longue",
                    f"{number(MAX_CELL)} caractères au plus",
                    "raccourcir le texte, ou vérifier qu’un guillemet n’est pas resté ouvert",
                    ligne=row,
                    colonne=header[i] or None,
                    lu=f"{cell[:40]}… ({number(len(cell))} caractères)",
                )
            if i < len(header) and not header[i] and i not in nameless and cell.strip(BLANKS):
                nameless.add(i)
                notes.add(
                    "colonne_sans_nom",
                    "un nom dans la première ligne pour chaque colonne remplie",
                    f"nommer ou supprimer la {number(i + 1)}e colonne",
                    ligne=row,
                    lu=cell,
                )
        numbers.append(row)
        for name, i in positions.items():
            values[name].append(cells[i])
    return numbers, values


def _no_record(cells: Sequence[str], heads: Sequence[tuple[str, str]], needed: int) -> Fault | None:
    """Why a row is no record although it may have the right number of cells; `heads` are the columns' names and labels."""
    texts = [cell.strip(BLANKS) for cell in cells]
    same = sum(text in names for text, names in zip(texts, heads, strict=False) if text)
    if same > 1 and 2 * same > sum(map(bool, texts)):
        return _HEADER_AGAIN
    return _LONELY if needed > 1 and len(cells) >= len(heads) and sum(map(bool, texts)) == 1 else None


def _width_remedy(too_many: bool, delimiter: str | None) -> str:
    separator = DELIMITER_NAMES.get(delimiter or "", "le séparateur")
    if too_many:
        return f"mettre entre guillemets la cellule qui contient {separator}, ou supprimer les cellules en trop"
    return f"compléter la ligne, qui est coupée : les colonnes y sont séparées par {separator}"
