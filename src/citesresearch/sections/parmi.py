"""Rubric 11, the Cité among the 84."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..figures.network import network
from ..french import number, plural, typeset
from ..wording import list_source
from .blocks import ChartBlock, Paragraph, Section


def parmi_les_cites(site: CitePublication) -> Section:
    """Always full: the public list gives every Cité's region, year and communes."""
    publication = site.publication
    cites = publication.cites
    region = publication.estimate("cites_labellisees", perimetre_type="region", perimetre_id=site.value("code_region"))
    communes = publication.estimate("communes_couvertes", perimetre_type="cite")
    own = communes[communes["perimetre_id"] == site.id]
    others = int(region["valeur"].iloc[0]) - 1
    sentences = [
        f"{plural(others, 'autre Cité', 'autres Cités')} dans la même région ({site.value('region')})."
        if others
        else f"C’est la seule Cité de sa région ({site.value('region')})."
    ]
    if len(own):
        mine, middle = own["valeur"].iloc[0], communes["valeur"].median()
        sentences.append(
            f"Elle compte {plural(mine, 'commune')} ; la moitié des {number(len(communes))} Cités en comptent {number(middle)} ou moins."
        )
    return Section(
        "parmi",
        11,
        f"La Cité parmi les {number(len(cites))}",
        typeset(sentences[0]),
        "complete",
        (
            ChartBlock(
                network(
                    cites,
                    site.id,
                    synthetique=publication.synthetique,
                    source=list_source(publication),
                )
            ),
            *(Paragraph(typeset(text)) for text in sentences[1:]),
        ),
    )
