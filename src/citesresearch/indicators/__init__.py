"""The measures: one module per theme, and one indicator per question of the codebook. The list you read is the registry."""

from __future__ import annotations

from functools import cache

from ..codebook import Codebook, load_codebook
from . import (
    axes,
    besoins,
    contexte,
    copilotage,
    deploiement,
    droit_commun,
    gouvernance,
    moyens,
    qualite,
    reseau,
    territoire,
)
from .indicator import Forme, Indicator, PublishedFigure, indicator
from .questions import question_indicators

__all__ = ["INDICATORS", "Forme", "Indicator", "PublishedFigure", "indicator", "indicators_of"]

THEMES = (
    deploiement,
    contexte,
    territoire,
    gouvernance,
    copilotage,
    reseau,
    axes,
    moyens,
    besoins,
    droit_commun,
    qualite,
)


@cache
def indicators_of(codebook: Codebook) -> dict[str, Indicator]:
    """Every indicator of a codebook by its id: facts of documents first, then the exhibits in their order."""
    by_hand = [measure for theme in THEMES for measure in theme.INDICATORS if _asked(measure, codebook)]
    # A measure outside the exhibits (data quality) reads questions without taking their exhibit over.
    made = {name for measure in by_hand if measure.planche for name in measure.champs}
    exhibits = codebook.vocabularies.get("planche@1")
    order = {code: i for i, code in enumerate(exhibits.codes)} if exhibits else {}
    every = sorted(
        [*by_hand, *question_indicators(codebook, made)],
        key=lambda measure: order.get(measure.planche, len(order)) if measure.planche else -1,
    )
    found = {measure.id: measure for measure in every}
    if len(found) < len(every):
        ids = [measure.id for measure in every]
        raise ValueError(f"two indicators of the same name: {sorted({i for i in ids if ids.count(i) > 1})}")
    return found


def _asked(measure: Indicator, codebook: Codebook) -> bool:
    """Whether the programme asks what the measure is made from."""
    fields = (codebook[table][name] for table, _, name in (champ.partition(".") for champ in measure.champs))
    return not any(field.tacit for field in fields)


INDICATORS: dict[str, Indicator] = indicators_of(load_codebook())
