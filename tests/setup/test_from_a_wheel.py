"""The whole way of an evaluator who has the wheel and nothing else: no clone, no project folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.modeles.remplir import two_cites
from tests.setup.test_wheel import build, copy  # noqa: F401 (a fixture)

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def installed(copy: Path, tmp_path: Path) -> Command:  # noqa: F811
    """Runs `citesresearch` as the wheel holds it, in a folder of its own."""
    run = build(copy)
    assert run.returncode == 0, run.stderr
    place, desk = tmp_path / "site-packages", tmp_path / "bureau"
    (wheel,) = (copy / "out").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(place)
    desk.mkdir()
    # The wheel comes before the editable install of the environment that lends the dependencies.
    env = {**os.environ, "PYTHONPATH": str(place), "HOME": str(desk)}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "citesresearch", *words]
        return subprocess.run(line, cwd=desk, env=env, capture_output=True, text=True, check=False)

    return command


def test_from_an_empty_folder_to_two_monographs(installed: Command, tmp_path: Path) -> None:
    desk = tmp_path / "bureau"
    assert installed("init", "Ma campagne été", "--titre", "Essai de terrain").returncode == 0
    two_cites(desk / "Ma campagne été" / "tables.xlsx")
    checked = installed("check", "-c", "Ma campagne été")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "Aucun problème." in checked.stdout
    assert "Pour information" in checked.stdout
    for words in (("prepare",), ("run", "rive-gauche", "le-port"), ("publish",)):
        done = installed(*words, "-c", "Ma campagne été")
        assert done.returncode == 0, done.stderr
    site = desk / "build" / "site"
    pages = {path.name for path in (site / "ma-campagne-ete").glob("*.html")}
    assert pages == {"rive-gauche.html", "le-port.html"}
    page = (site / "ma-campagne-ete" / "rive-gauche.html").read_text(encoding="utf-8")
    assert "Rive gauche" in page
    figures = re.sub(r"<[^>]+>", " ", page)
    assert re.search(r"12\s+partenaires", figures)  # on its cover, as it was typed
    assert "La Cité se situe elle-même à ce temps" in figures
    assert "synthétiques" not in page
    assert "Le Port" in (site / "index.html").read_text(encoding="utf-8")
