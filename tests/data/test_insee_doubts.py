"""Files of Insee that read well and are wrong: what gives them away is told, and no page shows it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from citesresearch.data.checking.problems import Collector, Problems
from citesresearch.data.insee import read_insee
from citesresearch.data.reading.workbooks import bare_sheets
from citesresearch.indicators.territoire import Cells as Counts
from citesresearch.indicators.territoire import Places, _spans

from .insee_forms import Cells, as_published, demo, ipro, revn

COUNTS = ("ABCDE", "ABC", "ABC_F", "ABC_H", "A", "A_F", "A_H")
RATES = ("TX_TOT_EMPL", "TX_F_EMPL", "TX_ET_EMPL")


def seekers(times: float = 1.0) -> Cells:
    """Counts of job-seekers as Insee's: parts within totals, sexes adding up; rates between 20 and 70."""
    draw = np.random.default_rng(1)
    rows = [["CODGEO", "LIBGEO", *RATES, *COUNTS, "NOTE_PE"]]
    for i in range(12):
        women, men = (round(times * n) for n in draw.integers(100, 900, 2))
        some, other = women * 6 // 10, men * 5 // 10
        counts = [women + men + 80, women + men, women, men, some + other, some, other]
        rates = [f"{rate:.1f}".replace(".", ",") for rate in draw.uniform(20, 70, 3)]
        rows.append([f"QP0{69 + i % 3}{i:03d}", f"Quartier {i}", *rates, *map(str, counts), "0"])
    return rows


def spoiled(cells: Cells, **columns: Callable[[str], str]) -> Cells:
    at = {cells[0].index(name): change for name, change in columns.items()}
    return [cells[0], *([at[j](cell) if j in at else cell for j, cell in enumerate(row)] for row in cells[1:])]


def exchanged(cells: Cells, one: str, two: str) -> Cells:
    names = {one: two, two: one}
    return [[names.get(name, name) for name in cells[0]], *cells[1:]]


def read(folder: Path, **files: Cells) -> tuple[dict[str, pd.DataFrame], Problems]:
    for name, cells in files.items():
        (folder / f"{name}.csv").write_bytes(as_published(cells))
    return read_insee(folder, {})


def warnings(problems: Problems) -> str:
    assert not problems.blocking, problems.report()
    return " ".join(p.phrase() for p in problems if p.gravite == "avertissement").replace("\u00a0", " ")


def statuses(tables: dict[str, pd.DataFrame], indicateur: str, edition: str = "IPRO 2021") -> list[str]:
    rows = tables["insee_qpv"]
    return rows.loc[rows["indicateur"].eq(indicateur) & rows["edition"].eq(edition), "statut"].astype(str).tolist()


# --- one file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("column", "value"), [("TP60", "-0,1"), ("TP60", "489"), ("DISP_Q2", "-5"), ("C", "-30")])
def test_an_official_value_out_of_bounds_is_set_aside_and_named(tmp_path: Path, column: str, value: str) -> None:
    cells = revn()
    cells[1][cells[0].index(column)] = value
    tables, problems = read(tmp_path, REVN_2018=cells)
    said = warnings(problems)
    assert all(word in said for word in ("REVN_2018.csv, ligne 2", column, value, "QP001001"))
    name = {"TP60": "taux_pauvrete", "DISP_Q2": "revenu_median", "C": "beneficiaires_assurance_maladie"}[column]
    assert statuses(tables, name, "REVN 2018")[0] == "nd"


def test_a_negative_income_from_property_is_an_ordinary_value(tmp_path: Path) -> None:
    cells: Cells = [
        ["CODGEO", "LIBGEO", "DISP_Q2", "TP60", "PPAT"],
        ["QP974044", "Bagatelle", "11 265", "58,6", "-0,1"],
    ]
    tables, problems = read(tmp_path, REVN_2018=cells)
    assert warnings(problems) == ""
    assert statuses(tables, "part_patrimoine", "REVN 2018") == ["ok"]


def test_amounts_may_have_decimals(tmp_path: Path) -> None:
    cells: Cells = [["CODGEO", "LIBGEO", "DISP_Q2", "TP60"], ["QP974044", "Bagatelle", "11265,33", "58,6"]]
    tables, problems = read(tmp_path, REVN_2018=cells)
    assert warnings(problems) == ""
    assert statuses(tables, "revenu_median", "REVN 2018") == ["ok"]


def test_exchanged_columns_are_told_and_not_read(tmp_path: Path) -> None:
    tables, problems = read(tmp_path, IPRO_2021=exchanged(seekers(), "A", "ABC"))
    said = warnings(problems)
    assert "IPRO_2021.csv, colonne « A, ABC »" in said
    assert "édition IPRO 2021" in said
    assert set(statuses(tables, "defm_abc")) == set(statuses(tables, "defm_a")) == {"nd"}
    assert set(statuses(tables, "defm_abc_femmes")) == {"ok"}


def test_one_wrong_figure_is_told_with_its_row(tmp_path: Path) -> None:
    cells = seekers()
    at = cells[0].index("ABC_F")
    cells[4][at] += "0"
    tables, problems = read(tmp_path, IPRO_2021=cells)
    said = warnings(problems)
    assert "ligne 5" in said
    assert cells[4][0] in said
    assert statuses(tables, "defm_abc_femmes").count("nd") == 1


def test_rates_between_0_and_1_are_told_and_not_read(tmp_path: Path) -> None:
    def fraction(text: str) -> str:
        return f"{float(text.replace(',', '.')) / 100:.3f}".replace(".", ",")

    tables, problems = read(tmp_path, IPRO_2021=spoiled(seekers(), TX_TOT_EMPL=fraction))
    assert "TX_TOT_EMPL" in warnings(problems)
    assert set(statuses(tables, "taux_emploi")) == {"nd"}
    assert set(statuses(tables, "taux_emploi_femmes")) == {"ok"}


def test_zeros_for_blanks_are_no_rates_either(tmp_path: Path) -> None:
    tables, problems = read(tmp_path, IPRO_2021=[[cell or "0" for cell in row] for row in ipro()])
    assert "TX_TOT_EMPL" in warnings(problems)
    rows = tables["insee_qpv"]
    assert not (rows.loc[rows["indicateur"] == "taux_emploi", "valeur"] == 0).any()


# --- one edition beside the others --------------------------------------------------------------------


def test_a_file_by_source_is_dated_by_its_own_year(tmp_path: Path) -> None:
    tables, problems = read(tmp_path, DEFM2021=seekers())
    assert warnings(problems) == ""
    rows = tables["insee_qpv"]
    assert set(rows.loc[rows["indicateur"] == "defm_abc", "date_reference"]) == {"2021-12-31"}
    # The thematic edition of the year after holds the same figures: they are counted once.
    tables, problems = read(tmp_path, IPRO_2022=seekers())
    assert "DEFM2021.csv" in warnings(problems)
    assert set(tables["insee_qpv"]["edition"]) == {"IPRO 2022"}


def test_a_name_without_its_family_may_be_either(tmp_path: Path) -> None:
    said = warnings(read(tmp_path, demandeurs_2021=seekers())[1])
    assert "IPRO_2021.csv" in said
    assert "DEFM_2021.csv" in said


def test_one_edition_under_two_years_is_counted_once(tmp_path: Path) -> None:
    tables, problems = read(tmp_path, IPRO_2020=seekers(), IPRO_2021=seekers())
    assert "n’est pas comptée" in warnings(problems)
    assert set(tables["insee_qpv"]["edition"]) == {"IPRO 2020"}


def test_a_cut_file_is_told_beside_another(tmp_path: Path) -> None:
    whole = seekers()
    cut = [row for row in seekers(1.1) if not row[0].startswith("QP071")]
    said = warnings(read(tmp_path, IPRO_2020=whole, IPRO_2021=cut)[1])
    assert "IPRO_2021.csv" in said
    assert "8 quartiers" in said
    assert "(71)" in said


def test_columns_exchanged_between_editions_are_told(tmp_path: Path) -> None:
    """Women and men: each file agrees with itself, not with the other."""
    later = exchanged(exchanged(seekers(1.05), "ABC_F", "ABC_H"), "A_F", "A_H")
    tables, problems = read(tmp_path, IPRO_2020=seekers(), IPRO_2021=later)
    said = warnings(problems)
    assert "IPRO_2021.csv, colonne « ABC_F, ABC_H »" in said
    assert "IPRO 2020" in said
    assert set(statuses(tables, "defm_abc_femmes")) == set(statuses(tables, "defm_abc_femmes", "IPRO 2020")) == {"nd"}
    # A third edition says which of the two is wrong.
    tables, problems = read(tmp_path, IPRO_2022=seekers(1.1))
    assert set(statuses(tables, "defm_abc_femmes")) == {"nd"}
    assert set(statuses(tables, "defm_abc_femmes", "IPRO 2020")) == {"ok"}
    assert set(statuses(tables, "defm_abc_femmes", "IPRO 2022")) == {"ok"}


def test_another_magnitude_is_told(tmp_path: Path) -> None:
    tenfold = spoiled(seekers(1.1), TX_TOT_EMPL=lambda text: f"{float(text.replace(',', '.')) / 10:.2f}")
    said = warnings(read(tmp_path, IPRO_2020=seekers(), IPRO_2021=tenfold)[1])
    assert "« TX_TOT_EMPL »" in said
    assert "0,10 fois" in said


def test_two_true_editions_are_read_without_a_word(tmp_path: Path) -> None:
    assert warnings(read(tmp_path, IPRO_2020=seekers(), IPRO_2021=seekers(1.1), DEMO_2021=demo())[1]) == ""


def test_spans_are_those_of_each_cite() -> None:
    """An edition of other places does not come between those of a Cité, nor ends its series."""
    at = ("IPRO 2018", [1, 1]), ("IPRO 2019", [0, 1]), ("IPRO 2021", [1, 1]), ("IPRO 2024", [0, 1])
    editions = [
        Counts(name, "", "", "", np.ones(2), np.array(["ok" if k else "nd" for k in known], dtype=object), np.ones(2))
        for name, known in at
    ]
    keys = tuple((kind, cite) for cite in "ab" for kind in ("cite", "autres_qpv_departement", "autres_qpv_region"))
    inside = np.array([[1, 0], [0, 0], [0, 0], [0, 1], [0, 0], [0, 0], [1, 1]], dtype=bool)
    spans = _spans(editions, Places(("x", "y"), (*keys, ("tous_qpv", "")), inside))
    assert [span for span, wanted in spans.items() if wanted[0]] == [(0, 2)]
    assert [span for span, wanted in spans.items() if wanted[3]] == [(0, 1), (1, 2), (2, 3), (0, 3)]
    assert all(wanted[-1] for wanted in spans.values())


# --- where the files are ------------------------------------------------------------------------------


def test_archives_and_sub_folders_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "IPRO_2020_csv.zip", "w") as archive:
        archive.writestr("data_IPRO_2020_V1_QP.csv", as_published(seekers()))
        archive.writestr("meta_IPRO_2020_V1_QP.csv", "COD_VAR;LIB_VAR\nCODGEO;Code du quartier\n")
    (tmp_path / "2021").mkdir()
    tables, problems = read(tmp_path, **{"2021/IPRO_2021": seekers(1.1)})
    assert warnings(problems) == ""
    assert set(tables["insee_qpv"]["edition"]) == {"IPRO 2020", "IPRO 2021"}
    told = [p.fichier for p in problems if p.code == "fichier_insee"]
    assert told == ["IPRO_2020_csv.zip/data_IPRO_2020_V1_QP.csv", "2021/IPRO_2021.csv"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 cut", b"no archive", b""])
def test_a_damaged_archive_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "IPRO_2021.zip").write_bytes(data)
    problems = read_insee(tmp_path, {})[1]
    assert [p.fichier for p in problems if p.blocking] == ["IPRO_2021.zip"]


def test_what_is_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "IPRO_2021.7z").write_bytes(b"7z")
    with zipfile.ZipFile(tmp_path / "vide.zip", "w") as archive:
        archive.writestr("lisez.pdf", "%PDF")
    said = warnings(read(tmp_path, IPRO_2021=seekers())[1])
    assert "IPRO_2021.7z" in said
    assert "vide.zip" in said


def workbook(path: Path, **sheets: Cells) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(path)


def test_the_sheet_of_neighbourhoods_is_taken_among_others(tmp_path: Path) -> None:
    communes = [seekers()[0], *(["01004", *row[1:]] for row in seekers()[1:])]
    words: Cells = [["COD_VAR", "LIB_VAR"][::-1], ["", ""], ["", ""], ["", ""], ["", ""], ["", ""], ["CODGEO", "Code"]]
    workbook(tmp_path / "IPRO_2021.xlsx", Documentation=words, QP=seekers(), COM=communes, EPCI=communes)
    tables, problems = read_insee(tmp_path, {})
    assert warnings(problems) == ""
    assert set(statuses(tables, "defm_abc")) == {"ok"}
    assert any("« QP » lue" in p.phrase().replace("\u00a0", " ") for p in problems)


def test_a_workbook_of_an_older_format_is_read_by_its_values(tmp_path: Path) -> None:
    """Its own reader is calamine's, whatever the format: an xlsx stands here for those that cannot be written."""
    workbook(tmp_path / "IPRO_2021.xlsx", QP=seekers())
    notes = Collector("x")
    ((name, rows),) = bare_sheets((tmp_path / "IPRO_2021.xlsx").read_bytes(), notes)
    assert (name, notes.found, rows[0][1][:2]) == ("QP", [], ["CODGEO", "LIBGEO"])
    assert rows[1][1][0] == "QP069000"


@pytest.mark.parametrize(
    ("name", "followed"),
    [
        ("DEMO_2021.csv", "IPRO_2021.csv"),  # columns of another family
        ("REVN_2021.csv", "IPRO_2021.csv"),
        ("IPRO.csv", "IPRO_2021.csv"),  # no year
        ("DEMO.xlsx", "IPRO_2021.xlsx"),  # its extension stays
    ],
)
def test_a_remedy_that_renames_works(tmp_path: Path, name: str, followed: str) -> None:
    if name.endswith("csv"):
        (tmp_path / name).write_bytes(as_published(seekers()))
    else:
        workbook(tmp_path / name, QP=seekers())
    (problem,) = read_insee(tmp_path, {})[1]
    assert problem.blocking
    advised = problem.remede.split("«")[1].split("»")[0].strip()
    assert advised.replace("AAAA", "2021") == followed
    (tmp_path / name).rename(tmp_path / followed)
    tables, problems = read_insee(tmp_path, {})
    assert warnings(problems) == ""
    assert set(statuses(tables, "defm_abc")) == {"ok"}


# --- rows that moved --------------------------------------------------------------------------------


def many(seed: int = 2) -> Cells:
    """Sixty neighbourhoods, of sizes that no edition changes much."""
    sizes, draw = np.random.default_rng(1).integers(200, 3000, 60), np.random.default_rng(seed)
    rows = [["CODGEO", "LIBGEO", "ABC", "ABC_F", "ABC_H", "NOTE_PE"]]
    for i, size in enumerate(sizes):
        women, men = (round(size * share) for share in draw.uniform(0.45, 0.55, 2))
        rows.append([f"QP0{69 + i % 3}{i:03d}", f"Quartier {i}", *map(str, (women + men, women, men)), "0"])
    return rows


def moved(cells: Cells, columns: slice) -> Cells:
    """The cells of some columns, each in the next row."""
    rows = cells[1:]
    return [
        cells[0],
        *([*row[: columns.start], *rows[i - 1][columns], *row[columns.stop :]] for i, row in enumerate(rows)),
    ]


def test_codes_that_moved_beside_their_names_are_told(tmp_path: Path) -> None:
    tables, problems = read(tmp_path, IPRO_2020=many(2), IPRO_2021=moved(many(3), slice(0, 1)))
    said = warnings(problems)
    assert "les noms de quartiers de l’édition IPRO 2020" in said
    assert "IPRO_2021.csv" in said
    assert set(tables["insee_qpv"]["edition"]) == {"IPRO 2020", "IPRO 2021"}


def test_a_third_edition_tells_which_codes_moved(tmp_path: Path) -> None:
    tables, problems = read(tmp_path, IPRO_2019=many(4), IPRO_2020=moved(many(2), slice(0, 1)), IPRO_2021=many(3))
    assert "l’édition IPRO 2020 n’est pas comptée" in warnings(problems)
    assert set(tables["insee_qpv"]["edition"]) == {"IPRO 2019", "IPRO 2021"}


def test_values_that_moved_beside_their_codes_are_told(tmp_path: Path) -> None:
    _, problems = read(tmp_path, IPRO_2020=many(2), IPRO_2021=moved(many(3), slice(2, 5)))
    said = warnings(problems)
    assert "ABC, ABC_F, ABC_H" in said
    assert "changé de ligne" in said
    _, problems = read(tmp_path, IPRO_2020=many(2), IPRO_2021=many(3))
    assert not warnings(problems)


def test_a_thousandth_is_not_worded_as_zero(tmp_path: Path) -> None:
    former = [[*row[:2], f"{12000 + 10 * i}"] if i else [*row[:2], "DISP_Q2"] for i, row in enumerate(many())]
    later = [[*row[:2], f"{12 + i % 3}"] if i else row for i, row in enumerate(former)]
    _, problems = read(tmp_path, REVN_2019=former, REVN_2020=later)
    assert "0,001" in warnings(problems)
    assert "0,00 fois" not in warnings(problems)


def test_a_folder_that_may_not_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that nobody may list are not « no file »: their neighbourhoods would lose their figures in silence."""
    closed = tmp_path / "anciens"
    closed.mkdir()
    opened = os.scandir

    def scandir(place: str) -> object:
        if Path(place) == closed:
            raise PermissionError(13, "Permission denied", str(place))
        return opened(place)

    monkeypatch.setattr("os.scandir", scandir)
    _, problems = read_insee(tmp_path, {})
    (told,) = problems
    assert told.code == "fichier_illisible"
    assert "anciens" in told.phrase()
    assert problems.blocking
