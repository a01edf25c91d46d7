"""National figures as published documents give them, in a table by theme."""

from __future__ import annotations

from ..disclosure import Publication
from ..french import typeset
from ..tables import Column, DataTable
from .blocks import Pair, SideNote, TableBlock
from .wording import dated, documents, figure


def national_figures(publication: Publication, themes: tuple[str, ...], caption: str) -> Pair:
    """The published national figures of these themes, every edition on a row of its own."""
    rows = publication.table("chiffres_publies")
    labels = publication.codebook.vocabulary("chiffres@1")
    rows = rows[rows["perimetre_type"] != "cite"]
    rows = rows[rows["indicateur"].map(lambda code: labels[code].attributes["theme"] in themes)]
    order = {m.code: i for i, m in enumerate(labels.modalites)}
    rows = rows.sort_values(
        ["indicateur", "date_reference"],
        key=lambda s: s.map(order) if s.name == "indicateur" else s.fillna(""),
        kind="stable",
    )
    table = DataTable(
        caption=caption,
        columns=(
            Column("Chiffre", False),
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
                row["source"] + (" (source externe)" if row["externe"] in (True, "oui") else ""),
            )
            for _, row in rows.iterrows()
        ),
    )
    note = SideNote(
        (
            ("Sources", documents(publication, rows["source"])),
            ("Base", "celle du document ; elle n’est le plus souvent pas précisée."),
        )
    )
    return Pair((TableBlock(table),), note)
