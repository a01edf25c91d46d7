"""Truth tables and data for the tests of configurations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from citesresearch.stats.qca import TruthTable
from citesresearch.stats.qca.truth_table import Output, TruthRow, configuration


def decided_table(conditions: Sequence[str], outputs: Mapping[int, Output], *, negated: bool = False) -> TruthTable:
    """Return a truth table with these outputs by row number, one case a row; other rows are unobserved."""
    k = len(conditions)
    rows = tuple(
        TruthRow(n, configuration(n, k), out, 1, float(out == "1"), float(out == "1"), (n,), () if out == "1" else (n,))
        for n, out in sorted(outputs.items())
        if out != "?"
    )
    return TruthTable(tuple(conditions), negated, rows, 1, 1.0, 1.0, 0.0, ())


def columns(rows: Iterable[Mapping[str, str]], *names: str) -> dict[str, list[float]]:
    """Return columns of numbers from rows of texts."""
    listed = list(rows)
    return {name: [float(row[name]) for row in listed] for name in names}
