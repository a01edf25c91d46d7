"""Rubric 4, genesis and timeline: the Cité's own dates among those of the programme."""

from __future__ import annotations

import pandas as pd

from ..french import date, plural, typeset
from ..publication import CitePublication, Publication
from ..publication.wording import credit, documents
from .blocks import Block, Pair, Section, SideNote, State, Timeline, TimelineEvent
from .faits import fact_list, facts
from .rubrique import rubric
from .textes import written


@rubric()
def genese(site: CitePublication) -> Section:
    """Full with the Cité's own events; partial with the national calendar alone."""
    own = site.rows("evenements")
    past = facts(site, "genese")
    blocks: list[Block] = [*written(site, "genese")]
    if len(past):
        blocks.append(fact_list(site, past))
    line = frise(site.publication, site)
    if own.empty:
        shown = " ; la frise montre le calendrier national" if line else ""
        blocks.append(
            State(
                "vide",
                "Donnée non disponible pour cette Cité",
                f"Aucun événement daté de cette Cité n’est documenté{shown}.",
                "Des événements datés (dossier, label, premier comité de pilotage, premières actions) dans la table « evenements ».",
            )
        )
    blocks += line
    if len(own):
        chapo = f"{plural(len(own), 'date documentée')} dans la vie de la Cité."
    elif line:
        chapo = "Le calendrier national, faute de dates propres à la Cité."
    else:
        chapo = "Ses premiers pas, sans dates." if blocks[:-1] else "Aucune date n’est documentée."
    return Section(
        "genese",
        "Genèse et frise chronologique",
        chapo,
        "complete" if len(own) else "partielle" if line or len(blocks) > 1 else "vide",
        tuple(blocks),
    )


def frise(publication: Publication, site: CitePublication | None = None) -> tuple[Block, ...]:
    """The timeline of the programme, with the events of one Cité among them; nothing where no event is documented."""
    events = publication.table("evenements")
    events = events[events["perimetre_type"] == "national"]
    if site is not None:
        events = pd.concat([events, site.rows("evenements")])
    if events.empty:
        return ()
    events = events.sort_values(["date_debut", "perimetre_type"], kind="stable")
    made = tuple(
        TimelineEvent(
            str(row["date_debut"])[:4],
            _moment(row),
            typeset(row["libelle"]),
            row["perimetre_type"] == "cite",
            credit(publication, row["source"]),
        )
        for _, row in events.iterrows()
    )
    notes = [("Sources", documents(publication, events["source"]))]
    if site is not None:
        notes.insert(0, ("Lecture", "disque plein et gras : la vie de la Cité ; anneau : le programme national."))
    return (Pair((Timeline(made),), SideNote(tuple(notes))),)


def _moment(row: pd.Series) -> str:
    if not pd.isna(row["date_texte"]):
        return typeset(str(row["date_texte"]))
    start = str(row["date_debut"])
    return "dans l’année" if len(start) == 4 else date(start).removesuffix(start[:4]).strip()
