"""`prepare` and what reads it: built once, rebuilt when it must be, in French when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from citesresearch import load_dataset, load_publication
from citesresearch.data.problems import InvalidData
from citesresearch.preparation import prepare
from tests.campagnes import TABLES, campagne_at, write_campagne


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_campagne(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_prepared_once(project: Path) -> None:
    campagne = campagne_at(project / "data" / "raw" / "essai")
    assert prepare(campagne) == "jamais préparée"
    assert prepare(campagne) is None
    assert prepare(campagne, force=True) == "demandé"


def test_a_changed_answer_is_in_the_next_page(project: Path) -> None:
    assert load_publication("essai").cite("cde-001").nom == "Alpha"
    path = project / "data" / "raw" / "essai" / "cites.csv"
    path.write_text(TABLES["cites"].replace("Alpha", "Oméga"), encoding="utf-8")
    assert load_publication("essai").cite("cde-001").nom == "Oméga"


def test_a_campagne_of_any_folder_keeps_its_prepared_files_by_it(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path / "projet").rename(tmp_path / "Cités d’été")
    campagne = campagne_at(folder)
    assert prepare(campagne) == "jamais préparée"
    assert campagne.processed == folder / "traitees"
    assert prepare(campagne) is None


@pytest.mark.parametrize("name", ["manifest.json", "publication/estimates.parquet", "publication/cites.parquet"])
@pytest.mark.parametrize("damage", [lambda p: p.write_bytes(b""), lambda p: p.unlink()])
def test_a_damaged_prepared_file_is_built_again(project: Path, name: str, damage) -> None:
    before = load_publication("essai")
    damage(project / "data" / "processed" / "essai" / name)
    after = load_publication("essai")
    assert after.estimates.equals(before.estimates)


def test_data_that_cannot_be_used_leave_the_former_folder(project: Path) -> None:
    load_publication("essai")
    path = project / "data" / "raw" / "essai" / "cites.csv"
    path.write_text(TABLES["cites"].replace(",2020,", ",1820,"), encoding="utf-8")
    manifest = project / "data" / "processed" / "essai" / "manifest.json"
    before = manifest.read_bytes()
    with pytest.raises(InvalidData) as caught:
        load_publication("essai")
    assert "cites.csv" in str(caught.value)
    assert "1820" in str(caught.value)
    assert manifest.read_bytes() == before


def test_a_dataset_is_not_changed_by_its_reader(project: Path) -> None:
    dataset = load_dataset("essai")
    table = dataset["cites"]
    table["nom"] = "autre"
    table.loc[0, "annee_label"] = 1900
    assert set(dataset["cites"]["nom"]) == {"Alpha", "Bêta", "Le Gamma"}
    assert dataset["cites"]["annee_label"].min() == 2020


def test_a_table_that_the_campagne_lacks_is_empty_with_its_columns(project: Path) -> None:
    dataset = load_dataset("essai")
    assert dataset["fiches"].empty
    assert "texte" in dataset["fiches"]
    with pytest.raises(KeyError):
        dataset["inconnue"]
