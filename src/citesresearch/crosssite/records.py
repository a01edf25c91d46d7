"""Records as tables, for the publication: one row each, cells that a CSV or a Parquet file can hold, and back."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterable
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import pandas as pd

from .finding import Curve, Finding

__all__ = ["curves_of", "curves_table", "findings_of", "findings_table"]

NUMBERS = {float: "float64", int: "int64", bool: "bool", str: "str"}


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """One row a finding, its fields as columns; a field with parts is JSON text, a number that is missing is empty."""
    return _table(Finding, findings)


def findings_of(table: pd.DataFrame) -> tuple[Finding, ...]:
    """The findings of a table that `findings_table` made."""
    return tuple(_rows(Finding, table))


def curves_table(curves: Iterable[Curve]) -> pd.DataFrame:
    """One row a specification curve; its specifications are JSON text."""
    return _table(Curve, curves)


def curves_of(table: pd.DataFrame) -> tuple[Curve, ...]:
    """The curves of a table that `curves_table` made."""
    return tuple(_rows(Curve, table))


def _table(kind: type[Any], rows: Iterable[Any]) -> pd.DataFrame:
    listed = list(rows)
    hints = typing.get_type_hints(kind)
    columns: dict[str, pd.Series[Any]] = {}
    for field in fields(kind):
        plain = _plain(hints[field.name])
        cells = [getattr(row, field.name) for row in listed]
        if plain is None:
            cells = [json.dumps(_parts(cell), ensure_ascii=False) for cell in cells]
        columns[field.name] = pd.Series(cells, dtype=NUMBERS[plain or str])
    return pd.DataFrame(columns)


def _rows(kind: type[Any], table: pd.DataFrame) -> list[Any]:
    hints = typing.get_type_hints(kind)
    rows = []
    for said in table.to_dict("records"):
        values = {}
        for field in fields(kind):
            cell, plain = said[field.name], _plain(hints[field.name])
            if plain is None:
                cell = _rebuilt(hints[field.name], json.loads(cell))
            elif plain is float:
                cell = None if pd.isna(cell) else float(cell)
            values[field.name] = plain(cell) if plain in (int, bool, str) else cell
        rows.append(kind(**values))
    return rows


def _plain(hint: Any) -> type | None:
    """The type of a cell that needs no JSON: text, a whole number, yes or no, a number that may be missing."""
    if typing.get_origin(hint) is typing.Literal:
        return str
    return next(
        (kind for kind in (str, int, bool, float) if hint is kind or (kind is float and hint == float | None)), None
    )


def _parts(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_parts(item) for item in value] if isinstance(value, tuple) else value


def _rebuilt(hint: Any, value: Any) -> Any:
    """A value read from JSON as the type that its field declares."""
    if value is None:
        return None
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _rebuilt(next(kind for kind in inside if kind is not type(None)), value)
    if origin is tuple:
        return tuple(_rebuilt(inside[0], item) for item in value)
    if is_dataclass(hint):
        make: Any = hint
        held = typing.get_type_hints(hint)
        return make(**{name: _rebuilt(held[name], part) for name, part in value.items()})
    return value
