"""The paths of CONTRIBUTING, walked to the letter in a copy of the project: a trivial addition passes on the first try."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .additions import ADDITIONS

QUICK = ("A figure kind", "A column of an Insee edition")  # the others take up to a minute each


def path_of(repository: Path, kind: str) -> str:
    page = (repository / "CONTRIBUTING.md").read_text("utf-8")
    return next(line for line in page.splitlines() if line.startswith(f"- **{kind}.**"))


def walk(repository: Path, copy: Path, kind: str) -> None:
    for name in ("src", "tests", "docs", "notebooks", "scripts", "data/raw/publique"):
        shutil.copytree(repository / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in repository.iterdir():
        if path.is_file():
            shutil.copy(path, copy / path.name)
    ADDITIONS[kind](copy)
    told = path_of(repository, kind)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(copy / "src"), str(copy)))}

    def run(*words: str) -> str:
        command = [sys.executable, *words]
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"{kind}: {' '.join(words)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
        return done.stdout

    if "`make docs`" in told:
        (copy / "docs" / "indicateurs.md").write_text(run("-m", "citesresearch", "indicateurs", "--markdown"), "utf-8")
    if "`make datapackage`" in told:
        run("scripts/datapackage.py")
    named = re.findall(r"Tests: `([^`]+)`", told)
    assert named, f"{kind}: no test is named"
    assert " passed" in run("-m", "pytest", "-p", "no:cacheprovider", "-m", "not torture", *named[0].split())


@pytest.mark.parametrize("kind", QUICK)
def test_an_addition_passes_on_the_first_try(repository: Path, tmp_path: Path, kind: str) -> None:
    walk(repository, tmp_path, kind)


@pytest.mark.torture
@pytest.mark.parametrize("kind", sorted(set(ADDITIONS) - set(QUICK)))
def test_every_addition_passes_on_the_first_try(repository: Path, tmp_path: Path, kind: str) -> None:
    walk(repository, tmp_path, kind)


def test_each_kind_is_a_path_and_the_reverse(repository: Path) -> None:
    page = (repository / "CONTRIBUTING.md").read_text("utf-8")
    paths = re.findall(r"^- \*\*(.+?)\.\*\*.*Tests: `", page, re.MULTILINE)
    assert sorted(paths) == sorted(ADDITIONS)
