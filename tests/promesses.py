"""What docs/fiabilite.md is made from: the tests that bear the mark `promesse(faute, promis, essaye)`.

`make fiabilite` runs them all and writes the table with how each ended; the suite compares its lines with the marks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

PAGE = "docs/fiabilite.md"
_HEAD = "| Faute | Promis | Essayé | Tenu | Par |\n| --- | --- | --- | --- | --- |\n"


class Promise(NamedTuple):
    faute: str
    promis: str
    essaye: str
    place: str  # file and name of the test
    torture: bool

    def line(self, held: str) -> str:
        """Its line of the table."""
        how = "make torture" if self.torture else "make test"
        file, _, name = self.place.partition("::")
        return f"| {self.faute} | {self.promis} | {self.essaye} | {held} | {how} : `{Path(file).name}`, {name.removeprefix('test_')} |"


def promises(root: Path) -> Iterator[Promise]:
    """The marks of all tests, in the order of their faults."""
    yield from sorted(found for path in (root / "tests").rglob("test_*.py") for found in _of(path, root))


def _of(path: Path, root: Path) -> Iterator[Promise]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            marks = [ast.unparse(mark) for mark in node.decorator_list]
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.promesse":
                    faute, promis, essaye = (str(ast.literal_eval(word)) for word in mark.args)
                    place = f"{path.relative_to(root).as_posix()}::{node.name}"
                    yield Promise(faute, promis, essaye, place, "pytest.mark.torture" in marks)


def without_how_it_ended(lines: list[str]) -> list[str]:
    """Lines of the table less their fourth cell."""
    return ["|".join(cell for place, cell in enumerate(line.split("|")) if place != 4) for line in lines]


def lines_of(page: Path) -> list[str]:
    """The lines of the table, without its head."""
    return [line for line in page.read_text("utf-8").splitlines() if line.startswith("| ")][2:]


# -- written while the tests run ---------------------------------------------------------------------------------------
class Recorder:
    """How the tests that keep a promise ended, by file and name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ended: dict[str, set[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.skipped or report.failed:
            said = "sauté" if report.skipped else "**non**" if report.failed else "oui"
            self.ended.setdefault(report.nodeid.partition("[")[0], set()).add(said)

    def pytest_sessionfinish(self) -> None:
        write(self.root, self.ended)


def write(root: Path, ended: Mapping[str, set[str]]) -> None:
    """Replace the table of the page; a promise whose test was not run this time keeps how it ended, if it ever was."""
    page = root / PAGE
    former = {without_how_it_ended([line])[0]: line.split("|")[4].strip() for line in lines_of(page)}

    def held(promise: Promise) -> str:
        said = ended.get(promise.place, set())
        before = former.get(without_how_it_ended([promise.line("")])[0], "non essayé")
        return next((word for word in ("**non**", "sauté", "oui") if word in said), before)

    before = page.read_text("utf-8").partition("| Faute |")[0]
    table = "".join(f"{promise.line(held(promise))}\n" for promise in promises(root))
    page.write_text(before + _HEAD + table, encoding="utf-8")
