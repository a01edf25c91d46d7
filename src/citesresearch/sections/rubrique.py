"""A rubric that another programme declares: its title and its exhibits, in place of one of the Cités de l'emploi."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from ..publication import CitePublication
from .blocks import Block, Section, State
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import returns_state

__all__ = ["rubric"]

Rubric = Callable[[CitePublication], Section]


def rubric(code: str = "") -> Callable[[Rubric], Rubric]:
    """Make of a function a rubric of the monograph: its number is its place in `SECTIONS`.

    With a `code` it gives way to what the programme's codebook declares under `rubriques`.
    """

    def wrap(function: Rubric) -> Rubric:
        @wraps(function)
        def made(site: CitePublication) -> Section:
            from . import SECTIONS

            declared = site.publication.codebook.rubriques.get(code) if code else None
            section = function(site) if declared is None else _declared(site, code, declared)
            return replace(section, numero=SECTIONS.index(made) + 1)

        return made

    return wrap


def _declared(site: CitePublication, code: str, declared: Mapping[str, Any]) -> Section:
    planches = tuple(declared.get("planches", ()))
    told = facts(site, code)
    blocks: list[Block] = [fact_list(site, told)] if len(told) else []
    if not planches:
        state = State(
            "vide",
            "Rubrique sans question",
            "Le questionnaire de ce programme ne pose pas de question qui la remplirait.",
            "Une question, et sa planche, dans le codebook du programme.",
        )
        return Section(code, declared["titre"], "Sans question dans ce programme.", "vide", (*blocks, state))
    etat, box = returns_state(site, planches)
    if not has_exhibits(site.publication, planches):
        box = State(
            "vide",
            "Donnée non disponible pour cette Cité",
            "Aucun retour ne répond à ces questions.",
            "Le retour de la Cité.",
        )
    if box is not None:
        blocks.append(box)
    blocks += exhibits(site.publication, planches, site)
    chapo = (
        "La Cité ne renseigne pas cette rubrique."
        if etat == "vide"
        else "Ce que le retour de la Cité déclare, à côté du réseau."
    )
    return Section(code, declared["titre"], chapo, etat, tuple(blocks))
