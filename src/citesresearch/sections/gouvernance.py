"""Rubric 5, governance: who steers, with which bodies."""

from __future__ import annotations

import pandas as pd

from ..figures.tables import Column, DataTable
from ..french import plural, typeset
from ..publication import CitePublication, Publication
from ..publication.wording import dated, documents
from .blocks import Block, Pair, Section, SideNote, State, Subheading, TableBlock
from .chiffres import national_figures
from .copilotage import copilotage_blocks
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import answers_table, own_return, returns_state
from .rubrique import rubric
from .schema_gouvernance import scheme_blocks

CHARTED = ("copilotage", "satisfaction_gouvernance", "copil_cotech")
ANSWERED = (
    "membres_copil",
    "frequence_reunions",
    "contrat_de_ville",
    "liens_deets_prefecture",
    "missions",
    "stabilite",
    "financement_poste",
    "structure_porteuse",
)


@rubric("gouvernance")
def gouvernance(site: CitePublication) -> Section:
    """Partial with documented actors and bodies; empty otherwise, the network's figures staying beside it."""
    publication = site.publication
    actors, told = site.rows("copilotes"), facts(site, "gouvernance")
    blocks: list[Block] = []
    if len(actors):
        blocks.append(_steering(publication, actors))
    if len(told):
        blocks += [Subheading("Instances et principes"), fact_list(site, told)]
    drawn = scheme_blocks(site)
    if drawn:
        blocks += [Subheading("Schéma de la gouvernance"), *drawn]
    shown = has_exhibits(publication, CHARTED)
    state, box = returns_state(site, (*CHARTED, *ANSWERED))
    if not shown:
        told_something = bool(blocks)
        blocks.append(
            State(
                "partielle" if told_something else "vide",
                "Rubrique à compléter" if told_something else "Donnée non disponible pour cette Cité",
                "L’équilibre du copilotage, la présidence et la composition des comités ne sont pas documentés.",
                "Le retour de la Cité : présidence et composition des instances, structure porteuse, temps et stabilité du poste.",
            )
        )
        state = "partielle" if told_something else "vide"
    else:
        if box is not None:
            blocks.append(box)
        blocks += exhibits(publication, CHARTED, site)
        blocks += copilotage_blocks(site)
        own_answers = answers_table(site, ANSWERED, "Instances et poste de coordination, réponses de la Cité")
        if own_answers is not None and own_return(site) is not None:
            blocks += [Subheading("Instances et poste de coordination"), own_answers]
        blocks += exhibits(publication, ("etp",), site)
    if len(publication.table("chiffres_publies")):
        blocks += [
            Subheading("Dans le réseau"),
            national_figures(
                publication, ("gouvernance", "coordination"), "Gouvernance et coordination, chiffres nationaux publiés"
            ),
        ]
    pilots = actors[actors["role"] == "copilote"]
    if len(pilots):
        chapo = f"{plural(len(pilots), 'copilote')} {'nommé' if len(pilots) < 2 else 'nommés'} par les documents."
    elif len(actors) or len(told):
        chapo = "Les documents disent qui anime et avec quelles instances, sans nommer de copilotes."
    elif shown and state == "vide":
        chapo = "La Cité ne renseigne pas cette rubrique ; le réseau reste dessiné."
    elif shown:
        chapo = "Le pilotage tel que le retour de la Cité le décrit."
    else:
        chapo = "Aucun document réuni ici ne décrit le pilotage de cette Cité."
    return Section("gouvernance", "Gouvernance", chapo, state, tuple(blocks))


def _steering(publication: Publication, actors: pd.DataFrame) -> Pair:
    """Who steers, on which side, in which role."""
    sides, roles = publication.codebook.vocabulary("cote@1"), publication.codebook.vocabulary("role_copilote@1")
    rows = tuple(
        (
            typeset(row["libelle"]),
            sides.libelle(row["cote"]),
            roles.libelle(row["role"]) + (typeset(f" « {row['groupe']} »") if isinstance(row["groupe"], str) else ""),
            dated(row),
        )
        for _, row in actors.iterrows()
    )
    table = DataTable("Qui pilote", (Column("Acteur"), Column("Côté"), Column("Rôle"), Column("Date")), rows)
    return Pair((TableBlock(table),), SideNote((("Source", documents(publication, actors["source"])),)))
