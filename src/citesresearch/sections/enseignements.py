"""Rubric 9, added value, points to watch, conditions of success."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..french import listing, plural
from .blocks import Block, Paragraph, Section, State, Subheading
from .faits import fact_list, facts


def enseignements(site: CitePublication) -> Section:
    """Partial where a document draws lessons from this Cité; the network's lessons stand in the national synthesis."""
    hard, needed = facts(site, "enseignements", "difficulte"), facts(site, "enseignements", "condition")
    blocks: list[Block] = []
    if len(hard):
        blocks += [Subheading("Points de vigilance"), fact_list(site, hard)]
    if len(needed):
        blocks += [Subheading("Conditions de réussite"), fact_list(site, needed)]
    blocks += [
        State(
            "partielle" if blocks else "vide",
            "Rubrique à compléter" if blocks else "Donnée non disponible pour cette Cité",
            "Les plus-values propres à cette Cité ne sont pas documentées."
            if blocks
            else "Aucun document réuni ici ne tire d’enseignements de cette Cité.",
            "Le retour de la Cité et le texte de l’évaluateur.",
        ),
        Paragraph("Les enseignements tirés de l’ensemble du réseau figurent dans la synthèse nationale."),
    ]
    said = [
        plural(len(rows), *words)
        for rows, words in (
            (hard, ("point de vigilance", "points de vigilance")),
            (needed, ("condition de réussite", "conditions de réussite")),
        )
        if len(rows)
    ]
    chapo = f"{listing(said)} selon un document public." if said else "Pas encore d’enseignement propre à cette Cité."
    return Section(
        "enseignements",
        9,
        "Plus-values, points de vigilance, conditions de réussite",
        chapo,
        "partielle" if said else "vide",
        tuple(blocks),
    )
