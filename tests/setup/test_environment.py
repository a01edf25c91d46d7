"""pyproject.toml, requirements.lock, environment.yml and the environment in use say the same."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

# conda-forge's names: the library without its graphical toolkits, and an underscore.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "jupyter-client": "jupyter_client"}
# The part of conda's grammar that means the same for pip: names, and bounds joined by commas.
CONDA_SPEC = re.compile(r"(?P<name>[a-z0-9_-]+)(?: (?P<versions>(?:>=|<)[0-9.]+(?:,(?:>=|<)[0-9.]+)*))?")


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def lock_text(repository: Path) -> str:
    return (repository / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def lock(lock_text: str) -> list[Requirement]:
    lines = lock_text.replace("\\\n", " ").splitlines()
    return [Requirement(line.split(" --hash")[0]) for line in lines if line and not line.lstrip().startswith("#")]


def declared(project: dict[str, Any], *extras: str) -> list[Requirement]:
    optional = project["project"]["optional-dependencies"]
    lines = project["project"]["dependencies"] + [line for extra in extras for line in optional[extra]]
    return [Requirement(line) for line in lines]


def test_environment_yml_agrees_with_pyproject(repository: Path, project: dict[str, Any]) -> None:
    environment = yaml.safe_load((repository / "environment.yml").read_text("utf-8"))
    assert environment["name"] == project["project"]["name"]
    (pip_part,) = [part for part in environment["dependencies"] if isinstance(part, dict)]
    assert pip_part == {"pip": ["-e ."]}

    found = {}
    for line in environment["dependencies"]:
        if isinstance(line, str):
            spec = CONDA_SPEC.fullmatch(line)
            assert spec, f"not of the form « name >=1.2,<3 »: {line}"
            found[spec["name"]] = SpecifierSet(spec["versions"] or "")

    # hatchling builds the package there too.
    wanted = {
        CONDA_NAMES.get(requirement.name, requirement.name): requirement.specifier
        for requirement in declared(project, "lab") + list(map(Requirement, project["build-system"]["requires"]))
    }
    wanted["python"] = SpecifierSet(project["project"]["requires-python"])
    assert {name: spec for name, spec in found.items() if name != "pip"} == wanted


def test_the_lock_pins_every_dependency_within_its_bounds(project: dict[str, Any], lock: list[Requirement]) -> None:
    pins: dict[str, list[str]] = {}
    for requirement in lock:
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        pins.setdefault(canonicalize_name(requirement.name), []).append(pin.version)
    wanted = declared(project, *project["project"]["optional-dependencies"])
    wanted += map(Requirement, project["build-system"]["requires"])
    faults = []
    for requirement in wanted:
        locked = pins.get(canonicalize_name(requirement.name), [])
        if not locked or not all(map(requirement.specifier.contains, locked)):
            faults.append(f"{requirement} is locked at {locked or 'nothing'}; run `make lock`")
    assert not faults, "\n".join(faults)


def test_the_lock_is_hashed_and_names_no_place(lock_text: str, lock: list[Requirement]) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", lock_text)
    unhashed = [block.split()[0] for block in blocks[1:] if "--hash=sha256:" not in block]
    assert unhashed == []
    assert len(blocks) - 1 == len(lock) > 100
    assert not re.search(r"://|^\s*-|^\s*\.?/| @ |file:", lock_text.replace("    --hash", "    hash"), re.MULTILINE)


def test_one_lock_serves_every_supported_python(lock: list[Requirement]) -> None:
    for python in ("3.11.2", "3.12.3", "3.13.0", "3.14.0"):
        marker = {"python_version": python.rpartition(".")[0], "python_full_version": python}
        names = [r.name for r in lock if r.marker is None or r.marker.evaluate({**marker})]
        assert len(names) == len(set(names)), f"two pins of one package for Python {python}"
        assert {"numpy", "scipy", "pandas", "statsmodels"} <= set(names)


def test_the_environment_in_use_is_the_locked_one(repository: Path, lock: list[Requirement]) -> None:
    if Path(sys.prefix) != repository / ".venv":
        pytest.skip("these tests do not run in the repository's own .venv")
    faults = []
    for requirement in lock:
        if requirement.marker is None or requirement.marker.evaluate():
            try:
                installed = version(requirement.name)
            except PackageNotFoundError:
                installed = "nothing"
            if not requirement.specifier.contains(installed, prereleases=True):
                faults.append(f"{requirement.name}: locked {requirement.specifier}, installed {installed}")
    assert not faults, "\n".join(faults)
