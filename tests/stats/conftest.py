"""Outside values (tests/reference) and larger data that ship with R packages."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rows = list[dict[str, str]]


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def reference(repository: Path) -> Callable[[str], dict[str, Any]]:
    """Load tests/reference/<name>.json."""

    def load(name: str) -> dict[str, Any]:
        held: dict[str, Any] = json.loads((repository / "tests/reference" / f"{name}.json").read_text("utf-8"))
        return held

    return load


@pytest.fixture(scope="session")
def reference_rows(repository: Path) -> Callable[[str], Rows]:
    """Load tests/reference/data/<name>.csv as rows of texts."""
    return lambda name: _rows(repository / "tests" / "reference" / "data" / f"{name}.csv")


@pytest.fixture(scope="session")
def shared_rows(shared: Path) -> Callable[[str], Rows]:
    """Load a larger file that is not carried by the project; skip the test where it is absent."""

    def load(name: str) -> Rows:
        path = shared / "reference" / "data" / f"{name}.csv"
        if not path.is_file():
            pytest.skip(f"{name}.csv is absent (it ships with an R package; set CITESRESEARCH_SHARED)")
        return _rows(path)

    return load
