"""Marks as compact SVG for pages: colours are classes, text is text, the same marks give the same bytes.

Plots are not written here: see `saved`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from markupsafe import escape

from .marks import Dots, Outline, Plot, Point, Words
from .tokens import look_of_outline, look_of_words

__all__ = ["marks_svg"]


def marks_svg(marks: Iterable[Outline | Dots | Words | Plot]) -> str:
    """The outlines, then the words, which stand over them."""
    outlines, words = [], []
    for mark in marks:
        if isinstance(mark, Words):
            words.append(_words(mark))
        elif not isinstance(mark, Plot):
            outlines.append(_dots(mark) if isinstance(mark, Dots) else _outline(mark))
    out = []
    for look, alike in groupby((outline for outline in outlines if outline[0]), key=lambda outline: outline[0]):
        lines = [line for _, line in alike]
        # Lines of one look that follow one another are one line: nothing is filled, so nothing can be hidden.
        out += [f'<path{look} d="{line}"/>' for line in (["".join(lines)] if look.startswith(' class="n ') else lines)]
    return "".join(out + words)


@lru_cache(maxsize=1 << 14)  # the network's own marks come back on every page
def _outline(mark: Outline) -> tuple[str, str]:
    """How an outline looks, nothing where it has no colour, and its line: level and upright steps say one number."""
    corners = [_place(corner) for corner in mark.corners]
    start = here = corners[0]
    if not mark.closed and len(set(corners)) == 1:
        line = _dot(start)
    else:
        steps = corners[1:-1] if mark.closed and corners[-1] == start else corners[1:]
        line = f"M{start[0]} {start[1]}"
        for x, y in steps:
            line += f"H{x}" if y == here[1] else f"V{y}" if x == here[0] else f"L{x} {y}"
            here = x, y
        line += "z" if mark.closed else ""
    return _written(look_of_outline(mark.fill, mark.edge if mark.lw else None, mark.lw)), line


@lru_cache(maxsize=4096)
def _dots(mark: Dots) -> tuple[str, str]:
    """Discs are strokes of no length with round ends, a few bytes each."""
    look = look_of_outline(None, mark.color, 2 * mark.r, round_ends=True)
    return _written(look), "".join(_dot(_place(centre)) for centre in mark.centres)


@lru_cache(maxsize=1 << 14)
def _words(mark: Words) -> str:
    said = _written(look_of_words(mark.size, mark.color, mark.ha, mark.bold))
    return f'<text{said} x="{round(mark.x, 6) + 0.0:.4g}" y="{round(mark.y, 6) + 0.0:.4g}">{escape(mark.words)}</text>'


def _place(point: Point) -> tuple[str, str]:
    return _coordinate(point[0]), _coordinate(point[1])


@lru_cache(maxsize=4096)
def _coordinate(value: float) -> str:
    """A number of pixels, to a tenth; the same for two sums that differ by rounding only."""
    return f"{round(round(value, 6), 1) + 0.0:g}"


def _dot(place: tuple[str, str]) -> str:
    return f"M{place[0]} {place[1]}h.01"  # « h0 » is not drawn by every browser


def _written(look: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in look.items())
