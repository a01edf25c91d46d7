"""Rubric 6, partnerships."""

from __future__ import annotations

from ..french import plural
from ..publication import CitePublication
from .blocks import Block, Section, State, Subheading
from .chiffres import national_figures
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import answers_table, own_return, returns_state
from .rubrique import rubric

CHARTED = ("acteurs_institutionnels", "acteurs_emploi", "entreprises")
ANSWERED = (
    "liens_associations",
    "liens_bailleurs",
    "liens_ccas",
    "liens_entreprises",
    "paqte",
    "developpement_economique",
    "liens_collectivite",
)


@rubric("partenariats")
def partenariats(site: CitePublication) -> Section:
    """What documents and the Cité's return say of its partners; the network stays drawn where the Cité is silent."""
    publication = site.publication
    told = facts(site, "partenariats")
    blocks: list[Block] = [fact_list(site, told)] if len(told) else []
    state, box = returns_state(site, (*CHARTED, *ANSWERED))
    shown = has_exhibits(publication, CHARTED)
    if not shown:
        state = "partielle" if len(told) else "vide"
        blocks.append(
            State(
                "partielle" if len(told) else "vide",
                "Rubrique à compléter" if len(told) else "Donnée non disponible pour cette Cité",
                "La satisfaction envers les partenaires et leurs liens avec la Cité ne sont pas documentés.",
                "Le retour de la Cité : acteurs institutionnels, acteurs de l’emploi, cohésion sociale, entreprises.",
            )
        )
    else:
        if box is not None:
            blocks.append(box)
        blocks += exhibits(publication, CHARTED, site)
        table = answers_table(site, ANSWERED, "Liens avec les autres acteurs, réponses de la Cité")
        if table is not None and own_return(site) is not None:
            blocks += [Subheading("Liens avec les autres acteurs"), table]
        blocks += exhibits(publication, ("cofinancement",), site)
    if len(publication.table("chiffres_publies")):
        blocks += [
            Subheading("Dans le réseau"),
            national_figures(
                publication, ("axe_1", "partenariats"), "Partenaires et liens, chiffres nationaux publiés"
            ),
        ]
    if len(told):
        chapo = f"{plural(len(told), 'fait documenté', 'faits documentés')} sur les partenaires."
    elif shown and state == "vide":
        chapo = "La Cité ne renseigne pas cette rubrique ; le réseau reste dessiné."
    elif shown:
        chapo = "Les partenaires tels que la Cité les juge, à côté du réseau."
    else:
        chapo = "Aucun document réuni ici ne décrit les partenaires de cette Cité."
    return Section("partenariats", "Partenariats", chapo, state, tuple(blocks))
