"""Years side by side: amounts by category in one bar a year, or one small panel of columns a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..codebook import Vocabulary
from ..french import listing, number, typeset
from .chart import Chart
from .exhibit import (
    CITES,
    LEAD,
    Estimate,
    KeyItem,
    Nouns,
    axis_words,
    base_words,
    block,
    credits,
    draw_key,
    draw_swatch,
    extremes,
    hidden_words,
    missing_title,
    place_key,
    ramp,
    read_estimates,
    written,
)
from .sheet import Sheet, ellipsis, text_width, wrap
from .tables import Cell, Column, DataTable

__all__ = ["series"]


@dataclass(frozen=True)
class _Series:
    """Years across categories; a cell is None where there is no row."""

    years: tuple[str, ...]
    names: tuple[str, ...]
    cells: tuple[tuple[Estimate | None, ...], ...]  # one line a category, one cell a year
    unit: str | Nouns
    digits: int | None

    def words(self, value: float) -> str:
        return written(value, self.unit, self.digits)

    def bare(self, value: float) -> str:
        """Without its unit, for the inside of marks."""
        return number(value, 0 if self.unit == "%" and self.digits is None else self.digits)

    def year(self, k: int) -> list[float] | None:
        """The values of a year by category; None where one of them cannot be shown: the total would tell it."""
        cells = [line[k] for line in self.cells]
        values = [cell.valeur for cell in cells if cell and cell.known and cell.valeur is not None]
        return values if len(values) == len(cells) else None

    def sign(self, k: int) -> str:
        cells = [line[k] for line in self.cells]
        return "s" if any(cell and cell.statut == "s" for cell in cells) else "nd"


def series(
    rows: pd.DataFrame | Sequence[Estimate],
    labels: Mapping[str, str],
    *,
    id: str,
    measure: str,
    source: str,
    date: str,
    synthetique: bool,
    vocabulary: Vocabulary | None = None,
    unit: str | Nouns = "",
    digits: int | None = None,
    nouns: Nouns = CITES,
    stacked: bool = True,
) -> Chart:
    """Published estimates by year (the `modalite` is the year), zero-based, labelled on their marks.

    With a `vocabulary`, the rows are about one indicator and `croisement_modalite` is the category; without, each
    indicator of `labels` is a category. `stacked`: the categories add up, one bar a year; otherwise each category has its
    panel of columns, on one scale. A year of which one category is withheld has no bar, since its total would tell it.
    Up to 7 stacked categories. Raises ValueError when there is no year at all.
    """
    found = read_estimates(rows)
    years = tuple(sorted({e.modalite for e in found if e.modalite.isdigit()}))
    if not years:
        raise ValueError("no year in these rows")
    at = {(e.croisement_modalite if vocabulary else e.indicateur, e.modalite): e for e in found}
    present = {category for category, _ in at}
    named = [(m.code, m.libelle) for m in vocabulary.modalites] if vocabulary else list(labels.items())
    named = [(code, label) for code, label in named if code in present]
    data = _Series(
        years,
        tuple(typeset(label) for _, label in named),
        tuple(tuple(at.get((code, year)) for year in years) for code, _ in named),
        unit,
        digits,
    )
    if stacked:
        ramp(len(named))  # refuses more categories than greys tell apart
    shown = [cell for line in data.cells for cell in line if cell]
    signs = [cell.sign for cell in shown if not cell.known]
    return Chart(
        id=id,
        titre=_title(data, stacked),
        sous_titre=typeset(measure),
        alt=_alt(data, measure, signs),
        draw=lambda width: _stack(width, data) if stacked else _panels(width, data),
        donnees=_table(data, measure, stacked),
        notes=credits(
            source,
            date,
            base_words((cell.base for cell in shown if cell.known), nouns)
            if any(cell.base is not None for cell in shown)
            else "",
            ("Non publié", hidden_words(signs, "valeur")),
        ),
        synthetique=synthetique,
    )


# -- words -------------------------------------------------------------------------------------------------------------
def _title(data: _Series, stacked: bool) -> str:
    signs = [cell.sign for line in data.cells for cell in line if cell]
    if not stacked and len(data.names) > 1:
        return _panels_title(data)
    whole = [k for k in range(len(data.years)) if data.year(k) is not None]
    if not whole:
        return missing_title(signs)
    totals = [sum(data.year(k) or []) for k in whole]
    first, last = data.years[whole[0]], data.years[whole[-1]]
    if len(whole) == 1:
        return typeset(f"{data.words(totals[0])} en {first}")
    reach = f"{data.words(totals[0])} en {first}, {data.words(totals[-1])} en {last}"
    if len(data.names) == 1:
        return typeset(f"{data.names[0]} : {reach}")
    ahead = [_first(data, k) for k in whole]
    if ahead[0] and ahead[-1] and ahead[0] != ahead[-1]:
        return typeset(f"{ahead[0]} en tête en {first}, {ahead[-1]} en {last}")
    if ahead[0] and len(set(ahead)) == 1:
        return typeset(f"{ahead[0]} en tête chaque année ; en tout, {reach}")
    return typeset(f"En tout, {reach}")


def _first(data: _Series, k: int) -> str:
    """The category with the greatest value of a year; empty when two are equal."""
    tops, _ = extremes(dict(zip(data.names, data.year(k) or [], strict=True)))
    return tops[0] if len(tops) == 1 else ""


def _panels_title(data: _Series) -> str:
    """The greatest value of each line and its year, up to three lines; the greatest of all beyond."""
    best: list[tuple[float, str, str]] = []
    for name, line in zip(data.names, data.cells, strict=True):
        known = {
            year: cell.valeur
            for year, cell in zip(data.years, line, strict=True)
            if cell and cell.known and cell.valeur is not None
        }
        if known and len(known) == sum(cell is not None for cell in line):
            tops, _ = extremes(known)
            best.append((known[tops[0]], name, listing(tops)))
    if not best:
        return missing_title(cell.sign for line in data.cells for cell in line if cell and not cell.known)
    if len(best) <= 3:
        return typeset(f"Au plus haut : {listing(f'{name} en {years}' for _, name, years in best)}")
    value, name, years = max(best)
    return typeset(f"{name} au plus haut en {years} ({data.words(value)})")


def _alt(data: _Series, measure: str, signs: Sequence[str]) -> str:
    parts = []
    for name, line in zip(data.names, data.cells, strict=True):
        known = [
            f"{data.words(cell.valeur)} en {year}"
            for year, cell in zip(data.years, line, strict=True)
            if cell and cell.known and cell.valeur is not None
        ]
        parts.append(f"{name}, {listing(known) if known else 'aucune valeur publiée'}")
    hidden = f" {hidden_words(signs, 'valeur')}." if signs else ""
    return typeset(f"{measure} : {' ; '.join(parts)}.{hidden}")


def _table(data: _Series, measure: str, stacked: bool) -> DataTable:
    lines: list[tuple[Cell, ...]] = []
    for k, year in enumerate(data.years):
        cells = [line[k] for line in data.cells]
        line: list[Cell] = [year]
        for cell in cells:
            known = cell is not None and cell.known and cell.valeur is not None
            line.append(
                data.words(cell.valeur) if known and cell and cell.valeur is not None else cell.sign if cell else "nd"
            )
        if stacked and len(cells) > 1:
            values = data.year(k)
            line.append(data.words(sum(values)) if values is not None else data.sign(k))
        lines.append(tuple(line))
    columns = [Column("Année"), *(Column(name, True) for name in data.names)]
    columns += [Column("Ensemble", True)] if stacked and len(data.names) > 1 else []
    return DataTable(typeset(measure), tuple(columns), tuple(lines))


# -- drawing -----------------------------------------------------------------------------------------------------------
def _stack(width: float, data: _Series) -> Sheet:
    """One bar a year, segments in the order of the list, the total at the end."""
    step, bar, left = 42, 26, 48
    colors = tuple(reversed(ramp(len(data.names))))
    entries = [KeyItem(name, draw_swatch(token)) for name, (token, _) in zip(data.names, colors, strict=True)]
    placed, key_lines = place_key(entries if len(entries) > 1 else [], 0, width)
    top = key_lines * 20 + (12 if key_lines else 4)
    sheet = Sheet(width, top + step * len(data.years))
    draw_key(sheet, placed)
    totals = [sum(values) for k in range(len(data.years)) if (values := data.year(k)) is not None]
    room = max((text_width(data.words(total), 13, True) for total in totals), default=0) + 12
    scale = (width - left - room) / (max(totals, default=0) or 1)
    for k, year in enumerate(data.years):
        y = top + k * step
        sheet.text(0, y + bar / 2 + 4.5, year, 13)
        values = data.year(k)
        x = float(left)
        for value, (token, on) in zip(values or [], colors, strict=False):
            w = value * scale
            if value > 0:
                block(sheet, x, y, max(w - 1.2, 0.8), bar, token)
                words = data.bare(value)
                if len(data.names) > 1 and w > text_width(words, 12) + 8:
                    sheet.text(x + w / 2 - 0.6, y + bar / 2 + 4.5, words, 12, on, "center")
            x += w
        sheet.line(left - 0.6, y - 4, left - 0.6, y + bar + 4, "ink", 1.2)
        if values is None:
            axis_words(sheet, left + 8, y + bar / 2 + 4.5, data.sign(k))
        else:
            sheet.text(x + 8, y + bar / 2 + 4.5, data.words(sum(values)), 13, bold=True)
    return sheet


def _panels(width: float, data: _Series) -> Sheet:
    """A panel a line: one column a year, its value on top, all on one scale from zero."""
    wide = width >= 480
    label = 184 if wide else width - 4
    left = 200 if wide else 0
    tall = 64
    texts = [wrap(name, label, 13) for name in data.names]
    heights = [max(tall + 26, len(t) * LEAD) + 20 if wide else len(t) * LEAD + tall + 50 for t in texts]
    sheet = Sheet(width, sum(heights))
    slot = (width - left) / len(data.years)
    column = min(44.0, slot - 8)
    values = [c.valeur for line in data.cells for c in line if c and c.known and c.valeur is not None]
    scale = tall / (max(values, default=0) or 1)
    y = 0.0
    for lines, cells, height in zip(texts, data.cells, heights, strict=True):
        ground = y + 20 + tall if wide else y + len(lines) * LEAD + 22 + tall
        for i, words in enumerate(lines):
            sheet.text(
                0, (ground - tall / 2 + 4.5 - LEAD * (len(lines) - 1) / 2 if wide else y + 12) + i * LEAD, words, 13
            )
        for k, (year, cell) in enumerate(zip(data.years, cells, strict=True)):
            x = left + slot * (k + 0.5)
            sheet.text(x, ground + 15, year, 11, "muted", "center")
            if cell and cell.known and cell.valeur is not None:
                h = cell.valeur * scale
                sheet.rect(x - column / 2, ground - h, column, h, "mid")
                sheet.text(x, ground - h - 5, ellipsis(data.bare(cell.valeur), slot, 12), 12, ha="center")
            else:
                sheet.text(x, ground - 5, cell.sign if cell else "nd", 12, "muted", "center", bold=True)
        sheet.line(left, ground, width, ground, "ink", 1.2)
        y += height
    return sheet
