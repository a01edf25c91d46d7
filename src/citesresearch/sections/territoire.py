"""Rubric 3, portrait of the territory: the documented context, the communes, the priority neighbourhoods."""

from __future__ import annotations

import pandas as pd

from ..figures.tables import Column, DataTable
from ..french import listing, number, plural, typeset
from ..publication import CitePublication, Publication
from ..publication.knowledge import counted, of_count
from ..publication.wording import dated, documents
from .blocks import Block, Etat, Pair, Section, SideNote, State, TableBlock
from .chiffres import cite_figures, figures_table
from .quartiers import neighbourhood_blocks, territory_of
from .rubrique import rubric


@rubric()
def portrait_territoire(site: CitePublication) -> Section:
    """Complete with Insee's files by neighbourhood; partial with documented figures or with the communes alone."""
    publication = site.publication
    figures = cite_figures(site, ("contexte",))
    communes = site.rows("cite_communes")
    territory = territory_of(site)
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
    if territory is not None:
        blocks += neighbourhood_blocks(territory)
    else:
        if len(quarters):
            blocks.append(_quarters(site))
        blocks.append(_files_to_add(publication, partial=len(figures) > 0))
    count = len(quarters) if territory is None else len(territory.own)
    # No list of ours is complete: a Cité without a row is one of which nobody looked, or found, the communes.
    here = [counted(len(communes), of_count(len(communes), False), ("commune", "communes"), "aucune commune")]
    if count:
        here.append(plural(count, "quartier prioritaire", "quartiers prioritaires"))
    said = listing(here)
    sentences = [f"{said[:1].upper()}{said[1:]}."]
    if territory is not None and territory.headline:
        sentences.append(f"{territory.described} comptent {territory.headline}.")
    elif territory is not None and territory.own.empty:
        sentences.append("Aucun quartier des fichiers de l’Insee n’a pu lui être rattaché.")
    elif territory is not None:
        sentences.append("Les fichiers de l’Insee n’ont pas de demandeurs d’emploi pour ses quartiers.")
    elif len(figures):
        sentences.insert(0, f"{plural(len(figures), 'chiffre publié', 'chiffres publiés')} sur le contexte.")
    elif quarters["population"].notna().any():
        people = quarters["population"].sum()
        told = plural(people, "habitant")
        some = "" if quarters["population"].notna().all() else "au moins "
        sentences.append(f"Ses quartiers comptent {some}{told}.")
    else:
        sentences.append("Aucun document réuni ici ne chiffre ce territoire.")
    state: Etat = "partielle" if territory is None or not territory.headline else "complete"
    return Section("territoire", "Portrait du territoire", typeset(" ".join(sentences)), state, tuple(blocks))


def _files_to_add(publication: Publication, partial: bool) -> State:
    """Which files would fill the rubric, and where to put them; a fictional campagne has none to hope for."""
    series = (
        "Les demandeurs d’emploi, les taux d’emploi et la pauvreté de ses quartiers prioritaires ne sont pas chargés."
    )
    if publication.synthetique:
        return State(
            "partielle",
            "Quartiers prioritaires : sans série",
            "Aucune série de l’Insee ne décrit des quartiers fictifs.",
            "Rien : une campagne de Cités réelles reçoit les siennes de data/raw/insee.",
        )
    return State(
        "partielle" if partial else "vide",
        "Quartiers prioritaires : séries non chargées" if partial else "Donnée non disponible pour cette Cité",
        series,
        "Les bases de l’Insee par quartier prioritaire de 2015 (insee.fr), placées dans data/raw/insee : IPRO_AAAA (insertion professionnelle), "
        "DEMO_AAAA (démographie, qui rattache les quartiers aux communes), REVN_AAAA (revenus), en csv, xlsx ou ods ; puis citesresearch prepare.",
    )


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
    table = DataTable(
        "Quartiers prioritaires de la Cité", (Column("Quartier"), Column("Code"), Column("Habitants", True)), lines
    )
    notes = (("Source", documents(publication, rows["source"])), ("Date", dated(rows.iloc[0])))
    return Pair((TableBlock(table),), SideNote.of(publication, *notes))


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
