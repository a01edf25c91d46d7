"""`publish` as an evaluator runs it: never a stale page, never another campagne's, and nobody leaves the site unsaid."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import pytest
from tests.campagnes import SETTINGS, TABLES, write_campagne

from citesresearch.batch import Ledger
from citesresearch.batch.folders import make_folders
from citesresearch.batch.ledger import FILE_NAME, Attempt
from citesresearch.cli import main
from citesresearch.cli.pages import pages_of
from citesresearch.data.campagne import find_campagne
from citesresearch.publish.page import NAVIGATION, SITE

Say = pytest.CaptureFixture[str]


def made(folder: Path, build: Path, failed: str = "") -> None:
    """Leave pages as a run of the campagne leaves them, without their figures; one may have failed."""
    campagne = find_campagne(folder)
    pages = pages_of(argparse.Namespace(build=build), campagne)
    root = build / campagne.nom
    make_folders(root, campagne.raw)
    with Ledger(root / FILE_NAME) as ledger:
        for run in pages.all:
            data = pages.inventory.empreinte
            text = f"<!DOCTYPE html><title>{run.id}</title>{SITE}{NAVIGATION}<p>empreinte des données {data}</p>"
            outputs = run.outputs(build)
            outputs.page.write_text(text, "utf-8")
            outputs.notebook.write_text("{}", "utf-8")
            sheet, page = (hashlib.sha256(p.read_bytes()).hexdigest() for p in (outputs.notebook, outputs.page))
            outcome, message = ("echec", "Trop long.") if run.id == failed else ("reussi", "")
            needs = ledger.keep(pages.needs[run.id])
            ledger.record(
                Attempt("b", run.kind, run.id, "", "", 1.0, outcome, message, sheet, page, "0", data, needs)  # type: ignore[arg-type]
            )


@pytest.fixture
def project(small_project: Path) -> Path:
    """A campagne whose pages are made and published."""
    made(small_project / "data" / "raw" / "essai", small_project / "build")
    assert main(["publish"]) == 0
    return small_project


def site_of(project: Path) -> dict[str, bytes]:
    site = project / "build" / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.mark.promesse(
    "Page périmée",
    "Une page périmée, en échec, modifiée ou absente n’est pas publiée en silence",
    "Donnée, seuil, page, page effacée : changés après run",
)
@pytest.mark.parametrize("change", ["une donnée", "un seuil", "un texte", "une page", "une page perdue"])
def test_what_is_not_up_to_date_is_refused_and_the_site_stays(project: Path, change: str, capsys: Say) -> None:
    folder, before = project / "data" / "raw" / "essai", site_of(project)
    page = project / "build" / "essai" / "pages" / "cde-001.html"
    if change == "une donnée":
        (folder / "chiffres_publies.csv").write_text(TABLES["chiffres_publies"].replace("52795", "52796"), "utf-8")
    elif change == "un seuil":
        (folder / "campagne.toml").write_text(SETTINGS + "[seuils]\npersonnes = 60\n", "utf-8")
    elif change == "un texte":
        (folder / "textes").mkdir()
        (folder / "textes" / "cde-001.md").write_text("Un ajout.", "utf-8")
    elif change == "une page":
        page.write_text(page.read_text("utf-8").replace("<title>", "<title>x"), "utf-8")
    else:
        page.unlink()
    capsys.readouterr()
    assert main(["publish"]) == 1
    told = capsys.readouterr().err
    assert "cde-001 : à refaire" in told
    assert "--quand-meme" in told
    assert site_of(project) == before


def test_asked_to_it_publishes_the_rest_and_says_what_is_not_there(project: Path, capsys: Say) -> None:
    made(project / "data" / "raw" / "essai", project / "build", failed="cde-002")
    capsys.readouterr()
    assert main(["publish"]) == 1
    assert "cde-002 : en échec : Trop long." in capsys.readouterr().err
    assert main(["publish", "--quand-meme"]) == 1, "a page is missing"
    out = capsys.readouterr().out
    assert "2 monographies publiées sur 3 Cités" in out.replace("\u00a0", " ")
    assert "cde-002 : en échec : Trop long." in out
    assert "essai/cde-002.html" not in site_of(project)
    assert "essai/cde-001.html" in site_of(project)


def test_other_campagnes_of_the_site_stay_on_it_unless_asked_to_leave(project: Path, capsys: Say) -> None:
    other = write_campagne(project / "ailleurs", "autre")
    made(other, project / "build")
    assert main(["publish", "-c", str(other)]) == 0
    assert "« essai » : gardée sur le site" in capsys.readouterr().out
    assert {"essai/cde-001.html", "autre/cde-001.html"} <= site_of(project).keys()
    assert main(["publish", "-c", str(other), "--seules"]) == 0
    assert "« essai » : retirée du site" in capsys.readouterr().out
    assert not any(name.startswith("essai/") for name in site_of(project))
    assert main(["publish", "-c", "essai", "-c", str(other)]) == 0
    assert {"essai/cde-001.html", "autre/cde-001.html"} <= site_of(project).keys()


def test_a_campagne_of_the_site_that_is_gone_is_not_lost_in_silence(project: Path, capsys: Say) -> None:
    other = write_campagne(project / "ailleurs", "autre")
    made(other, project / "build")
    assert main(["publish", "-c", str(other)]) == 0
    other.rename(project / "parti")
    assert main(["publish", "-c", "essai"]) == 1
    assert "« autre », dont le dossier est introuvable" in capsys.readouterr().err
    assert "autre/cde-001.html" in site_of(project)


@pytest.mark.parametrize("command", ["status", "publish", "run"])
def test_another_folder_of_the_same_name_has_no_right_to_these_results(
    project: Path, command: str, capsys: Say
) -> None:
    other = write_campagne(project / "ailleurs", "essai")
    before = site_of(project)
    assert main([command, "-c", str(other)]) == 1
    told = capsys.readouterr().err
    assert "d’une autre campagne du même nom" in told
    assert "--build" in told
    assert site_of(project) == before


def test_a_project_that_was_moved_keeps_its_results(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = project.with_name("déplacé")
    project.rename(moved)
    monkeypatch.chdir(moved)
    assert main(["publish"]) == 0


def test_however_it_is_named_a_campagne_of_the_project_is_the_same(project: Path, capsys: Say) -> None:
    capsys.readouterr()
    assert main(["publish", "-c", str(project / "data" / "raw" / "essai")]) == 0


def test_results_inside_the_campagne_are_no_input(tmp_path: Path, capsys: Say) -> None:
    folder = write_campagne(tmp_path / "x", "essai").rename(tmp_path / "essai")
    build = folder / "build"
    made(folder, build)
    publish = ["publish", "-c", str(folder), "--build", str(build)]
    assert main(publish) == 0
    (folder / "captures").mkdir()
    (folder / "captures" / "index.png").write_bytes(b"\x89PNG")
    assert main(publish) == 0
    capsys.readouterr()
    assert main(["check", "-c", str(folder)]) == 0
    assert "« build »" not in capsys.readouterr().out


@pytest.mark.promesse(
    "Commande tuée",
    "L’ancien site reste jusqu’à ce que le nouveau soit entier",
    "Restes d’une publication tuée, puis une publication",
)
def test_a_killed_publication_is_cleaned_by_the_next(project: Path) -> None:
    (project / "build" / ".site.mort.tmp").mkdir()
    (project / "data" / "processed" / ".essai.mort.tmp").mkdir()
    assert main(["publish"]) == 0
    assert not [path.name for path in project.rglob(".*.tmp")]
