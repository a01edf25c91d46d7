"""A built folder is whole and up to date, or it is built again; a failed build leaves the former one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from citesresearch.errors import CitesError
from citesresearch.storage.store import build_folder, why_rebuild

INPUTS = {"cites.csv": "abc"}


def fill(text: str):
    def write(folder: Path) -> dict[str, str]:
        (folder / "part").mkdir()
        (folder / "part" / "a.txt").write_text(text, encoding="utf-8")
        return {"edition": "mars"}

    return write


def test_built_once_then_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "préparé"
    assert build_folder(place, INPUTS, "r1", fill("un")) == "jamais préparée"
    assert build_folder(place, INPUTS, "r1", fill("deux")) is None
    assert (place / "part" / "a.txt").read_text() == "un"
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.endswith(".lock")) == ["préparé"]


@pytest.mark.parametrize(
    ("inputs", "recipe", "spoil", "reason"),
    [
        ({"cites.csv": "abd"}, "r1", None, "les fichiers bruts ont changé"),
        (INPUTS, "r2", None, "une autre version du paquet"),
        (INPUTS, "r1", lambda place: (place / "part" / "a.txt").write_text("abîmé"), "modifiés ou abîmés"),
        (INPUTS, "r1", lambda place: (place / "part" / "a.txt").unlink(), "modifiés ou abîmés"),
        (INPUTS, "r1", lambda place: (place / "intrus.txt").write_text("x"), "modifiés ou abîmés"),
        (INPUTS, "r1", lambda place: (place / "manifest.json").write_text("{"), "jamais préparée"),
    ],
)
def test_stale_or_damaged_is_seen_and_rebuilt(tmp_path: Path, inputs, recipe, spoil, reason) -> None:
    place = tmp_path / "p"
    build_folder(place, INPUTS, "r1", fill("un"))
    if spoil:
        spoil(place)
    assert reason in str(build_folder(place, inputs, recipe, fill("deux")))
    assert why_rebuild(place, inputs, recipe) is None
    assert (place / "part" / "a.txt").read_text() == "deux"
    assert not (place / "intrus.txt").exists()


def test_a_failed_build_keeps_the_former_folder_and_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "p"
    build_folder(place, INPUTS, "r1", fill("un"))

    def fail(folder: Path) -> dict[str, str]:
        (folder / "half.txt").write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build_folder(place, INPUTS, "r2", fail)
    assert (place / "part" / "a.txt").read_text() == "un"
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.endswith(".lock")) == ["p"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("x")
    with pytest.raises(CitesError, match="Impossible d’écrire dans"):
        build_folder(tmp_path / "fichier" / "p", INPUTS, "r1", fill("un"))


def test_a_build_killed_outright_harms_nothing(tmp_path: Path) -> None:
    place = tmp_path / "p"
    build_folder(place, INPUTS, "r1", fill("un"))
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from citesresearch.storage.store import build_folder
        def die(folder):
            (folder / "half.txt").write_text("half")
            os.kill(os.getpid(), signal.SIGKILL)
        build_folder(Path({str(place)!r}), {INPUTS!r}, "r2", die)
    """)
    done = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    assert why_rebuild(place, INPUTS, "r1") is None
    build_folder(place, INPUTS, "r2", fill("deux"))
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.endswith(".lock")) == ["p"]
