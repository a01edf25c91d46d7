"""« 12.500 » in a column of amounts: thousands, decimals, or nobody knows; never one of them in silence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.problems import Problem
from citesresearch.data.checking.validation import validate_table
from citesresearch.data.reading.files import read_table

from .classeurs import xlsx


def amounts(
    folder: Path, *cells: str, table: str = "budget", column: str = "depense"
) -> tuple[list[float], list[Problem]]:
    """The amounts read from a column, and what is said of it."""
    path = folder / f"{table}.csv"
    descriptor = load_codebook()[table]
    keys = [f.name for f in descriptor.fields if (f.required or f.name in descriptor.primary_key) and f.name != column]
    lines = [";".join(["2021" if k == "annee" else f"c-{i}" for k in keys] + [cell]) for i, cell in enumerate(cells)]
    path.write_text("\n".join([";".join([*keys, column]), *lines, ""]), encoding="utf-8")
    raw, _ = read_table(path, descriptor)
    assert raw is not None
    frame, problems = validate_table(raw, descriptor)
    return frame[column].tolist(), [p for p in problems if p.colonne == column]


def test_both_readings_are_given_where_nothing_tells(tmp_path: Path) -> None:
    values, problems = amounts(tmp_path, "12.500", "45,250", "12 500,00", "12,500", "8 000", "12500")
    assert [(p.ligne, p.lu, p.blocking) for p in problems] == [
        (2, "12.500", True),
        (3, "45,250", True),
        (5, "12,500", True),
    ]
    assert "12500 si ce sont des milliers\u202f; 12,5 sinon" in problems[0].remede
    assert "45250 si ce sont des milliers\u202f; 45,25 sinon" in problems[1].remede
    assert all("mêle" in p.attendu for p in problems)
    assert pd.isna(values[0])


@pytest.mark.parametrize("cell", ["50.000", "50,000", "1.000", "-12,500"])
def test_one_doubtful_cell_alone_is_refused(tmp_path: Path, cell: str) -> None:
    _, (problem,) = amounts(tmp_path, cell, "800")
    assert problem.blocking
    assert "si ce sont des milliers" in problem.remede or "négative" in problem.remede


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["12.500", "1.234,56"], [12500, 1234.56]),
        (["12.500", "1.234.567"], [12500, 1234567]),
        (["12,500", "1,234.56"], [12500, 1234.56]),
        (["12,500", "8000,5"], [12.5, 8000.5]),
        (["12.500", "0.125"], [12.5, 0.125]),  # nobody writes 0 thousand
    ],
)
def test_the_other_cells_of_a_column_tell_and_it_is_said(
    tmp_path: Path, cells: list[str], expected: list[float]
) -> None:
    values, problems = amounts(tmp_path, *cells)
    assert values == expected
    assert [(p.ligne, p.gravite) for p in problems] == [(2, "avertissement")]


@pytest.mark.parametrize("cells", [["12.500", "8 000,5"], ["12.500", "8000.5", "12,5"], ["12.500", "1.234.567", "0.5"]])
def test_cells_that_disagree_settle_nothing(tmp_path: Path, cells: list[str]) -> None:
    _, problems = amounts(tmp_path, *cells)
    assert [p.lu for p in problems if p.blocking] == ["12.500"]


def test_two_decimal_marks_in_one_column_are_said(tmp_path: Path) -> None:
    values, (problem,) = amounts(tmp_path, "12,5", "13.5", "14.25")
    assert values == [12.5, 13.5, 14.25]
    assert (problem.lu, problem.gravite) == ("13.5", "avertissement")


@pytest.mark.parametrize(("cell", "value"), [("0,800", 0.8), ("1,250", 1.25), ("12.5", 12.5), ("1 234,567", 1234.567)])
def test_what_can_be_read_in_one_way_is(tmp_path: Path, cell: str, value: float) -> None:
    """Nobody works 1 250 full-time equivalents: the bounds of the column exclude thousands."""
    column = "coordonnateur_etp" if value < 5 else "depense"
    values, problems = amounts(tmp_path, cell, table="retours" if value < 5 else "budget", column=column)
    assert values == [value]
    assert not any(p.blocking for p in problems)


def test_a_number_of_a_workbook_is_a_number(tmp_path: Path) -> None:
    from citesresearch.data.checking.problems import Collector
    from citesresearch.data.reading.workbooks import open_workbook

    xlsx({"budget": [["depense"], [12.125], [12.5]]}).save(tmp_path / "a.xlsx")
    book = open_workbook(tmp_path / "a.xlsx", Collector("a.xlsx"))
    assert book is not None
    sheet = book.sheet("budget", Collector("a.xlsx"))
    assert sheet is not None
    assert [cells[0] for _, cells in sheet.records] == ["depense", "12.1250", "12.5"]
