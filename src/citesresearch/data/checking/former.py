"""What a campagne had at its last preparation and has no longer: rows, columns, whole tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...codebook import Codebook
from ...french import listing, number, plural
from .problems import Collector, Problem, Problems, quoted

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

__all__ = ["lost_since"]


def lost_since(processed: Path, tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> Problems:
    """A warning for each table that is shorter, or has a column emptied, since its prepared folder was made.

    Nothing where the campagne was never prepared, or where the prepared tables cannot be read.
    """
    import pyarrow.parquet as parquet
    from pyarrow import ArrowException

    found: list[Problem] = []
    for path in sorted((processed / "tables").glob("*.parquet")):
        if path.stem not in codebook.tables or not codebook[path.stem].filled_in:
            continue
        try:
            before = parquet.read_table(path)
        except (OSError, ArrowException):
            continue
        now = tables.get(path.stem)
        rows = 0 if now is None else len(now)
        lost = (
            []
            if now is None
            else [n for n in before.column_names if _filled(before, n) and n in now and not now[n].notna().any()]
        )
        notes = Collector(f"{path.stem}.csv")
        if rows < before.num_rows:
            notes.add(
                "moins_qu_avant",
                f"autant de lignes qu’à la dernière préparation, {number(before.num_rows)}",
                "vérifier que le fichier n’est pas coupé, ni remplacé par un extrait ; rien si ces lignes ont été retirées",
                lu=f"depuis la dernière préparation : {plural(before.num_rows - rows, 'ligne', 'lignes')} de moins dans {path.stem}",
                gravite="avertissement",
            )
        if lost and rows:
            notes.add(
                "moins_qu_avant",
                "les colonnes remplies à la dernière préparation",
                "vérifier que ces colonnes n’ont pas été perdues ; rien si elles ont été vidées à dessein",
                lu=f"sans valeur depuis, dans {path.stem} : {listing([quoted(name) for name in lost])}",
                gravite="avertissement",
            )
        found += notes.found
    return Problems(found)


def _filled(table: pyarrow.Table, name: str) -> bool:
    return bool(table[name].null_count < table.num_rows)
