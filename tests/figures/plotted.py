"""What a statistical library drew on the axes of a sheet, in the pixels of that sheet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.collections import PathCollection

from citesresearch.figures.sheet import Sheet


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
    for axes in sheet.figure.axes:
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
