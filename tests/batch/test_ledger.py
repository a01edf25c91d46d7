"""The ledger keeps what it acknowledged, whatever happens to the process or to its file."""

from __future__ import annotations

import errno
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from citesresearch.batch.ledger import Attempt, Ledger
from citesresearch.errors import CitesError

ATTEMPT = Attempt(
    batch="b1",
    kind="monographie",
    id="cde-003",
    started="2026-11-22T10:00:00.000+00:00",
    finished="2026-11-22T10:00:02.500+00:00",
    duration=2.5,
    outcome="reussi",
    message="",
    notebook_sha256="ab",
    page_sha256="cd",
    version="0.1.0",
    empreinte="0123456789ab",
)


def test_rows_come_back_and_the_latest_wins(tmp_path: Path) -> None:
    path = tmp_path / "registre.sqlite"
    failed = replace(ATTEMPT, outcome="echec", message="La cellule [3] a échoué")
    other = replace(ATTEMPT, id="cde-004")
    with Ledger(path) as ledger:
        for attempt in (ATTEMPT, other, failed):
            ledger.record(attempt)
    with Ledger(path) as ledger:
        assert ledger.attempts() == (ATTEMPT, other, failed)
        assert ledger.attempts("cde-003") == (ATTEMPT, failed)
        assert ledger.latest() == {("monographie", "cde-003"): failed, ("monographie", "cde-004"): other}
        assert ledger.notice is None


@pytest.mark.promesse("Commande tuée", "Ce que le registre a confirmé est gardé", "Registre tué après une confirmation")
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "registre.sqlite"
    script = f"""
import pathlib
from citesresearch.batch.ledger import Attempt, Ledger
ledger = Ledger(pathlib.Path({str(path)!r}))
for n in range(10**6):
    ledger.record(Attempt("b", "monographie", f"cde-{{n}}", "", "", 0.0, "reussi", "", "", "", "", ""))
    print(n, flush=True)
"""
    draw = random.Random(3)
    for _ in range(5):
        path.unlink(missing_ok=True)
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0, 0.1))
            process.kill()
            acknowledged = 1 + len([line for line in process.stdout.read().split("\n")[:-1] if line])
        with Ledger(path) as ledger:
            assert ledger.notice is None
            assert len(ledger.attempts()) in (acknowledged, acknowledged + 1)


@pytest.mark.promesse(
    "Registre abîmé", "Mis de côté et dit, jamais effacé", "Registre vide, tronqué, remplacé par du texte"
)
@pytest.mark.parametrize("damage", ["text", "holes"])
def test_a_damaged_ledger_is_moved_aside(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "registre.sqlite"
    with Ledger(path) as ledger:
        for n in range(200):
            ledger.record(replace(ATTEMPT, id=f"cde-{n}"))
    content = path.read_bytes()
    path.write_bytes(b"bonjour" * 999 if damage == "text" else content[:4096] + b"\xa5" * (len(content) - 4096))
    with Ledger(path) as ledger:
        assert ledger.notice is not None
        assert "registre.abime-1.sqlite" in ledger.notice
        ledger.record(ATTEMPT)
        assert ledger.attempts() == (ATTEMPT,)
    assert (tmp_path / "registre.abime-1.sqlite").exists()


@pytest.mark.promesse("Registre étranger", "Laissé intact, avec une phrase", "Registre d’une version plus récente")
def test_a_ledger_from_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "registre.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CitesError, match="plus récente"):
        Ledger(path)


def test_a_ledger_that_is_a_folder_is_said_in_french(tmp_path: Path) -> None:
    (tmp_path / "registre.sqlite").mkdir()
    with pytest.raises(CitesError, match="ne peut pas être ouvert"):
        Ledger(tmp_path / "registre.sqlite")


@pytest.mark.skipif(sys.platform == "win32", reason="its files are locked in another way")
def test_a_disk_without_locks_keeps_a_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite would say for ever that another program has it: here one really does, and no lock is asked for."""
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    path = tmp_path / "registre.sqlite"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(fcntl, "lockf", refuse)
        with Ledger(path) as ledger:
            assert ledger.attempts() == ()
