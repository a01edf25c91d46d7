"""Before anything runs: does each notebook declare exactly the parameters that it will receive?

papermill only logs a warning for an unknown parameter, and lets the notebook's own default win where no cell
is tagged `parameters`: N identical wrong reports and no error. The notebooks are therefore read here first,
as Python (papermill's own inspection reads line by line with a pattern, and would cost its import in the
calling process).
"""

from __future__ import annotations

import ast
import difflib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..engine.run import Run
from ..errors import CitesError, reason
from ..french import listing

__all__ = ["check_notebooks", "declared_parameters"]

TAG = "parameters"


def check_notebooks(runs: Iterable[Run]) -> None:
    """Check the notebook of every run; raises CitesError with all that is wrong, in French.

    Each notebook must be readable, have one code cell tagged `parameters`, declare there exactly the
    parameters passed, each empty by default, and not set one of them again further down.
    """
    passed: dict[tuple[Path, tuple[str, ...]], None] = {(r.notebook, tuple(sorted(r.parameters))): None for r in runs}
    faults = [fault for path, names in passed for fault in _faults(path, names)]
    if faults:
        raise CitesError("\n".join(faults))


def declared_parameters(notebook: Path) -> dict[str, ast.expr | None]:
    """The names assigned in the cell tagged `parameters`, with their default as a syntax tree (or None).

    Raises CitesError when the notebook cannot be read or has not exactly one such cell.
    """
    cell = _parameters_cell(notebook, _read(notebook))
    try:
        tree = ast.parse(_source(cell))
    except SyntaxError as error:
        raise CitesError(
            f"Le notebook « {notebook} » : sa cellule « {TAG} » n’est pas du Python correct (ligne {error.lineno})."
        ) from error
    return dict(_assignments(tree))


def _faults(path: Path, names: tuple[str, ...]) -> Iterator[str]:
    here = f"Le notebook « {path} »"
    try:
        declared = declared_parameters(path)
    except CitesError as error:
        yield str(error)
        return
    missing = [name for name in names if name not in declared]
    surplus = [name for name in declared if name not in names]
    for name in missing:
        near = difflib.get_close_matches(name, surplus, n=1, cutoff=0.5)
        hint = f" ; « {near[0]} » est sans doute une faute de frappe" if near else ""
        yield f"{here} ne déclare pas le paramètre « {name} » dans sa cellule « {TAG} »{hint}."
    for name in surplus:
        if not any(name in difflib.get_close_matches(other, surplus, n=1, cutoff=0.5) for other in missing):
            passed = listing(f"« {n} »" for n in names)
            yield f"{here} déclare un paramètre « {name} » que rien ne lui donne ; il reçoit {passed}."
    for name, default in declared.items():
        if name in names and not _is_empty(default):
            yield (
                f'{here} donne une valeur par défaut au paramètre « {name} » ; écrivez « {name} = "" », '
                "sinon un oubli produirait le même document pour toutes les Cités."
            )
    for number, name in _set_again(_read(path), names):
        yield f"{here}, cellule {number} : « {name} » y reçoit une autre valeur que celle du paramètre."


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CitesError(f"Le notebook « {path} » est introuvable.") from error
    except OSError as error:
        raise CitesError(f"Le notebook « {path} » ne peut pas être lu ({reason(error)}).") from error
    except ValueError as error:  # not JSON, or not UTF-8
        raise CitesError(f"Le fichier « {path} » n’est pas un notebook lisible (JSON incorrect).") from error
    if not isinstance(content, dict) or content.get("nbformat") != 4 or not isinstance(content.get("cells"), list):
        raise CitesError(f"Le fichier « {path} » n’est pas un notebook Jupyter au format 4.")
    return content


def _parameters_cell(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    tagged = [c for c in content["cells"] if TAG in (c.get("metadata", {}).get("tags") or [])]
    code = [c for c in tagged if c.get("cell_type") == "code"]
    if len(tagged) == 1 and code:
        return dict(code[0])
    found = "n’a aucune cellule de code" if not code else f"a {len(tagged)} cellules"
    raise CitesError(
        f"Le notebook « {path} » {found} marquée{'s' if len(tagged) > 1 else ''} « {TAG} » ; il en faut "
        "exactement une, celle qui déclare ses paramètres (dans JupyterLab : à droite, « Cell Tags »)."
    )


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """Names assigned at the top of a cell, with what they receive."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.value


def _is_empty(default: ast.expr | None) -> bool:
    return default is None or (isinstance(default, ast.Constant) and default.value in ("", None))


def _set_again(content: dict[str, Any], names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(number of the cell, parameter) where a parameter is replaced by what does not come from it."""
    for number, cell in enumerate(content["cells"], start=1):
        tags = cell.get("metadata", {}).get("tags") or []
        if cell.get("cell_type") != "code" or TAG in tags or "injected-parameters" in tags:
            continue
        lines = [line for line in _source(cell).splitlines() if not line.lstrip().startswith(("%", "!"))]
        try:
            tree = ast.parse("\n".join(lines))
        except SyntaxError:
            continue  # its own execution will say so, with the line
        for name, value in _assignments(tree):
            used = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} if value else {name}
            if name in names and name not in used:
                yield number, name
