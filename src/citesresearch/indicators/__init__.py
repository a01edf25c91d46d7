"""The measures, one module per theme. The list you read here is the registry."""

from __future__ import annotations

from . import contexte, deploiement, gouvernance, reseau
from .indicator import Indicator, indicator

__all__ = ["INDICATORS", "Indicator", "indicator"]

INDICATORS: dict[str, Indicator] = {
    measure.id: measure for theme in (deploiement, contexte, gouvernance, reseau) for measure in theme.INDICATORS
}
