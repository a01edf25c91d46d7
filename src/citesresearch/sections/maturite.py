"""Rubric 8, place on the path of maturity."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..french import plural
from .blocks import Block, Paragraph, Section, State
from .faits import fact_list, facts


def maturite(site: CitePublication) -> Section:
    """Partial where a document tells the Cité's stages; a position is never guessed from them."""
    told = facts(site, "maturite")
    blocks: list[Block] = []
    if len(told):
        blocks += [
            Paragraph(
                "Cette Cité est celle dont la restitution nationale donne les temps en exemple ; le document ne dit pas où elle en est."
            ),
            fact_list(site, told),
        ]
    blocks.append(
        State(
            "partielle" if len(told) else "vide",
            "Position non documentée" if len(told) else "Donnée non disponible pour cette Cité",
            "La place de la Cité sur le chemin de maturité n’est pas publiée.",
            "Le retour de la Cité, qui situe sa coopération sur l’échelle de maturité de la campagne.",
        )
    )
    chapo = (
        f"{plural(len(told), 'temps', 'temps')} décrits, sans position publiée."
        if len(told)
        else "La position de cette Cité n’est pas publiée."
    )
    return Section(
        "maturite",
        8,
        "Place sur le chemin de maturité",
        chapo,
        "partielle" if len(told) else "vide",
        tuple(blocks),
    )
