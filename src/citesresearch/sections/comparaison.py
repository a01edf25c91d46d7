"""With whom a Cité is compared: the network and its peers; the place in a distribution decides the words, never a rank."""

from __future__ import annotations

import pandas as pd

from ..figures.spine import ENOUGH, Place, spine
from ..french import date, listing, number, plural, typeset
from ..publication import CitePublication, Publication
from ..publication.wording import documents
from .blocks import Block, ChartBlock, Subheading, TableBlock
from .lignes import Row, network_rows, own_rows
from .pairs import medians_table

__all__ = ["place_chart", "place_sentences", "places_of"]

# The numbers of the return that place a Cité among the others, with what they count.
_PLACED = {
    "nombre_partenaires": ("partenaire", "partenaires"),
    "nombre_referents": ("référent", "référents"),
    "nombre_actions": ("action", "actions"),
    "nombre_beneficiaires": ("participation", "participations"),
    "coordonnateur_etp": ("équivalent temps plein de coordination", "équivalents temps plein de coordination"),
}
_SUMMARY = ("minimum", "quartile_1", "mediane", "quartile_3", "maximum")
# Peers, by declared criteria: the first that enough Cités share.
_PEERS = (("echelle", "de même échelle"), ("region", "de la même région"), ("annee_label", "de la même année de label"))

_SIDES = {
    0: "Proche du réseau, dans sa moitié centrale",
    1: "Au-dessus des trois quarts du réseau",
    -1: "Au-dessous des trois quarts du réseau",
}


def places_of(site: CitePublication) -> tuple[Place, ...]:
    """The Cité's numbers, each in its distribution; those that nobody gave are left out."""
    publication = site.publication
    described = publication.table("indicateurs")
    labels = dict(zip(described["id"], described["libelle"], strict=True))
    peers = _peers(site)
    found = []
    for code, nouns in _PLACED.items():
        network = _summaries(publication, code, "national", "")
        if network is None:
            continue
        own = [row["valeur"] for row in own_rows(site, code) if row["statut"] == "ok"]
        near = _summaries(publication, code, peers[0], peers[1]) if peers else None
        found.append(
            Place(
                typeset(labels.get(code, code)),
                nouns,
                **{name: float(network[name]["valeur"]) for name in _SUMMARY},
                base=float(network["mediane"]["base"]),
                own=float(own[0]) if own else None,
                pairs=float(near["mediane"]["valeur"]) if near and near["mediane"]["base"] >= ENOUGH else None,
            )
        )
    return tuple(found)


def place_chart(site: CitePublication) -> tuple[Block, ...]:
    """The Cité's numbers in the network, under their title; nothing for a campagne without returns."""
    places = places_of(site)
    if not places:
        return ()
    publication = site.publication
    rows = publication.estimate(next(iter(_PLACED)), perimetre_type="national")
    peers = _peers(site)
    chart = spine(
        places,
        id="f-place",
        source=documents(publication, rows["source"].unique()),
        date=str(rows["date_reference"].max()),
        synthetique=publication.synthetique,
        name=site.nom if any(place.own is not None for place in places) else None,
        pairs=peers[2] if peers else "",
    )
    described = publication.table("indicateurs")
    labels = dict(zip(described["id"], described["libelle"], strict=True))
    medians = medians_table(site, {code: typeset(labels.get(code, code)) for code in _PLACED})
    return (
        Subheading("La Cité et le réseau"),
        ChartBlock.of(chart, *_PLACED),
        *((TableBlock(medians),) if medians is not None else ()),
    )


def place_sentences(site: CitePublication) -> tuple[str, ...]:
    """One sentence for each side of the network that some of the Cité's numbers are on, with its base and date."""
    places = places_of(site)
    bases = sorted({place.base for place in places if place.side is not None})
    if not bases:
        return ()
    rows = site.publication.estimate(next(iter(_PLACED)), perimetre_type="national")
    base = plural(bases[0], "Cité") if len(bases) == 1 else f"{number(bases[0])} à {plural(bases[-1], 'Cité')}"
    when = date(str(rows["date_reference"].max()))
    said = []
    for side, words in _SIDES.items():
        told = [place.told for place in places if place.side == side]
        if told:
            said.append(typeset(f"{words} : {listing(told)} (base : {base}, {when})."))
    return tuple(said)


def _summaries(publication: Publication, code: str, kind: str, ident: str) -> dict[str, Row] | None:
    """The rows of the summaries of a number in a perimeter, by modality; None where one of them is not published."""
    found = network_rows(publication, code, kind, ident)
    return found if all(name in found and not pd.isna(found[name]["valeur"]) for name in _SUMMARY) else None


def _peers(site: CitePublication) -> tuple[str, str, str] | None:
    """The perimeter of the peers and its words, itself included; None where no criterion gathers enough Cités."""
    publication = site.publication
    cites = publication.cites
    for kind, words in _PEERS:
        column = "code_region" if kind == "region" else kind
        value = site.value(column)
        count = int((cites[column] == value).sum()) if value is not None else 0
        if count >= ENOUGH:
            return kind, str(value), typeset(f"les {plural(count, 'Cité')} {words}, elle comprise")
    return None
