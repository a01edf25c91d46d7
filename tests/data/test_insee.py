"""Insee's files by neighbourhood: what is in them, in every form they are met in, and what is wrong with them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.codebook.insee import load_insee_names
from citesresearch.data.checking.problems import Problems
from citesresearch.data.insee import read_insee

from .insee_forms import (
    NARROW,
    Cells,
    as_published,
    demo,
    ipro,
    revn,
    with_points,
    write_ods,
    write_xlsx,
)


def read(folder: Path) -> tuple[dict[str, pd.DataFrame], Problems]:
    return read_insee(folder, {})


def table(folder: Path) -> pd.DataFrame:
    tables, problems = read(folder)
    assert not problems.blocking, problems.report()
    return tables["insee_qpv"]


def cell(rows: pd.DataFrame, code: str, indicateur: str, edition: str = "IPRO 2021") -> tuple[float | None, str]:
    """The value (None: blank) and the status of one cell."""
    found = rows[(rows["code_qpv"] == code) & (rows["indicateur"] == indicateur) & (rows["edition"] == edition)]
    assert len(found) == 1, f"{len(found)} rows for {code} {indicateur} {edition}"
    value = found["valeur"].iloc[0]
    return (None if np.isnan(value) else float(value)), str(found["statut"].iloc[0])


def ceiling(rows: pd.DataFrame, code: str, indicateur: str) -> float:
    found = rows[(rows["code_qpv"] == code) & (rows["indicateur"] == indicateur)]
    return float(found["plafond"].iloc[0])


@pytest.fixture
def published(tmp_path: Path) -> Path:
    (tmp_path / "IPRO_2021.csv").write_bytes(as_published(ipro(total=True)))
    (tmp_path / "DEMO_2021.csv").write_bytes(as_published(demo()))
    (tmp_path / "REVN_2021.csv").write_bytes(as_published(revn(), empty=500))
    (tmp_path / "README.md").write_text("# Fichiers de l’Insee", encoding="utf-8")
    return tmp_path


# --- what files hold ------------------------------------------------------------------------------


def test_numbers_of_the_published_form(published: Path) -> None:
    rows = table(published)
    assert cell(rows, "QP001001", "defm_abc") == (1000.0, "ok")
    assert cell(rows, "QP001001", "taux_emploi") == (43.3, "ok")
    assert cell(rows, "QP001001", "evolution_contrats_aides") == (-18.2, "ok")  # its header has a trailing space
    assert cell(rows, "QP001001", "revenu_median", "REVN 2021") == (13790.0, "ok")
    assert len(rows) == len(rows.drop_duplicates(["code_qpv", "indicateur", "edition"]))


def test_column_a_is_not_the_same_in_every_family(published: Path) -> None:
    rows = table(published)
    assert cell(rows, "QP001001", "defm_a") == (602.0, "ok")
    assert cell(rows, "QP001001", "allocataires", "DEMO 2021") == (1991.0, "ok")
    assert not ((rows["indicateur"] == "defm_a") & (rows["edition"] != "IPRO 2021")).any()


def test_precarious_jobs_and_limited_duration_are_two_measures() -> None:
    columns = load_insee_names().familles["IPRO"].colonnes
    assert columns["TX_TOT_EPREC"].indicateur != columns["TX_TOT_EDLIM"].indicateur


def test_dates_are_those_established_and_no_other(published: Path) -> None:
    rows = table(published)
    dates = rows.groupby("indicateur", observed=True)["date_reference"].first().astype(str)
    assert dates["defm_abc"] == "2020-12-31"  # edition 2021
    assert dates["population"] == "2018"
    assert dates["taux_pauvrete"] == dates["revenu_median"] == "2017"  # Filosofi, four years before the edition
    assert dates["taux_emploi"] == dates["allocataires"] == ""


def test_an_edition_never_seen_is_read_by_the_same_rules(tmp_path: Path) -> None:
    (tmp_path / "IPRO_2031.csv").write_bytes(as_published(ipro()))
    (tmp_path / "DEMO_2031.csv").write_bytes(as_published(demo()))
    rows = table(tmp_path)
    assert cell(rows, "QP001001", "defm_abc", "IPRO 2031") == (1000.0, "ok")
    assert set(rows.loc[rows["indicateur"] == "defm_abc", "date_reference"]) == {"2030-12-31"}
    # Nothing dates this edition of the populations: no year is invented.
    assert set(rows.loc[rows["indicateur"] == "population", "date_reference"]) == {""}


def test_the_row_of_all_neighbourhoods_is_not_one_of_them(published: Path) -> None:
    tables, _ = read(published)
    assert set(tables["qpv"]["code_qpv"].str.len()) == {8}
    total = tables["insee_ensemble"].set_index("indicateur")["valeur"]
    assert total["defm_abc"] == 768500.0
    assert tables["insee_qpv"].query("indicateur == 'defm_abc'")["valeur"].sum() == 1000 + 140 + 300


def test_only_counts_are_additive(published: Path) -> None:
    rows = table(published)
    assert set(rows.loc[rows["additif"], "unite"]) <= {"personnes", "habitants"}
    for name in ("taux_emploi", "taux_pauvrete", "revenu_median", "evolution_defm_abc", "population_communes"):
        assert not rows.loc[rows["indicateur"] == name, "additif"].any(), name


def test_names_and_places_of_neighbourhoods(published: Path) -> None:
    qpv = read(published)[0]["qpv"].set_index("code_qpv")
    places = qpv["departement"] + " " + qpv["code_region"]
    assert (places["QP02A001"], places["QP974049"]) == ("2A 94", "974 04")
    assert qpv.loc["QP001003", "communes"] == "Saint-Denis"


# --- blanks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "indicateur", "edition", "status"),
    [
        ("QP001002", "defm_abc_femmes", "IPRO 2021", "s"),  # note 0, the rest of the block is there
        ("QP02A001", "defm_abc", "IPRO 2021", "nd"),  # note 3: the whole block is missing
        ("QP02A001", "taux_emploi", "IPRO 2021", "ok"),  # another block of the same row
        ("QP093001", "taux_emploi", "IPRO 2021", "nd"),  # a block without a note, blank throughout
        ("QP974049", "defm_abc", "IPRO 2021", "nd"),  # not in this file
        ("QP974049", "part_femmes", "DEMO 2021", "nd"),  # note 6
        ("QP001002", "part_0_24", "DEMO 2021", "s"),
        ("QP972001", "allocataires", "REVN 2021", "nd"),  # an empty note, a block blank throughout
        ("QP001002", "part_menages_imposes", "REVN 2021", "s"),  # note 1 and a blank: see the rule
        ("QP001002", "rapport_interdecile_declare", "REVN 2021", "nd"),  # divided by a zero decile
    ],
)
def test_a_blank_is_withheld_or_missing_never_zero(
    published: Path, code: str, indicateur: str, edition: str, status: str
) -> None:
    value, said = cell(table(published), code, indicateur, edition)
    assert said == status
    assert (value is None) == (status != "ok")


def test_what_a_file_says_of_its_blanks_comes_first(tmp_path: Path) -> None:
    cells = ipro()
    at = cells[0].index("ABC_25")
    for row, said in zip(cells[1:4], ("s", "nd", "NA"), strict=True):
        row[at] = said
    (tmp_path / "IPRO_2021.csv").write_bytes(as_published(cells))
    rows = table(tmp_path)
    assert [cell(rows, f"QP00100{i}", "defm_abc_moins_26")[1] for i in (1, 2, 3)] == ["s", "nd", "s"]


def test_how_large_a_withheld_count_may_be(published: Path) -> None:
    rows = table(published)
    # 140 job-seekers whose sex is not shown: neither part is known to be small.
    assert ceiling(rows, "QP001002", "defm_abc_femmes") == 140.0
    assert ceiling(rows, "QP001002", "defm_a_hommes") == 107.0
    # Nothing but categories A to E: 125 bounds every part.
    assert ceiling(rows, "QP001003", "defm_abc") == ceiling(rows, "QP001003", "defm_a") == 125.0
    assert ceiling(rows, "QP001003", "defm_abc_moins_26") == 125.0
    # Part of no total: less than the smallest published count.
    assert ceiling(rows, "QP001002", "contrats_aides") == 4.0
    assert ceiling(rows, "QP001001", "allocataires_etudiants") == 4.0
    # Nothing bounds what is missing.
    assert np.isnan(ceiling(rows, "QP02A001", "defm_abc"))


def test_known_parts_lower_the_bound(tmp_path: Path) -> None:
    cells = ipro()
    for name in ("ABC_DUR2", "ABC_DUR3"):
        cells[1][cells[0].index(name)] = ""
    (tmp_path / "IPRO_2021.csv").write_bytes(as_published(cells))
    rows = table(tmp_path)
    # 1 000 − 350 − 255 for two blanks: either may be all of it.
    assert ceiling(rows, "QP001001", "defm_abc_6_12_mois") == 395.0
    assert ceiling(rows, "QP001001", "defm_abc_1_2_ans") == 395.0


@given(
    parts=st.lists(st.integers(0, 60), min_size=8, max_size=8),
    hide=st.sets(st.integers(0, 7), max_size=3),
    whole=st.booleans(),
)
def test_the_truth_is_never_above_its_ceiling(
    tmp_path_factory: pytest.TempPathFactory, parts: list[int], hide: set[int], whole: bool
) -> None:
    """Levels of training by sex: withhold the small ones and others, and the bounds must hold."""
    levels = ("INFCAPBEP", "CAPBEP", "BAC", "SUPBAC")
    names = [f"ABC_{level}_{sex}" for level in levels for sex in "FH"]
    truth = dict(zip(names, parts, strict=True))
    truth |= {f"ABC_{level}": truth[f"ABC_{level}_F"] + truth[f"ABC_{level}_H"] for level in levels}
    truth |= {f"ABC_{sex}": sum(truth[f"ABC_{level}_{sex}"] for level in levels) for sex in "FH"}
    truth["ABC"] = truth["ABC_F"] + truth["ABC_H"] + 3  # some have no known level
    truth["ABCDE"] = truth["ABC"] + 20
    hidden = {names[i] for i in hide} | {name for name, value in truth.items() if value < 5}
    if whole:
        hidden |= {"ABC", "ABC_F", "ABC_H"}
    header = ["CODGEO", "LIBGEO", *truth, "NOTE_PE"]
    row = ["QP001001", "X", *("" if name in hidden else str(value) for name, value in truth.items()), "0"]
    folder = tmp_path_factory.mktemp("insee")
    (folder / "IPRO_2021.csv").write_bytes(as_published([header, row]))
    rows = table(folder)
    columns = load_insee_names().familles["IPRO"].colonnes
    for name in hidden:
        assert ceiling(rows, "QP001001", columns[name].indicateur) >= truth[name], name


# --- forms ----------------------------------------------------------------------------------------


def _csv(cells: Cells, delimiter: str, quote: bool = False) -> str:
    mark = '"' if quote else ""
    return "\n".join(delimiter.join(f"{mark}{c}{mark}" for c in row) for row in cells) + "\n"


FORMS: dict[str, Callable[[Path], object]] = {
    "commas, points, quotes": lambda f: (f / "IPRO_2021.csv").write_text(_csv(with_points(ipro("")), ",", True)),
    "commas and quoted decimal commas": lambda f: (f / "IPRO_2021.csv").write_text(_csv(ipro(""), ",", True)),
    "tabs": lambda f: (f / "IPRO_2021.tsv").write_text(_csv(ipro(" "), "\t"), encoding="utf-8"),
    "cp1252, no-break spaces": lambda f: (f / "IPRO_2021.csv").write_bytes(_csv(ipro("\xa0"), ";").encode("cp1252")),
    "utf-16": lambda f: (f / "IPRO_2021.txt").write_bytes(_csv(ipro(), "\t").encode("utf-16")),
    "lost separators": lambda f: (f / "IPRO_2021.csv").write_bytes(_csv(ipro("?"), ";").encode("cp1252")),
    "notes as decimals": lambda f: (f / "IPRO_2021.csv").write_text(
        _csv([[c + ".0" if c.isdigit() else c for c in row] for row in with_points(ipro(""))], ",")
    ),
    "xlsx": lambda f: write_xlsx(f / "IPRO_2021.xlsx", ipro()),
    "ods": lambda f: write_ods(f / "IPRO_2021.ods", ipro()),
    "renamed": lambda f: (f / "BASE_QP_IPRO_2021 (1).csv").write_bytes(as_published(ipro())),
    "lower case, family by its columns": lambda f: (f / "insee qpv 2021.csv").write_bytes(
        as_published([[c.lower() for c in ipro()[0]], *ipro()[1:]])
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_table(tmp_path: Path, form: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "IPRO_2021.csv").write_bytes(as_published(ipro()))
    FORMS[form](tmp_path / "b")
    pd.testing.assert_frame_equal(table(tmp_path / "a"), table(tmp_path / "b"))


def test_lost_separators_are_told(tmp_path: Path) -> None:
    FORMS["lost separators"](tmp_path)
    (problem,) = {p for p in read(tmp_path)[1] if p.colonne == "ABCDE"}
    assert problem.code == "caractere_illisible"


# --- what is wrong --------------------------------------------------------------------------------


def spoil(row: int, column: str, value: str) -> Cells:
    cells = ipro()
    cells[row][cells[0].index(column)] = value
    return cells


def problem_of(folder: Path, cells: Cells, name: str = "IPRO_2021.csv") -> Problems:
    (folder / name).write_bytes(as_published(cells))
    return told(folder)


def told(folder: Path) -> Problems:
    """What is wrong or doubtful, without what is only for information."""
    return Problems(p for p in read(folder)[1] if p.gravite != "information")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("ABC", "1,149", "nombre_illisible"),  # 1 149, or a decimal?
        ("ABC", "1.149", "nombre_illisible"),
        ("ABC", "4,33E+05", "nombre_illisible"),
        ("ABC", "#REF!", "nombre_illisible"),
        ("ABC", "12,5", "nombre_illisible"),
        ("ABC", "1 14", "nombre_illisible"),
        ("ABC", "٣٤", "nombre_illisible"),
        ("TX_TOT_EMPL", "janv-43", "nombre_illisible"),
    ],
)
def test_a_spoiled_number_is_refused_where_it_stands(tmp_path: Path, column: str, value: str, code: str) -> None:
    problems = problem_of(tmp_path, spoil(1, column, value))
    found = [p for p in problems if p.code == code and p.colonne == column]
    assert [(p.blocking, p.ligne, p.lu) for p in found if p.gravite == "bloquant"] == [(True, 2, value)]


def test_zeros_put_in_blanks_are_not_counts(tmp_path: Path) -> None:
    cells = [[c or "0" for c in row] for row in ipro()]
    problems = problem_of(tmp_path, cells)
    assert {p.gravite for p in problems if p.colonne == "ABC_F"} == {"avertissement"}
    assert cell(table(tmp_path), "QP001002", "defm_abc_femmes") == (None, "s")


def test_an_unknown_column_is_named(tmp_path: Path) -> None:
    cells = [[*row, "12"] for row in ipro()]
    cells[0][-1] = "ABC_COVID"
    (problem,) = problem_of(tmp_path, cells)
    assert (problem.code, problem.colonne, problem.blocking) == ("colonne_inconnue", "ABC_COVID", False)
    assert cell(table(tmp_path), "QP001001", "defm_abc") == (1000.0, "ok")


@pytest.mark.parametrize(
    ("code", "advice"),
    [("QP1001", "QP001001"), ("1001", "corriger le code"), ("QP00100I", "corriger le code"), ("", "corriger le code")],
)
def test_a_damaged_code_is_reported(tmp_path: Path, code: str, advice: str) -> None:
    (problem,) = [p for p in problem_of(tmp_path, spoil(2, "CODGEO", code)) if p.colonne == "CODGEO"]
    assert problem.blocking
    assert problem.ligne == 3
    assert advice in problem.remede


def test_a_neighbourhood_given_twice(tmp_path: Path) -> None:
    problems = problem_of(tmp_path, spoil(2, "CODGEO", "QP001001"))
    assert [(p.code, p.ligne) for p in problems if p.blocking] == [("cle_double", 3)]


def test_neighbourhoods_of_2024_are_left_apart(tmp_path: Path) -> None:
    (only,) = problem_of(tmp_path, [ipro()[0], ["QN00101M", *ipro()[1][1:]]])
    assert not only.blocking
    assert "2024" in only.remede
    assert read(tmp_path)[0] == {}
    problems = problem_of(tmp_path, spoil(1, "CODGEO", "QN00101M"))
    assert not problems.blocking
    assert "QN00101M" not in set(read(tmp_path)[0]["qpv"]["code_qpv"])
    assert cell(table(tmp_path), "QP093001", "defm_abc") == (300.0, "ok")


def test_files_of_communes_are_refused(tmp_path: Path) -> None:
    cells = ipro()
    for i, row in enumerate(cells[1:]):
        row[0] = f"0100{i}"
    problems = problem_of(tmp_path, cells)
    assert problems.blocking
    assert any("communes" in p.remede for p in problems)


@pytest.mark.parametrize(
    ("name", "cells", "words"),
    [
        ("DEMO_2021.csv", ipro(), "IPRO"),  # the name says one thing, the columns another
        ("IPRO.csv", ipro(), "année"),
        ("IPRO_2021.csv", [["CODGEO", "LIBGEO", "P18_POP"], ["QP001001", "X", "12"]], "IPRO"),
        ("IPRO_2021.csv", [["code", "nom"], ["QP001001", "X"]], "CODGEO"),
        ("donnees_2021.csv", [["CODGEO", "A"], ["QP001001", "12"]], "nommer le fichier"),
    ],
)
def test_an_unknown_layout_is_refused_with_what_was_expected(
    tmp_path: Path, name: str, cells: Cells, words: str
) -> None:
    problems = problem_of(tmp_path, cells, name)
    assert problems.blocking
    assert words in " ".join(p.phrase() for p in problems)


def test_one_edition_in_two_files(tmp_path: Path) -> None:
    (tmp_path / "IPRO_2021.csv").write_bytes(as_published(ipro()))
    same = problem_of(tmp_path, ipro(), "IPRO_2021 (1).csv")
    assert [(p.code, p.blocking) for p in same] == [("valeur_double", False)]
    other = problem_of(tmp_path, spoil(1, "ABC", "999"), "IPRO_2021 (1).csv")
    assert [(p.code, p.blocking) for p in other] == [("valeur_double", True)]


def test_a_column_given_twice_and_a_cut_line(tmp_path: Path) -> None:
    cells = ipro()
    cells[0][cells[0].index("ABC_H")] = "ABC_F"
    assert "colonne_double" in {p.code for p in problem_of(tmp_path, cells) if p.blocking}
    text = as_published(ipro(), empty=0).decode()
    (tmp_path / "IPRO_2021.csv").write_bytes(text[:-60].encode())
    (problem,) = told(tmp_path)
    assert (problem.code, problem.blocking, problem.ligne) == ("nombre_de_cellules", True, 6)


@pytest.mark.parametrize("name", ["IPRO_2021.csv", "IPRO_2021.xlsx", "IPRO_2021.ods", "IPRO_2021.xls"])
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, b"PK\x03\x04 cut"])
def test_what_is_no_table_is_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    tables, problems = read(tmp_path)
    assert not tables
    assert problems.blocking
    assert all(p.fichier == name and p.remede for p in problems)


def test_another_file_of_the_folder_is_only_mentioned(published: Path) -> None:
    (published / "notes.csv").write_text("a;b\n1;2\n")
    (problem,) = told(published)
    assert (problem.fichier, problem.blocking) == ("notes.csv", False)


def test_without_files_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == ({}, Problems())
    assert read(tmp_path / "absent") == ({}, Problems())
    assert read_insee(None, {}) == ({}, Problems())


@given(seed=st.integers(0, 10_000))
def test_no_damage_stops_the_reading(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Cells emptied, swapped, cut, filled with anything: sentences, and no number that was not in the file."""
    draw = random.Random(seed)
    cells = ipro(total=draw.random() < 0.3)
    for _ in range(draw.randint(1, 6)):
        row = draw.choice(cells)
        match draw.randint(0, 3):
            case 0:
                row[draw.randrange(len(row))] = draw.choice(
                    ["=1+1", "<script>", "\x00", "\u202e12", "1e9", "12;13", '"']
                )
            case 1:
                i, j = draw.randrange(len(row)), draw.randrange(len(row))
                row[i], row[j] = row[j], row[i]
            case 2:
                del row[draw.randrange(1, len(row)) :]
            case _:
                cells.append(list(row))
    folder = tmp_path_factory.mktemp("insee")
    (folder / "IPRO_2021.csv").write_bytes(as_published(cells, empty=draw.choice([0, 30])))
    tables, problems = read(folder)
    for problem in problems:
        assert problem.phrase()
    if not problems.blocking and tables:
        counts = tables["insee_qpv"].query("additif")["valeur"].dropna()
        texts = {c.replace(NARROW, "") for row in cells for part in row for c in part.split(";")}
        assert {str(int(v)) for v in counts} <= {t.lstrip("0") or "0" for t in texts}
