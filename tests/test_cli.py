"""The command line as an evaluator meets it: French sentences, exit codes, nothing half-written."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from citesresearch.cli import main
from tests.campagnes import TABLES, write_campagne


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_campagne(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_of_good_data(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "Aucun problème" in capsys.readouterr().out


def test_check_lists_everything_at_once_and_writes_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project / "data" / "raw" / "essai"
    text = TABLES["cites"].replace("cde-003", "cde-001").replace(",2020,", ",2000,")
    (folder / "cites.csv").write_text(text, encoding="utf-8")
    (folder / "copilotes.csv").write_text(
        TABLES["copilotes"].replace("cde-001,plie", "cde-009,plie").replace(",etat,", ",etta,"), encoding="utf-8"
    )
    assert main(["check", "--campagne", "essai"]) == 1
    out = capsys.readouterr().out
    for said in ("cites.csv", "copilotes.csv", "2000", "cde-001", "cde-009", "etta", "«\u00a0etat\u00a0»"):
        assert said in out
    with (project / "data" / "processed" / "essai" / "problemes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert len(rows) >= 5


def test_prepare_refuses_broken_data_with_a_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "data" / "raw" / "essai" / "cites.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert main(["prepare"]) == 1
    assert "cites.csv" in capsys.readouterr().err
    assert not (project / "data" / "processed" / "essai").exists()


def test_what_stops_one_campagne_does_not_stop_the_other(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_campagne(project, "autre", cites=TABLES["cites"].replace("cde-002", "cde-001"))
    assert main(["prepare"]) == 1
    captured = capsys.readouterr()
    assert "« essai » : préparée" in captured.out
    assert "cde-001" in captured.err


def test_an_unknown_cite_is_refused_before_anything_runs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-c", "essai", "alfa", "cde-9"]) == 1
    err = capsys.readouterr().err
    assert "« alfa »" in err
    assert "« cde-001 » (Alpha)" in err
    assert not (project / "build").exists()


def test_cites_without_their_campagne(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_campagne(project, "autre", **{name: text.replace("cde-", "abc-") for name, text in TABLES.items()})
    assert main(["run", "abc-001", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "Campagne « autre »" in out
    assert "Campagne « essai »" not in out
    assert main(["run", "nulle-part", "--dry-run"]) == 1
    err = capsys.readouterr().err
    assert "« autre »" in err
    assert "« essai »" in err


def test_publish_before_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish"]) == 1
    assert "citesresearch run" in capsys.readouterr().err


def test_status_of_a_campagne_never_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert out.count(": jamais produite") == 4  # three Cités and the synthesis
    assert not (project / "build").exists()


def test_indicateurs_lists_label_formula_and_base(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["indicateurs"]) == 0
    out = capsys.readouterr().out
    assert "cites_labellisees — Cités labellisées" in out
    assert "Formule" in out


def test_the_page_of_indicators_is_up_to_date(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["indicateurs", "--markdown"]) == 0
    written = (repository / "docs" / "indicateurs.md").read_text(encoding="utf-8")
    assert written == capsys.readouterr().out, "run `make docs`"


def test_outside_any_project(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "citesresearch", "check", "-c", "nulle-part"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    assert done.returncode == 1
    assert "« nulle-part » est introuvable" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "au choix"),
        ([], "il manque"),
        (["run", "--workers"], "attend une valeur"),
        (["run", "--workers", "deux"], "n’accepte pas"),
        (["check", "--oups"], "ne sont pas compris"),
    ],
)
def test_a_command_that_is_misspelt_is_answered_in_french(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    err = capsys.readouterr().err
    assert said in err
    assert "usage" not in err.lower()


def test_the_help_is_french(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["run", "--aide"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 0
        out = capsys.readouterr().out
        assert "Emploi" in out
        for english in ("usage:", "positional", "optional", "options:\n", "show this"):
            assert english not in out
