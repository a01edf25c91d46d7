"""The house stands on its floors: a module imports only from lower ones."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "citesresearch"
FLOORS = {
    "errors": 0,
    "locks": 0,
    "streams": 0,
    "french": 0,
    "precision": 0,
    "published_estimates": 5,
    "masking": 0,
    "names": 0,
    "codebook": 0,
    "stats": 0,
    "data": 1,
    "governance": 2,
    "indicators": 3,
    "estimates": 3,
    "crosssite": 4,
    "linked_tables": 5,
    "withholding": 5,
    "disclosure": 5,
    "attack": 5,
    "figures": 6,
    "knowledge": 6,
    "shared": 6,
    "tables": 6,
    "wording": 6,
    "sections": 6,
    "preparation": 7,
    "batch": 7,
    "modeles": 7,
    "publish": 7,
    "cli": 7,
    "__main__": 7,
}
# Pages read what the gate let through, and nothing behind it.
BEHIND_THE_GATE = ("data", "indicators", "estimates", "linked_tables", "withholding", "attack")
FORBIDDEN = {
    ("stats", "codebook"): "stats/ takes arrays and has never heard of a Cité",
    **{
        (page, below): f"pages read the Publication only, never citesresearch.{below}"
        for page in ("figures", "tables", "sections", "wording")
        for below in BEHIND_THE_GATE
    },
}
HEAVY = {
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "seaborn",
    "matplotlib",
    "papermill",
    "nbconvert",
    "pyarrow",
}


def imported_modules(tree: ast.AST, module: tuple[str, ...], is_package: bool) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name inside the package) for each import of the package, at any depth.

    `from citesresearch import x` yields "x"; `import citesresearch` yields "".
    """
    here = module if is_package else module[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                head, _, rest = alias.name.partition(".")
                if head == PACKAGE:
                    yield node.lineno, rest
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = (PACKAGE, *here)[: 1 + len(here) - (node.level - 1)]
                name = ".".join((*base, *([node.module] if node.module else [])))
            else:
                name = node.module or ""
            head, _, rest = name.partition(".")
            if head == PACKAGE:
                yield from ((node.lineno, rest or alias.name) for alias in node.names)


def floor_faults(package: Path) -> list[str]:
    """What breaks the rule under `package` (the folder src/citesresearch), as sentences."""
    faults = []
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        is_package = path.name == "__init__.py"
        module = inside.parent.parts if is_package else (*inside.parent.parts, path.stem)
        if not module:
            continue  # the package's own __init__ names what others may rely on, lazily
        room = module[0]
        if room not in FLOORS:
            faults.append(f"{inside}: {room!r} has no floor; give it one in FLOORS (tests/test_floors.py)")
            continue
        for line, target in imported_modules(ast.parse(path.read_text("utf-8")), module, is_package):
            other = target.partition(".")[0]
            where = f"{inside}:{line}"
            if other == room or other == "__version__":
                continue
            if other not in FLOORS:
                faults.append(
                    f"{where}: imports {PACKAGE}.{other or '(itself)'}; import from the module that defines "
                    "the name, or give a new module its floor in FLOORS (tests/test_floors.py)"
                )
            elif FLOORS[other] > FLOORS[room]:
                faults.append(f"{where}: {room} (floor {FLOORS[room]}) imports {other} (floor {FLOORS[other]})")
            elif (room, other) in FORBIDDEN:
                faults.append(f"{where}: {room} imports {other}: {FORBIDDEN[room, other]}")
    return faults


def test_modules_import_only_from_lower_floors(repository: Path) -> None:
    package = repository / "src" / PACKAGE
    assert len(list(package.rglob("*.py"))) > 5, f"no source found under {package}"
    faults = floor_faults(package)
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "data/reading.py",
            "from citesresearch.estimates import build",
            "data (floor 1) imports estimates (floor 3)",
        ),
        ("data/reading.py", "def f():\n    import citesresearch.cli", "data (floor 1) imports cli (floor 7)"),
        ("data/reading.py", "from ..publish import site", "data (floor 1) imports publish (floor 7)"),
        ("data/reading.py", "from .. import batch", "data (floor 1) imports batch (floor 7)"),
        ("data/__init__.py", "from ..batch import plan", "data (floor 1) imports batch (floor 7)"),
        ("stats/exact.py", "from citesresearch.codebook import Codebook", "never heard of a Cité"),
        (
            "figures/map.py",
            "from citesresearch.data.dataset import Dataset",
            "pages read the Publication only",
        ),
        ("sections/budget.py", "from citesresearch import estimates", "pages read the Publication only"),
        ("tables.py", "from citesresearch.indicators.besoins import x", "pages read the Publication only"),
        ("cli.py", "from citesresearch import load_dataset", "import from the module that defines the name"),
        ("novelty.py", "", "'novelty' has no floor"),
        ("novelty/deep/er.py", "", "'novelty' has no floor"),
    ],
)
def test_a_breach_is_seen(tmp_path: Path, file: str, text: str, fault: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    (found,) = floor_faults(tmp_path)
    assert fault in found
    assert found.startswith(file)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("data/reading.py", "from citesresearch.codebook import Codebook\nfrom .problems import Problems"),
        ("data/dataset.py", "from ..errors import CitesError\nfrom . import reading"),
        ("figures/__init__.py", "from .bars import bars\nfrom ..disclosure import Publication"),
        (
            "sections/budget.py",
            "from citesresearch.figures import bars\nfrom citesresearch.tables import table",
        ),
        ("cli.py", "import citesresearch.batch\nfrom citesresearch import __version__\nimport pandas"),
        ("__init__.py", "from citesresearch.cli import main"),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    assert floor_faults(tmp_path) == []


@pytest.mark.parametrize(
    "code",
    [
        "import citesresearch",
        "import citesresearch.cli as cli\ntry:\n    cli.main(['--help'])\nexcept SystemExit as end:\n"
        "    assert not end.code, end.code",
    ],
    ids=["import", "help"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    code += f"\nimport sys\nprint('HEAVY', *sorted({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "HEAVY"
