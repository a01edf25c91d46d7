"""Answers that contradict one another, by what the fields of the codebook declare about them.

`echelle_par`: the answer belongs to the scale that its question names; `modalites_par`: the code goes with the
value of another column; `si`: the question is asked only under a condition; `requis_sauf`: the cell may be empty
only under a condition; `choix_multiple`: an answer outside the list (« aucun ») excludes all others.
Nothing is concluded from a cell, a column or a key that another problem already blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...codebook import Codebook, Field, Table
from ...errors import CitesError
from ...french import listing, noun, number
from .links import key_text, keys_of
from .nearest import Budget, Choices
from .problems import Collector, Problem, Source, quoted

__all__ = ["validate_questionnaire"]

# Problems of the header: they stand in its row, and concern every cell of the column.
_HEADER = {"colonne_absente", "colonne_mal_nommee", "colonne_double"}
_ROWS_SHOWN = 6


def validate_questionnaire(
    tables: Mapping[str, pd.DataFrame],
    codebook: Codebook,
    sources: Mapping[str, Source],
    known: Iterable[Problem] = (),
) -> list[Problem]:
    """Every contradiction between the answers of typed tables, in the order of the rows of each.

    `sources` tells where each table stands; `known` holds the problems found so far. Raises CitesError for a
    codebook whose rules name a scale or a link that does not exist, never for what the tables hold.
    """
    check = _Check(tables, codebook, sources, _Blocked(known), Budget())
    found: list[Problem] = []
    for name in tables:
        notes = Collector(sources[name])
        for field in codebook[name].fields:
            if "echelle_par" in field.extra:
                check.scale(name, field, notes)
            if "modalites_par" in field.extra:
                check.modalities(name, field, notes)
            if "si" in field.extra:
                check.asked(name, field, notes)
            if "requis_sauf" in field.extra:
                check.filled(name, field, notes)
            if field.extra.get("choix_multiple"):
                check.alone(name, field, notes)
        found += sorted(notes.found, key=lambda problem: problem.ligne or 0)
    return found


class _Blocked:
    """The cells and the columns that another problem already blocks."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._rows: dict[tuple[Source, str], set[int]] = {}
        self._columns: set[tuple[Source, str]] = set()
        for problem in problems:
            if not problem.blocking or problem.colonne is None:
                continue
            place = problem.source, problem.colonne
            if problem.ligne is None or problem.code in _HEADER:
                self._columns.add(place)
            else:
                self._rows.setdefault(place, set()).add(problem.ligne)

    def sure(self, source: Source, frame: pd.DataFrame, *columns: str) -> pd.Series[bool]:
        """The rows of which every cell in these columns is free of blocking problems."""
        free = pd.Series(True, index=frame.index)
        for column in columns:
            if (source, column) in self._columns:
                free[:] = False
            elif rows := self._rows.get((source, column)):
                free &= ~frame.index.isin(list(rows))
        return free


@dataclass(frozen=True)
class _Condition:
    """A condition of the codebook, for each row of a table.

    `values` is what was read in its column (as codes), `known` where that can be relied on, `holds` whether
    it is one of the values wanted (an empty cell is none); `place` and `wanted` are its words.
    """

    values: pd.Series[str]
    known: pd.Series[bool]
    holds: pd.Series[bool]
    champ: str
    place: str
    wanted: str

    def found(self, row: Any) -> str:
        """« non », or that the cell is empty."""
        value = self.values[row]
        return "une cellule vide" if pd.isna(value) else quoted(str(value))


@dataclass(frozen=True)
class _Check:
    """The rules, each for one field of one table; what they find goes to the collector."""

    tables: Mapping[str, pd.DataFrame]
    codebook: Codebook
    sources: Mapping[str, Source]
    blocked: _Blocked
    budget: Budget

    def scale(self, name: str, field: Field, notes: Collector) -> None:
        """Each answer belongs to the scale of its question."""
        frame, answers = self.tables[name], self.tables[name][field.name]
        by = self.codebook[name][field.extra["echelle_par"]]
        if by.vocabulary is None:
            raise CitesError(f"Codebook, table « {name} » : le champ « {by.name} » n’a pas de liste de questions.")
        free = self.blocked.sure(notes.source, frame, field.name, by.name) & answers.notna()
        for question in frame.loc[free, by.name].dropna().unique():
            ident = by.vocabulary[question].attributes.get("echelle")
            if ident is None:
                raise CitesError(f"Codebook, liste « {by.vocabulary.id} » : « {question} » ne nomme pas son échelle.")
            scale = self.codebook.vocabulary(ident)
            wrong = answers[free & (frame[by.name] == question) & ~answers.isin(scale.codes)]
            if wrong.empty:
                continue
            choices = Choices(scale.codes, scale, self.budget)
            advice = {text: choices.advice(text) for text in wrong.unique()}
            for row, text in wrong.items():
                notes.add(
                    "hors_liste",
                    f"{choices.expected} (échelle de la question {quoted(question)})",
                    advice[text],
                    ligne=row,
                    colonne=field.name,
                    lu=text,
                )

    def modalities(self, name: str, field: Field, notes: Collector) -> None:
        """Each code goes with the value of the column that `modalites_par` names."""
        frame, codes = self.tables[name], self.tables[name][field.name]
        by = self.codebook[name][field.extra["modalites_par"]]
        vocabulary = field.vocabulary
        if vocabulary is None:
            raise CitesError(f"Codebook, table « {name} » : le champ « {field.name} » n’a pas de liste de modalités.")
        homes = {code: vocabulary[code].attributes.get(by.name) for code in vocabulary.codes}
        values = _codes(frame, by)
        free = self.blocked.sure(notes.source, frame, field.name, by.name) & codes.notna()
        for value in values[free].dropna().unique():
            accepted = [code for code, home in homes.items() if home == value]
            wrong = codes[free & (values == value) & ~codes.isin(accepted)]
            if wrong.empty:
                continue
            choices = Choices(accepted, vocabulary, self.budget)
            context = f"quand {quoted(by.name)} vaut {quoted(value)}"
            for code in wrong.unique():
                home = f"corriger {quoted(by.name)} (la valeur lue va avec {quoted(str(homes[code]))})"
                advice = f"{home}, ou {choices.advice(code)}" if accepted else home
                for row in wrong.index[wrong == code]:
                    notes.add(
                        "modalite_discordante",
                        f"{choices.expected or 'une cellule vide'}, {context}",
                        advice,
                        ligne=row,
                        colonne=field.name,
                        lu=code,
                    )

    def asked(self, name: str, field: Field, notes: Collector) -> None:
        """Warn of answers to a question that its condition `si` does not ask."""
        condition = self._condition(name, field, field.extra["si"])
        if condition is None:
            return
        # Where the answer is the row itself, it is the row that should not be there.
        whole = field.required
        expected = "aucune ligne" if whole else "une cellule vide"
        remedy = "supprimer cette ligne" if whole else "vider cette cellule"
        for row, text in self._given(name, field, condition.known & ~condition.holds, notes):
            notes.add(
                "question_non_posee",
                f"{expected}, sauf si {condition.place} vaut {condition.wanted} (il y a là {condition.found(row)})",
                f"{remedy}, ou corriger {quoted(condition.champ)}",
                ligne=row,
                colonne=field.name,
                lu=text,
                gravite="avertissement",
            )

    def filled(self, name: str, field: Field, notes: Collector) -> None:
        """A cell is empty under the condition `requis_sauf`, and only then."""
        condition = self._condition(name, field, field.extra["requis_sauf"])
        if condition is None:
            return
        frame = self.tables[name]
        free = self.blocked.sure(notes.source, frame, field.name) & condition.known
        needed = free & ~condition.holds
        empty = frame.index[needed & frame[field.name].isna()]
        expected = f"une valeur ({field.libelle}), sauf si {condition.place} vaut {condition.wanted}"
        if len(empty) == needed.sum() > 1:
            notes.add("colonne_vide", expected, "remplir la colonne", colonne=field.name, lu="")
        else:
            for row in empty:
                notes.add("valeur_absente", expected, "remplir la cellule", ligne=row, colonne=field.name, lu="")
        for row, text in self._given(name, field, condition.known & condition.holds, notes):
            notes.add(
                "question_non_posee",
                f"une cellule vide, puisque {condition.place} vaut {condition.found(row)}",
                f"vider cette cellule, ou corriger {quoted(condition.champ)}",
                ligne=row,
                colonne=field.name,
                lu=text,
                gravite="avertissement",
            )

    def alone(self, name: str, field: Field, notes: Collector) -> None:
        """An answer outside the list of choices stands alone among those of its parent.

        The parent is what the rest of the primary key identifies: a Cité, a respondent and a type.
        """
        frame, table = self.tables[name], self.codebook[name]
        outside = [] if field.vocabulary is None else [m.code for m in field.vocabulary.hors_echelle]
        parent = [column for column in table.primary_key if column != field.name]
        if not outside or not parent:
            return
        whole = frame[[*parent, field.name]].notna().all(axis="columns")
        rows = frame[whole & self.blocked.sure(notes.source, frame, field.name, *parent)]
        if not rows[field.name].isin(outside).any():
            return
        groups = rows.groupby(parent, sort=False)[field.name]
        one_excludes = rows[field.name].isin(outside).groupby([rows[c] for c in parent]).transform("any")
        crowded = (groups.transform("nunique") > 1) & one_excludes
        for _, choices in rows[crowded].groupby(parent, sort=False)[field.name]:
            excluding = choices[choices.isin(outside)]
            for row, code in zip(excluding.index.tolist(), excluding.tolist(), strict=True):
                others = choices.index[choices != code].tolist()
                notes.add(
                    "choix_exclusif",
                    f"{quoted(code)} sans autre choix ({_rows_shown(others)} "
                    f"{noun(len(others), 'porte un autre choix', 'portent d’autres choix')})",
                    f"supprimer cette ligne, ou {noun(len(others), 'l’autre', 'les autres')}",
                    ligne=row,
                    colonne=field.name,
                    lu=code,
                )

    def _given(self, name: str, field: Field, where: pd.Series[bool], notes: Collector) -> Iterable[tuple[Any, str]]:
        """The rows of these that have an answer in this column, and what was read there."""
        frame = self.tables[name]
        free = self.blocked.sure(notes.source, frame, field.name)
        answers = frame.loc[where & free, field.name].dropna()
        return ((row, _as_read(value, field)) for row, value in answers.items())

    def _condition(self, name: str, field: Field, declared: Mapping[str, Any]) -> _Condition | None:
        """The condition for each row, None when it stands in a table that was not read."""
        place = declared.get("table") or name
        if place not in self.tables:
            return None
        other = self.tables[place]
        column = self.codebook[place][declared["champ"]]
        values = _codes(other, column)
        known = self.blocked.sure(self.sources[place], other, column.name)
        if place != name:
            values, known = self._brought(self.codebook[name], place, values, known)
        wanted = [str(value) for value in declared["valeurs"]]
        there = f" de {self.sources[place].named()}" if place != name else ""
        return _Condition(
            values,
            known,
            values.isin(wanted),
            column.name,
            f"{quoted(column.name)}{there}",
            listing([quoted(value) for value in wanted], "ou"),
        )

    def _brought(
        self, table: Table, place: str, values: pd.Series[str], known: pd.Series[bool]
    ) -> tuple[pd.Series[str], pd.Series[bool]]:
        """Values of the rows of another table for the rows of this one, through its foreign key."""
        key = next((k for k in table.foreign_keys if k.table == place), None)
        if key is None:
            raise CitesError(f"Codebook, table « {table.name} » : aucune clé ne mène à la table « {place} ».")
        there = pd.Series(keys_of(self.tables[place], key.targets), index=values.index, dtype="object")
        # Of two rows with one key, which one is meant is not known.
        sure = known & there.notna() & ~there.duplicated(keep=False)
        by_key = dict(zip(there[sure], values[sure], strict=True))
        frame = self.tables[table.name]
        here = keys_of(frame, key.fields)
        brought = pd.Series([by_key.get(k) for k in here], index=frame.index, dtype="str")
        return brought, pd.Series([k in by_key for k in here], index=frame.index, dtype="bool")


def _codes(frame: pd.DataFrame, field: Field) -> pd.Series[str]:
    """A column as the codebook writes its values: « oui » and « non », integers without decimals."""
    column = frame[field.name]
    if field.type == "boolean":
        column = column.astype("float64").map({1.0: "oui", 0.0: "non"})
    elif field.type != "string":
        column = column.map(key_text, na_action="ignore")
    return column.astype("str")


def _as_read(value: Any, field: Field) -> str:
    """A value as it is shown to the person who typed it."""
    if field.type == "boolean":
        return "oui" if value else "non"
    return str(value) if field.type == "string" else number(value)


def _rows_shown(rows: Sequence[int]) -> str:
    """« la ligne 3 », « les lignes 3 et 5 », « les lignes 3, 4, 5, 6, 7 et 12 autres »."""
    shown = [str(row) for row in rows[:_ROWS_SHOWN]]
    if len(rows) > _ROWS_SHOWN:
        shown = [*shown[:-1], f"{number(len(rows) - _ROWS_SHOWN + 1)} autres"]
    return f"{noun(len(rows), 'la ligne', 'les lignes')} {listing(shown)}"
