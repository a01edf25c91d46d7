"""What a publication holds about governance and outcomes: findings, curves, and what was declared before them.

Pages read them here: nothing is computed again, and no rule of theirs is code that a page imports.
"""

from __future__ import annotations

from typing import Any

from ..crosssite.finding import (
    LEVEL,
    STRENGTHS,
    SYMBOLS,
    Adjusted,
    Crosstab,
    Curve,
    Finding,
    Specification,
    Strength,
    doubts,
    figures,
)
from ..crosssite.records import curves_of, findings_of
from .publication import Publication, once

__all__ = [
    "LEVEL",
    "STRENGTHS",
    "SYMBOLS",
    "Adjusted",
    "Crosstab",
    "Curve",
    "Finding",
    "Specification",
    "Strength",
    "curves",
    "declarations",
    "doubts",
    "figures",
    "findings",
    "main_pair",
]


def findings(publication: Publication) -> tuple[Finding, ...]:
    """The findings that were published, in their order."""
    return once(publication, "findings", lambda: findings_of(publication.table("constats")))


def curves(publication: Publication) -> tuple[Curve, ...]:
    """The specification curves of the main pairs."""
    return once(publication, "curves", lambda: curves_of(publication.table("constats_courbes")))


def main_pair(publication: Publication) -> str:
    """The id of the pair that comes first among all that were declared; empty where nothing was looked for."""
    return next((curve.pair for curve in curves(publication)), "")


def declarations(publication: Publication, name: str) -> dict[Any, Any]:
    """The rows of a table of what was declared, by their first column: each has the columns as attributes."""
    return once(
        publication,
        ("declared", name),
        lambda: {row[0]: row for row in publication.table(name).itertuples(index=False)},
    )
