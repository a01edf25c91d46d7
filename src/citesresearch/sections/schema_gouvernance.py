"""The scheme of rubric 5: from a Cité's own return, or from the documents that name who steers with it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..figures.scheme import TYPES, Body, scheme
from ..french import date, listing, noun, number, within
from ..publication import CitePublication
from ..publication.wording import credit, dated
from .blocks import ChartBlock
from .retour import own_return

__all__ = ["bodies_of", "scheme_blocks"]

_BODIES = (("copil", "Comité de pilotage (COPIL)", "au COPIL"), ("cotech", "Comité technique (COTECH)", "au COTECH"))
_SHOWN = ("composition_instances", "copil_presidence", "structure_porteuse", "coordonnateur_etp")


def scheme_blocks(site: CitePublication) -> tuple[ChartBlock, ...]:
    """The figure, alone; nothing for a Cité of which neither a return nor a document says who steers."""
    publication = site.publication
    bodies, told = bodies_of(site), own_return(site)
    if not bodies:
        return ()
    pilots = site.rows("copilotes")
    idents, dates = list(pilots["source"]), [dated(row) for _, row in pilots.iterrows()]
    if told is not None:
        idents.append(told["source"])
        dates.append(date(str(told.get("date_reference"))))
    chart = scheme(
        bodies,
        [m.libelle for m in publication.codebook.vocabulary("cote@1").modalites],
        id="f-schema",
        source=listing(dict.fromkeys(credit(publication, ident) for ident in idents)),
        date=listing(dict.fromkeys(dates)),
        synthetique=publication.synthetique,
        name=site.nom,
        nouns=TYPES if told is not None else ("acteur", "acteurs"),
    )
    return (ChartBlock.of(chart, *(_SHOWN if told is not None else ("copilotes_nommes",))),)


def bodies_of(site: CitePublication) -> tuple[Body, ...]:
    """Who steers, then the bodies of the return, then the post; from documents alone, who steers and the working groups."""
    told = own_return(site)
    found = _named(site, groups=told is None)
    if told is None:
        return found
    # In a return the co-pilots are named beside the bodies: they are actors, not types of actors, and never in the count.
    steering = [
        Body(b.titre, "", listing(within(w) for seated in (b.membres or {}).values() for w in seated)) for b in found
    ]
    known = [_body(site, told, *body) for body in _BODIES]
    if all(body is None for body in known) and not steering:
        return ()  # a post alone is no scheme
    return (*steering, *(body for body in known if body is not None), *_post(site, told))


def _named(site: CitePublication, *, groups: bool) -> tuple[Body, ...]:
    rows = site.rows("copilotes")
    sides = site.publication.codebook.vocabulary("cote@1")
    found = []
    for role, titre, lieu in (("copilote", "Copilotage", "au copilotage"), ("impulsion", "Impulsion", "à l’impulsion")):
        kept = rows[rows["role"] == role]
        if len(kept):
            found.append(
                Body(titre, lieu, "", _by_side(kept["cote"].map(sides.libelle), kept["libelle"]), complet=False)
            )
    if groups:
        for group, kept in rows[rows["role"] == "pilote_groupe"].groupby("groupe", sort=False):
            members = _by_side(kept["cote"].map(sides.libelle), kept["libelle"])
            found.append(Body(f"Groupe de travail « {group} »", f"pour « {group} »", "", members, complet=False))
    return tuple(found)


def _by_side(cotes: pd.Series[Any], names: pd.Series[Any]) -> dict[str, tuple[str, ...]]:
    return {str(cote): tuple(names[cotes == cote]) for cote in dict.fromkeys(cotes)}


def _body(site: CitePublication, told: pd.Series[Any], code: str, titre: str, lieu: str) -> Body | None:
    """One body of the return; None where nothing is said of it."""
    publication = site.publication
    lines = site.rows("instances")
    lines = lines[lines["instance"] == code]
    exists = told.get(code)
    chair = _label(site, told, "copil_presidence") if code == "copil" else ""
    detail = f"Présidence : {within(chair)}" if chair else ""
    if len(lines):
        actors = publication.codebook["instances"]["acteur"].vocabulary
        sides = publication.codebook.vocabulary("cote@1")
        listed = [m for m in (actors.modalites if actors else ()) if m.code in set(lines["acteur"])]
        members: dict[str, tuple[str, ...]] = {}
        for m in listed:
            cote = sides.libelle(m.attributes["cote"])
            members[cote] = (*members.get(cote, ()), within(m.libelle))
        return Body(titre, lieu, detail, members)
    if pd.isna(exists):
        return Body(titre, lieu, detail) if chair else None
    if not exists:
        return Body(titre, lieu, "Cette instance n’existe pas")
    return Body(titre, lieu, f"{detail}{' ; c' if detail else 'C'}omposition non disponible (nd)")


def _post(site: CitePublication, told: pd.Series[Any]) -> tuple[Body, ...]:
    if pd.isna(told.get("coordonnateur")):
        return ()
    if not told.get("coordonnateur"):
        return (Body("Coordination", "", "La Cité n’a pas de coordonnateur"),)
    host, time = _label(site, told, "structure_porteuse"), told.get("coordonnateur_etp")
    words = [f"Poste porté par : {within(host) or 'non disponible (nd)'}"]
    if not pd.isna(time):
        words.append(f"{number(time)} {noun(time, 'équivalent temps plein', 'équivalents temps plein')}")
    return (Body("Coordination", "", " ; ".join(words)),)


def _label(site: CitePublication, told: pd.Series[Any], column: str) -> str:
    words, value = site.publication.codebook["retours"][column].vocabulary, told.get(column)
    return "" if pd.isna(value) or words is None else words.libelle(str(value))
