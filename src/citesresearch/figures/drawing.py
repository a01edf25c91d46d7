"""Marks as an ordinary matplotlib figure, for a researcher who asks for it and for the plots that seaborn draws."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from .marks import Dots, Intervals, Outline, Plot, Points, Words
from .tokens import LIGHT

if TYPE_CHECKING:
    from .sheet import Sheet

__all__ = ["figure_of"]

DPI = 72  # one point is one pixel
_MARKERS = {"disc": "o", "square": "s", "diamond": "D"}


class _Shown(Figure):
    """A figure that a notebook shows by itself; others appear only once pyplot has been used."""

    def _repr_png_(self) -> tuple[bytes, dict[str, float]]:
        buffer = io.BytesIO()
        # Twice the resolution, shown at its own size: sharp on any screen. Room is made for words in a broader face.
        self.savefig(buffer, format="png", dpi=2 * DPI, bbox_inches="tight")
        png = buffer.getvalue()
        return png, {"width": int.from_bytes(png[16:20], "big") / 2}  # the header of a PNG gives its width


def figure_of(sheet: Sheet) -> Figure:
    """The marks of a sheet in the light colours, free to be changed; they follow the resolution that one chooses."""
    size = (sheet.width / DPI, sheet.height / DPI)
    figure = _Shown(figsize=size, dpi=DPI, facecolor=LIGHT["paper"])
    FigureCanvasSVG(figure)
    page = Affine2D().scale(1 / sheet.width, -1 / sheet.height).translate(0, 1)
    for mark in sheet.marks:
        if isinstance(mark, Plot):
            _draw_plot(figure, page, mark)
            continue
        artist = _words(mark) if isinstance(mark, Words) else _dots(mark) if isinstance(mark, Dots) else _outline(mark)
        artist.set_transform(page + figure.transFigure)
        artist.set_clip_on(False)
        figure.add_artist(artist)
    return figure


def _outline(mark: Outline) -> Polygon:
    return Polygon(mark.corners, closed=mark.closed, **_colours(mark.fill, mark.edge, mark.lw))


def _dots(mark: Dots) -> PathPatch:
    circles = Path.make_compound_path(*(Path.circle(centre, mark.r) for centre in mark.centres))
    return PathPatch(circles, **_colours(mark.color, None, 0))


def _words(mark: Words) -> Text:
    return Text(
        mark.x,
        mark.y,
        mark.words,
        fontsize=mark.size,
        color=LIGHT[mark.color],
        ha=mark.ha,
        va="baseline",
        weight="bold" if mark.bold else "normal",
        parse_math=False,  # a « $ » is a dollar
    )


def _colours(fill: str | None, edge: str | None, lw: float) -> dict[str, Any]:
    return {
        "facecolor": LIGHT[fill] if fill else "none",
        "edgecolor": LIGHT[edge] if edge else "none",
        "linewidth": lw if edge else 0,
    }


# -- plots -------------------------------------------------------------------------------------------------------------
def _draw_plot(figure: Figure, page: Affine2D, plot: Plot) -> None:
    """Axes that hold marks only, over outlines and under words: frame, steps and words are marks of the sheet."""
    left, top, width, height = plot.box
    place = Bbox([[left, top + height], [left + width, top]]).transformed(page)
    axes = figure.add_axes(place.bounds, zorder=2)
    axes.set_axis_off()
    axes.set(xlim=plot.across, ylim=plot.up, xticks=(), yticks=())
    axes.set_autoscale_on(False)
    for layer in plot.layers:
        if isinstance(layer, Points) and layer.places:
            _draw_points(axes, layer)
        elif isinstance(layer, Intervals) and layer.intervals:
            _draw_intervals(axes, layer)


def _draw_points(axes: Axes, points: Points) -> None:
    import seaborn as sns  # takes as long to import as everything else

    marker = points.marker
    # matplotlib turns a square into its diamond.
    side = 2 * marker.radius / (2**0.5 if marker.shape == "diamond" else 1)
    sns.scatterplot(
        x=[x for x, _ in points.places],
        y=[y for _, y in points.places],
        marker=_MARKERS[marker.shape],
        s=side**2,
        color=LIGHT[marker.fill],
        edgecolor=LIGHT[marker.edge] if marker.edge else "none",
        linewidth=marker.lw if marker.edge else 0,
        legend=False,
        clip_on=False,
        zorder=3,  # over the intervals
        ax=axes,
    )


def _draw_intervals(axes: Axes, held: Intervals) -> None:
    import seaborn as sns

    colors = [i.color for i in held.intervals for _ in (i.low, i.high)]
    sns.lineplot(
        x=[value for i in held.intervals for value in (i.low, i.high)],
        y=[i.place for i in held.intervals for _ in (i.low, i.high)],
        units=[key for key, i in enumerate(held.intervals) for _ in (i.low, i.high)],
        estimator=None,
        orient="y",
        sort=False,
        hue=colors,
        palette={color: LIGHT[color] for color in colors},
        linewidth=held.lw,
        solid_capstyle="butt",
        legend=False,
        clip_on=False,
        ax=axes,
    )
