"""The house stands on its floors: a module imports only from lower ones."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

RENDERERS = ("svg", "drawing", "saved")
PACKAGE = "citesresearch"
# One list: the rooms of each floor from the ground up, and what they are for. The table of CONTRIBUTING.md is this list.
HOUSE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("errors", "version", "french", "stats"), "a sentence for whoever must act; prose; mathematics"),
    (
        ("codebook", "storage", "engine"),
        "what may be answered, and in which words; folders written whole; a notebook executed",
    ),
    (("data", "demonstration"), "raw files → validated tables; the generated campagne"),
    (("governance",), "how a Cité is governed: models, one row per Cité"),
    (
        ("indicators", "crosssite"),
        "measures, and the one long table of them; governance against outcomes, declared in advance",
    ),
    (("publication",), "what may be published: the gate, the secrecy, the object that everyone reads"),
    (("figures", "preparation"), "a publication → figures and tables; a campagne → its prepared folder"),
    (("sections", "batch"), "the rubrics of pages; what to execute, and why"),
    (("publish", "modeles"), "pages → site; what a new campagne starts from"),
    (("cli",), "the command line"),
    (("__main__",), "`python -m citesresearch`"),
)
FLOORS = {room: floor for floor, (rooms, _) in enumerate(HOUSE, 1) for room in rooms}
# Pages read what the gate let through, and nothing behind it.
BEHIND_THE_GATE = ("data", "governance", "indicators", "crosssite", "publication.gate", "publication.secret")
FORBIDDEN = {
    (page, below): f"pages read the Publication only, never citesresearch.{below}"
    for page in ("figures", "sections")
    for below in BEHIND_THE_GATE
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
            faults.append(f"{inside}: {room!r} has no floor; give it one in HOUSE (tests/test_floors.py)")
            continue
        for line, target in imported_modules(ast.parse(path.read_text("utf-8")), module, is_package):
            other = target.partition(".")[0]
            where = f"{inside}:{line}"
            if other == room:
                continue
            if other not in FLOORS:
                faults.append(
                    f"{where}: imports {PACKAGE}.{other or '(itself)'}; import from the module that defines "
                    "the name, or give a new module its floor in HOUSE (tests/test_floors.py)"
                )
            elif FLOORS[other] > FLOORS[room]:
                faults.append(f"{where}: {room} (floor {FLOORS[room]}) imports {other} (floor {FLOORS[other]})")
            else:
                faults += [
                    f"{where}: {room} imports {target}: {why}"
                    for (who, what), why in FORBIDDEN.items()
                    if who == room and f"{target}.".startswith(f"{what}.")
                ]
    return faults


def test_modules_import_only_from_lower_floors(repository: Path) -> None:
    package = repository / "src" / PACKAGE
    assert len(list(package.rglob("*.py"))) > 5, f"no source found under {package}"
    faults = floor_faults(package)
    assert not faults, "\n" + "\n".join(faults)


def test_the_table_of_contributing_is_this_list(repository: Path) -> None:
    rows = [
        f"| {floor} | {', '.join(f'`{room}`' for room in rooms)} | {words} |"
        for floor, (rooms, words) in enumerate(HOUSE, 1)
    ]
    assert "\n".join(rows) in (repository / "CONTRIBUTING.md").read_text("utf-8")
    stand = {path.stem for path in (repository / "src" / PACKAGE).iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set(FLOORS) == stand - {"__init__", "__pycache__"}, "a room of the list does not stand, or the reverse"


def test_a_figure_is_laid_out_and_rendered_without_a_circle(repository: Path) -> None:
    """Marks know nothing; each renderer knows the marks, and no other renderer."""
    package = repository / "src" / PACKAGE
    known = {
        path.stem: {
            target.split(".")[1]
            for _, target in imported_modules(ast.parse(path.read_text("utf-8")), ("figures", path.stem), False)
            if target.startswith("figures.")
        }
        for path in (package / "figures").glob("[a-z]*.py")
    }
    assert known["marks"] == set()
    assert not [(one, other) for one in RENDERERS for other in RENDERERS if other in known[one]]
    assert list(TopologicalSorter(known).static_order()), "CycleError names the circle"


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "data/files.py",
            "from citesresearch.indicators.estimates import build",
            "data (floor 3) imports indicators (floor 5)",
        ),
        ("data/files.py", "def f():\n    import citesresearch.cli", "data (floor 3) imports cli (floor 10)"),
        ("data/files.py", "from ..publish import site", "data (floor 3) imports publish (floor 9)"),
        ("data/files.py", "from .. import batch", "data (floor 3) imports batch (floor 8)"),
        ("data/__init__.py", "from ..batch import plan", "data (floor 3) imports batch (floor 8)"),
        ("data/files.py", "from .. import __version__", "import from the module that defines the name"),
        ("stats/exact.py", "from citesresearch.codebook import x", "stats (floor 1) imports codebook (floor 2)"),
        ("engine/run.py", "from ..data import campagne", "engine (floor 2) imports data (floor 3)"),
        (
            "figures/map.py",
            "from citesresearch.data.dataset import Dataset",
            "pages read the Publication only",
        ),
        ("sections/budget.py", "from citesresearch import indicators", "pages read the Publication only"),
        ("figures/tables.py", "from ..crosssite.outcomes import OUTCOMES", "pages read the Publication only"),
        ("sections/secret.py", "from ..publication.secret import attack", "pages read the Publication only"),
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
        ("data/files.py", "from citesresearch.codebook import Codebook\nfrom .problems import Problems"),
        ("data/dataset.py", "from ..errors import CitesError\nfrom . import reading"),
        ("figures/__init__.py", "from .bars import bars\nfrom ..publication import Publication"),
        (
            "sections/budget.py",
            "from citesresearch.figures import bars\nfrom citesresearch.figures.tables import table",
        ),
        ("cli.py", "import citesresearch.batch\nfrom .version import __version__\nimport pandas"),
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
