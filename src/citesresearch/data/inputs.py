"""Which files a campagne is made from. Loads no table: seeing that nothing has changed takes milliseconds."""

from __future__ import annotations

import os
from pathlib import Path

from .campagne import Campagne
from .store import checksums, inputs_of

__all__ = ["TEXT_SUFFIXES", "insee_files", "inputs_of_campagne", "is_insee_input"]

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def inputs_of_campagne(campagne: Campagne) -> dict[str, str]:
    """The checksums of every file that may change the campagne's figures: its own, and those of Insee."""
    inputs = inputs_of(campagne.raw, campagne.processed)
    if campagne.codebook is not None and campagne.codebook.is_file():
        inputs |= checksums(campagne.codebook.parent, [campagne.codebook])
    if campagne.insee is not None and campagne.insee.is_dir():
        files = (path for path in insee_files(campagne.insee) if is_insee_input(path))
        inputs |= {f"insee/{name}": digest for name, digest in checksums(campagne.insee, files).items()}
    return inputs


def insee_files(folder: Path) -> list[Path]:
    """The files of Insee's folder and of its sub-folders, hidden ones apart, in the order of their names."""
    found = (path for path in folder.rglob("*") if os.path.isfile(path))
    return sorted(p for p in found if not any(part.startswith((".", "~$")) for part in p.relative_to(folder).parts))


def is_insee_input(path: Path) -> bool:
    """Whether a file of Insee's folder may be data (a README is not)."""
    return path.suffix.lower() in (*TEXT_SUFFIXES, *_WORKBOOKS, ".zip")
