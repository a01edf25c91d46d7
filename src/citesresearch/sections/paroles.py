"""Rubric 10, Zoom boxes and words of actors."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..french import date, listing, plural, typeset
from ..publication import CitePublication
from .blocks import Block, Paragraph, Quote, Quotes, Section, State
from .faits import fact_list, facts
from .rubrique import rubric
from .textes import written


@rubric()
def zoom_et_paroles(site: CitePublication) -> Section:
    """Partial where a document reports what the Cité says of itself; paraphrased, never credited to a person."""
    told = facts(site, "paroles")
    blocks: list[Block] = []
    if len(told):
        blocks += [
            Paragraph("Ce que la Cité dit d’elle-même dans la restitution nationale, en substance :"),
            fact_list(site, told),
        ]
    words, zooms = site.rows("paroles"), written(site, "zoom")
    blocks += zooms
    if len(words):
        blocks.append(Quotes(tuple(_quote(site, row) for _, row in words.iterrows())))
    reply = written(site, "reponse", "Droit de réponse de la Cité")
    if len(words) or zooms or reply:
        said = [plural(len(zooms), "encadré", "encadrés")] if zooms else []
        said += [f"{plural(len(words), 'parole recueillie', 'paroles recueillies')} avec accord"] if len(words) else []
        said += ["la réponse de la Cité"] if reply else []
        chapo = listing(said)
        chapo = f"{chapo[:1].upper()}{chapo[1:]}."
        return Section("paroles", "Zoom et paroles d’acteurs", chapo, "complete", (*blocks, *reply))
    blocks.append(
        State(
            "partielle" if len(told) else "vide",
            "Rubrique à compléter" if len(told) else "Donnée non disponible pour cette Cité",
            "Aucune parole recueillie avec accord, aucun encadré « Zoom sur »."
            if len(told)
            else "Aucune parole de cette Cité n’est documentée.",
            "Des verbatims recueillis avec accord, crédités à une classe de rôle, et les encadrés de l’évaluateur.",
        )
    )
    chapo = (
        "La Cité en substance, d’après la restitution nationale." if len(told) else "Pas encore de parole ni d’encadré."
    )
    return Section("paroles", "Zoom et paroles d’acteurs", chapo, "partielle" if len(told) else "vide", tuple(blocks))


def _quote(site: CitePublication, row: pd.Series[Any]) -> Quote:
    """Words with the class of roles they may be credited to, never a person."""
    roles = site.publication.codebook.vocabulary("classe_role@1")
    who = roles.libelle(row["classe_role"]) if row["classe_role"] else "Acteur rencontré"
    return Quote(typeset(f"« {row['texte']} »"), f"{who}, {date(str(row['date_reference']))}")
