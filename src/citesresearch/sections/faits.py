"""Which rubric shows which lines of a Cité's identity card: each kind of line has a place, and one only beside the card."""

from __future__ import annotations

import pandas as pd

from ..french import typeset
from ..publication import CitePublication, once
from ..publication.wording import credit, dated
from .blocks import FactList, FicheLine

__all__ = ["ROUTES", "facts", "lines"]

ROUTES: dict[str, tuple[str, ...]] = {
    "fiche": (
        "territoire",
        "population",
        "qpv",
        "calendrier",
        "copilotes",
        "animation",
        "poste",
        "enveloppe",
        "contexte_emploi",
        "pauvrete",
        "public_cible",
        "cohorte",
    ),
    "genese": ("historique",),
    "gouvernance": ("instance", "groupe_travail", "principe"),
    "partenariats": ("partenaires",),
    "actions": ("axe", "action"),
    "maturite": ("temps",),
    "enseignements": ("difficulte", "condition"),
    "paroles": ("temoignage",),
}


def facts(site: CitePublication, route: str, objet: str | None = None) -> pd.DataFrame:
    """The lines of the Cité that this rubric shows, in the order of the card; of one kind (`objet`) or of all."""
    wanted = ROUTES[route] if objet is None else (objet,)

    def card() -> pd.DataFrame:
        rubrics = site.publication.codebook.vocabulary("rubrique_fiche@1").modalites
        order = {rubric.code: i for i, rubric in enumerate(rubrics)}
        return site.rows("fiches").sort_values(
            ["rubrique", "ordre"], key=lambda s: s.map(order) if s.name == "rubrique" else s, kind="stable"
        )

    rows = once(site, "card", card)
    return rows[rows["objet"].isin(wanted)]


def lines(site: CitePublication, rows: pd.DataFrame) -> tuple[FicheLine, ...]:
    """Rows of `fiches` as lines to print, each with its date and its document."""
    return tuple(
        FicheLine(typeset(row["texte"]), dated(row), credit(site.publication, row["source"]))
        for _, row in rows.iterrows()
    )


def fact_list(site: CitePublication, rows: pd.DataFrame) -> FactList:
    """Rows of `fiches` as a list, each line with its date and its document."""
    return FactList(lines(site, rows))
