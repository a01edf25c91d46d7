"""Rubric 7, actions along the three axes."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..figures.editions import editions
from ..french import listing, plural
from .blocks import Block, ChartBlock, Section, State, Subheading
from .faits import fact_list, facts

# The figures of the three axes that documents give more than once.
_SERIES = ("referents", "actions_axe_2", "beneficiaires_axe_2", "actions_axe_3")


def actions(site: CitePublication) -> Section:
    """Partial where a document tells the Cité's aims or actions; empty otherwise, the network's totals staying beside it."""
    aims, done = facts(site, "actions", "axe"), facts(site, "actions", "action")
    blocks: list[Block] = []
    if len(aims):
        blocks += [Subheading("Axes et objectifs affichés"), fact_list(site, aims)]
    if len(done):
        blocks += [Subheading("Actions décrites"), fact_list(site, done)]
    blocks += [
        State(
            "partielle" if blocks else "vide",
            "Rubrique à compléter" if blocks else "Donnée non disponible pour cette Cité",
            "Le nombre d’actions et de bénéficiaires par axe n’est pas documenté pour cette Cité.",
            "Le relevé des actions de la Cité : axe, thème, état d’avancement, participations.",
        ),
        Subheading("Dans le réseau"),
        ChartBlock(
            editions(
                site.publication.table("chiffres_publies"),
                site.publication.codebook,
                _SERIES,
                synthetique=site.publication.synthetique,
            )
        ),
    ]
    said = [plural(len(rows), word) for rows, word in ((aims, "axe"), (done, "action")) if len(rows)]
    chapo = (
        f"{listing(said)} que décrivent les documents publics."
        if said
        else "Aucun document réuni ici ne décrit les actions de cette Cité."
    )
    return Section("actions", 7, "Actions selon les trois axes", chapo, "partielle" if said else "vide", tuple(blocks))
