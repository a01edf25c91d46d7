"""Several files replaced together: killed at any instant, a program leaves the old ones or the new ones."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from citesresearch.data.campagne import find_campagne
from citesresearch.demonstration import generate
from citesresearch.errors import CitesError
from citesresearch.storage import together
from citesresearch.storage.together import finish_replacement, replace_together

from .collecte import exports
from .collecte.exports import FORMS, KEY, SOURCES, kobo, part_of, save_sheets

OLD = {"a.csv": b"vieux a\n", "b.csv": b"vieux b\n", "c.csv": b"vieux c\n"}
NEW = {"a.csv": b"neuf a\n" * 50, "b.csv": b"neuf b\n", "d.csv": b"neuf d\n"}


def fill(folder: Path) -> Path:
    folder.mkdir()
    for name, content in OLD.items():
        (folder / name).write_bytes(content)
    return folder


def seen(folder: Path) -> dict[str, bytes]:
    """What the next command sees: it finishes first what was decided."""
    finish_replacement(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def killed_at(line: int, folder: Path) -> bool:
    """Replace the files in a child that is killed before it runs its nth line; whether it was."""
    child = os.fork()
    if child == 0:
        left = line

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal left
            if frame.f_code.co_filename != together.__file__:
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        replace_together(folder, NEW)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.promesse(
    "Commande tuée",
    "Un import laisse les tables d’avant ou les nouvelles, jamais un mélange",
    "Tué avant chacune de ses lignes",
)
def test_killed_before_any_of_its_lines_it_leaves_the_old_files_or_the_new(tmp_path: Path) -> None:
    found = []
    for line in range(1, 1000):
        folder = fill(tmp_path / str(line))
        if not killed_at(line, folder):
            break
        state = seen(folder)
        assert state in (OLD, {**OLD, **NEW}), f"killed before line {line}"
        found.append(state == OLD)
        replace_together(folder, NEW)  # and the next one is not hindered by what was left
        assert seen(folder) == {**OLD, **NEW}
        assert {path.name for path in folder.iterdir()} == {*OLD, *NEW}
    # Old up to one instant, new from then on; and both were met.
    assert found == sorted(found, reverse=True)
    assert 10 < found.count(True) < len(found) - 5


def test_a_reader_of_the_campagne_finishes_what_was_decided(tmp_path: Path) -> None:
    folder = fill(tmp_path / "campagne")
    (folder / "campagne.toml").write_text('titre = "T"\nedition = "e"\ndate_edition = 2026-03-01\n')
    ready = folder / ".remplacement"
    ready.mkdir()
    (ready / "b.csv").write_bytes(b"neuf\n")  # killed when a.csv had moved, and this one not yet
    find_campagne(folder)
    assert (folder / "b.csv").read_bytes() == b"neuf\n"
    assert not ready.exists()


def test_permissions_stay_and_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    folder = fill(tmp_path / "x")
    (folder / "a.csv").chmod(0o640)
    replace_together(folder, NEW)
    assert (folder / "a.csv").stat().st_mode & 0o777 == 0o640
    with pytest.raises(CitesError, match="Rien n’a été remplacé"):
        replace_together(tmp_path / "absent", NEW)


@pytest.mark.promesse(
    "Commande tuée",
    "Un import laisse les tables d’avant ou les nouvelles, jamais un mélange",
    "Commande tuée à des moments tirés au hasard",
)
@pytest.mark.torture
def test_the_command_killed_at_any_time_leaves_the_old_tables_or_the_new(tmp_path: Path) -> None:
    """The command itself, SIGKILL after a random delay, twenty-five times; then the same command again ends the work."""
    generate(tmp_path / "demo")
    everything = part_of(exports.read(tmp_path / "demo"), [f"demo-{n:03d}" for n in range(1, 13)])
    start = exports.empty_campagne(tmp_path / "demo", tmp_path / "debut")
    key = tmp_path / "cle"
    key.write_text(KEY)
    key.chmod(0o600)
    export = save_sheets(tmp_path / "retour.xlsx", kobo(FORMS["retour"], everything))

    def command(folder: Path) -> list[str]:
        options = ["-c", str(folder), "--cle", str(key), "--source", SOURCES["retour"]]
        return [sys.executable, "-m", "citesresearch", "import", str(export), *options]

    def state(folder: Path) -> dict[str, bytes]:
        find_campagne(folder)
        return {path.name: path.read_bytes() for path in folder.glob("*.csv")}

    whole = tmp_path / "entier"
    shutil.copytree(start, whole)
    begun = time.monotonic()
    subprocess.run(command(whole), check=True, capture_output=True)
    took = time.monotonic() - begun
    old, new = state(start), state(whole)
    assert old != new
    chance = random.Random(9)
    met = set()
    for n in range(25):
        folder = tmp_path / f"tue{n}"
        shutil.copytree(start, folder)
        running = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Most of the time goes into reading: half of the kills aim at the end, where it writes.
        time.sleep(took * (chance.uniform(0.75, 1.02) if n % 2 else chance.uniform(0, 1)))
        running.kill()
        running.wait()
        left = state(folder)
        assert left in (old, new), f"killed for the {n}th time"
        met.add(left == new)
        subprocess.run(command(folder), check=True, capture_output=True)
        assert state(folder) == new
        shutil.rmtree(folder)
    assert False in met
