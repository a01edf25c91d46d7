"""The XY plot of a solution: degree in the solution across, degree in the outcome up, a mark a Cité.

Four quarters: typical, deviant, not covered, neither. Shape says the quarter, not colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

import pandas as pd

from ..french import number, plural, typeset
from .chart import Chart
from .exhibit import KeyItem, base_words, credits, draw_key, place_key
from .sheet import Sheet, wrap
from .tables import Column, DataTable

__all__ = ["QUARTERS", "xy_plot"]

QUARTERS = {
    "typique": "dans la solution et dans le résultat",
    "deviante": "dans la solution, hors du résultat",
    "non_couverte": "dans le résultat, hors de la solution",
    "autre": "hors des deux",
}
LEFT, SIDE, INSIDE, STEP = 44, 420, 40, 8  # pixels: axis, square at most, room for piles at the edges, mark to mark

_Point = tuple[float, float]


@dataclass(frozen=True)
class _Place:
    name: str
    x: float
    y: float

    @property
    def quarter(self) -> str:
        """Half counts as inside, as in the crisp analysis: its threshold is inside."""
        return ("typique" if self.y >= 0.5 else "deviante") if self.x >= 0.5 else self._outside

    @property
    def _outside(self) -> str:
        return "non_couverte" if self.y >= 0.5 else "autre"


def xy_plot(
    rows: pd.DataFrame, *, id: str, across: str, up: str, source: str, date: str, synthetique: bool, announced: bool
) -> Chart:
    """Where each Cité stands in the solution and in the outcome.

    `rows`: `nom`, `x` (degree in the solution) and `y` (degree in the outcome), in [0, 1]; those without either are not
    drawn. `across`, `up`: the solution and the outcome in words. `announced`: whether the solution goes beyond chance;
    if not, the title says so.
    """
    known = rows.dropna(subset=["x", "y"])
    marks = [_Place(str(row["nom"]), float(row["x"]), float(row["y"])) for row in known.to_dict("records")]
    counts = {quarter: sum(mark.quarter == quarter for mark in marks) for quarter in QUARTERS}
    inside = counts["typique"] + counts["deviante"]
    said = f"{plural(inside, 'Cité')} dans la solution, dont {number(counts['typique'])} dans le résultat"
    told = [f"{plural(n, 'Cité')} {QUARTERS[quarter]}" for quarter, n in counts.items()]
    return Chart(
        id=id,
        titre=typeset(said if announced else f"Solution non annoncée : {said[0].lower()}{said[1:]}"),
        sous_titre=typeset(f"Degrés d’appartenance, de 0 à 1 : en abscisse {across} ; en ordonnée {up}"),
        alt=typeset(f"{' ; '.join(told)}."),
        draw=lambda width: _draw(width, marks, counts),
        donnees=_table(marks),
        notes=credits(
            source,
            date,
            base_words([len(marks)], ("Cité", "Cités")),
            (
                "Lecture",
                typeset(
                    "à 0,5 ou plus, une Cité est dans l’ensemble. Une solution régulière laisse vide le quart en bas à droite ; "
                    "le quart en haut à gauche dit ce qu’elle ne couvre pas. Les marques qui se touchent sont écartées."
                ),
            ),
        ),
        synthetique=synthetique,
    )


def _table(marks: Sequence[_Place]) -> DataTable:
    ordered = sorted(marks, key=lambda mark: (list(QUARTERS).index(mark.quarter), -mark.x, mark.name))
    return DataTable(
        typeset("Degrés d’appartenance de chaque Cité"),
        (Column("Cité"), Column("Solution", True), Column("Résultat", True), Column("Place")),
        tuple((mark.name, number(mark.x, 2), number(mark.y, 2), typeset(QUARTERS[mark.quarter])) for mark in ordered),
    )


# -- drawing -----------------------------------------------------------------------------------------------------------
def _draw_mark(sheet: Sheet, quarter: str, x: float, y: float) -> None:
    if quarter == "typique":
        sheet.dots([(x, y)], 3.8, "ink")
    elif quarter == "deviante":
        sheet.diamond(x, y, 4.8, "paper", "ink")
    elif quarter == "non_couverte":
        sheet.square(x, y, 3.4, "paper", "mid")
    else:
        sheet.dots([(x, y)], 2.6, "net")


_WORDS = {"typique": "typique", "deviante": "déviante", "non_couverte": "non couverte", "autre": "hors des deux"}


def _draw(width: float, marks: Sequence[_Place], counts: dict[str, int]) -> Sheet:
    side = min(width - LEFT - 6, SIDE)
    items = [
        KeyItem(words, lambda sheet, x, y, quarter=quarter: _draw_mark(sheet, quarter, x, y))  # type: ignore[misc]
        for quarter, words in _WORDS.items()
    ]
    placed, lines = place_key(items, 0, width)
    top = 20 * lines + 34
    sheet = Sheet(width, top + side + 44)
    draw_key(sheet, placed)

    def at(x: float, y: float) -> _Point:
        room = side - 2 * INSIDE
        return LEFT + INSIDE + x * room, top + INSIDE + (1 - y) * room

    middle = at(0.5, 0.5)
    sheet.rect(middle[0], middle[1], LEFT + side - middle[0], top + side - middle[1], "panel")
    sheet.line(*at(0, 0), *at(1, 1), "grid")
    sheet.line(middle[0], top, middle[0], top + side)
    sheet.line(LEFT, middle[1], LEFT + side, middle[1])
    sheet.rect(LEFT, top, side, side, None, "rule")
    for step in (0, 0.5, 1):
        sheet.text(at(step, 0)[0], top + side + 16, number(step), 11, "muted", "center")
        sheet.text(LEFT - 8, at(0, step)[1] + 4, number(step), 11, "muted", "right")
    sheet.text(LEFT + side / 2, top + side + 36, "Degré dans la solution", 12, "ink", "center")
    sheet.text(0, top - 12, "Degré dans le résultat", 12)
    corners = {
        "non_couverte": (LEFT + 8, top + 18, "left"),
        "typique": (LEFT + side - 8, top + 18, "right"),
        "autre": (LEFT + 8, top + side - 8, "left"),
        "deviante": (LEFT + side - 8, top + side - 8, "right"),
    }
    floor, ceiling = top + side - 26, top + 28  # the counts of the quarters stand beyond
    taken: list[_Point] = []
    for mark in sorted(marks, key=lambda m: (m.x, m.y, m.name)):
        place = _free(at(mark.x, mark.y), taken, mark, middle, (ceiling, floor))
        taken.append(place)
        _draw_mark(sheet, mark.quarter, *place)
    for quarter, (x, y, ha) in corners.items():
        (words,) = wrap(plural(counts[quarter], "Cité"), side / 2, 13, True)
        sheet.text(x, y, words, 13, "ink", ha, bold=True)
    return sheet


def _free(
    wanted: _Point, taken: Sequence[_Point], mark: _Place, middle: _Point, between: tuple[float, float]
) -> _Point:
    """The nearest place where the mark touches no other, in its own quarter; its own place where there is none."""
    for ring in range(9):
        for turn in range(max(1, 6 * ring)):
            angle = pi * 2 * turn / max(1, 6 * ring)
            x, y = wanted[0] + STEP * ring * cos(angle), wanted[1] + STEP * ring * sin(angle)
            own = (x >= middle[0] + 4) == (mark.x >= 0.5) and (y <= middle[1] - 4) == (mark.y >= 0.5)
            clear = abs(x - middle[0]) >= 4 and abs(y - middle[1]) >= 4 and x > LEFT + 6
            clear &= between[0] <= y <= between[1]
            if own and clear and all(hypot(x - a, y - b) >= STEP - 0.01 for a, b in taken):
                return x, y
    return wanted
