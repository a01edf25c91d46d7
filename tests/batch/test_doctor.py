"""What would stop a run is said before it does, with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from citesresearch.batch import doctor
from citesresearch.batch.doctor import Diagnosis, examine
from citesresearch.batch.folders import LOCK, UNFINISHED
from citesresearch.cli import main
from citesresearch.storage.locks import hold_lock


def said(found: list[Diagnosis], kind: str) -> str:
    return "\n".join(finding.words for finding in found if finding.kind == kind)


def look(root: Path | None, build: Path) -> list[Diagnosis]:
    return list(examine(root, build, build.parent / "data"))


def test_this_installation_has_nothing_that_stops_it(repository: Path, tmp_path: Path) -> None:
    assert said(look(repository, tmp_path / "build"), "bloquant") == ""


def test_another_version_than_the_lock_is_told(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text(
        "pandas==1.0.0 \\\n    --hash=sha256:00\nnumpy==9.9\n", encoding="utf-8"
    )
    words = said(look(tmp_path, tmp_path / "build"), "à savoir")
    assert "au lieu de 1.0.0" in words
    assert "au lieu de 9.9" in words
    assert "make setup" in words


def test_a_missing_library_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor, "requires", lambda _name: ["pandas>=3", "bibliotheque-absente>=1", "rien ; extra == 'x'"]
    )
    assert "Il manque bibliotheque-absente" in said(look(None, tmp_path / "build"), "bloquant")


def test_no_room_and_no_right_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_ROOM", 10**12)
    assert "libérez-en" in said(look(None, tmp_path / "build"), "bloquant")
    blocked = tmp_path / "fichier"
    blocked.write_text("", encoding="utf-8")
    assert "On ne peut pas écrire" in said(look(None, blocked), "bloquant")


def test_a_batch_at_work_and_one_that_was_killed_are_told_apart(tmp_path: Path) -> None:
    results = tmp_path / "build" / "essai"
    (results / UNFINISHED).mkdir(parents=True)
    (results / LOCK).touch()
    assert "Un lot a été tué sur la campagne « essai »" in said(look(None, tmp_path / "build"), "à savoir")
    with hold_lock(results / LOCK):
        assert "Un lot est en cours sur la campagne « essai »" in said(look(None, tmp_path / "build"), "à savoir")


def test_the_command_says_it_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--build", str(tmp_path / "build")]) == 0
    assert "[bien] Python" in capsys.readouterr().out
    blocked = tmp_path / "fichier"
    blocked.touch()
    assert main(["doctor", "--build", str(blocked)]) == 1
