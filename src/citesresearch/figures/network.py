"""The Cité among the others: one mark a Cité, a line a region, the year of label in the shape."""

from __future__ import annotations

import pandas as pd

from ..french import date, listing, number, plain, plural, typeset
from .chart import Chart
from .sheet import WIDE, Sheet, text_width, wrap
from .tables import Column, DataTable

__all__ = ["network"]

STEP, LINE = 15, 16  # pixels from mark to mark, from line to line
_RING = (4.6, "net", 1.8)  # radius, colour and thickness of the ring of a Cité


def network(
    cites: pd.DataFrame,
    cite: str | None,
    *,
    source: str = "liste des Cités",
    synthetique: bool = False,
) -> Chart:
    """Where the Cités are, since when; `cite` marks one of them.

    `cites` has one row per Cité: `id_cde`, `nom`, `annee_label`, `region`, `date_reference`. Regions come by number of
    Cités, the largest first; within one, Cités come by year, then by name. Raises ValueError when `cite` is not there, or
    when there is no Cité at all.
    """
    if cites.empty:
        raise ValueError("no Cité to draw")
    if cite is not None and cite not in set(cites["id_cde"]):
        raise ValueError(f"unknown Cité: {cite!r}")
    ordered = cites.sort_values(["annee_label", "nom"], kind="stable")
    regions = sorted(
        ((str(name), members) for name, members in ordered.groupby("region")), key=lambda r: (-len(r[1]), plain(r[0]))
    )
    years = sorted(cites["annee_label"].unique())
    own = cites[cites["id_cde"] == cite]
    return Chart(
        id="f-reseau",
        titre=_title(regions, own),
        sous_titre=typeset(f"Un signe par Cité, {plural(len(cites), 'Cité')} en {plural(len(regions), 'région')}"),
        alt=_alt(regions, years, own),
        draw=lambda width: _draw(width, regions, years, cite, own),
        donnees=_table(regions, years),
        notes=(
            ("Source", typeset(source)),
            ("Date", date(str(cites["date_reference"].max()))),
            ("Base", plural(len(cites), "Cité")),
        ),
        synthetique=synthetique,
    )


def _title(regions: list[tuple[str, pd.DataFrame]], own: pd.DataFrame) -> str:
    if len(own):
        region = own["region"].iloc[0]
        others = len(dict(regions)[region]) - 1
        if not others:
            return typeset(f"{own['nom'].iloc[0]} est la seule Cité de sa région")
        # « de la région … »: the article of a region is not known (en Normandie, dans le Grand Est, à La Réunion).
        return typeset(f"{own['nom'].iloc[0]} et {plural(others, 'autre Cité', 'autres Cités')} de la région {region}")
    largest = len(regions[0][1])
    first = [name for name, members in regions if len(members) == largest]
    if len(regions) == 1:
        return typeset(f"{plural(largest, 'Cité')} dans une seule région : {first[0]}")
    if len(first) == 1:
        return typeset(f"{first[0]} : {plural(largest, 'Cité')}, la région la plus représentée")
    if len(first) <= 3:
        return typeset(f"{listing(first)} : {plural(largest, 'Cité')} chacune, les régions les plus représentées")
    return typeset(f"{plural(len(first), 'région')} comptent {plural(largest, 'Cité')} chacune")


def _alt(regions: list[tuple[str, pd.DataFrame]], years: list[int], own: pd.DataFrame) -> str:
    counts = listing(f"{name} {number(len(members))}" for name, members in regions)
    total = sum(len(members) for _, members in regions)
    waves = listing(f"{number(sum(int((m['annee_label'] == y).sum()) for _, m in regions))} en {y}" for y in years)
    place = (
        f" {own['nom'].iloc[0]}, labellisée en {own['annee_label'].iloc[0]}, est dans la région {own['region'].iloc[0]}."
        if len(own)
        else ""
    )
    return typeset(f"{plural(total, 'Cité')} par année de labellisation : {waves}. Par région : {counts}.{place}")


def _table(regions: list[tuple[str, pd.DataFrame]], years: list[int]) -> DataTable:
    rows = [
        (
            typeset(name),
            *(number(int((m["annee_label"] == y).sum())) for y in years),
            number(len(m)),
            ", ".join(m["nom"]),
        )
        for name, m in regions
    ]
    return DataTable(
        "Cités par région et année de labellisation",
        (Column("Région"), *(Column(str(y), True) for y in years), Column("Ensemble", True), Column("Cités")),
        tuple(rows),
    )


def _draw(
    width: float, regions: list[tuple[str, pd.DataFrame]], years: list[int], cite: str | None, own: pd.DataFrame
) -> Sheet:
    wide = width >= WIDE
    left = 200 if wide else 118
    home = own["region"].iloc[0] if len(own) else None
    per_line = max(1, int((width - left - 30) // STEP))
    names = [wrap(typeset(name), left - 14, 13, name == home) for name, _ in regions]
    lines = [max(-(-len(members) // per_line), len(words)) for (_, members), words in zip(regions, names, strict=True)]
    top = 34 if wide or not len(own) else 54
    sheet = Sheet(width, top + sum(lines) * LINE + len(regions) * 8 + 4)
    _key(sheet, years, own, wide)
    later: list[tuple[float, float]] = []
    own_place: tuple[float, float] | None = None
    y = top
    for (name, members), written, used in zip(regions, names, lines, strict=True):
        for i, words in enumerate(written):
            sheet.text(0, y + 12 + i * LINE, words, 13, bold=name == home)
        for i, (ident, year) in enumerate(zip(members["id_cde"], members["annee_label"], strict=True)):
            x, line = left + (i % per_line) * STEP + 6, y + 8 + (i // per_line) * LINE
            if ident == cite:
                own_place = (x, line)
            elif year == years[0]:
                _mark(sheet, x, line, first=True)
            else:
                later.append((x, line))
        shown = min(len(members), per_line)
        sheet.text(left + shown * STEP + 6, y + 12, number(len(members)), 12, "muted")
        y += used * LINE + 8
    sheet.rings(later, *_RING)
    if own_place is not None:
        sheet.site(*own_place, 6)
    return sheet


def _mark(sheet: Sheet, x: float, y: float, first: bool) -> None:
    """The first wave is a filled square, the second a ring: told apart without colour."""
    if first:
        sheet.square(x, y, 4.5, "mid")
    else:
        sheet.rings([(x, y)], *_RING)


def _key(sheet: Sheet, years: list[int], own: pd.DataFrame, wide: bool) -> None:
    x = 0.0
    for i, year in enumerate(years):
        _mark(sheet, x + 6, 8, i == 0)
        words = f"labellisée en {year}"
        sheet.text(x + 17, 12, words, 12)
        x += 17 + text_width(words, 12) + 20
    if len(own):
        x, y = (x, 8) if wide else (0, 30)
        name = str(own["nom"].iloc[0])
        room = sheet.width - x - 18
        name = name if text_width(name, 12, True) <= room else "cette Cité"
        sheet.site(x + 7, y, 6)
        sheet.text(x + 19, y + 4, name, 12, "cite", bold=True)
