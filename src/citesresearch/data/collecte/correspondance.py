"""The mapping file: which question a column of an export answers, and which modality a text means, as a person decided.

A CSV file (or a sheet) with a line per column, per answer or per constant, or the same as TOML. What is proposed for
columns and answers that are not recognised is written in the same form, to be checked, corrected and given back.
"""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import CannotWrite, place_of, reason
from ...french import percent, typeset
from ..checking.problems import Collector, Problem, Source, inert_cell, quoted
from ..reading.files import read_rows
from .questions import Questions, bare

__all__ = ["IDENTIFIER", "IGNORE", "Correspondance", "Proposed", "read_correspondance", "write_proposal"]

FILE_NAME = "correspondance"
IGNORE, IDENTIFIER, NO_ANSWER = "ignorer", "identifiant", "sans réponse"
_HEADINGS = ("fichier", "colonne", "réponse lue", "champ", "modalité", "confiance", "à faire")


@dataclass(frozen=True)
class Correspondance:
    """What a person decided: by file (« » for all) and column, by answer, and for a whole collection.

    `columns` lead to a field (« reponses.copilotage_equilibre », « ignorer », « identifiant ») and, where the column is
    that of one choice, to its modality; `answers` to a modality (« » for none); `constants` from a field to its value.
    """

    columns: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[tuple[str, ...], ...] = ()

    def column(self, source: Source, name: str) -> tuple[str, str] | None:
        """What was decided of a column of that file."""
        return self.columns.get((source.fichier, name)) or self.columns.get(("", name))

    def answer(self, source: Source, name: str, text: str) -> str | None:
        """What was decided of an answer: a modality, « » for no answer, None where nothing was."""
        for file in (source.fichier, ""):
            if (file, name, text) in self.answers:
                return self.answers[file, name, text]
        return None


@dataclass(frozen=True)
class Proposed:
    """One line of the proposal: what was read, the nearest field or modality, and how near (0 to 1; None: none)."""

    colonne: str
    reponse: str
    champ: str
    modalite: str
    confiance: float | None
    a_faire: str

    def cells(self) -> tuple[str, ...]:
        sure = "aucune" if self.confiance is None else percent(round(100 * self.confiance))
        return "", self.colonne, self.reponse, self.champ, self.modalite, sure, typeset(self.a_faire)


def read_correspondance(path: Path | None, forms: Iterable[Questions]) -> tuple[Correspondance, list[Problem]]:
    """The mapping of that file, checked against the questionnaires, and every problem met; empty without a file."""
    if path is None:
        return Correspondance(), []
    notes = Collector(path.name)
    if path.suffix.lower() == ".toml":
        lines = _toml_lines(path, notes)
    else:
        records, problems = read_rows(path)
        notes.found += [problem for problem in problems if problem.code != "fin_de_fichier"]
        lines = _csv_lines(records or [], notes)
    return _decided(lines, list(forms), notes), notes.found


_Line = tuple[int | None, str, str, str, str, str]  # row, file, column, answer, field, modality


def _csv_lines(records: list[tuple[int, list[str]]], notes: Collector) -> list[_Line]:
    records = [(row, [cell.strip() for cell in cells]) for row, cells in records if any(cell.strip() for cell in cells)]
    if not records:
        return []
    row, header = records[0]
    places = {bare(name): i for i, name in enumerate(header)}
    wanted = ("fichier", "colonne", "reponselue", "champ", "modalite")
    if "colonne" not in places or "champ" not in places:
        names = ", ".join(quoted(name) for name in _HEADINGS)
        notes.add("entete_absente", f"les colonnes {names}", "reprendre les titres de la proposition", ligne=row)
        return []

    def cell(cells: list[str], name: str) -> str:
        at = places.get(name)
        text = cells[at] if at is not None and at < len(cells) else ""
        return text[1:] if text.startswith("'") and inert_cell(text[1:]) == text else text

    found: list[_Line] = []
    for row, cells in records[1:]:
        file, column, answer, champ, modality = (cell(cells, name) for name in wanted)
        found.append((row, file, column, answer, champ, modality))
    return found


def _toml_lines(path: Path, notes: Collector) -> list[_Line]:
    """[colonnes] "Q1" = "champ" or { champ, modalite }; [reponses."Q1"] "A1" = "code"; [constantes] champ = "valeur"."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        notes.add("fichier_absent", "un fichier qui existe", "vérifier le chemin de la correspondance")
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        notes.add(
            "fichier_illisible",
            f"un TOML lisible ({reason(error) if isinstance(error, OSError) else place_of(error)})",
            "corriger ce fichier, ou l’écrire en CSV",
        )
        return []
    found: list[_Line] = []

    def put(column: Any, answer: str, champ: Any, modality: Any) -> None:
        found.append((None, "", str(column), answer, str(champ), str(modality)))

    try:
        for column, said in raw.pop("colonnes", {}).items():
            put(column, "", *((said["champ"], said.get("modalite", "")) if isinstance(said, dict) else (said, "")))
        for column, answers in raw.pop("reponses", {}).items():
            for answer, modality in answers.items():
                put(column, answer, "", modality)
        for champ, value in raw.pop("constantes", {}).items():
            put("", "", champ, value)
    except (AttributeError, KeyError, TypeError):
        raw = {"": None}
    if raw:
        notes.add(
            "forme",
            'les sections [colonnes], [reponses."…"] et [constantes]',
            'écrire "nom de la colonne" = "table.champ", sous [colonnes]',
            lu=", ".join(raw) or None,
        )
    return found


def _decided(lines: list[_Line], forms: list[Questions], notes: Collector) -> Correspondance:
    columns: dict[tuple[str, str], tuple[str, str]] = {}
    answers: dict[tuple[str, str, str], str] = {}
    constants: dict[str, str] = {}
    for row, file, column, answer, champ, modality in lines:
        if not champ and not modality:
            continue  # left to be filled in: what it is about is still unresolved
        if champ not in ("", IGNORE, IDENTIFIER) and not _known(
            champ, modality if not answer else "", forms, row, notes
        ):
            continue
        if not column:
            if modality:
                constants[champ] = modality
        elif answer:
            if modality:
                answers[file, column, answer] = "" if bare(modality) == bare(NO_ANSWER) else modality
        elif champ:
            columns[file, column] = champ, modality
    kept = tuple((file, column, answer, champ, modality, "", "") for _, file, column, answer, champ, modality in lines)
    return Correspondance(columns, answers, constants, kept)


def _known(champ: str, modality: str, forms: list[Questions], row: int | None, notes: Collector) -> bool:
    """Whether a mapping's field exists, and the modality beside it; noted otherwise."""
    items = [item for form in forms if (item := form.by_champ(champ))]
    hidden = any(champ in (f"{form.main.name}.{name}", name) for form in forms for name in form.main.columns)
    if not items and not hidden:
        near = next((found for form in forms if (found := form.near(champ.rpartition(".")[2]))), None)
        shown = f"écrire {quoted(f'{near[0].table}.{near[0].name}')} si c’est bien lui" if near else "corriger ce champ"
        notes.add(
            "hors_liste",
            f"un champ des questionnaires, {quoted(IGNORE)} ou {quoted(IDENTIFIER)}",
            shown,
            ligne=row,
            colonne="champ",
            lu=champ,
        )
        return False
    return True


# --- the proposal -----------------------------------------------------------------------------------


def write_proposal(beside: Path, decided: Correspondance, proposed: Iterable[Proposed]) -> Path:
    """Write what was decided and what is proposed in a new file beside the export; nothing that exists is replaced.

    A file that already says the same is kept as it is. Raises CitesError where the folder cannot be written.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    new = [line.cells() for line in proposed]
    known = {line[1:3] for line in new}
    kept = (line for line in decided.lines if line[1:3] not in known)
    writer.writerows([inert_cell(cell) for cell in line] for line in (*kept, *new))
    content = stream.getvalue().encode("utf-8-sig")
    number = 1
    while True:
        path = beside / f"{FILE_NAME}{'' if number == 1 else f'-{number}'}.csv"
        try:
            if path.exists():
                if path.read_bytes() == content:
                    return path
                number += 1
                continue
            aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            try:
                aside.write_bytes(content)
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError as error:
            raise CannotWrite(
                f"Impossible d’écrire la correspondance proposée dans {path} : {reason(error)}. "
                "Vérifiez les droits et la place libre, ou copiez l’export dans un autre dossier."
            ) from error
        return path
