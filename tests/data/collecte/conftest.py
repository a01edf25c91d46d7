"""The small campagne, for every test of the import."""

from __future__ import annotations

from pathlib import Path

import pytest

from .case import Case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)
