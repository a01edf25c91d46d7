"""A sheet as an ordinary matplotlib figure, and such a figure as the compact SVG of a sheet.

Most figures of the pages never come here: a sheet writes its marks itself. Those whose marks seaborn draws do, and so does
a researcher who takes the figure: it may be changed, and its SVG is then what matplotlib draws.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from itertools import cycle
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from .sheet import DPI, Box, Point, Span, Style, coordinate, path_markup, text_markup
from .tokens import LIGHT

__all__ = ["Drawing", "compact"]

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "citesresearch",  # same drawing, same bytes
    "path.snap": False,
    "font.family": "sans-serif",
    "text.parse_math": False,  # a « $ » is a dollar
}


class Drawing(Figure):
    """An ordinary matplotlib figure that a notebook shows by itself; others appear only once pyplot has been used.

    Its marks are placed in pixels from the upper left corner, relative to the figure, so that they follow the resolution
    that a researcher chooses.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=LIGHT["paper"])
        FigureCanvasSVG(self)
        self._page = Affine2D()
        self._plots: list[tuple[Axes, Box]] = []
        self.lay(width, height)

    def lay(self, width: float, height: float) -> None:
        """Give the page this size in pixels."""
        self.set_size_inches(width / DPI, height / DPI)
        self._page.clear().scale(1 / width, -1 / height).translate(0, 1)
        for axes, box in self._plots:
            self._place(axes, box)

    def plot(self, box: Box, across: Span, up: Span) -> Axes:
        """Axes over that box (left, top, width, height), from these values to those, for a library that draws on axes.

        They hold marks only: the sheet draws the frame, the steps and the words. Marks stand over outlines, under words.
        """
        axes = self.add_axes((0, 0, 1, 1), zorder=2)
        axes.set_axis_off()
        axes.set(xlim=across, ylim=up, xticks=(), yticks=())
        axes.set_autoscale_on(False)
        self._plots.append((axes, box))
        self._place(axes, box)
        return axes

    def _place(self, axes: Axes, box: Box) -> None:
        left, top, width, height = box
        axes.set_position(Bbox([[left, top + height], [left + width, top]]).transformed(self._page).bounds)

    def rect(self, corner: Point, size: Point, style: Style) -> None:
        self._mark(Rectangle(corner, *size, **_colours(style)))

    def polygon(self, points: Iterable[Point], style: Style) -> None:
        self._mark(Polygon(tuple(points), closed=True, **_colours(style)))

    def strokes(self, lines: Iterable[tuple[Point, Point]], style: Style, round_ends: bool) -> None:
        outline = Path.make_compound_path(*(Path(line) for line in lines))
        outline.should_simplify = False  # simplifying a long path drops strokes of no length
        if round_ends:
            self._mark(_Discs(outline, **_colours(style), capstyle="round"))
        else:
            self._mark(PathPatch(outline, **_colours(style)))

    def words(self, place: Point, words: str, size: float, color: str, ha: str, bold: bool) -> None:
        self._mark(
            Text(
                *place,
                words,
                fontsize=size,
                color=LIGHT[color],
                ha=ha,
                va="baseline",
                weight="bold" if bold else "normal",
                parse_math=False,
            )
        )

    def _mark(self, artist: Artist) -> None:
        artist.set_transform(self._page + self.transFigure)
        artist.set_clip_on(False)
        self.add_artist(artist)

    def _repr_png_(self) -> tuple[bytes, dict[str, float]]:
        buffer = io.BytesIO()
        # Twice the resolution, shown at its own size: sharp on any screen. Room is made for words in a broader face.
        self.savefig(buffer, format="png", dpi=2 * DPI, bbox_inches="tight")
        png = buffer.getvalue()
        return png, {"width": int.from_bytes(png[16:20], "big") / 2}  # the header of a PNG gives its width


class _Discs(PathPatch):
    """Strokes of no length with round ends. Drawn as pixels they would vanish (Agg skips them): circles stand in."""

    def draw(self, renderer: RendererBase) -> None:
        if not isinstance(renderer, RendererAgg):
            super().draw(renderer)
            return
        radius = self.get_linewidth() / 2
        # One end of each stroke is enough: both are the same point.
        circle = Path.unit_circle()
        shape = np.asarray(circle.vertices, dtype=np.float64)
        centres = np.asarray(self.get_path().vertices, dtype=np.float64)[::2]
        circles = [Path(shape * radius + centre, circle.codes) for centre in centres]
        stand_in = PathPatch(
            Path.make_compound_path(*circles), facecolor=self.get_edgecolor(), linewidth=0, clip_on=False
        )
        stand_in.set_transform(self.get_data_transform())
        stand_in.set_figure(self.figure)
        stand_in.draw(renderer)


def _colours(style: Style) -> dict[str, Any]:
    return {
        "facecolor": LIGHT[style.fill] if style.fill else "none",
        "edgecolor": LIGHT[style.edge] if style.edge else "none",
        "linewidth": style.lw if style.edge else 0,
    }


_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_TOKEN = {to_hex(value): name for name, value in LIGHT.items()}
_ANCHORS = {"middle": "center", "end": "right"}
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def compact(figure: Drawing) -> list[str]:
    """The marks of a figure as matplotlib draws them, without definitions, groups, styles and colours.

    Raises ValueError for a colour of no token: it would be lost.
    """
    buffer = io.StringIO()
    # Transparent: the page gives the ground.
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with mpl.rc_context(_RC), warnings.catch_warnings():
        # The reader's fonts write the words, not matplotlib's own, which lacks many writings.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        figure.savefig(buffer, format="svg", dpi=DPI, transparent=True, metadata=nothing)
    root = ElementTree.fromstring(buffer.getvalue())
    # A mark that comes back many times is defined once, then placed.
    marks = {node.get("id"): node for defs in root.iter(_SVG + "defs") for node in defs.iter(_SVG + "path")}
    kept = {id(node) for node in marks.values()}
    out: list[str] = []
    for node in root.iter():
        if node.tag == _SVG + "path" and node.get("d") and id(node) not in kept:
            out.append(_path(node.get("d", ""), _style(node)))
        elif node.tag == _SVG + "use":
            mark = marks[node.get(_HREF, "")[1:]]
            place = float(node.get("x", "0")), float(node.get("y", "0"))
            out.append(_path(_moved(mark.get("d", ""), place), _style(mark) | _style(node)))
        elif node.tag == _SVG + "text":
            out.append(_text(node, _style(node)))
    return _joined(out)


def _style(node: ElementTree.Element) -> dict[str, str]:
    return dict(part.split(": ", 1) for part in node.get("style", "").split("; ") if ": " in part)


def _moved(d: str, place: Point) -> str:
    """An outline elsewhere. matplotlib writes pairs of coordinates only."""
    axis = cycle(place)
    return _NUMBER.sub(lambda found: f"{float(found[0]) + next(axis):.6f}", d)


def _joined(marks: Iterable[str]) -> list[str]:
    """Neighbours of one class as one mark. Not where they have both an inside and an outline: these would mix."""
    out: list[str] = []
    last = ""
    for mark in marks:
        head, d, tail = mark.partition(' d="')
        alone = 'class="n ' in head or " k-" not in head
        if d and alone and head == last:
            out[-1] = out[-1].removesuffix('"/>') + tail
        else:
            out.append(mark)
        last = head if d and alone else ""
    return out


def _token(style: dict[str, str], name: str, unsaid: str) -> str | None:
    """The token of a colour, None for no colour. Raises ValueError for a colour of no token: it would be lost."""
    color = style.get(name, unsaid)
    if color != "none" and color not in _TOKEN:
        raise ValueError(f"not the colour of a token: {color}")
    return _TOKEN.get(color)


def _path(d: str, style: dict[str, str]) -> str:
    # SVG's own defaults: black inside, no outline.
    fill, edge = _token(style, "fill", "#000000"), _token(style, "stroke", "none")
    if fill and not edge and (disc := _disc(d)):
        (x, y), radius = disc
        return path_markup(f"M{coordinate(x)} {coordinate(y)}h.01", None, fill, 2 * radius, round_ends=True)
    outline = _NUMBER.sub(lambda found: coordinate(float(found[0])), " ".join(d.split()))
    outline = re.sub(r" ?([MLCQZz]) ?", r"\1", outline)
    outline = re.sub(r"M([^A-Za-z]+)((?:L[^A-Za-z]+)*)L\1z", r"M\1\2z", outline)  # « z » goes back by itself
    # « h0 » is not drawn by every browser.
    outline = re.sub(r"M([^A-Za-z]+)L\1(?=M|$)", r"M\1h.01", outline)
    width = float(style.get("stroke-width", "1")) if edge else 0
    return path_markup(outline, fill, edge, width, style.get("stroke-linecap") == "round")


def _disc(d: str) -> tuple[Point, float] | None:
    """The centre and the radius of an outline that is matplotlib's circle: eight curves of one radius."""
    if d.count("C") != 8 or "L" in d or d.count("M") != 1:
        return None
    numbers = [float(value) for value in _NUMBER.findall(d)]
    ends = np.asarray(numbers).reshape(-1, 2)[3::3]  # two points of control, then an end
    centre = ends.mean(axis=0)
    radii = np.hypot(*(ends - centre).T)
    if np.ptp(radii) > 0.01 * radii.max():
        return None
    return (float(centre[0]), float(centre[1])), round(float(radii.mean()), 2)


def _text(node: ElementTree.Element, style: dict[str, str]) -> str:
    size = re.search(r"(?<![\d.])([\d.]+)px", style.get("font", "") + style.get("font-size", ""))
    bold = re.search(r"\b(700|bold)\b", style.get("font", "") + style.get("font-weight", ""))
    x, y = node.get("x"), node.get("y")
    if x is None or y is None:
        moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", node.get("transform", ""))
        x, y = (moved[1], moved[2]) if moved else ("0", "0")
    return text_markup(
        float(x),
        float(y),
        node.text or "",
        float(size[1]) if size else 12,
        _token(style, "fill", "#000000"),
        _ANCHORS.get(style.get("text-anchor", ""), "left"),
        bold is not None,
    )
