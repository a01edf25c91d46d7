"""Answers typed in the wide form: one row per respondent or Cité, one column per question or per choice.

The codebook keeps what repeats as long tables: one row per answer. Their last key (the question, the choice) has a
closed list, so a header whose columns are named after that list is recognised, and its cells become rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import pandas as pd

from ...codebook import Field, Table, Vocabulary
from ...french import listing, plain
from ..checking.cells import Fault
from ..checking.problems import Collector, Problem, quoted
from .columns import RawTable, arrange
from .rows import BLANKS, Rows, filled

__all__ = ["WideForm", "as_typed", "tabulate", "wide_form"]

_YES = {"oui", "x", "vrai", "true", "✓", "✔", "☑", "☒"}
_NO = {"non", "faux", "false", "☐"}
# Rows of the long table are numbered from here while they are checked, far from the rows of the sheet.
_FIRST = 10_000_000


@dataclass(frozen=True)
class WideForm:
    """How a long table may be typed in the wide form.

    `pivot` is the key whose codes name the columns; `value` the only column that is no key, typed in the cells (None:
    the cells say yes or no); `implied` a key that follows from the pivot; `keys` the columns that stay as they are.
    """

    table: Table
    pivot: Field
    codes: Vocabulary
    value: Field | None
    implied: str | None
    keys: tuple[str, ...]

    def spellings(self) -> dict[str, str]:
        """The codes by what may be written at the head of their column: the code or its label, in any case."""
        found: dict[str, str] = {}
        for code in self.codes.codes:
            for words in (code, self.codes.libelle(code)):
                found.setdefault(plain(words), code)
                found.setdefault(plain(f"{self.pivot.name} {words}"), code)
        return found

    def columns(self) -> Table:
        """The table whose columns are the keys that stay and one per code."""
        choices = tuple(Field(code, "string", self.codes.libelle(code)) for code in self.codes.codes)
        kept = tuple(self.table[name] for name in self.keys)
        return dataclasses.replace(self.table, fields=kept + choices, primary_key=self.keys)

    def outside(self, implied: str | None) -> str | None:
        """The code that says « none of these » (for this value of the implied key), where there is one."""
        found = [m.code for m in self.codes.hors_echelle if self.implied is None or self.parent(m.code) == implied]
        return found[0] if len(found) == 1 else None

    def parent(self, code: str) -> str:
        """The value of the implied key for a code; "" where there is no such key."""
        return str(self.codes[code].attributes.get(self.implied, "")) if self.implied else ""


def wide_form(table: Table) -> WideForm | None:
    """The wide form of a table; None for one that has none: no closed last key, or several columns beside the keys."""
    pivot = table[table.primary_key[-1]] if len(table.primary_key) > 1 else None
    values = [field for field in table.fields if field.name not in table.primary_key]
    if pivot is None or pivot.vocabulary is None or len(values) > 1:
        return None
    implied = pivot.extra.get("modalites_par")
    keys = tuple(name for name in table.primary_key[:-1] if name != implied)
    return WideForm(table, pivot, pivot.vocabulary, values[0] if values else None, implied, keys) if keys else None


def tabulate(rows: Rows, table: Table, notes: Collector) -> RawTable | None:
    """Put rows under the columns of a table, long or wide, whichever their header shows; as `arrange` otherwise."""
    form = wide_form(table)
    if form is None:
        return arrange(rows, table, notes)
    # What follows the header is not held: a long file goes through once.
    rest = iter(rows.records)
    before = []
    for record in rest:
        before.append(record)
        if filled(record[1]):
            break
    rows = dataclasses.replace(rows, records=chain(before, rest))
    if not before or not filled(before[-1][1]):
        return arrange(rows, table, notes)
    row, cells = before[-1]
    typed = _typed_names(cells, form)
    if not typed or form.keys[0] not in {cell.strip(BLANKS) for cell in cells}:
        return arrange(rows, table, notes)
    if form.pivot.name in {plain(cell).replace(" ", "_") for cell in cells}:
        notes.add(
            "forme_ambigue",
            f"ou bien la colonne {quoted(form.pivot.name)} et une ligne par réponse, ou bien une colonne pour chacune",
            f"retirer la colonne {quoted(form.pivot.name)}, ou {listing([quoted(name) for name in typed.values()])}",
            ligne=row,
            lu=" | ".join(cells),
        )
        return None
    by_place = {name: code for code, name in typed.items()}
    coded = [by_place.get(cell.strip(BLANKS), cell) for cell in cells]
    wide = arrange(dataclasses.replace(rows, records=chain(before[:-1], [(row, coded)], rest)), form.columns(), notes)
    return None if wide is None else _melt(wide, form, typed, notes)


def _typed_names(header: Sequence[str], form: WideForm) -> dict[str, str]:
    """The codes that have a column, with the name that is typed at its head."""
    spellings, own = form.spellings(), set(form.table.columns)
    found: dict[str, str] = {}
    for cell in header:
        name = cell.strip(BLANKS)
        code = spellings.get(plain(name)) if name and name not in own else None
        if code:
            found.setdefault(code, name)
    return found


def _melt(wide: RawTable, form: WideForm, typed: Mapping[str, str], notes: Collector) -> RawTable:
    """The long table: one row per answer, each knowing the row and the column where it was typed."""
    long = _Long(wide, form, typed, notes)
    asked = [code for code in form.codes.codes if code in wide.frame.columns]
    cells = wide.frame.reindex(columns=[*form.keys, *asked], fill_value="").map(lambda text: text.strip(BLANKS))
    first: dict[tuple[str, ...], int] = {}
    for row, *texts in cells.itertuples(name=None):
        keys = tuple(texts[: len(form.keys)])
        if first.setdefault(keys, row) != row and all(keys):
            notes.add(
                "cle_double",
                f"une valeur différente à chaque ligne (la ligne {first[keys]} porte déjà celle-ci)",
                "supprimer une des deux lignes, ou corriger celle qui se trompe",
                ligne=row,
                colonne=", ".join(form.keys),
                lu=" | ".join(keys),
            )
        else:
            long.put(row, keys, dict(zip(asked, texts[len(form.keys) :], strict=True)))
    return long.table()


class _Long:
    """The rows of the long table, as those of the wide one come."""

    def __init__(self, wide: RawTable, form: WideForm, typed: Mapping[str, str], notes: Collector) -> None:
        self.wide, self.form, self.typed, self.notes = wide, form, typed, notes
        self.rows: list[tuple[str, ...]] = []
        self.origins: dict[int, tuple[int, str]] = {}
        self.faults: dict[tuple[int, str], Fault] = {}

    def table(self) -> RawTable:
        columns = [*self.form.keys, *filter(None, [self.form.implied]), self.form.pivot.name]
        columns += [self.form.value.name] if self.form.value else []
        index = pd.Index(list(self.origins), dtype="int64", name="ligne")
        frame = pd.DataFrame(self.rows, columns=columns, index=index, dtype="str")
        name = self.form.table.name
        return dataclasses.replace(
            self.wide, name=name, frame=frame, faults=self.faults, origins=self.origins, wide_keys=self.form.keys
        )

    def put(self, row: int, keys: tuple[str, ...], cells: Mapping[str, str]) -> None:
        """Add the answers of one row; what is neither yes nor no, or contradicts itself, is noted."""
        chosen: dict[str, list[str]] = {}  # by value of the implied key
        refused: set[str] = set()
        for code, text in cells.items():
            parent = self.form.parent(code)
            fault = self.wide.faults.get((row, code))
            if fault:
                refused.add(parent)
                self.add(row, keys, code, text, fault)
            elif text:
                choices = chosen.setdefault(parent, [])
                match self._says(text):
                    case True:
                        choices.append(code)
                    case None:
                        refused.add(parent)
                        self._refuse(row, code, text)
        for parent, codes in chosen.items():
            if parent not in refused:
                self._choose(row, keys, parent, codes, cells)

    def _says(self, text: str) -> bool | None:
        """Whether a cell gives an answer; None where it is neither yes nor no."""
        word, value = text.lower(), self.form.value
        if value is not None:
            return value.required or word not in _NO
        return True if word in (*_YES, "1") else False if word in (*_NO, "0") else None

    def _refuse(self, row: int, code: str, text: str) -> None:
        self.notes.add(
            "oui_non",
            "« oui » ou « non » (ou 1 et 0, ou une croix et une case vide)",
            "écrire l’un des deux ; vider la case si la question n’a pas reçu de réponse",
            ligne=row,
            colonne=self.typed[code],
            lu=text,
        )

    def _choose(
        self, row: int, keys: tuple[str, ...], parent: str, codes: Sequence[str], cells: Mapping[str, str]
    ) -> None:
        none = self.form.outside(parent)
        if none is not None and none in codes and len(codes) > 1:
            others = listing([quoted(self.typed[code]) for code in codes if code != none])
            self.notes.add(
                "choix_exclusif",
                f"{quoted(self.typed[none])} sans autre choix (la ligne en porte aussi : {others})",
                "vider cette cellule, ou les autres",
                ligne=row,
                colonne=self.typed[none],
                lu=cells[none],
            )
            return
        for code in codes:
            text = cells[code]
            marked = self.form.value is None or (not self.form.value.required and text.lower() in _YES)
            self.add(row, keys, code, "" if marked else text)
        if not codes and none is not None:
            # Who answered « non » everywhere answered: the long table says so by a row of its own.
            self.add(row, keys, none, "")

    def add(self, row: int, keys: tuple[str, ...], code: str, value: str, fault: Fault | None = None) -> None:
        """One row of the long table, typed in the column of that code."""
        number = _FIRST + len(self.rows)
        self.origins[number] = row, self.typed.get(code, "")
        implied = (self.form.parent(code),) if self.form.implied else ()
        self.rows.append((*keys, *implied, code, *((value,) if self.form.value else ())))
        told = {
            (number, name): self.wide.faults[row, name] for name in self.form.keys if (row, name) in self.wide.faults
        }
        self.faults |= told
        if fault:
            self.faults[number, self.form.value.name if self.form.value else self.form.pivot.name] = fault


def as_typed(problem: Problem, raw: RawTable) -> Problem:
    """The same problem, in the row and the column where the answer was typed."""
    if problem.ligne is None or problem.ligne not in raw.origins:
        return problem
    row, name = raw.origins[problem.ligne]
    key = problem.colonne in raw.wide_keys
    return dataclasses.replace(problem, ligne=row, colonne=problem.colonne if key or not name else name)
