"""Every command of the README is run: step by step on a small campagne, and in a fresh clone in `make torture`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.campagnes import write_campagne

from .pages import REPOSITORY, Block, read_page

README = REPOSITORY / "README.md"
_BLOCKS = [piece for piece in read_page(README) if isinstance(piece, Block) and piece.language == "sh"]


def steps() -> list[list[str]]:
    """The commands of the paragraph « Pas à pas », in its order; an option stands for a use of the command before it."""
    (paragraph,) = re.findall(r"^Pas à pas : .*$", README.read_text("utf-8"), re.MULTILINE)
    found: list[list[str]] = []
    for code in re.findall(r"`([^`]+)`", paragraph):
        words = shlex.split(code.removeprefix(".venv/bin/citesresearch "))
        if words[0] == "make":
            continue  # in a fresh clone, below
        if words[0] == "--aide":
            found += [[command[0], "--aide"] for command in list(found)]
        elif words[0].startswith("--"):
            found.append([*found[-1][:1], *words])
        else:
            found.append(words)
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("clone")
    write_campagne(root, "publique")  # three Cités, cde-003 among them
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    return root


def run(words: list[str], project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)


def test_the_steps_are_read_from_the_page() -> None:
    names = {words[0] for words in steps()}
    assert {"check", "prepare", "run", "status", "publish", "verifie", "doctor", "indicateurs"} <= names


def test_every_step_of_the_readme_is_taken(project: Path) -> None:
    """In the README's order; options that open a browser for every page, or attack for minutes, are left to torture."""
    for words in steps():
        if {"--pdf", "--check", "--secret"} & set(words):
            continue
        done = run([sys.executable, "-m", "citesresearch", *words], project)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr


def test_the_notebook_is_run_as_the_readme_says(project: Path) -> None:
    (line,) = [line for block in _BLOCKS for line in block.text.splitlines() if "papermill" in line]
    done = run([sys.executable, "-m", "papermill", *shlex.split(line)[1:]], project)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Le Gamma" in (project / "out.ipynb").read_text("utf-8")


@pytest.mark.torture
def test_every_command_of_the_blocks_works_in_a_fresh_clone(tmp_path: Path) -> None:
    """Set-up, make, the commands without make; needs the package registries, as a stranger does."""
    clone = tmp_path / "un clone"
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
    environment = {name: text for name, text in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    for block in _BLOCKS:
        for line in block.text.splitlines():
            command = line.split("#")[0].strip().replace("-m pytest", "-m pytest tests/test_french.py")
            if command in ("", "make test"):  # this very suite
                continue
            done = subprocess.run(
                command, shell=True, cwd=clone, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
    assert (clone / "build" / "site" / "index.html").is_file()
