"""Whatever happens to a file, reading it never raises, never tells unsafe text, never changes a figure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citesresearch.codebook import Codebook, Field, ForeignKey, Table
from citesresearch.data.checking.problems import Problem, Problems
from citesresearch.data.checking.validation import read_and_validate

CODES = ["commune", "agglomeration", "ne_sait_pas"]
CITES = Table(
    name="cites",
    title="Les Cités",
    ligne="une Cité",
    description="",
    source_secret="public",
    fields=(
        Field("id_cde", "string", "Identifiant", constraints={"required": True, "pattern": r"cde-\d{3}"}),
        Field("effectif", "integer", "Effectif", constraints={"minimum": 0}),
        Field("taux", "number", "Taux", part=True),
        Field("copilotage", "boolean", "Copilotage"),
        Field("debut", "string", "Début", date_partielle=True),
        Field("echelle", "string", "Échelle", constraints={"enum": CODES}),
        Field("nom", "string", "Nom"),
    ),
    primary_key=("id_cde",),
    foreign_keys=(),
    required=True,
    descriptor={"schema": {"missingValues": [""]}},
)
ACTIONS = Table(
    name="actions",
    title="Les actions",
    ligne="une action",
    description="",
    source_secret="public",
    fields=(
        Field("id_cde", "string", "Cité", constraints={"required": True}),
        Field("participants", "integer", "Participants"),
    ),
    primary_key=(),
    foreign_keys=(ForeignKey(("id_cde",), "cites", ("id_cde",)),),
    required=False,
    descriptor={"schema": {"missingValues": [""]}},
)
BOOK = Codebook({"cites": CITES, "actions": ACTIONS}, {})

Row = tuple[int | None, int | None, bool | None, str | None, str | None, str | None]

# No capital É: in cp1252 « É » then a no-break space is also a letter of UTF-8, and no rule can tell.
LETTERS = "abcXYZ àéèêçùœŒ€’«»–\u00a0 09,;:\t\n\"'=+-@<>&|/\\"
TEXTS = st.text(LETTERS, max_size=25).map(str.strip).filter(lambda text: text != "")
DATES = st.one_of(
    st.dates(pd.Timestamp(1900, 1, 1).date(), pd.Timestamp(2100, 12, 31).date()).map(lambda day: day.isoformat()),
    st.sampled_from(["2020", "2021-06", "1999-12"]),
)


def rows() -> st.SearchStrategy[list[Row]]:
    row = st.tuples(
        st.none() | st.integers(0, 99_999_999),
        # Hundredths of a percent, so that decimals are exact in every style.
        st.none() | st.integers(0, 10_000),
        st.none() | st.booleans(),
        st.none() | DATES,
        st.none() | st.sampled_from(CODES),
        st.none() | TEXTS,
    )
    return st.lists(row, min_size=1, max_size=6)


def write_number(value: int | None, mark: str, separator: str, hundredths: bool = False) -> str:
    if value is None:
        return ""
    whole, rest = divmod(value, 100) if hundredths else (value, 0)
    text = f"{whole:,}".replace(",", separator)
    return f"{text}{mark}{rest:02d}" if hundredths else text


def write_table(
    table: list[Row],
    delimiter: str = ";",
    mark: str = ",",
    separator: str = "",
    newline: str = "\r\n",
    french_dates: bool = False,
    yes_no: tuple[str, str] = ("oui", "non"),
) -> str:
    """The table as somebody's program would have written it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    writer.writerow(CITES.columns)
    for i, (count, share, flag, date, code, name) in enumerate(table, start=1):
        if french_dates and date is not None:
            date = "/".join(reversed(date.split("-")))
        writer.writerow(
            [
                f"cde-{i:03d}",
                write_number(count, mark, separator),
                write_number(share, mark, separator, hundredths=True),
                "" if flag is None else yes_no[0] if flag else yes_no[1],
                date or "",
                code or "",
                name or "",
            ]
        )
    return out.getvalue()


def expected(table: list[Row]) -> dict[str, tuple[Any, ...]]:
    return {
        f"cde-{i:03d}": (count, None if share is None else share / 100, flag, date, code, name)
        for i, (count, share, flag, date, code, name) in enumerate(table, start=1)
    }


def found(frame: pd.DataFrame) -> dict[str, tuple[Any, ...]]:
    """What was read, by Cité; missing values as None."""
    lines = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return {line[0]: tuple(line[1:]) for line in lines}


def read(
    folder: Path, content: bytes, actions: bytes = b"id_cde;participants\ncde-001;3\n"
) -> tuple[dict[str, pd.DataFrame], Problems]:
    (folder / "cites.csv").write_bytes(content)
    (folder / "actions.csv").write_bytes(actions)
    return read_and_validate(folder, BOOK)


def assert_harmless(problems: Problems, folder: Path) -> None:
    """Every text may be printed, opened in a spreadsheet, and has its words."""
    for text in [problems.report(), *(problem.phrase() for problem in problems)]:
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n" for c in text)
    for problem in problems:
        assert isinstance(problem, Problem)
        assert problem.attendu
        assert problem.remede
        assert len(problem.phrase()) < 2500
    problems.write_csv(folder / "problemes.csv")
    with (folder / "problemes.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream, delimiter=";"))
    assert len(lines) == len(problems) + 1
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campagne")


@given(
    rows(),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " ", "\u00a0", "\u202f"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([("oui", "non"), ("VRAI", "FAUX"), ("1", "0"), ("true", "false")]),
)
@settings(max_examples=80)
def test_a_table_is_the_same_however_it_was_written(
    folder: Path,
    table: list[Row],
    encoding: str,
    delimiter: str,
    mark: str,
    separator: str,
    newline: str,
    french_dates: bool,
    yes_no: tuple[str, str],
) -> None:
    if encoding == "cp1252":
        separator = separator.replace("\u202f", "\u00a0")
    text = write_table(table, delimiter, mark, separator, newline, french_dates, yes_no)
    tables, problems = read(folder, text.encode(encoding))
    assert [p.phrase() for p in problems if p.code != "parts_en_fraction"] == []
    assert found(tables["cites"]) == expected(table)


# One accident at a time: the figures that come out without a blocking problem are those that went in.
# Digits, dots and commas are not inserted: a figure typed wrong is a figure.
NASTY = [
    "\x00",
    "\u202e",
    "\u200f",
    "\u2066",
    "\ufeff",
    '"',
    ";",
    "\n",
    "\r",
    "=",
    "<script>",
    "=cmd()",
    "@",
    "e",
    "\t",
]
NASTY += ["-", "%", "\ufffd", "٣", "\u00a0", "\u200b", "\x1a", "'", "\x1b[2J", "|"]


def insert(content: bytes, at: int, what: bytes) -> bytes:
    at %= len(content) + 1
    return content[:at] + what + content[at:]


def at_a_letter(text: str, at: int) -> int:
    return len(text[: at % (len(text) + 1)].encode())


@given(rows(), st.integers(0, 2000), st.sampled_from(NASTY))
@settings(max_examples=100)
def test_one_character_too_many_never_changes_a_figure(folder: Path, table: list[Row], at: int, what: str) -> None:
    text = write_table(table)
    tables, problems = read(folder, insert(text.encode(), at_a_letter(text, at), what.encode()))
    assert_harmless(problems, folder)
    if not problems.blocking:
        assert_same_figures(tables["cites"], table)


def assert_same_figures(frame: pd.DataFrame, table: list[Row]) -> None:
    right = expected(table)
    for cite, values in found(frame).items():
        # A column whose name was damaged is not read, with a warning: nothing is a figure there.
        for value, meant in zip(values[:4], right[cite][:4], strict=True):
            assert value is None or value == meant


@given(
    rows(),
    st.integers(0, 2000),
    st.sampled_from([b"\xe9", b"\x81", b"\xff", b"\xc3", b"\xe2\x80", b"\x00\x00"]),
)
def test_one_byte_too_many_never_changes_a_figure(folder: Path, table: list[Row], at: int, what: bytes) -> None:
    tables, problems = read(folder, insert(write_table(table).encode(), at, what))
    assert_harmless(problems, folder)
    if not problems.blocking:
        assert_same_figures(tables["cites"], table)


@given(rows(), st.integers(0, 2000), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
@settings(max_examples=40)
def test_a_file_cut_short_never_changes_a_figure(folder: Path, table: list[Row], at: int, encoding: str) -> None:
    text = write_table([(*row[:5], row[5] or "nom") for row in table])
    content = text.encode(encoding)
    tables, problems = read(folder, content[: at % (len(content) + 1)])
    assert_harmless(problems, folder)
    if not problems.blocking:
        assert_same_figures(tables["cites"], table)


@given(rows(), st.permutations(range(len(CITES.columns))))
@settings(max_examples=40)
def test_the_order_of_the_columns_does_not_matter(folder: Path, table: list[Row], order: list[int]) -> None:
    lines = list(csv.reader(io.StringIO(write_table(table), newline=""), delimiter=";"))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=",").writerows([[line[i] for i in order] for line in lines])
    tables, problems = read(folder, out.getvalue().encode())
    assert not problems.blocking
    assert found(tables["cites"]) == expected(table)


@given(rows(), st.data())
@settings(max_examples=40)
def test_cells_in_the_wrong_column_are_seen(folder: Path, table: list[Row], data: st.DataObject) -> None:
    kinds = ["id_cde", "effectif", "copilotage", "debut", "echelle"]
    row: Row = (31915, 2230, True, "2021-06", "commune", "Évry")
    lines = list(csv.reader(io.StringIO(write_table([*table, row]), newline=""), delimiter=";"))
    one, other = data.draw(st.permutations(kinds))[:2]
    i, j = CITES.columns.index(one), CITES.columns.index(other)
    lines[-1][i], lines[-1][j] = lines[-1][j], lines[-1][i]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(lines)
    _, problems = read(folder, out.getvalue().encode())
    assert problems.blocking
    assert {one, other} & {problem.colonne for problem in problems}


@given(rows(), st.integers(0, 5))
@settings(max_examples=40)
def test_a_row_twice_is_seen(folder: Path, table: list[Row], which: int) -> None:
    out = io.StringIO(newline="")
    lines = list(csv.reader(io.StringIO(write_table(table), newline=""), delimiter=";"))
    again = 1 + which % len(table)
    csv.writer(out, delimiter=";").writerows([*lines, lines[again]])
    _, problems = read(folder, out.getvalue().encode())
    (double,) = [problem for problem in problems if problem.code == "cle_double"]
    assert (double.ligne, double.lu) == (len(lines) + 1, f"cde-{again:03d}")


@given(rows(), st.integers(0, 5))
@settings(max_examples=40)
def test_two_encodings_are_seen(folder: Path, table: list[Row], which: int) -> None:
    named: list[Row] = [(*row[:5], "une métropole") for row in [*table, table[0], table[0]]]
    lines = write_table(named).splitlines(keepends=True)
    other = 1 + which % len(named)
    content = b"".join(line.encode("cp1252" if i == other else "utf-8") for i, line in enumerate(lines))
    tables, problems = read(folder, content)
    (mixed,) = [problem for problem in problems if problem.blocking]
    assert (mixed.code, mixed.ligne, mixed.colonne) == ("encodages_melanges", other + 1, "nom")
    assert found(tables["cites"]) == expected(named)


ACCIDENTS = st.one_of(
    st.tuples(st.integers(0, 2000), st.sampled_from(NASTY)).map(lambda a: lambda c: insert(c, a[0], a[1].encode())),
    st.tuples(st.integers(0, 2000), st.binary(max_size=8)).map(lambda a: lambda c: insert(c, *a)),
    st.integers(0, 2000).map(lambda n: lambda c: c[: n % (len(c) + 1)]),
    st.integers(0, 2000).map(lambda n: lambda c: c[n % (len(c) + 1) :]),
    st.just(lambda c: c + c),
    st.just(lambda c: c.replace(b";", b",")),
    st.just(lambda c: c.replace(b'"', b"")),
    st.just(lambda c: c.decode("utf-8", "replace").encode("utf-16")),
    st.just(lambda c: c.decode("utf-8", "replace").encode("cp1252", "replace")),
    st.just(lambda c: c.replace(b"\n", b"\n\x00")),
)


@given(rows(), st.lists(ACCIDENTS, min_size=1, max_size=4), st.lists(ACCIDENTS, max_size=2))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_ever_raises(
    folder: Path,
    table: list[Row],
    first: list[Callable[[bytes], bytes]],
    second: list[Callable[[bytes], bytes]],
) -> None:
    content, actions = write_table(table).encode(), b"id_cde;participants\r\ncde-001;3\r\ncde-002;\r\n"
    for change in first:
        content = change(content)
    for change in second:
        actions = change(actions)
    tables, problems = read(folder, content, actions)
    assert_harmless(problems, folder)
    if not problems.blocking:
        for name, frame in tables.items():
            assert frame.columns.tolist() == list(BOOK[name].columns)


@given(st.binary(max_size=300))
@settings(max_examples=40)
def test_any_bytes_at_all(folder: Path, content: bytes) -> None:
    tables, problems = read(folder, content)
    assert_harmless(problems, folder)
    assert problems.blocking
    assert "cites" not in tables or len(tables["cites"]) == 0
