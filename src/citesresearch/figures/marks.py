"""What a figure is made of: small records placed in pixels from the upper left corner of a sheet, coloured by tokens."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Box", "Dots", "Interval", "Intervals", "Marker", "Outline", "Plot", "Point", "Points", "Span", "Words"]

Point = tuple[float, float]
Span = tuple[float, float]  # values, from the first to the last
Box = tuple[float, float, float, float]  # left, top, width, height


class Outline(NamedTuple):
    """Straight lines from corner to corner, back to the first if closed: the token inside, the one along it, its width."""

    corners: tuple[Point, ...]
    fill: str | None
    edge: str | None
    lw: float
    closed: bool


class Dots(NamedTuple):
    """Filled discs of one radius."""

    centres: tuple[Point, ...]
    r: float
    color: str


class Words(NamedTuple):
    """Words on their baseline; `ha` says which of their ends is at x."""

    x: float
    y: float
    words: str
    size: float
    color: str
    ha: str
    bold: bool


class Marker(NamedTuple):
    """A shape of that radius (half a side, half a diagonal), filled with a token, with an outline or none."""

    shape: Literal["disc", "square", "diamond"]
    radius: float
    fill: str
    edge: str | None = None
    lw: float = 1.5


class Points(NamedTuple):
    """A marker at each place of a plot, in its values."""

    places: tuple[Point, ...]
    marker: Marker


class Interval(NamedTuple):
    """From a value to another, at a place, in a token."""

    low: float
    high: float
    place: float
    color: str


class Intervals(NamedTuple):
    """A stroke of that width along each interval of a plot, in its values."""

    intervals: tuple[Interval, ...]
    lw: float


class Plot(NamedTuple):
    """Axes over a box, from these values to those, and what a statistical library draws on them, whole at their edges."""

    box: Box
    across: Span
    up: Span
    layers: tuple[Points | Intervals, ...]
