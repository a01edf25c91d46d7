"""Published figures in a table: what is counted under its name, the date over its document."""

from __future__ import annotations

import pandas as pd

from ..figures.tables import Cell, Column, DataTable, Detailed
from ..french import typeset
from ..publication import CitePublication, Publication
from ..publication.wording import credit, dated, documents, figure
from .blocks import Pair, SideNote, TableBlock

__all__ = ["cite_figures", "figures_table", "national_figures"]


def figures_table(publication: Publication, rows: pd.DataFrame, caption: str) -> DataTable:
    """Rows of `chiffres_publies` in the order of the codebook, every edition on a row of its own, undated ones first."""
    labels = publication.codebook.vocabulary("chiffres@1")
    order = {m.code: i for i, m in enumerate(labels.modalites)}
    rows = rows.sort_values(
        ["indicateur", "date_reference"],
        key=lambda s: s.map(order) if s.name == "indicateur" else s.fillna(""),
        kind="stable",
    )
    return DataTable(
        caption=caption,
        columns=(Column("Chiffre"), Column("Valeur", True), Column("Date et source")),
        rows=tuple(
            (
                _named(labels.libelle(row["indicateur"]), typeset(row["compte"])),
                figure(row, publication.codebook),
                Detailed(
                    dated(row), credit(publication, row["source"]) + (" (source externe)" if row["externe"] else "")
                ),
            )
            for _, row in rows.iterrows()
        ),
    )


def _named(label: str, counted: str) -> Cell:
    """A figure and what exactly its document counts, where that says more."""
    return label if label.casefold() == counted.casefold() else Detailed(label, counted)


def national_figures(publication: Publication, themes: tuple[str, ...], caption: str) -> Pair:
    """The published national figures of these themes."""
    rows = publication.table("chiffres_publies")
    rows = _of(publication, rows[rows["perimetre_type"] != "cite"], themes)
    note = SideNote(
        (
            ("Sources", documents(publication, rows["source"])),
            ("Base", "celle du document ; elle n’est le plus souvent pas précisée."),
        )
    )
    return Pair((TableBlock(figures_table(publication, rows, caption)),), note)


def cite_figures(site: CitePublication, themes: tuple[str, ...] | None = None) -> pd.DataFrame:
    """The figures published on this Cité, of these themes or of all."""
    rows = site.rows("chiffres_publies")
    return rows if themes is None else _of(site.publication, rows, themes)


def _of(publication: Publication, rows: pd.DataFrame, themes: tuple[str, ...]) -> pd.DataFrame:
    labels = publication.codebook.vocabulary("chiffres@1")
    return rows[rows["indicateur"].map(lambda code: labels[code].attributes["theme"] in themes).astype(bool)]
