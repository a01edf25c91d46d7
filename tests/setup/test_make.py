"""What make does on a bare machine: stand-ins for Python and uv, nothing from the network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# What the scripts may count on, besides Python or uv.
SYSTEM = ("sh", "make", "cat", "cksum", "dirname", "rm", "mkdir", "ln", "sed", "expand", "grep", "id", "find")
TOO_OLD = '#!/bin/sh\ncase "$1" in -V) echo "Python 3.9.18";; *) exit 1;; esac\n'
# Recent, but as Debian ships it without python3-venv.
NO_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; *-V*) echo "Python 3.11.2";; esac\n'
RECENT = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
# Writes down what it was asked; `venv` makes a .venv that answers.
UV = f"""#!/bin/sh
echo "uv $*" >> calls.txt
case "$*" in
    venv*) mkdir -p .venv/bin && ln -s "{sys.executable}" .venv/bin/python ;;
    *--require-hashes*) [ ! -e fail ] ;;
esac
"""


@dataclass
class Machine:
    """A clone of the project's set-up files and the PATH that make sees there."""

    folder: Path
    bin: Path

    def put(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(script, "utf-8")
        path.chmod(0o755)

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.bin), "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8"), **variables}
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )

    def calls(self) -> list[str]:
        """What uv was asked since the last time."""
        path = self.folder / "calls.txt"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def finished(self) -> bool:
        return (self.folder / ".venv" / "package.stamp").exists()


@pytest.fixture
def machine(tmp_path: Path, repository: Path) -> Machine:
    folder = tmp_path / "dossier à espaces" / "l'étude"
    (folder / "scripts").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "scripts/setup.sh", "scripts/browser.sh"):
        shutil.copy(repository / name, folder / name)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in SYSTEM:
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    return Machine(folder, tools)


def test_too_old_a_python_is_told_what_to_do(machine: Machine) -> None:
    machine.put("python3", TOO_OLD)
    run = machine.make("monographies")
    assert run.returncode != 0
    assert "Il faut Python 3.11 ou plus récent" in run.stderr
    assert "python3 : Python 3.9.18" in run.stderr
    assert "PYTHON=/chemin/vers/python3.12" in run.stderr
    assert "Python 3.11 or newer is needed" in run.stderr
    assert not (machine.folder / ".venv").exists()


def test_no_python_at_all(machine: Machine) -> None:
    run = machine.make("test")
    assert run.returncode != 0
    assert "trouvé : rien" in run.stderr


def test_a_missing_venv_module_is_told_what_to_install(machine: Machine) -> None:
    machine.put("python3", NO_VENV)
    run = machine.make("setup")
    assert run.returncode != 0
    assert "sudo apt install python3-venv" in run.stderr
    assert "ou installez uv" in run.stderr
    assert not (machine.folder / ".venv").exists()


def test_python_is_the_one_asked_for(machine: Machine) -> None:
    machine.put("uv", UV)
    machine.put("python3", RECENT)
    machine.put("my python", RECENT)
    run = machine.make("setup", f"PYTHON={machine.bin / 'my python'}")
    assert run.returncode == 0, run.stderr
    assert f"--python {machine.bin / 'my python'} .venv" in machine.calls()[0]
    assert machine.make("setup", f"PYTHON={machine.bin / 'my python'}").returncode == 0
    assert machine.calls() == []
    # Another one than .venv's is not ignored.
    old = machine.bin / "old"
    machine.put("old", TOO_OLD)
    run = machine.make("setup", f"PYTHON={old}")
    assert run.returncode != 0
    assert f"cherché : {old}" in run.stderr
    assert machine.make("setup").returncode == 0
    assert machine.calls() == []


def test_a_python_without_venv_is_passed_over(machine: Machine) -> None:
    machine.put("python3.12", NO_VENV)
    machine.put("python3", RECENT.replace("exec", 'case "$*" in *" venv "*) exit 3;; esac; exec'))
    run = machine.make("setup")
    # It went on with python3, which then failed to make .venv.
    assert "python3-venv" not in run.stderr
    assert "L'installation n'est pas terminée" in run.stderr


def test_the_second_call_does_nothing_and_says_nothing(machine: Machine) -> None:
    machine.put("uv", UV)
    machine.put("python3", RECENT)
    first = machine.make("setup")
    assert first.returncode == 0, first.stderr
    assert "une seule fois" in first.stderr
    venv, dependencies, package = machine.calls()
    assert venv.startswith("uv venv")
    assert "--require-hashes -r requirements.lock" in dependencies
    assert "--offline" in package
    assert "--no-deps --no-build-isolation --editable ." in package

    second = machine.make("setup")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert machine.calls() == []


def test_an_interrupted_set_up_starts_over(machine: Machine) -> None:
    machine.put("uv", UV)
    machine.put("python3", RECENT)
    (machine.folder / "fail").touch()
    run = machine.make("setup")
    assert run.returncode != 0
    assert "relancez make" in run.stderr
    assert not machine.finished()
    (machine.folder / ".venv" / "half").touch()

    (machine.folder / "fail").unlink()
    machine.calls()
    assert machine.make("setup").returncode == 0
    assert machine.finished()
    assert len(machine.calls()) == 3
    assert not (machine.folder / ".venv" / "half").exists()


def test_what_changed_is_made_again_and_no_more(machine: Machine) -> None:
    machine.put("uv", UV)
    machine.put("python3", RECENT)
    assert machine.make("setup").returncode == 0
    machine.calls()

    with (machine.folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert machine.make("setup").returncode == 0
    (package,) = machine.calls()
    assert "--editable ." in package

    with (machine.folder / "requirements.lock").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert machine.make("setup").returncode == 0
    assert len(machine.calls()) == 3


def test_a_moved_folder_gets_a_new_environment(machine: Machine) -> None:
    machine.put("uv", UV)
    machine.put("python3", RECENT)
    assert machine.make("setup").returncode == 0
    machine.calls()
    machine.folder = machine.folder.rename(machine.folder.with_name("ailleurs"))
    assert machine.make("setup").returncode == 0
    assert len(machine.calls()) == 3


def test_help_names_the_commands_in_french(machine: Machine) -> None:
    run = machine.make()
    assert run.returncode == 0
    for target in ("monographies", "test", "lint", "lab", "torture", "lock", "clean"):
        assert re.search(rf"^  make {target} +\w", run.stdout, re.MULTILINE), target
    assert not (machine.folder / ".venv").exists()


def test_clean_keeps_the_environment_and_the_readme(machine: Machine) -> None:
    for name in (
        "build/site/index.html",
        "data/processed/publique/a.parquet",
        "data/processed/README.md",
        ".venv/x",
    ):
        path = machine.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    run = machine.make("clean")
    assert (run.returncode, run.stderr) == (0, "")
    left = {str(p.relative_to(machine.folder)) for p in machine.folder.rglob("*") if p.is_file()}
    assert not [name for name in left if name.startswith("build/") or name.endswith(".parquet")]
    assert {"data/processed/README.md", ".venv/x"} <= left


def test_without_a_browser_it_is_said_and_nothing_fails(machine: Machine) -> None:
    (machine.bin / "id").unlink()
    machine.put("id", "#!/bin/sh\necho 1000\n")
    run = machine.make("browser")
    assert run.returncode == 0
    assert "les tests de navigateur seront sautés" in run.stdout
    machine.put("chromium", "#!/bin/sh\n")
    assert machine.make("browser").stdout == ""


def test_ci_runs_the_command_of_the_readme(repository: Path) -> None:
    script = (repository / ".ci" / "run").read_text("utf-8")
    assert os.access(repository / ".ci" / "run", os.X_OK)
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("\nmake test")
    assert "CITESRESEARCH_NAVIGATEUR=exige" in script
    assert "make test" in (repository / "README.md").read_text("utf-8")


@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
def test_browser_tests_are_skipped_or_fail_without_a_browser(tmp_path: Path, repository: Path, required: bool) -> None:
    shutil.copy(repository / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = navigateur: x\n", "utf-8")
    (tmp_path / "test_page.py").write_text("import pytest\n@pytest.mark.navigateur\ndef test_page(): pass\n", "utf-8")
    environment = {"PATH": str(tmp_path), "CITESRESEARCH_NAVIGATEUR": "exige" if required else ""}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == (1 if required else 0), run.stdout
    assert ("1 error" if required else "1 skipped") in run.stdout
