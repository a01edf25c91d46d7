"""Rubric 9, added value, points to watch, conditions of success."""

from __future__ import annotations

import pandas as pd

from ..french import listing, plural
from ..publication import CitePublication
from .blocks import Block, Paragraph, Section, State, Subheading
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import returns_state
from .rubrique import rubric
from .textes import written
from .vigilance import rule_blocks

CHARTED = ("droit_commun_satisfaction", "droit_commun_actions", "evolution_pratiques", "acces_au_droit")


@rubric("enseignements")
def enseignements(site: CitePublication) -> Section:
    """What documents draw from this Cité and what its return says has changed; association, never effect."""
    publication = site.publication
    hard, needed = facts(site, "enseignements", "difficulte"), facts(site, "enseignements", "condition")
    blocks = _told(site, hard, needed)
    told = bool(blocks)
    ruled = rule_blocks(site)
    blocks += ruled
    state, box = returns_state(site, CHARTED)
    answered = state != "vide"
    if ruled and not answered:
        state = "partielle"
    shown = has_exhibits(publication, CHARTED)
    if not shown:
        state = "partielle" if told else "vide"
        blocks += [
            State(
                "partielle" if told else "vide",
                "Rubrique à compléter" if told else "Donnée non disponible pour cette Cité",
                "Les plus-values propres à cette Cité ne sont pas documentées."
                if told
                else "Aucun document réuni ici ne tire d’enseignements de cette Cité.",
                "Le retour de la Cité et le texte de l’évaluateur.",
            ),
            Paragraph("Les enseignements tirés de l’ensemble du réseau figurent dans la synthèse nationale."),
        ]
    else:
        if box is not None:
            blocks.append(box)
        if answered:
            blocks.append(
                Paragraph(
                    "Ces changements sont déclarés par la Cité elle-même, dans le retour qui décrit aussi sa gouvernance : "
                    "ils ne mesurent pas un effet."
                )
            )
        blocks += exhibits(publication, CHARTED, site)
    said = [
        plural(len(rows), *words)
        for rows, words in (
            (hard, ("point de vigilance", "points de vigilance")),
            (needed, ("condition de réussite", "conditions de réussite")),
        )
        if len(rows)
    ]
    if said:
        chapo = f"{listing(said)} selon un document public."
    elif shown and state == "vide":
        chapo = "La Cité ne renseigne pas cette rubrique ; le réseau reste dessiné."
    elif shown and not answered:
        chapo = "La Cité ne dit pas ce qui a changé ; d’autres réponses appellent l’attention."
    elif shown:
        chapo = "Ce que la Cité dit avoir changé, à côté du réseau."
    else:
        chapo = "Pas encore d’enseignement propre à cette Cité."
    return Section(
        "enseignements", "Plus-values, points de vigilance, conditions de réussite", chapo, state, tuple(blocks)
    )


def _told(site: CitePublication, hard: pd.DataFrame, needed: pd.DataFrame) -> list[Block]:
    """What documents say is hard and needed, then the texts of the evaluator."""
    blocks: list[Block] = []
    if len(hard):
        blocks += [Subheading("Points de vigilance"), fact_list(site, hard)]
    if len(needed):
        blocks += [Subheading("Conditions de réussite"), fact_list(site, needed)]
    for code, titre in (
        ("plus_values", "Plus-values, selon l’évaluateur"),
        ("vigilance", "Points de vigilance, selon l’évaluateur"),
        ("conditions", "Conditions de réussite, selon l’évaluateur"),
    ):
        blocks += written(site, code, titre)
    return blocks
