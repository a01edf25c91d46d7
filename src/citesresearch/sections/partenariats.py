"""Rubric 6, partnerships."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..french import plural
from .blocks import Block, Section, State, Subheading
from .chiffres import national_figures
from .faits import fact_list, facts


def partenariats(site: CitePublication) -> Section:
    """Partial where a document speaks of partners; empty otherwise, the network's figures staying beside it."""
    told = facts(site, "partenariats")
    blocks: list[Block] = [fact_list(site, told)] if len(told) else []
    blocks += [
        State(
            "partielle" if len(told) else "vide",
            "Rubrique à compléter" if len(told) else "Donnée non disponible pour cette Cité",
            "La satisfaction envers les partenaires et leurs liens avec la Cité ne sont pas documentés.",
            "Le retour de la Cité : acteurs institutionnels, acteurs de l’emploi, cohésion sociale, entreprises.",
        ),
        Subheading("Dans le réseau"),
        national_figures(
            site.publication, ("axe_1", "partenariats"), "Partenaires et liens, chiffres nationaux publiés"
        ),
    ]
    chapo = (
        f"{plural(len(told), 'fait documenté')} sur les partenaires."
        if len(told)
        else "Aucun document réuni ici ne décrit les partenaires de cette Cité."
    )
    return Section("partenariats", 6, "Partenariats", chapo, "partielle" if len(told) else "vide", tuple(blocks))
