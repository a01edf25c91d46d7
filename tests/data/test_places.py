"""Where a campagne reads and writes: names that are its own, links that stay in it, nothing written outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.campagnes import SETTINGS, TABLES, write_campagne

from citesresearch.cli import main
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import read_tables
from citesresearch.data.inputs import inputs_of_campagne
from citesresearch.errors import CitesError
from citesresearch.storage.names import why_refused


def alone(tmp_path: Path, settings: str = SETTINGS, name: str = "essai") -> Path:
    """The small campagne in a folder of its own, in no project."""
    return write_campagne(tmp_path / "x", name, settings).rename(tmp_path / name)


@pytest.mark.promesse(
    "Réglage dangereux",
    "Rien n’est écrit hors de la campagne ou du projet, ni sur ses fichiers",
    "« .. », « . », « / », le dossier personnel, un lien, dans [chemins] traitees",
)
@pytest.mark.parametrize("place", ["..", ".", "../essai", "/", "~", "~/traitees", "../ailleurs", "textes", "lien"])
@pytest.mark.parametrize("command", ["check", "prepare", "status"])
def test_nothing_is_prepared_outside_the_campagne_nor_over_its_files(tmp_path: Path, place: str, command: str) -> None:
    folder = alone(tmp_path, f'{SETTINGS}[chemins]\ntraitees = "{place}"\n')
    (folder / "lien").symlink_to(tmp_path)
    (tmp_path / "these.odt").write_text("dix ans", "utf-8")
    before = sorted(path.as_posix() for path in tmp_path.rglob("*"))
    assert main([command, "-c", str(folder)]) == 1
    assert sorted(path.as_posix() for path in tmp_path.rglob("*")) == before


def test_a_user_s_folder_named_for_the_prepared_data_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = alone(tmp_path)
    (folder / "traitees").mkdir()
    (folder / "traitees" / "problemes.csv").write_text("les miens", "utf-8")
    (folder / "traitees" / "carnet.txt").write_text("à moi", "utf-8")
    for command in ("check", "prepare"):
        assert main([command, "-c", str(folder)]) == 1
        assert "n’a pas écrits" in capsys.readouterr().err
    assert (folder / "traitees" / "problemes.csv").read_text("utf-8") == "les miens"


def test_a_folder_of_its_own_may_be_chosen(tmp_path: Path) -> None:
    folder = alone(tmp_path, f'{SETTINGS}[chemins]\ntraitees = "produits/tables"\n')
    assert main(["prepare", "-c", str(folder)]) == 0
    assert (folder / "produits" / "tables" / "manifest.json").is_file()


@pytest.mark.parametrize("name", ["site", "index.html", "telechargements", "Editions", "con", "LPT1.2026", "nul"])
def test_names_that_the_site_or_windows_keeps_are_refused_with_another(tmp_path: Path, name: str) -> None:
    folder = write_campagne(tmp_path, name)
    with pytest.raises(CitesError, match=r"Renommez-le, par exemple « campagne-"):
        find_campagne(folder)


def test_ordinary_names_are_not(tmp_path: Path) -> None:
    for name in ("cde-003", "sitemap", "rive-gauche", "console", "com10", "methodes", "demo-001"):
        assert why_refused(name) == ""


@pytest.mark.parametrize(
    "ident", ["methode", "indicateurs", "estimations", "com1", "lpt9", "index", "pdf", "\u200bcde-001", "cde\u200d-001"]
)
def test_identifiers_that_cannot_name_a_page_are_told_by_the_check(tmp_path: Path, ident: str) -> None:
    folder = write_campagne(tmp_path, cites=TABLES["cites"].replace("cde-003", ident))
    found = [p for p in read_tables(find_campagne(folder))[1] if p.blocking and p.code == "identifiant_reserve"]
    assert [(p.ligne, p.colonne) for p in found] == [(4, "id_cde")]


def test_identifiers_that_differ_by_case_alone(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path, cites=TABLES["cites"].replace("cde-003", "CDE-001"))
    assert any("seule la casse" in p.attendu for p in read_tables(find_campagne(folder))[1])


def outside(tmp_path: Path, name: str, text: str) -> Path:
    place = tmp_path / "dehors" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, "utf-8")
    return place


@pytest.mark.parametrize("what", ["un texte", "le dossier des textes", "une table", "un lien de lien"])
def test_a_link_that_leads_out_is_refused_by_its_name_and_never_quoted(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = alone(tmp_path)
    secret = outside(tmp_path, "cde-001.md", "SECRET-7;SECRET-7\nSECRET-7")
    if what == "le dossier des textes":
        (folder / "textes").symlink_to(secret.parent)
        name = "textes"
    elif what == "une table":
        (folder / "evenements.csv").symlink_to(secret)
        name = "evenements.csv"
    else:
        (folder / "textes").mkdir()
        (tmp_path / "relais.md").symlink_to(secret)
        (folder / "textes" / "cde-001.md").symlink_to(secret if what == "un texte" else tmp_path / "relais.md")
        name = "cde-001.md"
    for command in ("check", "prepare", "run"):
        assert main([command, "-c", str(folder), *(["--build", str(tmp_path / "b")] if command == "run" else [])]) == 1
        told = "".join(capsys.readouterr())
        assert name in told
        assert "SECRET" not in told
    assert b"SECRET" not in (folder / "traitees" / "problemes.csv").read_bytes()


def test_a_link_within_the_campagne_is_seen_as_changed(tmp_path: Path) -> None:
    folder = alone(tmp_path)
    (folder / "versions").mkdir()
    (folder / "versions" / "textes").mkdir()
    (folder / "cites.csv").rename(folder / "versions" / "cites-2026.csv")
    (folder / "cites.csv").symlink_to("versions/cites-2026.csv")
    (folder / "textes").symlink_to("versions/textes")
    (folder / "versions" / "textes" / "cde-001.md").write_text("Un.", "utf-8")
    campagne = find_campagne(folder)
    seen = [inputs_of_campagne(campagne)]
    for path, text in (("cites-2026.csv", "x"), ("textes/cde-001.md", "Deux.")):
        (folder / "versions" / path).write_text(text, "utf-8")
        seen.append(inputs_of_campagne(campagne))
    assert seen[0] != seen[1] != seen[2]


@pytest.mark.promesse(
    "Lecture seule",
    "« check » ne dit pas « données à corriger » pour un dossier fermé : code 3",
    "Dossier de la campagne sans droit d’écriture (sauté pour l’administrateur)",
)
@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_read_only_folder_is_another_exit_code_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = alone(tmp_path)
    folder.chmod(0o555)
    try:
        assert main(["check", "-c", str(folder)]) == 3
    finally:
        folder.chmod(0o755)
    told = capsys.readouterr()
    assert "droits insuffisants" in told.err
    assert "Permission" not in told.err


def test_what_cannot_be_written_is_not_bad_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = alone(tmp_path, f'{SETTINGS}[chemins]\ntraitees = "fichier/tables"\n')
    (folder / "fichier").write_text("x", "utf-8")
    assert main(["check", "-c", str(folder)]) == 3
    assert main(["prepare", "-c", str(folder)]) == 3
    told = capsys.readouterr().err
    assert "directory" not in told
    assert "exists" not in told
