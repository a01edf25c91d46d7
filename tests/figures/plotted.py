"""What stands on a sheet, in its pixels: its own marks, and what a statistical library drew on its axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.collections import PathCollection

from citesresearch.figures.drawing import figure_of
from citesresearch.figures.marks import Dots, Outline
from citesresearch.figures.sheet import Sheet


class Block(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None
    edge: str | None


def blocks_of(sheet: Sheet) -> list[Block]:
    """The rectangles of a sheet, as they are drawn."""
    found = []
    for mark in sheet.marks:
        if isinstance(mark, Outline) and mark.closed and len(mark.corners) == 4:
            (x, y), (right, level), (end, foot), (left, below) = mark.corners
            if (y, right, foot, left) == (level, end, below, x):
                found.append(Block(x, y, round(right - x, 6), round(foot - y, 6), mark.fill, mark.edge))
    return found


def discs_of(sheet: Sheet, color: str | None = None) -> list[tuple[float, float, float]]:
    """The centre and the radius of each disc of a sheet, of that token or of any."""
    dots = [mark for mark in sheet.marks if isinstance(mark, Dots) and color in (None, mark.color)]
    return [(x, y, mark.r) for mark in dots for x, y in mark.centres]


class Point(NamedTuple):
    """A mark: its centre, whether it is a square, a diamond or a disc, its width, whether it is dark inside."""

    x: float
    y: float
    shape: str
    width: float
    dark: bool


def points_of(sheet: Sheet) -> list[Point]:
    """In the order in which they are drawn, from axes to axes."""
    found = []
    for axes in figure_of(sheet).axes:
        for marks in axes.findobj(PathCollection):
            outline = np.asarray(marks.get_paths()[0].vertices)
            spread = np.ptp(outline, axis=0)
            shape = (
                "disc" if len(outline) > 6 else "square" if len(np.unique(outline[:-1, 0].round(6))) == 2 else "diamond"
            )
            side = float(np.sqrt(marks.get_sizes()[0]))
            dark = bool(np.asarray(marks.get_facecolor())[0, :3].sum() < 1.5)
            for x, y in axes.transData.transform(np.asarray(marks.get_offsets())):
                found.append(Point(float(x), sheet.height - float(y), shape, float(spread[0] * side), dark))
    return found
