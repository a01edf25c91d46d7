"""A rubric that another programme declares: its title and its exhibits, in place of one of the Cités de l'emploi."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from ..publication import CitePublication
from .blocks import Block, Section, State
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import returns_state

__all__ = ["or_declared"]

Rubric = Callable[[CitePublication], Section]


def or_declared(code: str, numero: int) -> Callable[[Rubric], Rubric]:
    """Make of a rubric one that gives way to what the programme's codebook declares under `rubriques`."""

    def wrap(rubric: Rubric) -> Rubric:
        @wraps(rubric)
        def made(site: CitePublication) -> Section:
            declared = site.publication.codebook.rubriques.get(code)
            return rubric(site) if declared is None else _declared(site, code, numero, declared)

        return made

    return wrap


def _declared(site: CitePublication, code: str, numero: int, declared: Mapping[str, Any]) -> Section:
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
        return Section(code, numero, declared["titre"], "Sans question dans ce programme.", "vide", (*blocks, state))
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
    return Section(code, numero, declared["titre"], chapo, etat, tuple(blocks))
