"""Rubric 5, governance: who steers, with which bodies."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..french import plural, typeset
from ..tables import Column, DataTable
from ..wording import dated, documents
from .blocks import Block, Pair, Section, SideNote, State, Subheading, TableBlock
from .chiffres import national_figures
from .faits import fact_list, facts


def gouvernance(site: CitePublication) -> Section:
    """Partial with documented actors and bodies; empty otherwise, the network's figures staying beside it."""
    publication = site.publication
    actors, told = site.rows("copilotes"), facts(site, "gouvernance")
    blocks: list[Block] = []
    if len(actors):
        sides, roles = (
            publication.codebook.vocabulary("cote@1"),
            publication.codebook.vocabulary("role_copilote@1"),
        )
        table = DataTable(
            caption="Qui pilote",
            columns=(
                Column("Acteur", False),
                Column("Côté", False),
                Column("Rôle", False),
                Column("Date", False),
            ),
            rows=tuple(
                (
                    typeset(row["libelle"]),
                    sides.libelle(row["cote"]),
                    roles.libelle(row["role"])
                    + (typeset(f" « {row['groupe']} »") if isinstance(row["groupe"], str) else ""),
                    dated(row),
                )
                for _, row in actors.iterrows()
            ),
        )
        blocks.append(Pair((TableBlock(table),), SideNote((("Source", documents(publication, actors["source"])),))))
    if len(told):
        blocks += [Subheading("Instances et principes"), fact_list(site, told)]
    blocks.append(
        State(
            "partielle" if blocks else "vide",
            "Rubrique à compléter" if blocks else "Donnée non disponible pour cette Cité",
            "L’équilibre du copilotage, la présidence et la composition des comités ne sont pas documentés.",
            "Le retour de la Cité : présidence et composition des instances, structure porteuse, temps et stabilité du poste.",
        )
    )
    blocks += [
        Subheading("Dans le réseau"),
        national_figures(
            publication,
            ("gouvernance", "coordination"),
            "Gouvernance et coordination, chiffres nationaux publiés",
        ),
    ]
    pilots = actors[actors["role"] == "copilote"]
    if len(pilots):
        chapo = (
            f"{plural(len(pilots), 'copilote')} {'nommé' if len(pilots) < 2 else 'nommés'} par les documents publics."
        )
    elif len(actors) or len(told):
        chapo = "Les documents publics disent qui anime et avec quelles instances, sans nommer de copilotes."
    else:
        chapo = "Aucun document réuni ici ne décrit le pilotage de cette Cité."
    return Section(
        "gouvernance",
        5,
        "Gouvernance",
        chapo,
        "partielle" if len(actors) or len(told) else "vide",
        tuple(blocks),
    )
