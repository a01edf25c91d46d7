"""The emblem of a cover: all Cités, a mark each, this one among them."""

from __future__ import annotations

import pandas as pd

from ..french import noun, number, plural, typeset
from .chart import Chart
from .sheet import Sheet
from .tables import Column, DataTable

__all__ = ["motif"]

PER_LINE, STEP = 10, 20


def motif(cites: pd.DataFrame, cite: str | None, *, synthetique: bool = False) -> Chart:
    """One mark a Cité in the order given: this Cité a large disc, those of its region diamonds, the others small discs.

    `cites` has one row per Cité: `id_cde`, `nom`, `region`. Raises ValueError when `cite` is not there.
    """
    kinds = _kinds(cites, cite)
    neighbours = kinds.count("region")
    total = len(kinds)
    if cite is None:
        words = f"Un signe par Cité : {plural(total, 'Cité')}."
    elif neighbours:
        words = f"Une Cité parmi {number(total)} ; en losange, {number(neighbours)} {noun(neighbours, 'autre')} de sa région."
    else:
        words = f"Une Cité parmi {number(total)}, seule de sa région."
    words = typeset(words)
    rows = tuple(zip(cites["nom"].astype("str"), cites["region"].astype("str"), strict=True))
    return Chart(
        id="f-motif",
        titre="Les Cités, un signe chacune",
        sous_titre=words,
        alt=words,
        draw=lambda _width: _draw(kinds),
        donnees=DataTable("Cités et régions", (Column("Cité"), Column("Région")), rows),
        synthetique=synthetique,
    )


def _kinds(cites: pd.DataFrame, cite: str | None) -> list[str]:
    if cite is None:
        return ["net"] * len(cites)
    own = cites.loc[cites["id_cde"] == cite, "region"]
    if own.empty:
        raise ValueError(f"unknown Cité: {cite!r}")
    return [
        "site" if ident == cite else "region" if region == own.iloc[0] else "net"
        for ident, region in zip(cites["id_cde"], cites["region"], strict=True)
    ]


def _draw(kinds: list[str]) -> Sheet:
    lines = -(-len(kinds) // PER_LINE)
    sheet = Sheet(PER_LINE * STEP, max(lines, 1) * STEP)
    places = [((i % PER_LINE) * STEP + STEP / 2, (i // PER_LINE) * STEP + STEP / 2) for i in range(len(kinds))]
    sheet.dots([place for place, kind in zip(places, kinds, strict=True) if kind == "net"], 3.6, "band")
    for (x, y), kind in zip(places, kinds, strict=True):
        if kind == "region":
            sheet.diamond(x, y, 6, "peer")
        elif kind == "site":
            sheet.site(x, y, 7.5)
    return sheet
