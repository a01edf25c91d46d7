"""Rubric 3, portrait of the territory: communes and the documented context."""

from __future__ import annotations

from ..disclosure import CitePublication
from ..french import plural, typeset
from ..tables import Column, DataTable
from .blocks import Block, Pair, Section, SideNote, State, Subheading, TableBlock
from .wording import dated, documents, figure


def portrait_territoire(site: CitePublication) -> Section:
    """Full with documented figures, partial with the communes alone."""
    publication = site.publication
    rows = site.rows("chiffres_publies")
    labels = publication.codebook.vocabulary("chiffres@1")
    blocks: list[Block] = []
    if len(rows):
        table = DataTable(
            caption="Chiffres documentés",
            columns=(
                Column("Indicateur", False),
                Column("Valeur", True),
                Column("Ce qui est compté", False),
                Column("Date", False),
                Column("Source", False),
            ),
            rows=tuple(
                (
                    labels.libelle(row["indicateur"]),
                    figure(row, publication.codebook),
                    typeset(row["compte"]),
                    dated(row),
                    row["source"],
                )
                for _, row in rows.iterrows()
            ),
        )
        note = SideNote(
            (
                ("Sources", documents(publication, rows["source"])),
                (
                    "Précaution",
                    "ces chiffres n’ont ni la même date ni le même périmètre : ils ne se comparent pas d’une Cité à l’autre.",
                ),
            )
        )
        blocks.append(Pair((TableBlock(table),), note))
    communes = site.rows("cite_communes")
    if len(communes):
        blocks.append(Subheading("Communes"))
        table = DataTable(
            caption="Communes où la Cité compte des quartiers prioritaires",
            columns=(Column("Commune", False), Column("Code Insee", False)),
            rows=tuple((row["commune"], row["code_commune"]) for _, row in communes.iterrows()),
        )
        shared = _shared(site)
        note_lines = [
            ("Source", documents(publication, communes["source"])),
            ("Date", dated(communes.iloc[0])),
        ]
        if shared:
            note_lines.append(("Lecture", shared))
        blocks.append(Pair((TableBlock(table),), SideNote(tuple(note_lines))))
    blocks.append(
        State(
            "partielle" if len(rows) else "vide",
            "Quartiers prioritaires : séries à venir" if len(rows) else "Donnée non disponible pour cette Cité",
            "Les demandeurs d’emploi, les taux d’emploi et la pauvreté de ses quartiers prioritaires ne sont pas chargés.",
            "Les fichiers de l’Insee par quartier prioritaire (insertion professionnelle, démographie, revenus), placés dans data/raw/insee.",
        )
    )
    chapo = (
        f"{plural(len(rows), 'chiffre publié')} et {plural(len(communes), 'commune')}."
        if len(rows)
        else f"{plural(len(communes), 'commune')} : aucun document réuni ici ne chiffre ce territoire."
    )
    return Section("territoire", 3, "Portrait du territoire", typeset(chapo), "partielle", tuple(blocks))


def _shared(site: CitePublication) -> str:
    """Which of its communes also stand in another Cité: perimeters overlap and must not be added up."""
    places = site.publication.table("cite_communes")
    mine = set(site.rows("cite_communes")["code_commune"])
    others = places[places["code_commune"].isin(mine) & (places["id_cde"] != site.id)]
    count = others["code_commune"].nunique()
    if not count:
        return ""
    return typeset(
        f"{plural(count, 'commune')} {'figure' if count < 2 else 'figurent'} aussi dans une autre Cité ; les périmètres ne s’additionnent pas."
    )
