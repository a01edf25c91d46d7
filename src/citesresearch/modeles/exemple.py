"""The example row of each table: plausible, marked, never read (see `EXAMPLE`)."""

from __future__ import annotations

from ..codebook import Field, Table
from ..data.reading.columns import EXAMPLE

__all__ = ["example_row", "expected"]

_DATE = "2023-06"
# An identifier that another table holds, by that table.
_KEYS = {"cites": "ma-cite", "sources": "ENQUETE_2026", "retours": "ma-cite", "repondants": "r0a1b2c"}


def example_row(table: Table) -> list[str]:
    """A cell per column, the first of which says that the row is an example.

    Where the first column is one that matters (an identifier), its own example is in the definition.
    """
    linked = {name: key.table for key in table.foreign_keys for name in key.fields}
    return [EXAMPLE, *(_cell(column, linked.get(column.name)) for column in table.fields[1:] if not column.tacit)]


def _cell(column: Field, other: str | None) -> str:
    if column.vocabulary is not None:
        return column.vocabulary.modalites[0].code
    if other in _KEYS:
        return _KEYS[other]
    if column.extra.get("exemple"):
        return str(column.extra["exemple"])
    if column.date_partielle:
        return _DATE
    match column.type:
        case "boolean":
            return "oui"
        case "integer" | "number":
            return str(column.constraints.get("minimum", 1) or 1)
        case _:
            return column.libelle


def expected(column: Field) -> str:
    """What a cell of this column may hold, in French."""
    limits = column.constraints
    if column.vocabulary is not None:
        return "un code de la liste"
    if column.date_partielle:
        return "AAAA, AAAA-MM ou AAAA-MM-JJ"
    match column.type:
        case "boolean":
            return "oui ou non"
        case "integer" | "number":
            words = "un nombre entier" if column.type == "integer" else "un nombre"
            low, high = limits.get("minimum"), limits.get("maximum")
            if low is not None and high is not None:
                return f"{words}, de {low} à {high}"
            return words if low is None else f"{words}, {low} au moins"
        case _:
            return f"tel que {column.extra['exemple']}" if column.extra.get("exemple") else "du texte"
