"""Rubric 7, actions along the three axes."""

from __future__ import annotations

from functools import partial

from ..figures.editions import editions, has_editions
from ..french import listing, plural
from ..publication import CitePublication
from ..publication.wording import credit
from .blocks import Block, ChartBlock, Section, State, Subheading
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import answers_table, own_return, returns_state
from .rubrique import rubric

# The figures of the three axes that documents give more than once.
_SERIES = ("referents", "actions_axe_2", "beneficiaires_axe_2", "actions_axe_3")
NUMBERS = ("premiers_resultats",)
CHARTED = (
    "satisfaction_axe_1",
    "types_actions_axe_1",
    "satisfaction_axe_2",
    "types_actions_axe_2",
    "satisfaction_axe_3",
    "types_actions_axe_3",
    "themes_travailles",
)
ANSWERED = ("public_cible", "feuilles_de_route", "cohorte", "apports_cohorte", "rendez_vous", "liens_entre_cites")


@rubric("actions")
def actions(site: CitePublication) -> Section:
    """What documents and the Cité's return say of its actions; the network's totals stay beside them."""
    publication = site.publication
    aims, done = facts(site, "actions", "axe"), facts(site, "actions", "action")
    blocks: list[Block] = []
    if len(aims):
        blocks += [Subheading("Axes et objectifs affichés"), fact_list(site, aims)]
    if len(done):
        blocks += [Subheading("Actions décrites"), fact_list(site, done)]
    told = bool(blocks)
    state, box = returns_state(site, (*NUMBERS, *CHARTED, *ANSWERED))
    shown = has_exhibits(publication, CHARTED)
    if not shown:
        state = "partielle" if told else "vide"
        blocks.append(
            State(
                "partielle" if told else "vide",
                "Rubrique à compléter" if told else "Donnée non disponible pour cette Cité",
                "Le nombre d’actions et de bénéficiaires par axe n’est pas documenté pour cette Cité.",
                "Le relevé des actions de la Cité : axe, thème, état d’avancement, participations.",
            )
        )
    else:
        if box is not None:
            blocks.append(box)
        blocks += exhibits(publication, (*NUMBERS, *CHARTED), site)
        table = answers_table(site, ANSWERED, "Publics, feuille de route et cohorte, réponses de la Cité")
        if table is not None and own_return(site) is not None:
            blocks += [Subheading("Publics, feuille de route, cohorte"), table]
        blocks += exhibits(publication, ("detail_depenses",), site)
    published = publication.table("chiffres_publies")
    if has_editions(published, _SERIES):
        chart = editions(
            published,
            publication.codebook,
            _SERIES,
            source=partial(credit, publication),
            synthetique=publication.synthetique,
        )
        blocks += [Subheading("Dans le réseau"), ChartBlock.of(chart, "chiffres_nationaux")]
    said = [plural(len(rows), word) for rows, word in ((aims, "objectif"), (done, "action")) if len(rows)]
    if said:
        chapo = f"{listing(said)} que décrivent les documents publics."
    elif shown and state == "vide":
        chapo = "La Cité ne renseigne pas cette rubrique ; le réseau reste dessiné."
    elif shown:
        chapo = "Les actions déclarées par la Cité ; les participations ne sont pas des personnes."
    else:
        chapo = "Aucun document réuni ici ne décrit les actions de cette Cité."
    return Section("actions", "Actions selon les trois axes", chapo, state, tuple(blocks))
