"""The wheel carries what a run needs, and is not built without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture
def copy(tmp_path: Path, repository: Path) -> Path:
    """What a wheel is built from, in a folder of its own."""
    folder = tmp_path / "copy"
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("src", "notebooks", "scripts"):
        shutil.copytree(repository / name, folder / name, ignore=ignore)
    for path in repository.glob("*.*"):
        if path.is_file():
            shutil.copy(path, folder / path.name)
    shutil.copy(repository / "LICENSE", folder / "LICENSE")
    return folder


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", "out"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_wheel_carries_code_codebook_and_notebooks(copy: Path) -> None:
    checkpoints = copy / "notebooks" / ".ipynb_checkpoints"
    checkpoints.mkdir()
    shutil.copy(copy / "notebooks" / "monographie.ipynb", checkpoints / "monographie-checkpoint.ipynb")
    run = build(copy)
    assert run.returncode == 0, run.stderr
    (wheel,) = (copy / "out").glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"citesresearch/{path.relative_to(copy / 'src' / 'citesresearch').as_posix()}"
        for path in (copy / "src" / "citesresearch").rglob("*")
        if path.is_file()
    } | {
        path.relative_to(copy).as_posix().replace("notebooks/", "citesresearch/notebooks/", 1)
        for path in (copy / "notebooks").rglob("*.ipynb")
        if path.parent != checkpoints
    }
    assert wanted == {name for name in inside if ".dist-info/" not in name}


def test_no_wheel_without_the_notebooks(copy: Path) -> None:
    shutil.rmtree(copy / "notebooks")
    run = build(copy)
    assert run.returncode != 0
    assert "monographie.ipynb is missing" in run.stderr
    assert not list(copy.rglob("*.whl"))
