"""A sheet of paper for charts: it collects marks, laid out in pixels by the chart itself, coloured by tokens.

No axes, no layout engine: nothing is left to chance. Two renderers draw the marks: `svg` for pages, `drawing` for whoever
asks for the figure in matplotlib.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .marks import Box, Dots, Intervals, Outline, Plot, Point, Points, Span, Words
from .tokens import LIGHT

__all__ = ["NARROW", "SIZES", "WIDE", "Sheet", "ellipsis", "printable", "text_width", "wrap"]

WIDE, NARROW = 640, 328  # pixels: the column of a page, a phone
SIZES = (11, 12, 13, 14, 16)  # pixels: the sizes of words that the style sheets know

# Relative widths of a common sans serif, in fractions of the size: near enough to keep labels apart.
_THIN, _BROAD = set("iljtfrI.,’':;|!()[] ·-"), set("mwMW%—@")


@lru_cache(maxsize=1 << 14)
def text_width(text: str, size: float = 12, bold: bool = False) -> float:
    """The width of a text in pixels, a little more than most sans serif faces take."""
    units = sum(0.31 if c in _THIN else 0.88 if c in _BROAD else 0.69 if c.isupper() else 0.57 for c in text)
    return units * size * (1.07 if bold else 1.0)


def wrap(text: str, room: float, size: float = 12, bold: bool = False) -> list[str]:
    """The text on as many lines as its room in pixels asks for, broken at spaces and after hyphens.

    A part that is longer than the room is cut.
    """
    lines: list[str] = []
    for part in re.findall(r" *[^ -]*-*", text.strip()):
        if lines and text_width(lines[-1] + part, size, bold) <= room:
            lines[-1] += part
        elif part:
            lines.append(ellipsis(part.lstrip(), room, size, bold))
    return lines


def ellipsis(text: str, room: float, size: float = 12, bold: bool = False) -> str:
    """The text, cut with « … » where it is wider than its room."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


class Sheet:
    """A drawing of `width` × `height` pixels, y downwards; its words have one of `SIZES`.

    Raises KeyError for a colour that is no token, ValueError for another size of words or a place that is nowhere.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.marks: list[Outline | Dots | Words | Plot] = []

    def extend(self, height: float) -> None:
        """Adds that many pixels at the foot of the sheet."""
        self.height += height

    def plot(self, box: Box, across: Span, up: Span, layers: Iterable[Points | Intervals]) -> None:
        """Axes over a box of the sheet, for marks that a statistical library draws: over outlines, under words."""
        self.marks.append(Plot(box, across, up, tuple(layers)))

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str | None = None, edge: str | None = None, lw: float = 1
    ) -> None:
        """A rectangle from its upper left corner."""
        self.polygon(((x, y), (x + w, y), (x + w, y + h), (x, y + h)), fill, edge, lw)

    def polygon(self, points: Sequence[Point], fill: str | None = None, edge: str | None = None, lw: float = 1) -> None:
        """A closed outline."""
        self.marks.append(Outline(_known(points), fill and _token(fill), edge and _token(edge), lw, True))

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str = "rule", lw: float = 1) -> None:
        """A straight line."""
        self.marks.append(Outline(_known(((x1, y1), (x2, y2))), None, _token(color), lw, False))

    def dots(self, points: Iterable[Point], r: float, color: str) -> None:
        """Filled discs of one radius."""
        if centres := _known(points):
            self.marks.append(Dots(centres, r, _token(color)))

    def ring(self, x: float, y: float, r: float, color: str, lw: float = 2) -> None:
        """A disc of the page's colour with an outline."""
        self.rings([(x, y)], r, color, lw)

    def rings(self, points: Sequence[Point], r: float, color: str, lw: float = 2) -> None:
        """Rings of one radius that do not touch, as two shapes."""
        self.dots(points, r, color)
        self.dots(points, r - lw, "paper")

    def diamond(self, x: float, y: float, r: float, fill: str, edge: str | None = None, lw: float = 1.5) -> None:
        self.polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill, edge, lw)

    def square(self, x: float, y: float, r: float, fill: str | None, edge: str | None = None, lw: float = 1.5) -> None:
        self.rect(x - r, y - r, 2 * r, 2 * r, fill, edge, lw)

    def site(self, x: float, y: float, r: float = 6.5) -> None:
        """This Cité's mark: a disc in its accent with a halo, the only one of its kind on a chart."""
        self.dots([(x, y)], r + 2, "paper")
        self.dots([(x, y)], r, "cite")

    def text(
        self, x: float, y: float, words: str, size: float = 12, color: str = "ink", ha: str = "left", bold: bool = False
    ) -> None:
        """Words on their baseline; `ha` says which of their ends is at x (left, center, right)."""
        if size not in SIZES:
            raise ValueError(f"words have one of the sizes {SIZES}, not {size}")
        if written := printable(words):
            ((x, y),) = _known(((x, y),))
            self.marks.append(Words(x, y, written, size, _token(color), ha, bold))


def printable(words: str) -> str:
    """Without what XML refuses or nobody sees: a line break becomes a space, a control character « � »."""
    return words if words.isprintable() else "".join(map(_readable, words))


def _readable(c: str) -> str:
    if c.isprintable() or c in "\u00a0\u202f":
        return c
    if c.isspace():
        return " "
    return "" if unicodedata.category(c) == "Cf" else "\ufffd"


def _token(color: str) -> str:
    """Raises KeyError for a colour that is no token."""
    LIGHT[color]
    return color


def _known(points: Iterable[Point]) -> tuple[Point, ...]:
    known = tuple(points)
    for x, y in known:
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(f"not a place on a sheet: {x}, {y}")
    return known
