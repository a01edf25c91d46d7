"""In rubric 5: where the Cité stands between State and collectivité, how sure that is, and its coordinator's place."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..figures.chart import Chart
from ..figures.copilotage_plane import NUMBERS, copilotage_plane, signed
from ..figures.tables import Column, DataTable, Detailed
from ..french import date, listing, number, percent, plural, typeset
from ..publication import CitePublication, Publication
from ..publication.wording import credit, origins
from .blocks import Block, ChartBlock, Pair, Paragraph, SideNote, State, Subheading, TableBlock

__all__ = ["CAUTION", "copilotage_blocks", "origin", "plane", "plane_block"]

PLANE = ("copilotage_nombres", "copilotage_type")  # the indicators that the plane shows
CAUTION = "La gouvernance et les résultats perçus sont déclarés dans le même retour : les rapprocher montre une association, et ne dit pas que l’une produit les autres."
PREFIX = "copilotage."


def copilotage_blocks(site: CitePublication) -> tuple[Block, ...]:
    """The plane, the numbers, the type and its stability, the coordinator; nothing for a Cité without a return."""
    publication = site.publication
    rows = site.rows("gouvernance")
    if site.rows("retours").empty or rows.empty:
        return ()
    row = rows.iloc[0]
    if pd.isna(row[f"{PREFIX}type"]):
        covered = row[f"{PREFIX}poids_couvert"]
        told = 0.0 if pd.isna(covered) else float(covered)
        index: tuple[Block, ...] = (
            State(
                "partielle",
                "Indice de copilotage non calculé",
                typeset(
                    f"Les réponses de la Cité couvrent {percent(100 * told, 0)} du poids de l’indice, moins de la moitié."
                    if told
                    else "Le retour de la Cité ne répond à aucune des questions de l’indice."
                ),
                "Légitimité du pilotage, présidence du COPIL, structure porteuse, composition des instances, cofinancement.",
            ),
        )
    else:
        index = (
            *plane_block(publication, site.id),
            _numbers(site, row),
            Paragraph(typeset(" ".join(_sentences(site, row)))),
        )
    coordinator = _coordinator(publication, row)
    return (
        Subheading("L’équilibre du copilotage"),
        *index,
        *((Subheading("La place du coordonnateur"), Paragraph(typeset(coordinator))) if coordinator else ()),
    )


def plane_block(publication: Publication, own: str | None = None) -> tuple[Block, ...]:
    """The copilotage plane of the network, with this Cité on it where one is given; nothing where its limits are not known."""
    chosen = _choices(publication)
    return (ChartBlock.of(plane(publication, own), *PLANE),) if {"ecart_equilibre", "portage"} <= chosen.keys() else ()


def plane(publication: Publication, own: str | None = None) -> Chart:
    """The plane itself, whose limits are known."""
    table, chosen = publication.table("gouvernance"), _choices(publication)
    rows = table[["id_cde", *(c for c in table if str(c).startswith(PREFIX))]]
    rows = rows.rename(columns=lambda name: str(name).removeprefix(PREFIX))
    source, when = origin(publication)
    return copilotage_plane(
        rows.merge(publication.cites[["id_cde", "nom"]], on="id_cde"),
        publication.codebook.vocabulary("type_copilotage@1"),
        ecart_equilibre=chosen["ecart_equilibre"],
        portage=chosen["portage"],
        id="f-copilotage-plan",
        source=source,
        date=when,
        synthetique=publication.synthetique,
        own=own,
    )


def _choices(publication: Publication) -> dict[str, float]:
    """The weights and thresholds that this campagne has chosen, by code."""
    chosen = publication.table("choix_copilotage")
    return dict(zip(chosen["code"], chosen["valeur"], strict=True))


def origin(publication: Publication) -> tuple[str, str]:
    """The source and the date of the figures of the index."""
    rows = publication.estimate("copilotage_type", perimetre_type="national")
    dates = rows["date_reference"].dropna()
    return listing(credit(publication, ident) for ident in sorted(origins(rows)[0])), str(dates.max()) if len(
        dates
    ) else ""


def _numbers(site: CitePublication, row: pd.Series[Any]) -> Pair:
    """The numbers of the Cité, together, beside the network's median."""
    publication = site.publication
    network = publication.estimate("copilotage_nombres", perimetre_type="national", modalite="mediane")
    middle = dict(zip(network["croisement_modalite"], network["valeur"], strict=True))
    told = publication.table("modeles_gouvernance")
    columns = {row.colonne: row for row in told[told["modele"] == "copilotage"].itertuples()}

    def words(column: str, value: float) -> str:
        return signed(value) if column == "desequilibre" else number(value, 2)

    lines = tuple(
        (
            Detailed(typeset(str(columns[column].libelle)), typeset(str(columns[column].lecture))),
            words(column, float(row[PREFIX + column])),
            words(column, float(middle[column])) if column in middle else "nd",
        )
        for column, _, _ in NUMBERS
    )
    table = DataTable(
        "Les nombres du copilotage, à lire ensemble",
        (Column("Nombre"), Column("Cette Cité", True), Column("Médiane du réseau", True)),
        lines,
    )
    source, when = origin(publication)
    poids = publication.table("choix_copilotage")
    poids = poids[poids["nature"] == "poids"]
    weighed = listing(
        f"{name[:1].lower()}{name[1:]} {number(value, 2)}"
        for name, value in zip(poids["libelle"], poids["valeur"], strict=True)
    )
    note = SideNote.of(
        publication,
        ("Source", source),
        ("Date", date(when) if when else ""),
        ("Base", plural(float(network["base"].max()), "Cité")),
        ("Poids", f"{weighed}, choix déclaré des évaluateurs."),
        ("Poids couvert", percent(100 * float(row[f"{PREFIX}poids_couvert"]), 0)),
    )
    return Pair((TableBlock(table),), note)


def _sentences(site: CitePublication, row: pd.Series[Any]) -> list[str]:
    """The type, how far it holds, the ceiling of P and K, the caution: by rules, from the numbers alone."""
    publication = site.publication
    kind = publication.codebook.vocabulary("type_copilotage@1").libelle(str(row[f"{PREFIX}type"]))
    kept_share = float(row[f"{PREFIX}stabilite"])
    share = f"plus de {percent(99)}" if 0.995 <= kept_share < 1 else percent(100 * kept_share, 0)
    if row[f"{PREFIX}type_stable"] == 1:
        told = [f"Type : « {kind} », gardé par {share} des 1 000 tirages de poids."]
    else:
        told = [
            f"Type peu stable : « {kind} » n’est gardé que par {share} des 1 000 tirages de poids ; lisez D plutôt que le type."
        ]
    kept, tried = _kept(site)
    if tried:
        told.append(
            f"Avec d’autres seuils, des poids égaux ou une composante de moins, il reste le même {kept} fois sur {tried}."
        )
    ceiling = number(float(row[f"{PREFIX}plafond"]), 2)
    told.append(f"Avec les composantes connues ici, P et K ne peuvent dépasser {ceiling}.")
    return [*told, CAUTION]


def _kept(site: CitePublication) -> tuple[int, int]:
    """Under how many of the other choices the Cité keeps its type, of how many that give it one."""
    publication, chosen = site.publication, _choices(site.publication)
    listed = publication.codebook.vocabulary("scenario_copilotage@1")
    others = [
        m.code
        for m in listed.modalites
        if "portage" not in m.attributes
        or any(m.attributes[name] != chosen.get(name) for name in ("ecart_equilibre", "portage"))
    ]
    own = site.estimates("copilotage_sensibilite")
    own = own[own["croisement_modalite"].isin(others) & (own["statut"] == "ok")]
    mine = site.rows("gouvernance")[f"{PREFIX}type"].iloc[0]
    return int((own["modalite"] == mine).sum()), len(own)


def _coordinator(publication: Publication, row: pd.Series[Any]) -> str:
    """The type of coordination, its rule, and how many Cités share it; empty where it cannot be told."""
    code = row["coordination.type"]
    if pd.isna(code):
        return ""
    kind = publication.codebook.vocabulary("type_coordination@1")[str(code)]
    network = publication.estimate("coordination_type", perimetre_type="national", modalite=str(code)).iloc[0]
    same = f"{plural(float(network['n']), 'Cité')} sur {number(float(network['base']))} {'est' if network['n'] < 2 else 'sont'} de ce type"
    return f"{kind.libelle} : {kind.attributes['regle']}. {same}."
