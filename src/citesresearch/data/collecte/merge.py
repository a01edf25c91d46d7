"""Answers into the tables of a campagne: what is new, what is already there, and what would replace something else.

One question of one respondent or Cité at a time: what the tables hold as its answer is compared with what was read.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from ...codebook import Codebook, Table
from ...codebook.formulaire import Item
from ..checking.problems import Source
from ..reading.columns import RawTable
from .answers import AnswerPlace, Answers, CollectedAnswer, Submission, canonical
from .pseudonymes import Pseudonyms
from .questions import Questions

__all__ = ["Change", "Merge", "MergedRow", "merge"]

Key = tuple[str, ...]


@dataclass
class MergedRow:
    """A row of a table as text, where it comes from, and where those of its cells that were imported were read."""

    cells: dict[str, str]
    place: AnswerPlace
    told: dict[str, AnswerPlace] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """An answer that differs from the one that the tables hold; texts as a person reads them, « » for none."""

    cite: str
    repondant: str
    question: str
    before: str
    after: str
    place: AnswerPlace


class _Rows:
    """The rows of one table, found by their key and by the row of the main table that they belong to."""

    def __init__(self, table: Table, parent: str, raw: RawTable | None) -> None:
        self.table, self.parent = table, parent
        self.rows: dict[Key, MergedRow] = {}
        self.of: dict[str, dict[Key, None]] = {}
        self.twice: list[MergedRow] = []
        self.changed = False
        if raw is not None:
            texts = raw.frame.map(str.strip)
            for row, cells in zip(texts.index.tolist(), texts.to_dict("records"), strict=True):
                origin = raw.origins.get(row, (row, None))
                self._put(MergedRow({str(k): v for k, v in cells.items()}, AnswerPlace(raw.source, *origin)))
        self._sorted = list(self.rows) == sorted(self.rows, key=self._order)

    def _put(self, row: MergedRow) -> None:
        key = tuple(self.read(row, name) for name in self.table.primary_key)
        if key in self.rows:
            self.twice.append(row)  # the validation says so
            return
        self.rows[key] = row
        self.of.setdefault(self.read(row, self.parent), {})[key] = None

    def read(self, row: MergedRow, column: str) -> str:
        return canonical(row.cells.get(column, ""), self.table[column])

    def key(self, cells: Mapping[str, str]) -> Key:
        return tuple(cells[name] for name in self.table.primary_key)

    def ensure(self, cells: Mapping[str, str], place: AnswerPlace) -> MergedRow:
        """The row with these keys, added where there is none."""
        key = self.key(cells)
        if key not in self.rows:
            self._put(MergedRow(dict(cells), place))
            self.changed = True
        return self.rows[key]

    def set(self, row: MergedRow, column: str, value: str, place: AnswerPlace) -> None:
        row.cells[column] = value
        row.told[column] = place
        self.changed = True

    def remove(self, key: Key) -> None:
        row = self.rows.pop(key)
        del self.of[self.read(row, self.parent)][key]
        self.changed = True

    def _order(self, key: Key) -> tuple[tuple[int, str], ...]:
        """Codes in the order of their list, other keys in that of their letters."""
        ranks = []
        for name, value in zip(self.table.primary_key, key, strict=True):
            listed = self.table[name].vocabulary
            known = listed is not None and value in listed.codes
            ranks.append((listed.codes.index(value) if listed is not None and known else -1, value))
        return tuple(ranks)

    def ordered(self) -> list[MergedRow]:
        """The rows in their order; new ones among them where they were sorted, after them where they were not.

        What is written does not depend on the order in which answers came.
        """
        if self._sorted:
            rows = [self.rows[key] for key in sorted(self.rows, key=self._order)]
        else:
            new = sorted((key for key in self.rows if self._is_new(key)), key=self._order)
            rows = [self.rows[key] for key in (*(k for k in self.rows if not self._is_new(k)), *new)]
        return rows + self.twice

    def _is_new(self, key: Key) -> bool:
        return self.rows[key].place.source != Source(f"{self.table.name}.csv")


@dataclass(frozen=True)
class Absent:
    """The pseudonyms of the respondents, and of the free words, that the tables hold and no file does."""

    people: frozenset[str]
    words: frozenset[str]


@dataclass
class Merge:
    """What an import does to the tables: counts, changes, the tables that it alters, and what it lacks.

    `missing` holds the columns that no column of the export gives, and that new rows need; `people` and `words` the
    pseudonyms that were read.
    """

    tables: dict[str, _Rows]
    added: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    missing: dict[str, tuple[str, AnswerPlace]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    @property
    def altered(self) -> list[str]:
        """The names of the tables that would be written."""
        return [name for name, rows in self.tables.items() if rows.changed]

    def raw(self, name: str) -> RawTable:
        """A table as it would be read once written."""
        rows, table = self.tables[name].ordered(), self.tables[name].table
        frame = pd.DataFrame(
            {column: pd.Series([row.cells.get(column, "") for row in rows], dtype="str") for column in table.columns}
        )
        frame.index = pd.RangeIndex(2, len(rows) + 2, name="ligne").astype("int64")
        return RawTable(name, Source(f"{name}.csv"), frame)

    def absent(self, questions: Questions, source: str) -> Absent:
        """The respondents, and the free words, that stand in the tables under pseudonyms and that were not read."""
        people, words = set[str](), set[str]()
        for name, found, form, read in (
            (questions.main.name, people, r"r[0-9a-f]{12}", self.people),
            (questions.form.parole, words, r"v[0-9]{13}", self.words),
        ):
            rows = self.tables.get(name)
            for row in rows.rows.values() if rows else ():
                ident = row.cells.get(rows.table.primary_key[0], "") if rows else ""
                if re.fullmatch(form, ident) and ident not in read and row.cells.get("source", "") in ("", source):
                    found.add(ident)
        return Absent(frozenset(people), frozenset(words))

    def remove(self, questions: Questions, absent: Absent) -> None:
        """Take away these respondents with all their rows, and these free words."""
        for name in questions.form.tables:
            rows = self.tables.get(name)
            if rows is None:
                continue
            gone = absent.words if name == questions.form.parole else absent.people
            for ident in sorted(gone):
                keys = [key for key in (rows.of.get(ident, {}) if name != questions.form.parole else rows.rows)]
                for key in keys:
                    if name != questions.form.parole or key == (ident,):
                        rows.remove(key)

    def content(self, name: str) -> bytes:
        """The bytes of a table's file: UTF-8, commas, one row a line."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        rows = self.tables[name].ordered()
        # A column that another programme's codebook keeps without asking it is written only where somebody filled it in.
        columns = [
            column.name
            for column in self.tables[name].table.fields
            if not column.extra.get("tacite") or any(row.cells.get(column.name) for row in rows)
        ]
        writer.writerow(columns)
        writer.writerows([row.cells.get(column, "") for column in columns] for row in rows)
        return stream.getvalue().encode()


def merge(
    answers: Answers,
    existing: Mapping[str, RawTable],
    codebook: Codebook,
    pseudonyms: Pseudonyms,
    constants: Mapping[str, str],
    covered: Iterable[tuple[str, str]] = (),
) -> Merge:
    """Put answers into the tables; nothing is written.

    `constants` gives the columns that are the same for a whole collection, by « table.colonne »; `covered` the repeats
    that a file speaks of, by file and table: a submission of that file without rows there has none.
    """
    merged = Merge({})
    for submission in sorted(answers.submissions.values(), key=lambda s: (s.questions.form.nom, s.who)):
        _One(submission, merged, existing, codebook, pseudonyms, constants).put(set(covered))
    merged.changes.sort(key=lambda change: (change.cite, change.repondant, change.question))
    return merged


class _One:
    """The answers of one respondent, or of one Cité."""

    def __init__(
        self,
        submission: Submission,
        merged: Merge,
        existing: Mapping[str, RawTable],
        codebook: Codebook,
        pseudonyms: Pseudonyms,
        constants: Mapping[str, str],
    ) -> None:
        self.submission, self.merged, self.codebook, self.constants = submission, merged, codebook, constants
        self.existing = existing
        self.questions = submission.questions
        self.form, self.main = self.questions.form, self.questions.main
        named = self.questions.key_item is not None
        self.id = submission.who if named else pseudonyms.repondant(submission.who)
        self.parole_id = "" if not self.form.parole else pseudonyms.verbatim(submission.who)
        first = next((item for item in self.form.questions if item.table == self.form.parole), None)
        self.parole = None if first is None else first.name
        merged.people.add(self.id)
        merged.words.add(self.parole_id)
        for name in self.form.tables:
            self.rows(name)

    def put(self, covered: set[tuple[str, str]]) -> None:
        """Every answer into its table."""
        main = self.rows(self.main.name)
        new = (self.id,) not in main.rows
        row = main.ensure({self.questions.key.name: self.id}, self.submission.place)
        if new:
            self.merged.new[self.main.name] += 1
        self._fill(row, new)
        for item in self.form.questions:
            answer = self.submission.answers.get(item.name)
            if answer is None:
                continue
            if item.kind == "choix_multiple":
                self._multiple(item, answer)
            else:
                self._single(item, answer)
        for name in self.questions.repeats:
            if name in self.submission.rows or (self.submission.place.source.fichier, name) in covered:
                self._repeat(name)
        if self.parole:
            self._speech(row)

    def rows(self, name: str) -> _Rows:
        if name not in self.merged.tables:
            table = self.codebook[name]
            links = [key.fields[0] for key in table.foreign_keys if key.table == self.main.name]
            self.merged.tables[name] = _Rows(table, (links or [table.primary_key[0]])[0], self.existing.get(name))
        return self.merged.tables[name]

    def _fill(self, row: MergedRow, new: bool) -> None:
        """What the main table needs and no cell says: constants, and the day when the answer was sent.

        They stand for an empty cell; where there is no column at all, for new rows only.
        """
        dates = [f.name for f in self.main.fields if f.date_partielle and f.required]
        for column in self.main.fields:
            item, answer = self.questions.items.get(column.name), self.submission.answers.get(column.name)
            if column.name == self.questions.key.name or not (new or answer) or (answer is not None and answer.value):
                continue
            champ = f"{self.main.name}.{column.name}"
            value = self.constants.get(champ, "")
            if not value and dates and column.name == dates[0]:
                value = canonical(self.submission.sent, column)
            if value and item is not None:
                code = self.questions.choice(item, value) if item.choices else None
                self.submission.answers[column.name] = CollectedAnswer(code or value, self.submission.place)
            elif value:
                self.rows(self.main.name).set(row, column.name, value, self.submission.place)
            elif column.required and answer is None:
                self.merged.missing.setdefault(champ, (column.libelle, self.submission.place))

    def _note(self, item: Item, before: str, after: str, answer: CollectedAnswer) -> bool:
        """Count an answer; whether it is to be put into the tables (it is new, or replaces another)."""
        if before == after:
            self.merged.unchanged += bool(after)
            return False
        if before:
            main = self.rows(self.main.name).rows[self.id,]
            cite = main.cells.get("id_cde", "")
            person = "" if self.questions.key_item else self.id
            self.merged.changes.append(Change(cite, person, item.label, before, after, answer.place))
        else:
            self.merged.added[item.table] += 1
        return True

    def _keys(self, item: Item) -> dict[str, str]:
        """The keys of the row that an answer goes to, the choice of a multiple choice apart."""
        if item.table == self.form.parole:
            return {self.codebook[item.table].primary_key[0]: self.parole_id}
        return {self.rows(item.table).parent: self.id, **item.given}

    def _single(self, item: Item, answer: CollectedAnswer) -> None:
        rows, keys = self.rows(item.table), self._keys(item)
        value = str(answer.value)
        row = rows.rows.get(rows.key(keys))
        if row is None and (not value or (item.table == self.form.parole and item.name != self.parole)):
            return
        before = "" if row is None else rows.read(row, item.column)
        if not self._note(item, _words(item, before), _words(item, value), answer):
            return
        whole = item.name == self.parole or (item.given and self.codebook[item.table][item.column].required)
        if not value and whole:
            rows.remove(rows.key(keys))
        else:
            rows.set(rows.ensure(keys, answer.place), item.column, value, answer.place)

    def _multiple(self, item: Item, answer: CollectedAnswer) -> None:
        rows, keys = self.rows(item.table), self._keys(item)
        mine = [
            key
            for key in rows.of.get(self.id, {})
            if all(rows.read(rows.rows[key], name) == value for name, value in item.given.items())
        ]
        held: dict[str, list[Key]] = {}
        for key in mine:
            held.setdefault(rows.read(rows.rows[key], item.column), []).append(key)
        chosen = frozenset(answer.value) if isinstance(answer.value, frozenset) else frozenset()
        if not self._note(item, _several(item, held), _several(item, chosen), answer):
            return
        for code in held.keys() - chosen:
            for key in held[code]:
                rows.remove(key)
        for code in chosen - held.keys():
            for given in self._made_by(item, code):
                row = rows.ensure({**keys, **given}, answer.place_of(code))
                row.told.setdefault(item.column, answer.place_of(code))

    def _made_by(self, item: Item, code: str) -> list[Mapping[str, str]]:
        """The keys of the rows that a chosen code makes: one, or one for each question of its detail."""
        if not item.all_rows:
            return [{item.column: code}]
        return [
            other.given
            for other in self.form.questions
            if other.table == item.table and other.given.get(item.column) == code
        ]

    def _repeat(self, name: str) -> None:
        """What is repeated, as a whole: rows have no key of their own by which one could tell which has changed."""
        group = self.questions.repeats[name]
        rows = self.rows(group.table)
        columns = [item.column for item in group.items]
        told = [cells for _, cells in sorted(self.submission.rows.get(name, {}).items())]
        after = [tuple(str(cells[i.name].value) if i.name in cells else "" for i in group.items) for cells in told]
        mine = list(rows.of.get(self.id, {}))
        before = [tuple(rows.read(rows.rows[key], column) for column in columns) for key in mine]
        place = next((answer.place for cells in told for answer in cells.values()), self.submission.place)
        held, read = _listed(group, before), _listed(group, after)
        if Counter(before) == Counter(after) or not self._note(group, held, read, CollectedAnswer("", place)):
            self.merged.unchanged += Counter(before) == Counter(after)
            return
        for key in mine:
            rows.remove(key)
        own = rows.table.primary_key[0]
        for number, (cells, values) in enumerate(zip(told, after, strict=True), start=1):
            first = next(iter(cells.values())).place
            keys = {own: f"{self.id}-{rows.table.name[0]}{number:03d}", rows.parent: self.id}
            row = rows.ensure(keys, AnswerPlace(first.source, first.ligne))
            for item, value in zip(group.items, values, strict=True):
                rows.set(row, item.column, value, cells[item.name].place if item.name in cells else first)

    def _speech(self, main: MergedRow) -> None:
        """What a row of free words takes from the main table."""
        rows = self.rows(self.form.parole)
        row = rows.rows.get((self.parole_id,))
        if row is None:
            return
        same = {name: name for name in rows.table.columns if name in self.main.columns}
        for column, origin in {**same, **self.form.repris}.items():
            value = canonical(main.cells.get(origin, ""), self.main[origin])
            if rows.read(row, column) != value:
                rows.set(row, column, value, main.told.get(origin, main.place))


def _words(item: Item, value: str) -> str:
    """An answer as a person reads it."""
    return next((m.libelle for m in item.choices if m.code == value), value)


def _several(item: Item, codes: Iterable[str]) -> str:
    chosen = set(codes)
    listed = [m.libelle for m in item.choices if m.code in chosen]
    return " ; ".join([*listed, *sorted(chosen - {m.code for m in item.choices})])


def _listed(group: Item, lines: list[tuple[str, ...]]) -> str:
    """The rows of a repeat, each in its words."""
    return " | ".join(
        ", ".join(_words(item, value) for item, value in zip(group.items, line, strict=True) if value)
        for line in sorted(lines)
    )
