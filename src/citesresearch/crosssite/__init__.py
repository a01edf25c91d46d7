"""Cité by Cité, governance against outcomes: what is declared in advance, what is found, how sure one may be.

The names below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .association import associate
    from .cases import Cases, cases_of
    from .family import EXPLORED, FAMILY, HYPOTHESES
    from .find import find_all
    from .finding import Finding
    from .outcomes import OUTCOMES
    from .predictors import PREDICTORS

__all__ = [
    "EXPLORED",
    "FAMILY",
    "HYPOTHESES",
    "OUTCOMES",
    "PREDICTORS",
    "Cases",
    "Finding",
    "associate",
    "cases_of",
    "find_all",
]

_PLACES = {
    "Cases": "cases",
    "EXPLORED": "family",
    "FAMILY": "family",
    "Finding": "finding",
    "HYPOTHESES": "family",
    "OUTCOMES": "outcomes",
    "PREDICTORS": "predictors",
    "associate": "association",
    "cases_of": "cases",
    "find_all": "find",
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f".{_PLACES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
