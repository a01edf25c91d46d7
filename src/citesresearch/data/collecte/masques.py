"""What was masked at an import, as it was read: kept beside the key, outside the project, so that it can be put back."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from ...errors import CannotWrite, reason
from ..checking.problems import inert_cell
from .answers import Masking

__all__ = ["masked_path", "write_masked"]

_HEADINGS = ("campagne", "fichier", "ligne", "colonne", "texte lu", "texte importé")


def masked_path(key: Path) -> Path:
    """The file of what was masked under a key."""
    return key.with_name(f"{key.name}-masques.csv")


def write_masked(key: Path, campagne: str, masked: Iterable[Masking]) -> Path:
    """Add what was masked to the file beside the key, for its owner only, each once. Raises CannotWrite."""
    path = masked_path(key)
    try:
        former = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        held = {tuple(row) for row in csv.reader(io.StringIO(former), delimiter=";")}
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        for row in (_HEADINGS, *((campagne, *said.cells()) for said in masked)):
            cells = tuple(inert_cell(cell) for cell in row)
            if cells not in held:
                writer.writerow(cells)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(place, "w", encoding="utf-8" if former else "utf-8-sig", newline="") as file:
            file.write(stream.getvalue())
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "ce fichier n’est pas un texte"
        raise CannotWrite(f"Les textes d’origine ne peuvent pas être gardés dans {path} : {why}.") from error
    return path
