"""Two ordered questions at once: how many Cités gave each pair of answers, a disc a Cité, the count beside each pile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ..codebook import Vocabulary
from ..french import listing, number, plural, typeset
from .chart import Chart
from .exhibit import CITES, Estimate, Nouns, credits, hidden_words, missing_title, quoted, read_estimates, site_key
from .sheet import Sheet, ellipsis, text_width, wrap
from .tables import Cell, Column, DataTable

__all__ = ["crosstab"]

LEAD = 15


@dataclass(frozen=True)
class _Grid:
    """Counts by pair of answers (None: not published), rows best first, columns from the lowest to the best."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Estimate | None, ...], ...]
    own: tuple[int, int] | None
    nouns: Nouns

    def count(self, i: int, j: int) -> int | None:
        cell = self.cells[i][j]
        return None if cell is None or cell.statut != "ok" or cell.n is None else round(cell.n)

    def sign(self, i: int, j: int) -> str:
        cell = self.cells[i][j]
        return "nd" if cell is None else cell.sign

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(len(self.rows)) for j in range(len(self.columns))]

    @property
    def counts(self) -> dict[tuple[int, int], int]:
        """The published counts."""
        return {pair: n for pair in self.pairs if (n := self.count(*pair)) is not None}

    def total(self, i: int) -> int | None:
        """Of a row; None where a cell is not published."""
        values = [n for j in range(len(self.columns)) if (n := self.count(i, j)) is not None]
        return sum(values) if len(values) == len(self.columns) else None


def crosstab(
    rows: pd.DataFrame | Sequence[Estimate],
    lines: Vocabulary,
    columns: Vocabulary,
    *,
    id: str,
    measure: str,
    source: str,
    date: str,
    synthetique: bool,
    nouns: Nouns = CITES,
    own: tuple[str, str] | None = None,
    name: str | None = None,
) -> Chart:
    """Counts of Cités by two questions: `modalite` on the lists of `lines` (downwards), `croisement_modalite` on `columns`.

    `rows` are published estimates of one indicator with the count in `n`. `measure` is the subtitle. `own` is the Cité's
    pair of answers; outside a scale it has no mark. Totals of lines are shown where all their cells are published.
    Raises ValueError for several indicators.
    """
    found = read_estimates(rows)
    if len({e.indicateur for e in found}) > 1:
        raise ValueError("several indicators in one cross-table")
    at = {(e.modalite, e.croisement_modalite): e for e in found}
    across = tuple(reversed(columns.modalites))
    codes = ([m.code for m in lines.modalites], [m.code for m in across])
    grid = _Grid(
        tuple(typeset(m.libelle) for m in lines.modalites),
        tuple(typeset(m.libelle) for m in across),
        tuple(tuple(at.get((m.code, c.code)) for c in across) for m in lines.modalites),
        (codes[0].index(own[0]), codes[1].index(own[1])) if own and own[0] in codes[0] and own[1] in codes[1] else None,
        nouns,
    )
    called = name if name and grid.own else "cette Cité"
    signs = [grid.sign(*pair) for pair in grid.pairs if pair not in grid.counts]
    complete = not signs
    return Chart(
        id=id,
        titre=_title(grid, complete),
        sous_titre=typeset(measure),
        alt=_alt(grid, measure, called, signs),
        draw=lambda width: _draw(width, grid, called),
        donnees=_table(grid, lines.titre, measure),
        notes=credits(
            source,
            date,
            _base(sum(grid.counts.values()), nouns) if complete else "",
            ("Lecture", "chaque disque est une Cité ; une association ne dit pas de cause." if nouns == CITES else ""),
            ("Non publié", hidden_words(signs, "case")),
        ),
        synthetique=synthetique,
    )


def _base(total: int, nouns: Nouns) -> str:
    """Cités answered two questions; other things that are counted answered none."""
    return typeset(plural(total, *nouns) + (" ayant répondu aux deux questions" if nouns == CITES else ""))


def _title(grid: _Grid, complete: bool) -> str:
    counts = grid.counts
    if not counts:
        return missing_title(grid.sign(*pair) for pair in grid.pairs)
    best = max(counts.values())
    if not best:
        return "Aucune réponse aux deux questions" if complete else "Aucune réponse dans les cases publiées"
    tops = [pair for pair, n in counts.items() if n == best]
    where = [f"{quoted(grid.rows[i])} et {quoted(grid.columns[j])}" for i, j in tops]
    some = plural(best, *grid.nouns)
    if not complete:
        return typeset(f"{some} au plus dans une des cases publiées")
    total = number(sum(counts.values()))
    if len(tops) == 1:
        return typeset(f"Les deux réponses les plus souvent ensemble : {where[0]}, {some} sur {total}")
    if len(tops) == 2:
        return typeset(f"Le plus souvent, à égalité ({some} sur {total}) : {' ; '.join(where)}")
    return typeset(f"Aucune paire de réponses ne se détache : {some} au plus, {number(len(tops))} fois")


def _alt(grid: _Grid, measure: str, name: str, signs: Sequence[str]) -> str:
    said = []
    for i, row in enumerate(grid.rows):
        known = [(grid.columns[j], n) for j in range(len(grid.columns)) if (n := grid.count(i, j)) is not None]
        if known:
            said.append(f"{row}, {listing(f'{column} {number(n)}' for column, n in known)}")
    parts = [f"{measure} : {' ; '.join(said)}" if said else f"{measure} : aucun nombre publié"]
    if grid.own:
        parts.append(f"{name[:1].upper()}{name[1:]} : {grid.rows[grid.own[0]]}, {grid.columns[grid.own[1]]}")
    parts += [hidden_words(signs, "case")] if signs else []
    return typeset(". ".join(parts) + ".")


def _table(grid: _Grid, heading: str, measure: str) -> DataTable:
    body: list[tuple[Cell, ...]] = []
    for i, row in enumerate(grid.rows):
        line: list[Cell] = [row]
        for j in range(len(grid.columns)):
            count = grid.count(i, j)
            line.append(number(count) if count is not None else grid.sign(i, j))
        total = grid.total(i)
        hidden = "s" if any(grid.sign(i, j) == "s" for j in range(len(grid.columns))) else "nd"
        line.append(number(total) if total is not None else hidden)
        body.append(tuple(line))
    columns = (Column(heading), *(Column(words, True) for words in grid.columns), Column("Ensemble", True))
    return DataTable(typeset(measure), columns, tuple(body))


def _draw(width: float, grid: _Grid, name: str) -> Sheet:
    wide = width >= 480
    pitch, r = (14, 5.2) if wide else (12, 4.4)
    left = 150 if wide else 0
    head_size = 12 if wide else 11
    slot = (width - left) / len(grid.columns)
    per = max(1, int((slot - 44) // pitch))
    heads = [wrap(words, slot - (12 if wide else 4), head_size) for words in grid.columns]
    labels = [wrap(words, (left - 14) if wide else width - 90, 13, True) for words in grid.rows]
    key = 24 if grid.own else 0
    top = key + max(len(h) for h in heads) * LEAD + 8
    heights = []
    for i, lines in enumerate(labels):
        tallest = max(-(-(grid.count(i, j) or 1) // per) for j in range(len(grid.columns)))
        named = len(lines) * LEAD
        heights.append(max(tallest * pitch + 20, named + LEAD + 16) if wide else named + tallest * pitch + 24)
    sheet = Sheet(width, top + sum(heights) + 2)
    if grid.own:
        entry = site_key(name if text_width(name, 12, True) < width - 30 else "cette Cité")
        entry.mark(sheet, 8, 8)
        sheet.text(20, 12, entry.words, 12, "cite", bold=True)
    for j, head in enumerate(heads):
        for k, words in enumerate(head):
            sheet.text(
                left + j * slot + (6 if wide else 2), top - 8 - (len(head) - 1 - k) * LEAD, words, head_size, "muted"
            )
    y = float(top)
    for i, (lines, height) in enumerate(zip(labels, heights, strict=True)):
        sheet.line(0, y, width, y, "rule")
        for k, words in enumerate(lines):
            sheet.text(0 if wide else 4, y + 18 + k * LEAD, words, 13, bold=True)
        total = grid.total(i)
        if total is not None:
            counted = plural(total, *grid.nouns)
            if wide:
                sheet.text(0, y + 18 + len(lines) * LEAD, counted, 12, "muted")
            else:
                sheet.text(width - 2, y + 18, ellipsis(counted, 84, 12), 12, "muted", "right")
        first = y + 14 if wide else y + len(lines) * LEAD + 16
        for j in range(len(grid.columns)):
            _pile(sheet, grid, (i, j), (left + j * slot + 12, first), (per, pitch, r))
        y += height
    return sheet


def _pile(
    sheet: Sheet, grid: _Grid, pair: tuple[int, int], corner: tuple[float, float], size: tuple[int, float, float]
) -> None:
    """The discs of a pair of answers, this Cité's the last, and their count."""
    (x, y), (per, pitch, r) = corner, size
    count = grid.count(*pair)
    if count is None:
        if grid.own == pair:
            sheet.site(x, y, r + 0.6)
            x += 16
        sheet.text(x - 6, y + 4.5, grid.sign(*pair), 13, "muted", bold=True)
        return
    points = [(x + (k % per) * pitch, y + (k // per) * pitch) for k in range(count)]
    mine = grid.own == pair and bool(points)
    sheet.dots(points[:-1] if mine else points, r, "net")
    if mine:
        sheet.site(*points[-1], r + 1.6)
    beside = x + min(count, per) * pitch - 4 if count else x - 6
    sheet.text(beside, y + 4.5, number(count), 13, "ink" if count else "muted", bold=True)
