"""What can be downloaded: the publication and nothing else, the same in three forms, inert and stamped."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import python_calamine

from citesresearch.publication import Publication
from citesresearch.publication.estimates import PublishedEstimates
from citesresearch.publication.wording import STAMP
from citesresearch.publish.downloads import FIELDS, FOLDER, inert, write_downloads
from citesresearch.publish.workbook import WorkbookSheet, render_rows, workbook

EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture(scope="module")
def publication(small: Publication) -> Publication:
    return small


def changed(publication: Publication, place: int, **cells: Any) -> Publication:
    """The same publication with some cells of one estimate replaced."""
    estimates = publication.estimates.copy()
    for column, value in cells.items():
        estimates.loc[estimates.index[place], column] = value
    return dataclasses.replace(publication, published=PublishedEstimates.of(estimates))


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def sheet_of(path: Path, place: int = 1) -> list[list[Any]]:
    return python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(place).to_python()


def test_the_file_of_all_is_the_publication_row_by_row(publication: Publication, tmp_path: Path) -> None:
    write_downloads(publication, tmp_path)
    rows = rows_of(tmp_path / FOLDER / "estimations.csv")
    assert list(rows[0]) == [name for name, _, _ in FIELDS] == list(publication.estimates.columns)
    assert len(rows) == len(publication.estimates)
    for row, (_, said) in zip(rows, publication.estimates.iterrows(), strict=True):
        assert row["indicateur"] == said["indicateur"]
        assert (row["valeur"] == "") == bool(pd.isna(said["valeur"]))
        if row["valeur"]:
            assert float(row["valeur"]) == pytest.approx(said["valeur"])


def test_a_cite_has_its_own_rows_and_their_definitions_only(publication: Publication, tmp_path: Path) -> None:
    made = write_downloads(publication, tmp_path)
    rows = rows_of(tmp_path / FOLDER / "cde-001.csv")
    assert {row["perimetre_id"] for row in rows} == {"cde-001"}
    assert len(rows) == (publication.estimates["perimetre_id"] == "cde-001").sum()
    defined = {row[0] for row in sheet_of(tmp_path / FOLDER / "cde-001.xlsx", 2)[1:]}
    assert defined == {row["indicateur"] for row in rows}
    assert [d.href for d in made["cde-001"]] == [f"{FOLDER}/cde-001.{s}" for s in ("csv", "xlsx", "zip")]
    for download in made["cde-001"]:
        assert (tmp_path / download.href).stat().st_size == download.octets


def test_a_cite_without_estimates_has_no_file(publication: Publication, tmp_path: Path) -> None:
    estimates = publication.estimates[publication.estimates["perimetre_id"] != "cde-002"]
    made = write_downloads(dataclasses.replace(publication, published=PublishedEstimates.of(estimates)), tmp_path)
    assert "cde-002" not in made
    assert not list((tmp_path / FOLDER).glob("cde-002*"))


def test_the_workbook_says_the_same_as_the_csv(publication: Publication, tmp_path: Path) -> None:
    write_downloads(publication, tmp_path)
    rows = rows_of(tmp_path / FOLDER / "estimations.csv")
    head, *cells = sheet_of(tmp_path / FOLDER / "estimations.xlsx")
    numbers = {name for name, numeric, _ in FIELDS if numeric}
    for row, found in zip(rows, cells, strict=True):
        for name, cell in zip(head, found, strict=True):
            if name in numbers and row[str(name)]:
                assert cell == pytest.approx(float(row[str(name)]))
            else:
                assert str(cell) == row[str(name)]
    read = openpyxl.load_workbook(tmp_path / FOLDER / "estimations.xlsx")
    assert read.sheetnames == ["Lisez-moi", "Estimations", "Définitions"]
    assert read["Estimations"].freeze_panes == "A2"


def test_the_package_is_valid_for_frictionless(publication: Publication, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    write_downloads(dataclasses.replace(publication, synthetique=True), tmp_path)
    for name in ("estimations", "cde-001"):
        folder = tmp_path / name
        with zipfile.ZipFile(tmp_path / FOLDER / f"donnees-synthetiques_{name}.zip") as archive:
            archive.extractall(folder)
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["type", "note"])
        assert {task.name for task in report.tasks} == {"estimations", "indicateurs"}


def test_the_same_publication_gives_the_same_bytes(publication: Publication, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_downloads(publication, tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a" / FOLDER).iterdir())
    assert len(files) == 3 * 4, "all, and three Cités"
    for name in files:
        assert (tmp_path / "a" / FOLDER / name).read_bytes() == (tmp_path / "b" / FOLDER / name).read_bytes()


def test_generated_data_say_so_everywhere(publication: Publication, tmp_path: Path) -> None:
    write_downloads(dataclasses.replace(publication, synthetique=True), tmp_path)
    files = list((tmp_path / FOLDER).iterdir())
    assert files
    for path in files:
        assert path.name.startswith("donnees-synthetiques_")
        if path.suffix == ".csv":
            assert {row["mention"] for row in rows_of(path)} == {STAMP}
        elif path.suffix == ".xlsx":
            read = openpyxl.load_workbook(path)
            assert all("synthétiques" in name for name in read.sheetnames)
            assert read.worksheets[0]["B2"].value.startswith(STAMP)
            assert {row[-1] for row in sheet_of(path)[1:]} == {STAMP}
        else:
            with zipfile.ZipFile(path) as archive:
                said = json.loads(archive.read("datapackage.json"))
            assert said["mention"] == STAMP
            assert STAMP in said["title"]
            assert {resource["mention"] for resource in said["resources"]} == {STAMP}


def test_what_is_public_is_not_stamped(publication: Publication, tmp_path: Path) -> None:
    write_downloads(publication, tmp_path)
    assert "mention" not in rows_of(tmp_path / FOLDER / "estimations.csv")[0]
    assert not list((tmp_path / FOLDER).glob("donnees-synthetiques*"))


def test_what_is_withheld_stays_withheld(publication: Publication, tmp_path: Path) -> None:
    numbers = {name: float("nan") for name, numeric, _ in FIELDS if numeric}
    held = changed(publication, 0, statut="s", motif="", **numbers)
    write_downloads(held, tmp_path)
    row = rows_of(tmp_path / FOLDER / "estimations.csv")[0]
    assert row["statut"] == "s"
    assert {row[name] for name in (*numbers, "motif")} == {""}
    cells = dict(zip(*sheet_of(tmp_path / FOLDER / "estimations.xlsx")[:2], strict=True))
    assert {cells[name] for name in (*numbers, "motif")} == {""}


def test_text_from_the_data_is_never_a_formula(publication: Publication, tmp_path: Path) -> None:
    write_downloads(changed(publication, 0, motif=EVIL, edition="-1+1"), tmp_path)
    row = rows_of(tmp_path / FOLDER / "estimations.csv")[0]
    assert (row["motif"], row["edition"]) == ("'" + EVIL, "'-1+1")
    read = openpyxl.load_workbook(tmp_path / FOLDER / "estimations.xlsx")["Estimations"]
    cell = next(c for c in read[2] if c.value == EVIL)
    assert cell.data_type == "s"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Belfort", "Belfort"),
        ("a,b", '"a,b"'),
        ('a "b"', '"a ""b"""'),
        ("a\nb", '"a\nb"'),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("", ""),
        ('=1,"2"', '"\'=1,""2"""'),
    ],
)
def test_a_cell_of_csv(text: str, written: str) -> None:
    assert inert(text) == written


def test_a_workbook_takes_any_text_and_no_impossible_number(tmp_path: Path) -> None:
    words = "a\x00b\x0b <&> « œ » \U0001f600 \ud800"
    content = workbook(
        "T&C", (WorkbookSheet("Une", ("A", "B"), render_rows([[words, "x" * 40_000], [float("inf"), -2.5]])),)
    )
    (tmp_path / "w.xlsx").write_bytes(content)
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx").active
    assert sheet is not None
    assert sheet["A2"].value == "ab <&> « œ » \U0001f600 "
    assert len(str(sheet["A3"].value)) == 32_767
    assert (sheet["B2"].value, sheet["B3"].value) == (None, -2.5)


@pytest.mark.parametrize("name", ["", "x" * 32, "a/b", "a:b"])
def test_a_sheet_name_that_spreadsheets_refuse(name: str) -> None:
    with pytest.raises(ValueError, match="not a sheet name"):
        workbook("T", (WorkbookSheet(name, (), ()),))
