"""A sheet of paper for charts: shapes and words laid out in pixels on a bare matplotlib figure.

No pyplot, no axes, no layout engine: each chart places its marks itself, which is fast and leaves nothing to chance. The
marks are written as SVG directly; asked for its `figure`, the sheet draws the same marks with matplotlib, free to be
changed, and is then written by it. The figure shows in a notebook as it stands, in the light colours of `tokens`; written
as SVG, each colour becomes a class
(`f-cite`, `k-net`…) that the style sheet fills in for the light scheme, the dark one and print. The other classes are
`t11`…`t16` (sizes of words), `b` (bold), `c` and `e` (centred, ending here), `n` (not filled), `o` (round ends).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from .tokens import LIGHT, width_class

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .drawing import Drawing

__all__ = ["NARROW", "SIZES", "WIDE", "Sheet", "ellipsis", "text_width", "wrap"]

WIDE, NARROW = 640, 328  # pixels: the column of a page, a phone
DPI = 72  # one point is one pixel
SIZES = (11, 12, 13, 14, 16)  # pixels: the sizes of words that the style sheets know

# Relative widths of a common sans serif, in fractions of the size: near enough to keep labels apart.
_THIN, _BROAD = set("iljtfrI.,’':;|!()[] ·-"), set("mwMW%—@")

Point = tuple[float, float]
Span = tuple[float, float]  # values, from the first to the last
Box = tuple[float, float, float, float]  # pixels: left, top, width, height


class Style(NamedTuple):
    """The token inside an outline, the one along it, and how thick that is in pixels."""

    fill: str | None
    edge: str | None
    lw: float


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
    """A drawing of `width` × `height` pixels, y downwards, coloured by tokens; its words have one of `SIZES`.

    Raises KeyError for a colour that is no token, ValueError for another size of words.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        # Words stand over outlines. Beside each mark as SVG, how a figure draws it.
        self._outlines: list[str] = []
        self._words: list[str] = []
        self._drawn: list[Callable[[Drawing], None]] = []
        self._figure: Drawing | None = None

    @property
    def figure(self) -> Drawing:
        """The same marks as a matplotlib figure, which from now on is what `svg` writes."""
        if self._figure is None:
            from .drawing import Drawing

            self._figure = Drawing(self.width, self.height)
            for draw in self._drawn:
                draw(self._figure)
        return self._figure

    def extend(self, height: float) -> None:
        """Adds that many pixels at the foot of the sheet."""
        self.height += height
        if self._figure is not None:
            self._figure.lay(self.width, self.height)

    def plot(self, box: Box, across: Span, up: Span) -> Axes:
        """Axes over a box of the sheet, for marks that a statistical library draws; see `Drawing.plot`."""
        return self.figure.plot(box, across, up)

    def _draw(self, draw: Callable[[Drawing], None]) -> None:
        self._drawn.append(draw)
        if self._figure is not None:
            draw(self._figure)

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str | None = None, edge: str | None = None, lw: float = 1
    ) -> None:
        """A rectangle from its upper left corner."""
        style = _style(fill, edge, lw)
        corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        self._outlines.append(_outline((corners,), style, closed=True))
        self._draw(lambda figure: figure.rect((x, y), (w, h), style))

    def polygon(self, points: Sequence[Point], fill: str | None = None, edge: str | None = None, lw: float = 1) -> None:
        """A closed outline."""
        style = _style(fill, edge, lw)
        self._outlines.append(_outline((points,), style, closed=True))
        self._draw(lambda figure: figure.polygon(points, style))

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str = "rule", lw: float = 1) -> None:
        """A straight line."""
        self._strokes((((x1, y1), (x2, y2)),), color, lw)

    def dots(self, points: Iterable[Point], r: float, color: str) -> None:
        """Filled discs of one radius, as one shape: strokes of no length with round ends, a few bytes each."""
        if ends := tuple((point, point) for point in points):
            self._strokes(ends, color, 2 * r, round_ends=True)

    def _strokes(self, lines: tuple[tuple[Point, Point], ...], color: str, lw: float, round_ends: bool = False) -> None:
        style = _style(None, color, lw)
        self._outlines.append(_outline(lines, style, round_ends=round_ends))
        self._draw(lambda figure: figure.strokes(lines, style, round_ends))

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
        if written := _printable(words):
            self._words.append(text_markup(_finite(x), _finite(y), written, size, color, ha, bold))
            self._draw(lambda figure: figure.words((x, y), written, size, color, ha, bold))

    def svg(self, alt: str, classes: str = "", id: str = "", said_by: str = "") -> Markup:
        """The drawing as compact SVG: colours are classes, text is text, the same drawing gives the same bytes.

        `said_by` is the `id` of another drawing of the page whose description `alt` is: it is not written twice.
        """
        if self._figure is None:
            marks = [*self._outlines, *self._words]
        else:
            from .drawing import compact

            marks = compact(self._figure)
        named = f' id="{escape(id)}"' if id else ""
        words = f'aria-labelledby="{escape(said_by)}"' if said_by else f'aria-label="{escape(_printable(alt))}"'
        return Markup(
            f'<svg class="{escape(" ".join(["g", *classes.split()]))}"{named} viewBox="0 0 {self.width:g} {self.height:g}" '
            f'role="img" {words}>{_joined("".join(marks))}</svg>'
        )


def _printable(words: str) -> str:
    """Without what XML refuses or nobody sees: a line break becomes a space, a control character « � »."""
    return words if words.isprintable() else "".join(map(_shown, words))


def _shown(c: str) -> str:
    if c.isprintable() or c in "\u00a0\u202f":
        return c
    if c.isspace():
        return " "
    return "" if unicodedata.category(c) == "Cf" else "\ufffd"


def _style(fill: str | None, edge: str | None, lw: float) -> Style:
    """Raises KeyError for a colour that is no token."""
    for token in (fill, edge):
        if token is not None and token not in LIGHT:
            raise KeyError(token)
    return Style(fill, edge, lw)


def _outline(parts: Sequence[Sequence[Point]], style: Style, closed: bool = False, round_ends: bool = False) -> str:
    lines = []
    for part in parts:
        corners = [f"{coordinate(_finite(x))} {coordinate(_finite(y))}" for x, y in part]
        if closed:
            lines.append(f"M{'L'.join(corners)}z")
        elif len(set(corners)) == 1:
            lines.append(f"M{corners[0]}h.01")  # « h0 » is not drawn by every browser
        else:
            lines.append(f"M{'L'.join(corners)}")
    return path_markup("".join(lines), style.fill, style.edge if style.lw else None, style.lw, round_ends)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"not a place on a sheet: {value}")
    return value


@lru_cache(maxsize=4096)
def coordinate(value: float) -> str:
    """A number of pixels, to a tenth; the same for two sums that differ by rounding only."""
    return f"{round(round(value, 6), 1) + 0.0:g}"


@lru_cache(maxsize=1 << 14)  # the network's own marks come back on every page
def path_markup(outline: str, fill: str | None, edge: str | None, lw: float, round_ends: bool) -> str:
    """An outline whose colours are classes; nothing where it has no colour."""
    if not fill and not edge:
        return ""
    classes = f"f-{fill}" if fill else "n"
    if edge:
        classes += f" k-{edge}"
    if round_ends:
        classes += " o"
    width = round(lw, 6)
    known = width_class(width) if edge else ""
    if known:
        classes += f" {known}"
    thick = f' stroke-width="{width:g}"' if edge and width != 1 and not known else ""
    return f'<path class="{classes}"{thick} d="{_shortened(outline)}"/>'


_STEP = re.compile(r"([MLz])(?:([-\d.e]+) ([-\d.e]+))?(h\.01)?")


def _shortened(outline: str) -> str:
    """The same outline on fewer bytes: level and upright lines say one number, a closing line says none."""
    steps = _STEP.findall(outline)
    if sum(len(x) + len(y) + len(dot) + (2 if x else 1) for _, x, y, dot in steps) != len(outline):
        return outline  # curves stay as they are
    out: list[str] = []
    start = here = ("", "")
    for place, (letter, x, y, dot) in enumerate(steps):
        if letter == "z":
            out.append("z")
            here = start
            continue
        if letter == "M":
            start = (x, y)
            out.append(f"M{x} {y}{dot}")
        elif (x, y) == start and steps[place + 1 : place + 2] and steps[place + 1][0] == "z":
            continue
        elif y == here[1]:
            out.append(f"H{x}")
        elif x == here[0]:
            out.append(f"V{y}")
        else:
            out.append(f"L{x} {y}")
        here = (x, y)
    return "".join(out)


# Lines of one look that follow one another are one line: nothing is filled, so nothing can be hidden.
_ALIKE = re.compile(r'<path( class="n [^"]*"(?: stroke-width="[^"]*")?) d="[^"]*"/>(?:<path\1 d="[^"]*"/>)+')


def _joined(marks: str) -> str:
    def join(found: re.Match[str]) -> str:
        outline = "".join(re.findall(r' d="([^"]*)"', found[0]))
        return f'<path{found[1]} d="{outline}"/>'

    return _ALIKE.sub(join, marks)


@lru_cache(maxsize=1 << 14)
def text_markup(x: float, y: float, words: str, size: float, token: str | None, ha: str, bold: bool) -> str:
    """Words on their baseline; ink is what words are written in."""
    classes = "" if size == 12 else f"t{size:g}"  # what the words of a chart have unless it is said
    if token != "ink":
        classes += f" f-{token}"
    if bold:
        classes += " b"
    if ha != "left":
        classes += " c" if ha == "center" else " e"
    said = f' class="{classes.strip()}"' if classes else ""
    return f'<text{said} x="{round(x, 6) + 0.0:.4g}" y="{round(y, 6) + 0.0:.4g}">{escape(words)}</text>'
