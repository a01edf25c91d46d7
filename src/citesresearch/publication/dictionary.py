"""The dictionary of the indicators, as pages and downloads give it."""

from __future__ import annotations

import pandas as pd

from ..codebook import Codebook
from ..indicators import Indicator, indicators_of

__all__ = ["DICTIONARY", "describe_indicators"]

DICTIONARY = (
    "id",
    "theme",
    "planche",
    "forme",
    "libelle",
    "definition",
    "formule",
    "base",
    "unite",
    "source",
    "secret",
)


def describe_indicators(codebook: Codebook, estimates: pd.DataFrame) -> pd.DataFrame:
    """The dictionary of the indicators, one row each: what pages and downloads say of a figure.

    `liste` is the list or scale of their modalities and `liste_croisement` that of the crossing, by name and version;
    empty where there is none; `champs` the questions it is made from (`table.column`, separated by spaces).
    """
    seen = {
        column: estimates[estimates[column] != ""].groupby("indicateur")[column].agg(set).to_dict()
        for column in ("modalite", "croisement_modalite")
    }
    rows = [
        {
            **{name: getattr(measure, name) for name in DICTIONARY},
            "champs": " ".join(measure.champs),
            "liste": _list_of(measure, codebook, seen["modalite"].get(measure.id, set())),
            "liste_croisement": _list_of(measure, codebook, seen["croisement_modalite"].get(measure.id, set())),
        }
        for measure in indicators_of(codebook).values()
    ]
    return pd.DataFrame(rows).astype("str")


# Modalities that an indicator makes itself: they stand in no list.
_MADE = {
    "favorable",
    "solde",
    "oui",
    "non",
    "total",
    "moyenne",
    "mediane",
    "minimum",
    "maximum",
    "quartile_1",
    "quartile_3",
}


def _list_of(measure: Indicator, codebook: Codebook, codes: set[str]) -> str:
    """The list that holds these codes: one of the indicator's own questions, else the first that fits."""
    wanted = codes - _MADE
    if not wanted or all(code.isdigit() for code in wanted):
        return ""
    fields = [codebook[table][name] for table, _, name in (champ.partition(".") for champ in measure.champs)]
    own = [field.vocabulary for field in fields if field.vocabulary is not None]
    for vocabulary in (*own, *codebook.vocabularies.values()):
        if wanted <= set(vocabulary.codes):
            return vocabulary.id
    return ""
