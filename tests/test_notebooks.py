"""Notebooks are thin (the work is in the library) and clean (no output is committed)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

MAX_LINES = 6
# The work these would do belongs to the library.
TOO_MUCH = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.If,
    ast.Try,
    ast.With,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
CLEAN = "run: .venv/bin/jupyter nbconvert --clear-output --inplace"


def unclean(notebook: Any) -> list[str]:
    """Traces of an execution, and faults of form, in a notebook."""
    faults = []
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        faults.append(f"not a valid notebook: {error}")
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        faults.append("older than nbformat 4.5 (its cells have no id)")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        faults.append("its kernel must be python3")
    if notebook.metadata.get("language_info", {}).get("name") != "python":
        faults.append("metadata.language_info.name must be python")
    for left in ("papermill", "widgets"):
        if left in notebook.metadata:
            faults.append(f"metadata of an execution: {left}")
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        if cell.outputs or cell.execution_count is not None:
            faults.append(f"cell {number} keeps outputs or an execution count; {CLEAN}")
        if "papermill" in cell.metadata or "execution" in cell.metadata:
            faults.append(f"cell {number} keeps metadata of an execution")
    return faults


def not_thin(notebook: Any) -> list[str]:
    """What a published notebook does itself instead of calling the library."""
    faults = []
    cells = [(number, cell) for number, cell in enumerate(notebook.cells, start=1) if cell.cell_type == "code"]
    tagged = [number for number, cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        faults.append(f"{len(tagged)} cells tagged `parameters`, one is needed")
    for number, cell in cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > MAX_LINES:
            faults.append(f"cell {number} has {len(lines)} lines, at most {MAX_LINES}")
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            faults.append(f"cell {number} is not plain Python (magics are not for published notebooks)")
            continue
        for node in ast.walk(tree):
            if isinstance(node, TOO_MUCH):
                faults.append(f"cell {number} holds a {type(node).__name__}; that belongs to the library")
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or "."]
                faults.extend(
                    f"cell {number} imports {name}; published notebooks import citesresearch only"
                    for name in names
                    if name.partition(".")[0] != "citesresearch"
                )
    return faults


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def notebooks(repository: Path) -> list[Path]:
    folder = repository / "notebooks"
    return sorted(p for p in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


def test_notebooks_are_clean(repository: Path) -> None:
    found = notebooks(repository)
    assert repository / "notebooks" / "monographie.ipynb" in found
    faults = [f"{path.relative_to(repository)}: {fault}" for path in found for fault in unclean(read(path))]
    assert not faults, "\n" + "\n".join(faults)


def test_published_notebooks_are_thin(repository: Path) -> None:
    published = [path for path in notebooks(repository) if path.parent.name != "exploration"]
    assert published
    faults = [f"{path.relative_to(repository)}: {fault}" for path in published for fault in not_thin(read(path))]
    assert not faults, "\n" + "\n".join(faults)


def good_notebook() -> Any:
    """A notebook that passes; the tests below spoil it."""
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        }
    )
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Monographie"),
        nbformat.v4.new_code_cell('cite = ""', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import citesresearch as cr\nfrom citesresearch.sections import couverture"),
    ]
    return notebook


def test_a_good_notebook_passes() -> None:
    assert unclean(good_notebook()) == []
    assert not_thin(good_notebook()) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import pandas as pd", "imports pandas"),
        ("from os import path", "imports os"),
        ("def f():\n    pass", "FunctionDef"),
        ("if cite:\n    pass", "If"),
        ("for c in cite:\n    pass", "For"),
        ("x = [c for c in cite]", "ListComp"),
        ("\n".join("abcdefg"), "7 lines"),
        ("%matplotlib inline", "not plain Python"),
    ],
)
def test_a_thick_cell_is_seen(source: str, fault: str) -> None:
    notebook = good_notebook()
    notebook.cells[2].source = source
    (found,) = not_thin(notebook)
    assert fault in found
    assert "cell 3" in found


def test_the_parameters_cell_is_needed_once() -> None:
    without, twice = good_notebook(), good_notebook()
    without.cells[1].metadata.tags = []
    twice.cells[2].metadata.tags = ["parameters"]
    assert not_thin(without) == ["0 cells tagged `parameters`, one is needed"]
    assert not_thin(twice) == ["2 cells tagged `parameters`, one is needed"]


def test_traces_of_an_execution_are_seen() -> None:
    executed = good_notebook()
    executed.cells[1].execution_count = 1
    executed.cells[2].outputs = [nbformat.v4.new_output("stream", text="84")]
    executed.metadata.papermill = {"duration": 2}
    faults = " ".join(unclean(executed))
    assert "cell 2 keeps" in faults
    assert "cell 3 keeps" in faults
    assert "metadata of an execution: papermill" in faults


def test_another_kernel_is_seen() -> None:
    other = good_notebook()
    other.metadata.kernelspec.name = "venv-of-mine"
    assert unclean(other) == ["its kernel must be python3"]
