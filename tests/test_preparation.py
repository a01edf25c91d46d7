"""`prepare` and what reads it: built once, rebuilt when it must be, in French when it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from citesresearch import load_dataset, load_publication
from citesresearch.data.campagne import find_campagne
from citesresearch.data.checking.problems import InvalidData
from citesresearch.preparation import prepare
from citesresearch.publication import Publication
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


def test_a_changed_answer_is_in_the_next_page(small_project: Path) -> None:
    assert load_publication("essai").cite("cde-001").nom == "Alpha"
    path = small_project / "data" / "raw" / "essai" / "cites.csv"
    path.write_text(TABLES["cites"].replace("Alpha", "Oméga"), encoding="utf-8")
    assert load_publication("essai").cite("cde-001").nom == "Oméga"


def test_a_campagne_of_any_folder_keeps_its_prepared_files_by_it(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path / "projet").rename(tmp_path / "Cités d’été")
    campagne = campagne_at(folder)
    assert prepare(campagne) == "jamais préparée"
    assert campagne.processed == folder / "traitees"
    assert prepare(campagne) is None


@pytest.mark.promesse("Fichier préparé abîmé", "Refait, jamais lu", "Fichier vidé ou effacé dans data/processed")
@pytest.mark.parametrize("name", ["manifest.json", "publication/estimates.arrow", "publication/cites.parquet"])
@pytest.mark.parametrize("damage", [lambda p: p.write_bytes(b""), lambda p: p.unlink()])
def test_a_damaged_prepared_file_is_built_again(small_project: Path, name: str, damage) -> None:
    before = load_publication("essai").estimates  # read now: what is mapped goes with the file
    damage(small_project / "data" / "processed" / "essai" / name)
    assert load_publication("essai").estimates.equals(before)


@pytest.mark.promesse(
    "Donnée fausse", "L’ancienne préparation reste, la faute est nommée", "Valeur hors des bornes après une préparation"
)
def test_data_that_cannot_be_used_leave_the_former_folder(small_project: Path) -> None:
    load_publication("essai")
    path = small_project / "data" / "raw" / "essai" / "cites.csv"
    path.write_text(TABLES["cites"].replace(",2020,", ",1820,"), encoding="utf-8")
    manifest = small_project / "data" / "processed" / "essai" / "manifest.json"
    before = manifest.read_bytes()
    with pytest.raises(InvalidData) as caught:
        load_publication("essai")
    assert "cites.csv" in str(caught.value)
    assert "1820" in str(caught.value)
    assert manifest.read_bytes() == before


def test_a_dataset_is_not_changed_by_its_reader(small_project: Path) -> None:
    dataset = load_dataset("essai")
    table = dataset["cites"]
    table["nom"] = "autre"
    table.loc[0, "annee_label"] = 1900
    assert set(dataset["cites"]["nom"]) == {"Alpha", "Bêta", "Le Gamma"}
    assert dataset["cites"]["annee_label"].min() == 2020


def test_a_table_that_the_campagne_lacks_is_empty_with_its_columns(small_project: Path) -> None:
    dataset = load_dataset("essai")
    assert dataset["fiches"].empty
    assert "texte" in dataset["fiches"]
    with pytest.raises(KeyError):
        dataset["inconnue"]


def read_back(folder: Path) -> dict[str, object]:
    """What a prepared folder says: its publication, its own tables, its problems and its manifest."""
    publication = Publication.load(folder / "publication")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {
        **{name: table.to_csv() for name, table in publication.tables.items()},
        **{path.name: pd.read_parquet(path).to_csv() for path in (folder / "tables").glob("*.parquet")},
        "estimates": publication.estimates.to_csv(),
        "empreinte": publication.empreinte,
        "problemes": (folder / "problemes.csv").read_bytes(),
        "manifest": {name: said for name, said in manifest.items() if name != "outputs"},
    }


@pytest.mark.parametrize("wrong", ["", "Marie Dupont, tél. 06 12 34 56 78"])
def test_a_changed_text_computes_no_figure_again(
    small_project: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """The folder is what preparing everything would give; a text added, changed, taken away."""
    campagne = find_campagne("essai")
    texts = campagne.raw / "textes"
    prepare(campagne)

    def refuse(*_: object) -> None:
        raise AssertionError("figures are computed again")

    for files in (
        {"cde-001.md": f"Un texte. {wrong}\n"},
        {"cde-001.md": "# Zoom sur\nUn autre.\n", "cde-002.md": "# Genèse\nLe sien.\n"},
        {},
    ):
        shutil.rmtree(texts, ignore_errors=True)
        texts.mkdir()
        for name, text in files.items():
            (texts / name).write_text(text, "utf-8")
        with monkeypatch.context() as patched:
            patched.setattr("citesresearch.indicators.estimates.build_estimates", refuse)
            assert prepare(campagne) == "les fichiers bruts ont changé"
        quick = read_back(campagne.processed)
        assert prepare(campagne) is None
        prepare(campagne, force=True)
        assert read_back(campagne.processed) == quick


def test_a_wrong_text_leaves_the_former_folder(small_project: Path) -> None:
    campagne = find_campagne("essai")
    prepare(campagne)
    (campagne.raw / "textes").mkdir()
    (campagne.raw / "textes" / "cde-001.md").write_text("# Zomm\nUn texte.\n", "utf-8")
    with pytest.raises(InvalidData, match="Zomm"):
        prepare(campagne)
    assert (campagne.processed / "manifest.json").exists()


def test_a_changed_text_beside_a_changed_table_prepares_all(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campagne = find_campagne("essai")
    prepare(campagne)
    (campagne.raw / "textes").mkdir()
    (campagne.raw / "textes" / "cde-001.md").write_text("Un texte.\n", "utf-8")
    table = campagne.raw / "cites.csv"
    table.write_text(table.read_text("utf-8").replace("Alpha", "Omega"), "utf-8")
    prepare(campagne)
    assert "Omega" in set(load_publication("essai").cites["nom"])


def test_a_text_does_not_hide_a_damaged_folder(small_project: Path) -> None:
    campagne = find_campagne("essai")
    prepare(campagne)
    usual = (campagne.processed / "estimates.parquet").read_bytes()
    (campagne.processed / "estimates.parquet").write_bytes(b"abime")
    (campagne.raw / "textes").mkdir()
    (campagne.raw / "textes" / "cde-001.md").write_text("Un texte.\n", "utf-8")
    prepare(campagne)
    assert (campagne.processed / "estimates.parquet").read_bytes() == usual
