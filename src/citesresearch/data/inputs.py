"""Which files a campagne is made from. Loads no table: seeing that nothing has changed takes milliseconds.

What is read lies in the campagne's folder: its settings, the tables laid in it, its texts; and what its settings name,
Insee's files and a codebook. Nothing else is an input, so that what is built inside the folder never is one. A link is
followed to what it leads to, inside the folder only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..storage.store import PROBLEMS_FILE, checksums
from .campagne import SETTINGS, TEXTS, Campagne
from .inside import leads_out

__all__ = ["TEXT_SUFFIXES", "inputs_of_campagne", "insee_files", "is_insee_input", "texts_of"]

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def inputs_of_campagne(campagne: Campagne) -> dict[str, str]:
    """The checksums of every file that may change the campagne's figures: its own, and those of Insee."""
    inputs = checksums(campagne.raw, [*_tables(campagne.raw), *texts_of(campagne.raw)])
    if campagne.codebook is not None and campagne.codebook.is_file():
        inputs |= checksums(campagne.codebook.parent, [campagne.codebook])
    if campagne.insee is not None and campagne.insee.is_dir():
        files = (path for path in insee_files(campagne.insee) if is_insee_input(path))
        inputs |= {f"insee/{name}": digest for name, digest in checksums(campagne.insee, files).items()}
    return inputs


def insee_files(folder: Path) -> list[Path]:
    """The files of Insee's folder and of its sub-folders, hidden ones apart, in the order of their names."""
    found = (path for path in folder.rglob("*") if os.path.isfile(path))  # noqa: PTH113 — never raises
    return sorted(p for p in found if not any(part.startswith((".", "~$")) for part in p.relative_to(folder).parts))


def texts_of(raw: Path) -> list[Path]:
    """The files of the evaluator's texts."""
    folder = raw / TEXTS
    return sorted(_files(folder, raw)) if folder.is_dir() and not leads_out(folder, raw) else []


def _tables(raw: Path) -> Iterator[Path]:
    for path in _files(raw, raw):
        if path.name == SETTINGS or (_is_table(path) and path.name != PROBLEMS_FILE):
            yield path


def _files(folder: Path, raw: Path) -> Iterator[Path]:
    """The files of a folder; a link that leads out of the campagne is told by the check, never read."""
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith((".", "~$")) and not leads_out(path, raw):
            yield path


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in (*TEXT_SUFFIXES, *_WORKBOOKS)


def is_insee_input(path: Path) -> bool:
    """Whether a file of Insee's folder may be data (a README is not)."""
    return _is_table(path) or path.suffix.lower() == ".zip"
