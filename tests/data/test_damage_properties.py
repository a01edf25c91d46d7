"""A whole campagne, damaged at random: never a traceback, never another figure without a problem that names the file."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.data.classeurs import write_ods, xlsx
from tests.data.test_damage import assert_harmless

from citesresearch.codebook import Field, Table, load_codebook
from citesresearch.data.checking.problems import Problems
from citesresearch.data.checking.validation import read_and_validate
from citesresearch.data.reading.files import read_rows
from citesresearch.demonstration import generate

BOOK = load_codebook()
NASTY = [
    "=cmd()",
    "<script>alert(1)</script>",
    "\x00",
    "\u202e",
    "\n",
    '"',
    "\u0600",
    "@",
    "\ufffd",
    "\u2066",
    ";",
    ",",
    "\t",
]
Grid = list[list[str]]


@dataclass
class File:
    """A table as it will be written: its cells, then how they are put in a file."""

    table: Table
    grid: Grid
    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    newline: str = "\r\n"
    quote_all: bool = False
    suffix: str = ".csv"
    after: Callable[[bytes], bytes] = lambda content: content

    def write(self, folder: Path) -> None:
        path = folder / f"{self.table.name}{self.suffix}"
        if self.suffix == ".xlsx":
            xlsx({self.table.name: self.grid}).save(path)
        elif self.suffix == ".ods":
            write_ods(path, {self.table.name: self.grid})
        else:
            out = io.StringIO(newline="")
            writer = csv.writer(
                out,
                delimiter=self.delimiter,
                lineterminator=self.newline,
                quoting=csv.QUOTE_ALL if self.quote_all else csv.QUOTE_MINIMAL,
            )
            writer.writerows(self.grid)
            path.write_bytes(self.after(out.getvalue().encode(self.encoding, "replace")))

    def cell(self, rng: random.Random, wanted: Callable[[Field], bool] = lambda field: True) -> tuple[int, int] | None:
        """The place of a filled cell whose field is wanted, if there is one."""
        places = [
            (i, j)
            for j, name in enumerate(self.grid[0])
            if name in self.table.columns and wanted(self.table[name])
            for i in range(1, len(self.grid))
            if j < len(self.grid[i]) and self.grid[i][j]
        ]
        return rng.choice(places) if places else None


NAMES = [
    *("actions", "besoins", "budget", "cite_qpv", "cites", "cofinancements", "copilotes", "droit_commun_actions"),
    *(
        "entretiens",
        "evenements",
        "fiches",
        "instances",
        "publics_cibles",
        "repondants",
        "reponses",
        "retours",
        "verbatims",
    ),
]
Damage = Callable[[File, random.Random], None]

# --- damages that change nothing --------------------------------------------------------------------


def shuffle_rows(file: File, rng: random.Random) -> None:
    lines = file.grid[1:]
    rng.shuffle(lines)
    file.grid[1:] = lines


def shuffle_columns(file: File, rng: random.Random) -> None:
    order = list(range(len(file.grid[0])))
    rng.shuffle(order)
    file.grid = [[line[j] for j in order] for line in file.grid]


def change_delimiter(file: File, rng: random.Random) -> None:
    file.delimiter = rng.choice([",", "\t", ";"])
    file.quote_all = rng.random() < 0.5


def change_encoding(file: File, rng: random.Random) -> None:
    file.encoding = rng.choice(["utf-8", "utf-16"])
    file.newline = rng.choice(["\n", "\r\n"])


def change_decimal_sign(file: File, rng: random.Random) -> None:
    for j, name in enumerate(file.grid[0]):
        if name in file.table.columns and file.table[name].type == "number":
            for line in file.grid[1:]:
                line[j] = line[j].replace(",", ".") if "," in line[j] else line[j].replace(".", ",")


def become_a_workbook(file: File, rng: random.Random) -> None:
    if all(cell.isprintable() for line in file.grid for cell in line):
        file.suffix = rng.choice([".xlsx", ".ods"])


def pad(file: File, rng: random.Random) -> None:
    at = rng.randrange(1, len(file.grid) + 1)
    file.grid.insert(at, [""] * len(file.grid[0]))
    for line in file.grid[1:]:
        j = rng.randrange(len(line))
        line[j] = f" {line[j]}\u00a0"


# --- damages that may ---------------------------------------------------------------------------------


def truncate_row(file: File, rng: random.Random) -> None:
    line = rng.choice(file.grid[1:])
    del line[rng.randrange(1, len(line)) :]  # a row without any cell is a row deleted: nothing can tell


def truncate_file(file: File, rng: random.Random) -> None:
    share = rng.random()

    def cut(content: bytes) -> bytes:
        return content[: max(8, int(len(content) * share))].rstrip(b"\r\n")

    file.after = cut


def double_a_key(file: File, rng: random.Random) -> None:
    file.grid.append(list(rng.choice(file.grid[1:])))


def mix_encodings(file: File, rng: random.Random) -> None:
    file.encoding, file.suffix = "utf-8", ".csv"

    def mix(content: bytes) -> bytes:
        lines = content.split(b"\n")
        i = rng.randrange(len(lines))
        lines[i] = lines[i].decode().encode("cp1252", "replace")
        return b"\n".join(lines)

    file.after = mix


def out_of_scale(file: File, rng: random.Random) -> None:
    def closed(field: Field) -> bool:
        return field.type != "string" or "enum" in field.constraints or "echelle_par" in field.extra

    if place := file.cell(rng, closed):
        file.grid[place[0]][place[1]] = rng.choice(["-7", "99 fois", "peut-être", "#REF!", "1e9", "n.d."])


def inject(file: File, rng: random.Random) -> None:
    if place := file.cell(rng):
        i, j = place
        text, nasty = file.grid[i][j], rng.choice(NASTY)
        at = rng.randrange(len(text) + 1)
        file.grid[i][j] = nasty if rng.random() < 0.2 else text[:at] + nasty + text[at:]
        file.suffix = ".csv"


def lose_the_header(file: File, rng: random.Random) -> None:
    del file.grid[0]


def repeat_the_header(file: File, rng: random.Random) -> None:
    file.grid.insert(rng.randrange(1, len(file.grid) + 1), list(file.grid[0]))


def rename_a_column(file: File, rng: random.Random) -> None:
    j = rng.randrange(len(file.grid[0]))
    name = file.grid[0][j]
    file.grid[0][j] = rng.choice([name.upper(), f"{name}_2", name[:-1], name.replace("_", " "), ""])


def swap_cells_of_two_kinds(file: File, rng: random.Random) -> None:
    """Answers one column aside, in columns that cannot be taken one for the other."""
    one = file.cell(rng, lambda field: "enum" in field.constraints)
    if one is not None:
        other = next((j for j in range(len(file.grid[0])) if file.grid[one[0]][j] and j != one[1]), one[1])
        line = file.grid[one[0]]
        line[one[1]], line[other] = line[other], line[one[1]]


HARMLESS: list[Damage] = [
    *(shuffle_rows, shuffle_columns, change_delimiter, change_encoding, change_decimal_sign, become_a_workbook, pad),
]
HARMFUL: list[Damage] = [
    *(truncate_row, truncate_file, double_a_key, mix_encodings, out_of_scale, inject, lose_the_header),
    *(repeat_the_header, rename_a_column, swap_cells_of_two_kinds),
]

# --- the campagne and its figures ------------------------------------------------------------------------


def _small(grids: dict[str, Grid], cites: int) -> dict[str, Grid]:
    """The same campagne with its first Cités only, every key kept whole."""
    kept = {line[0] for line in grids["cites"][1 : cites + 1]}
    found: dict[str, Grid] = {}
    people: set[str] = set()
    for name in sorted([*NAMES, "sources"], key=lambda name: name != "repondants"):
        header, *lines = grids[name]
        if "id_cde" in header:
            j = header.index("id_cde")
            lines = [line for line in lines if line[j] in kept or not line[j]]
        elif "id_repondant" in header:
            lines = [line for line in lines if line[0] in people]
        if name == "repondants":
            people = {line[0] for line in lines}
        found[name] = [header, *lines]
    return found


@cache
def grids(cites: int) -> dict[str, Grid]:
    """The demonstration's tables as text, written once a process."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demonstration"
        generate(folder, seed=84)
        found: dict[str, Grid] = {}
        for path in sorted(folder.glob("*.csv")):
            rows, problems = read_rows(path)
            assert rows is not None
            assert problems == []
            found[path.stem] = [line for _, line in rows]
    return _small(found, cites)


Figures = dict[str, Counter[tuple[object, ...]]]


def figures(tables: dict[str, pd.DataFrame]) -> Figures:
    """What is counted: every column that is no free text, whatever the order of the rows."""
    found: Figures = {}
    for name, frame in tables.items():
        table = BOOK[name]
        links = {column for key in table.foreign_keys for column in key.fields} | set(table.primary_key)
        counted = [f.name for f in table.fields if f.type != "string" or f.constraints.get("enum") or f.name in links]
        values = frame[counted].astype(object).where(frame[counted].notna(), None)
        found[name] = Counter(values.itertuples(index=False, name=None))
        assert name in ("alias_cites",) or len(found[name]) == len(frame), (
            f"{name}: rows that figures do not tell apart"
        )
    return found


@cache
def right_figures(cites: int) -> Figures:
    with tempfile.TemporaryDirectory() as place:
        tables, problems = read_damaged(Path(place), cites, {}, random.Random(0))
    assert problems.report() == "Aucun problème."
    return figures(tables)


def read_damaged(
    folder: Path, cites: int, damages: dict[str, list[Damage]], rng: random.Random
) -> tuple[dict[str, pd.DataFrame], Problems]:
    for left in folder.iterdir():
        left.unlink()
    for name, grid in grids(cites).items():
        file = File(BOOK[name], [list(line) for line in grid])
        # What needs whole rows comes first.
        for damage in sorted(damages.get(name, []), key=lambda damage: damage in HARMFUL):
            if len(file.grid) > 1:
                damage(file, rng)
        file.write(folder)
    return read_and_validate(folder, BOOK)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campagne")


def check_harmless(folder: Path, cites: int, damages: dict[str, list[Damage]], seed: int) -> None:
    tables, problems = read_damaged(folder, cites, damages, random.Random(seed))
    assert not problems.blocking, problems.report()
    assert figures(tables) == right_figures(cites)


def check_harmful(folder: Path, cites: int, damages: dict[str, list[Damage]], seed: int) -> None:
    tables, problems = read_damaged(folder, cites, damages, random.Random(seed))
    assert_harmless(problems, folder)
    named = {problem.fichier.split(".")[0] for problem in problems}
    right = right_figures(cites)
    for name in damages:
        if name not in named:
            assert name in tables
            assert figures({name: tables[name]})[name] == right[name], f"{name}: other figures and no problem"
    if not problems.blocking:
        # Without a blocking problem nothing is computed wrong: a figure is right, or missing with a warning.
        for name, values in figures(tables).items():
            assert name in named or values == right[name]


def drawn(damages: list[Damage]) -> st.SearchStrategy[dict[str, list[Damage]]]:
    return st.dictionaries(
        st.sampled_from(NAMES), st.lists(st.sampled_from(damages), min_size=1, max_size=3), min_size=1, max_size=4
    )


quick = settings(max_examples=15, suppress_health_check=list(HealthCheck))
long = settings(max_examples=100, suppress_health_check=list(HealthCheck))


@given(drawn(HARMLESS), st.integers(0, 999))
@quick
def test_how_a_campagne_was_written_changes_no_figure(
    folder: Path, damages: dict[str, list[Damage]], seed: int
) -> None:
    check_harmless(folder, 12, damages, seed)


@given(drawn(HARMLESS + HARMFUL * 2), st.integers(0, 999))
@quick
def test_no_figure_is_wrong_in_silence(folder: Path, damages: dict[str, list[Damage]], seed: int) -> None:
    check_harmful(folder, 12, damages, seed)


@pytest.mark.torture
@given(drawn(HARMLESS), st.integers(0, 10**6))
@long
def test_how_a_whole_campagne_was_written(folder: Path, damages: dict[str, list[Damage]], seed: int) -> None:
    check_harmless(folder, 84, damages, seed)


@pytest.mark.torture
@given(drawn(HARMLESS + HARMFUL * 2), st.integers(0, 10**6))
@long
def test_a_whole_campagne_damaged(folder: Path, damages: dict[str, list[Damage]], seed: int) -> None:
    check_harmful(folder, 84, damages, seed)
