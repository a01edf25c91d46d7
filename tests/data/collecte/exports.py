"""Exports for tests, as Kobo and LimeSurvey would give them, made from the tables of a campagne."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from citesresearch.codebook import load_codebook
from citesresearch.codebook.formulaire import Formulaire, Item, formulaire
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import read_tables

from ..classeurs import write_ods, xlsx

CODEBOOK = load_codebook()
KEY = "0" * 62 + "42"
FORMS = {name: formulaire(CODEBOOK, name) for name in ("retour", "acteurs")}
SOURCES = {"retour": "DEMO_RETOURS", "acteurs": "DEMO_ENQUETE"}
ASKED = tuple(dict.fromkeys(table for form in FORMS.values() for table in form.tables if table != "verbatims"))

Tables = Mapping[str, pd.DataFrame]
Lines = list[list[str]]


def part_of(tables: Tables, cites: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The tables of answers, of these Cités and their respondents only."""
    kept = set(cites)
    people = set(tables["repondants"].loc[tables["repondants"].id_cde.isin(kept), "id_repondant"])
    return {
        name: tables[name][
            tables[name].id_repondant.isin(people) if "id_repondant" in tables[name] else tables[name].id_cde.isin(kept)
        ]
        for name in ASKED
    }


def empty_campagne(full: Path, place: Path) -> Path:
    """The campagne of `full` before anything was collected: its settings, its Cités and its sources."""
    place.mkdir(parents=True)
    for name in ("campagne.toml", "cites.csv", "sources.csv"):
        shutil.copy(full / name, place / name)
    return place


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of answers of a campagne, which must have no blocking problem."""
    tables, problems = read_tables(find_campagne(folder))
    assert not problems.blocking, problems.report()
    return {name: tables[name] for name in ASKED if name in tables}


def same(found: Tables, expected: Tables, people: Mapping[str, str] | None = None) -> None:
    """Assert that tables hold the same rows, whatever their order; `people` leads to the pseudonyms."""
    for name, frame in expected.items():
        frame = frame.copy()
        if people is not None and "id_repondant" in frame:
            frame["id_repondant"] = frame["id_repondant"].map(people)
        if frame.empty and name not in found:
            continue
        pd.testing.assert_frame_equal(_sorted(found[name], name), _sorted(frame, name), check_dtype=False, obj=name)


def _sorted(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.sort_values(list(CODEBOOK[name].primary_key)).reset_index(drop=True)


def _text(value: Any, column: str = "", table: str = "") -> str:
    if pd.isna(value):
        return ""
    if table and CODEBOOK[table][column].type == "boolean":
        return "oui" if value else "non"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


class Answered:
    """What one respondent or Cité answered: a text, or the set of chosen codes, by question; rows of repeats."""

    def __init__(self, form: Formulaire, tables: Tables, key: str) -> None:
        own = CODEBOOK[form.table].primary_key[0]
        self.key = key
        self.values: dict[str, str | list[str]] = {}
        mine = {name: frame[frame[own] == key] for name, frame in tables.items() if name in form.tables}
        self.repeats: dict[str, list[dict[str, str]]] = {
            item.name: [
                {i.name: _text(row[i.column], i.column, i.table) for i in item.items}
                for row in mine[item.table].to_dict("records")
            ]
            for item in form.walk()
            if item.kind == "repetition"
        }
        repeated = {name for rows in self.repeats.values() for row in rows[:1] for name in row}
        for item in form.questions:
            if item.table not in mine or item.name in repeated:
                continue
            rows = mine[item.table]
            for column, value in item.given.items():
                rows = rows[rows[column].astype(str) == value]
            if item.kind == "choix_multiple":
                self.values[item.name] = list(dict.fromkeys(rows[item.column].astype(str)))
            else:
                self.values[item.name] = "" if rows.empty else _text(rows[item.column].iloc[0], item.column, item.table)


def answered(form: Formulaire, tables: Tables) -> list[Answered]:
    own = CODEBOOK[form.table].primary_key[0]
    return [Answered(form, tables, key) for key in tables[form.table][own]]


def identifier(key: str) -> str:
    """The identifier that the tool gave to a respondent, fictional of course."""
    return f"uuid:{key[::-1]}-1234"


def kobo(
    form: Formulaire,
    tables: Tables,
    labels: bool = False,
    split: bool = True,
    titles: bool = False,
    whole: bool = True,
) -> dict[str, Lines]:
    """The sheets of a Kobo export: codes or labels, each multiple choice as one column if `whole`, as 0 and 1 if `split`.

    Columns are headed by names and paths, or by the words of questions and choices (`titles`).
    """
    paths = _titles(form) if titles else _paths(form.items)
    people = answered(form, tables)
    asked = [item for item in form.questions if people and item.name in people[0].values]
    header = ["start", "end"]
    for item in asked:
        if item.kind != "choix_multiple" or whole:
            header.append(paths[item.name])
        if item.kind == "choix_multiple" and split:
            header += [f"{paths[item.name]}/{m.libelle if titles else m.code}" for m in item.choices]
    header += ["deviceid", "_id", "_uuid", "_submission_time", "_submitted_by", "_index"]
    sheets: dict[str, Lines] = {form.titre[:31]: [header]}
    for n, one in enumerate(people, start=1):
        line = ["2024-01-05T10:00:00.000+01:00", "2024-01-05T10:20:00.000+01:00"]
        for item in asked:
            value = one.values[item.name]
            if isinstance(value, str):
                line.append(_words(item, value) if labels else value)
            else:
                if whole:
                    line.append(" ".join(_words(item, code) if labels else code for code in value))
                if split:
                    line += [str(int(m.code in value)) if value else "" for m in item.choices]
        line += ["ee.example:xyz", str(1000 + n), identifier(one.key), "2024-01-05T09:21:00", "personne", str(n)]
        sheets[form.titre[:31]].append(line)
    for group in (item for item in form.walk() if item.kind == "repetition"):
        names = [item.name for item in group.items]
        lines: Lines = [[*(paths[name] for name in names), "_index", "_parent_table_name", "_parent_index"]]
        for n, one in enumerate(people, start=1):
            for row in one.repeats[group.name]:
                cells = [_words(i, row[i.name]) if labels else row[i.name] for i in group.items]
                lines.append([*cells, str(len(lines)), form.titre[:31], str(n)])
        sheets[group.name] = lines
    return sheets


def limesurvey_titles(form: Formulaire, tables: Tables) -> Lines:
    """The rows of a LimeSurvey export in whole words: the text of questions, « Oui » or « Non » for every choice."""
    people, titles = answered(form, tables), _titles(form)
    asked = [item for item in form.questions if people and item.name in people[0].values]
    lines: Lines = [["ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ", "token"]]
    for item in asked:
        several = item.kind == "choix_multiple"
        lines[0] += [f"{titles[item.name]} [{m.libelle}]" for m in item.choices] if several else [titles[item.name]]
    for n, one in enumerate(people, start=1):
        line = [str(n), "2024-01-05 09:21:00", "3", "fr", identifier(one.key)]
        for item in asked:
            value = one.values[item.name]
            if isinstance(value, str):
                line.append(_words(item, value))
            else:
                line += ["Oui" if m.code in value else "Non" for m in item.choices]
        lines.append(line)
    return lines


def limesurvey(form: Formulaire, tables: Tables, labels: bool = False) -> tuple[Lines, dict[str, str]]:
    """The rows of a LimeSurvey export, and the questions whose code the tool would not have kept, by the code they got."""
    people = answered(form, tables)
    asked = [item for item in form.questions if people and item.name in people[0].values]
    cut = [item.name.replace("_", "")[:20] for item in asked]
    codes = {
        i.name: code if cut.count(code) == 1 else f"Q{n}" for n, (i, code) in enumerate(zip(asked, cut, strict=True))
    }
    most = {name: max(len(one.repeats[name]) for one in people) for name in people[0].repeats} if people else {}
    header = ["id", "submitdate", "lastpage", "startlanguage", "seed", "token"]
    for item in asked:
        if item.kind == "choix_multiple":
            header += [f"{codes[item.name]}[{m.code.replace('_', '')}]" for m in item.choices]
        else:
            header.append(codes[item.name])
    repeated = {group.name: group.items for group in form.walk() if group.kind == "repetition"}
    for name, items in repeated.items():
        header += [f"{name}{n}{item.column.replace('_', '')}" for n in range(1, most[name] + 1) for item in items]
    header.append("ipaddr")
    lines: Lines = [header]
    for n, one in enumerate(people, start=1):
        line = [str(n), "2024-01-05 09:21:00", "3", "fr", "123456", identifier(one.key)]
        for item in asked:
            value = one.values[item.name]
            if isinstance(value, str):
                line.append(_words(item, value) if labels else value)
            else:
                line += [("Oui" if labels else "Y") if m.code in value else "" for m in item.choices]
        for name, items in repeated.items():
            for k in range(most[name]):
                row = one.repeats[name][k] if k < len(one.repeats[name]) else {}
                line += [_words(i, row.get(i.name, "")) if labels else row.get(i.name, "") for i in items]
        lines.append([*line, "192.0.2.1"])
    return lines, {code: f"{i.table}.{i.name}" for i in asked if (code := codes[i.name]).startswith("Q")}


def long(form: Formulaire, tables: Tables) -> Lines:
    """One row an answer: who, the question, the answer; a multiple choice has one row per chosen code."""
    own = "id_cde" if form.nom == "retour" else "identifiant"
    lines: Lines = [[own, "question", "réponse"]]
    for one in answered(form, tables):
        who = one.key if form.nom == "retour" else identifier(one.key)
        for name, value in one.values.items():
            if name != "id_cde" or form.nom != "retour":
                lines += [[who, name, text] for text in ([value] if isinstance(value, str) else value) if text]
        for name, rows in one.repeats.items():
            lines += [
                [who, f"{name}_{k}_{column.removeprefix(f'{name}_')}", text]
                for k, row in enumerate(rows, start=1)
                for column, text in row.items()
                if text
            ]
    return lines


def _words(item: Item, code: str) -> str:
    return next((m.libelle for m in item.choices if m.code == code), code)


def _titles(form: Formulaire) -> dict[str, str]:
    """The words that the questionnaire prints over each question."""
    return {item.name: item.court if item.kind == "choix" and item.court else item.label for item in form.questions}


def _paths(items: Sequence[Item], before: str = "") -> dict[str, str]:
    """The path of each question through its groups."""
    found: dict[str, str] = {}
    for item in items:
        path = f"{before}{item.name}"
        found[item.name] = path
        found |= _paths(item.items, f"{path}/")
    return found


def write_csv(path: Path, lines: Lines, delimiter: str = ";") -> Path:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(lines)
    path.write_text(stream.getvalue(), encoding="utf-8-sig", newline="")
    return path


def save_sheets(path: Path, sheets: Mapping[str, Lines]) -> Path:
    """The sheets as a workbook, or the only one as a CSV file, by the suffix of the path."""
    if path.suffix == ".xlsx":
        xlsx(sheets).save(path)
    elif path.suffix == ".ods":
        write_ods(path, sheets)
    else:
        (lines,) = sheets.values()
        write_csv(path, lines)
    return path
