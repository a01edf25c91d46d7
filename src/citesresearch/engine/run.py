"""One notebook to execute, and where it leaves its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["Kind", "Outputs", "Run"]

Kind = Literal["monographie", "synthese", "qualite", "gouvernance", "configurations"]
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Outputs:
    """Where a run leaves its files: the first two when it succeeds, the last two when it fails."""

    notebook: Path
    page: Path
    partial: Path
    log: Path


@dataclass(frozen=True)
class Run:
    """One notebook to execute with its parameters; the batch knows nothing else of it.

    `id` names the files, `parameters` are passed as Python strings, untouched (`01004` stays `01004`).
    Raises ValueError for an id or a campagne that could not be a file name.
    """

    campagne: str
    kind: Kind
    id: str
    notebook: Path
    parameters: Mapping[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        for name in (self.campagne, self.id):
            if not _SAFE.fullmatch(name):
                raise ValueError(f"not usable as a file name: {name!r}")
        for name, value in self.parameters.items():
            if not isinstance(value, str):
                raise ValueError(f"parameter {name!r} must be a str, not {type(value).__name__}")

    def outputs(self, build: Path) -> Outputs:
        """The files of this run under the build folder `build`."""
        root = build / self.campagne
        return Outputs(
            root / "notebooks" / f"{self.id}.ipynb",
            root / "pages" / f"{self.id}.html",
            root / "journaux" / f"{self.id}.ipynb",
            root / "journaux" / f"{self.id}.log",
        )
