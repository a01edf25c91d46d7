"""Marks of a statistical figure, drawn by seaborn on axes of a sheet (`Sheet.plot`) in the colours of the tokens.

seaborn takes as long to import as everything else: only figures of which a campagne has one or two come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .tokens import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Interval", "Mark", "draw_intervals", "draw_points"]

_MARKERS = {"disc": "o", "square": "s", "diamond": "D"}


@dataclass(frozen=True)
class Mark:
    """A shape of that radius in pixels (half a side, half a diagonal), filled with a token, with an outline or none."""

    shape: Literal["disc", "square", "diamond"]
    radius: float
    fill: str
    edge: str | None = None
    lw: float = 1.5


@dataclass(frozen=True)
class Interval:
    """From a value to another, at a place, in a token."""

    low: float
    high: float
    place: float
    color: str


def draw_points(axes: Axes, across: Sequence[float], up: Sequence[float], mark: Mark) -> None:
    """That mark at each place, whole even where it leaves the axes. Nothing where there is no place.

    Raises KeyError for a colour that is no token.
    """
    if not across:
        return
    import seaborn as sns

    # Points of one seventy-second of an inch, as the sheet's pixels; matplotlib turns a square into its diamond.
    side = 2 * mark.radius / (2**0.5 if mark.shape == "diamond" else 1)
    sns.scatterplot(
        x=list(across),
        y=list(up),
        marker=_MARKERS[mark.shape],
        s=side**2,
        color=LIGHT[mark.fill],
        edgecolor=LIGHT[mark.edge] if mark.edge else "none",
        linewidth=mark.lw if mark.edge else 0,
        legend=False,
        clip_on=False,
        zorder=3,  # over the intervals
        ax=axes,
    )


def draw_intervals(axes: Axes, intervals: Sequence[Interval], lw: float) -> None:
    """A stroke along each interval. Raises KeyError for a colour that is no token."""
    if not intervals:
        return
    import seaborn as sns

    colors = [i.color for i in intervals for _ in (i.low, i.high)]
    sns.lineplot(
        x=[value for i in intervals for value in (i.low, i.high)],
        y=[i.place for i in intervals for _ in (i.low, i.high)],
        units=[key for key, i in enumerate(intervals) for _ in (i.low, i.high)],
        estimator=None,
        orient="y",
        sort=False,
        hue=colors,
        palette={color: LIGHT[color] for color in colors},
        linewidth=lw,
        solid_capstyle="butt",
        legend=False,
        clip_on=False,
        ax=axes,
    )
