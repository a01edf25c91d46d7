"""A new campagne: what is laid down, what the reader makes of it, and what is never overwritten."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from tests.campagnes import TABLES as TABLES_AS_CSV
from tests.campagnes import write_campagne
from tests.modeles.remplir import two_cites

from citesresearch.cli import main
from citesresearch.codebook import load_codebook
from citesresearch.data.campagne import DEFAULT_THRESHOLDS, find_campagne
from citesresearch.data.dataset import read_dataset, read_tables
from citesresearch.errors import CitesError
from citesresearch.modeles.campagne import init_campagne, settings_text

DAY = datetime.date(2026, 3, 1)
TABLES = [table for table in load_codebook().tables.values() if not table.computed]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bureau") / "ma-campagne"
    init_campagne(folder, "Ma « campagne » \\ été", today=DAY)
    return folder


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "ma-campagne"
    init_campagne(folder, today=DAY)
    return folder


def test_its_settings_are_the_defaults_and_all_of_them_are_accepted(new: Path, tmp_path: Path) -> None:
    found = find_campagne(new)
    assert (found.titre, found.edition, found.date_edition) == ("Ma « campagne » \\ été", "mars 2026", "2026-03-01")
    assert (found.seuils, found.synthetique, found.copilotage) == (DEFAULT_THRESHOLDS, False, {})
    # Every setting that is commented out says what the programme does without it.
    text = settings_text("Essai", DAY, load_codebook())
    active = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in text.splitlines()
    )
    (tmp_path / "campagne.toml").write_text(active, encoding="utf-8")
    again = find_campagne(tmp_path)
    assert again.copilotage["legitimite"] == 0.4
    assert again.processed == tmp_path / "traitees"


def test_nothing_but_the_required_tables_is_missing_from_a_template_left_as_it_is(new: Path) -> None:
    tables, problems = read_tables(find_campagne(new))
    assert {p.feuille for p in problems if p.gravite != "information"} == {"cites", "sources"}
    assert sum(map(len, tables.values())) == 0
    examples = [p for p in problems if p.gravite == "information"]
    assert [p.ligne for p in examples] == [2] * len(TABLES)
    assert f"Ligne d’exemple, qui n’est pas lue ({len(TABLES)})" in problems.report()
    assert "3 problèmes" not in problems.report()  # examples are not counted among them


def test_what_is_typed_under_the_examples_is_read_and_the_codes_keep_their_zeros(fresh: Path) -> None:
    two_cites(fresh / "tables.xlsx")
    dataset = read_dataset(find_campagne(fresh))
    assert dataset["cites"]["id_cde"].tolist() == ["rive-gauche", "le-port"]
    assert dataset["cite_communes"]["code_commune"].tolist() == ["01004"]
    assert dataset["retours"]["cotech"].tolist()[0] == 1
    assert all(p.gravite == "information" for p in dataset.problems)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_csv_template_is_read_once_copied_beside_the_settings(table, tmp_path: Path, new: Path) -> None:
    template = (new / "modeles" / f"{table.name}.csv").read_bytes()
    assert template.startswith(b"\xef\xbb\xbf")
    (tmp_path / "campagne.toml").write_bytes((new / "campagne.toml").read_bytes())
    (tmp_path / f"{table.name}.csv").write_bytes(template)
    _, problems = read_tables(find_campagne(tmp_path))
    mine = [p for p in problems if p.fichier == f"{table.name}.csv" and p.code != "fichier_sans_ligne"]
    assert [(p.code, p.ligne) for p in mine] == [("ligne_exemple", 2)]


def test_a_table_filled_in_the_workbook_and_as_csv_blocks(fresh: Path) -> None:
    two_cites(fresh / "tables.xlsx")
    template = (fresh / "modeles" / "retours.csv").read_text("utf-8-sig")
    (fresh / "retours.csv").write_text(template, encoding="utf-8")
    tables, problems = read_tables(find_campagne(fresh))
    assert len(tables["retours"]) == 2, "a template left empty is no second table"
    assert not [p for p in problems if p.code == "table_en_double"]
    example = template.splitlines()[1].split(";")
    (fresh / "retours.csv").write_text(template + ";".join(["le-port", *example[1:]]) + "\n", encoding="utf-8")
    _, problems = read_tables(find_campagne(fresh))
    assert [(p.code, p.feuille) for p in problems if p.code == "table_en_double"] == [("table_en_double", "retours")]


def test_only_the_word_in_capitals_in_the_first_cell_makes_an_example(tmp_path: Path) -> None:
    lines = TABLES_AS_CSV["cites"].splitlines()
    own = [
        lines[1].replace("Alpha", "EXEMPLE"),
        lines[2].replace("Bêta", "Exemple"),
        lines[2].replace("cde-002", "EXEMPLE"),
    ]
    folder = write_campagne(
        tmp_path, cites="\n".join([lines[0], *own]) + "\n", copilotes="", cite_communes="", chiffres_publies=""
    )
    for empty in ("copilotes", "cite_communes", "chiffres_publies"):
        (folder / f"{empty}.csv").unlink()
    assert read_dataset(find_campagne(folder))["cites"]["nom"].tolist() == ["EXEMPLE", "Exemple"]


def test_an_example_in_the_wide_form_is_left_out_too(tmp_path: Path) -> None:
    folder = write_campagne(
        tmp_path,
        retours="id_cde,date_retour,date_reference,source\ncde-001,2026-03,2026-03,D1\n",
        equipe_projet="id_cde,coordonnateur,prefecture\nEXEMPLE,oui,oui\ncde-001,non,oui\n",
    )
    found = read_dataset(find_campagne(folder))["equipe_projet"]
    assert found[["id_cde", "membre"]].to_numpy().tolist() == [["cde-001", "prefecture"]]


def test_the_workbook_helps_the_person_who_fills_it_in(new: Path) -> None:
    book = openpyxl.load_workbook(new / "tables.xlsx")
    assert book.sheetnames[0] == "Lisez-moi"
    assert book["Listes déroulantes"].sheet_state == "hidden"
    for table in TABLES:
        sheet = book[table.name]
        assert [cell.value for cell in sheet[1]] == list(table.columns)
        assert sheet.freeze_panes == "B2"
        assert sheet["A2"].value == "EXEMPLE"
        assert len([cell for cell in sheet[2] if cell.value is not None]) == len(table.columns)
        lists = {
            get_column_letter(range_boundaries(str(area))[0] or 0): rule.formula1
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
        }
        for i, column in enumerate(table.fields, start=1):
            letter = get_column_letter(i)
            comment = sheet.cell(1, i).comment
            assert comment is not None
            assert column.libelle.split("\u2019")[0][:8] in comment.text
            if column.type == "string":
                assert sheet.column_dimensions[letter].number_format == "@"
            if column.vocabulary is not None:
                place, _, cells = lists[letter].rpartition("!")
                assert place == "'Listes déroulantes'"
                found = [cell.value for row in book["Listes déroulantes"][cells.replace("$", "")] for cell in row]
                assert found == list(column.vocabulary.codes)
            elif column.type == "boolean":
                assert lists[letter] == '"oui,non"'
            else:
                assert letter not in lists
    assert all(
        len(rule.formula1) <= 255 for name in book.sheetnames for rule in book[name].data_validations.dataValidation
    )


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "prise"
    folder.mkdir()
    (folder / "notes.txt").write_text("à moi", encoding="utf-8")
    assert main(["init", str(folder)]) == 1
    assert "n’est pas vide" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["prise", "notes.txt"]
    file = tmp_path / "fichier"
    file.write_text("à moi", encoding="utf-8")
    assert main(["init", str(file)]) == 3
    assert file.read_text(encoding="utf-8") == "à moi"


def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace
    done: list[Path] = []

    def full_disk(self: Path, target: Path) -> Path:
        done.append(self)
        if len(done) == 5:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(CitesError, match="place libre"):
        init_campagne(tmp_path / "neuve", today=DAY)
    assert len(done) == 5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.torture
def test_the_same_day_gives_the_same_tables(tmp_path: Path) -> None:
    for name in ("a", "b"):
        init_campagne(tmp_path / name, "Essai", today=DAY)
    sheets = [
        {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")}
        for archive in (zipfile.ZipFile(tmp_path / name / "tables.xlsx") for name in ("a", "b"))
    ]
    assert sheets[0] == sheets[1]
