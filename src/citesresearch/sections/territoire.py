"""Rubric 3, portrait of the territory: the documented context and the communes."""

from __future__ import annotations

import pandas as pd

from ..disclosure import CitePublication
from ..french import number, plural, typeset
from ..tables import Column, DataTable
from ..wording import dated, documents
from .blocks import Block, Pair, Section, SideNote, State, TableBlock
from .chiffres import cite_figures, figures_table


def portrait_territoire(site: CitePublication) -> Section:
    """Partial with documented figures or with the communes alone: the series by QPV are not there."""
    publication = site.publication
    figures = cite_figures(site, ("contexte",))
    communes = site.rows("cite_communes")
    blocks: list[Block] = []
    if len(figures):
        note = SideNote(
            (
                ("Sources", documents(publication, figures["source"])),
                (
                    "Précaution",
                    "ces chiffres n’ont ni la même date ni le même périmètre : ils ne se comparent pas d’une Cité à l’autre.",
                ),
            )
        )
        blocks.append(Pair((TableBlock(figures_table(publication, figures, "Contexte documenté")),), note))
    if len(communes):
        blocks.append(_communes(site))
    quarters = site.rows("cite_qpv")
    if len(quarters):
        blocks.append(_quarters(site))
    blocks.append(
        State(
            "partielle" if len(figures) else "vide",
            "Quartiers prioritaires : séries non chargées" if len(figures) else "Donnée non disponible pour cette Cité",
            "Les demandeurs d’emploi, les taux d’emploi et la pauvreté de ses quartiers prioritaires ne sont pas chargés.",
            "Les fichiers de l’Insee par quartier prioritaire (insertion professionnelle, démographie, revenus), placés dans data/raw/insee.",
        )
    )
    here = plural(len(communes), "commune")
    if len(quarters):
        here = f"{here}, {plural(len(quarters), 'quartier prioritaire', 'quartiers prioritaires')}"
    chapo = (
        f"{plural(len(figures), 'chiffre publié', 'chiffres publiés')} sur le contexte, {here}."
        if len(figures)
        else f"{here} : aucun document réuni ici ne chiffre ce territoire."
    )
    return Section("territoire", 3, "Portrait du territoire", typeset(chapo), "partielle", tuple(blocks))


def _communes(site: CitePublication) -> Pair:
    rows = site.rows("cite_communes")
    table = DataTable(
        caption="Communes où la Cité compte des quartiers prioritaires",
        columns=(Column("Commune"), Column("Code Insee")),
        rows=tuple((typeset(row["commune"]), row["code_commune"]) for _, row in rows.iterrows()),
    )
    lines = [("Source", documents(site.publication, rows["source"])), ("Date", dated(rows.iloc[0]))]
    shared = _shared(site)
    if shared:
        lines.append(("Lecture", shared))
    return Pair((TableBlock(table),), SideNote(tuple(lines)))


def _quarters(site: CitePublication) -> Pair:
    """The priority neighbourhoods that the campagne gives to the Cité, with their population where it is known."""
    rows = site.rows("cite_qpv")
    publication = site.publication
    lines = tuple(
        (
            typeset(str(row["qpv"])),
            row["code_qpv"],
            "nd" if pd.isna(row["population"]) else number(row["population"], 0),
        )
        for _, row in rows.iterrows()
    )
    notes = [("Source", documents(publication, rows["source"])), ("Date", dated(rows.iloc[0]))]
    if publication.synthetique:
        notes.append(("Statut", "données de démonstration (synthétiques)"))
    table = DataTable(
        "Quartiers prioritaires de la Cité", (Column("Quartier"), Column("Code"), Column("Habitants", True)), lines
    )
    return Pair((TableBlock(table),), SideNote(tuple(notes)))


def _shared(site: CitePublication) -> str:
    """How many of its communes also stand in another Cité: perimeters overlap and must not be added up."""
    places = site.publication.table("cite_communes")
    mine = set(site.rows("cite_communes")["code_commune"])
    others = places[places["code_commune"].isin(mine) & (places["id_cde"] != site.id)]
    count = others["code_commune"].nunique()
    if not count:
        return ""
    verb = "figure" if count < 2 else "figurent"
    return typeset(
        f"{plural(count, 'commune')} {verb} aussi dans une autre Cité ; les périmètres ne s’additionnent pas."
    )
