"""Rubric 8, place on the path of maturity."""

from __future__ import annotations

import pandas as pd

from ..french import date, plural, typeset, within
from ..publication import CitePublication
from ..publication.wording import credit
from .blocks import Block, FactList, FicheLine, Paragraph, Section, State
from .faits import fact_list, facts
from .planches import exhibits, has_exhibits
from .retour import no_return, own_return
from .rubrique import rubric

STEPS = (
    ("date_diagnostic", "Premier temps, diagnostic et embarquement des partenaires"),
    ("date_premieres_actions", "Deuxième temps, premières actions"),
    ("date_approfondissement", "Troisième temps, approfondissement et essaimage"),
)


@rubric("maturite")
def maturite(site: CitePublication) -> Section:
    """The Cité's declared place on the network's path; a position is never guessed from anything else."""
    publication = site.publication
    told = facts(site, "maturite")
    blocks: list[Block] = []
    if len(told):
        blocks += [
            Paragraph(
                "Cette Cité est celle dont la restitution nationale donne les temps en exemple ; le document ne dit pas où elle en est."
            ),
            fact_list(site, told),
        ]
    if not has_exhibits(publication, ("chemin_maturite",)):
        blocks.append(
            State(
                "partielle" if len(told) else "vide",
                "Position non documentée" if len(told) else "Donnée non disponible pour cette Cité",
                "La place de la Cité sur le chemin de maturité n’est pas publiée.",
                "Le retour de la Cité, qui situe sa coopération sur l’échelle de maturité de la campagne.",
            )
        )
        chapo = f"{plural(len(told), 'temps', 'temps')} décrits, sans position publiée."
        state = "partielle" if len(told) else "vide"
        return Section(
            "maturite",
            "Place sur le chemin de maturité",
            chapo if len(told) else "La position de cette Cité n’est pas publiée.",
            state,  # type: ignore[arg-type]
            tuple(blocks),
        )
    own = own_return(site)
    if own is None:
        blocks.append(no_return(site))
    blocks += exhibits(publication, ("chemin_maturite",), site)
    dates = _dates(site)
    if dates:
        blocks.append(FactList(dates))
    stage = None if own is None or pd.isna(own["maturite"]) else str(own["maturite"])
    words = publication.codebook["retours"]["maturite"].vocabulary
    if stage is None or words is None:
        return Section(
            "maturite",
            "Place sur le chemin de maturité",
            "La Cité ne dit pas où elle se situe.",
            "partielle" if dates else "vide",
            tuple(blocks),
        )
    return Section(
        "maturite",
        "Place sur le chemin de maturité",
        typeset(f"La Cité se situe elle-même à ce temps : {within(words.libelle(stage))}."),
        "complete" if len(dates) == len(STEPS) or stage != words.modalites[0].code else "partielle",
        tuple(blocks),
    )


def _dates(site: CitePublication) -> tuple[FicheLine, ...]:
    """The dates that the return gives to the steps, one line each."""
    own = own_return(site)
    if own is None:
        return ()
    source = credit(site.publication, own["source"])
    return tuple(
        FicheLine(typeset(f"{words} : {date(str(own[column]))}."), date(str(own["date_retour"])), source)
        for column, words in STEPS
        if not pd.isna(own[column])
    )
