"""A matplotlib figure as the SVG of a page: saved by matplotlib, then each colour of a token becomes its class."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import matplotlib as mpl
from matplotlib.figure import Figure

from .tokens import LIGHT, look_of_outline, look_of_words

__all__ = ["saved_svg"]

_RC: dict[Any, Any] = {"svg.fonttype": "none", "path.snap": False, "font.family": "sans-serif"}  # text stays text
_SVG, _HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_TOKENS = {value: name for name, value in LIGHT.items()}
_ANCHORS = {"middle": "center", "end": "right"}
# What a style may hold: the style sheet of the page would not know the rest.
_OUTLINE = {"fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"}
_WORDS = {"fill", "font-size", "font-weight", "font-family", "text-anchor"}


def saved_svg(figure: Figure, salt: str) -> str:
    """The marks of a figure, without groups and styles; the salt keeps its names apart from another's on the page.

    Raises ValueError for a colour of no token, or another style that the page does not know: it would be lost.
    """
    buffer = io.StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with mpl.rc_context(_RC | {"svg.hashsalt": salt}), warnings.catch_warnings():
        # The reader's fonts write the words, not matplotlib's own, which lacks many writings.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        # Transparent: the page gives the ground. 72 points an inch are its pixels.
        figure.savefig(buffer, format="svg", dpi=72, transparent=True, metadata=nothing)
    tree = ElementTree.fromstring(buffer.getvalue())
    # A shape that comes back many times is defined once, then placed.
    shapes = {path for defs in tree.iter(f"{_SVG}defs") for path in defs.iter(f"{_SVG}path")}
    marks = [_mark(node) for node in tree.iter() if node not in shapes]
    out = [_gathered(list(alike)) for _, alike in groupby((m for m in marks if m is not None), key=_use)]
    if shapes:
        defs = Element("defs")
        defs.extend(Element("path", id=s.get("id", ""), d=_line(s)) for s in tree.iter() if s in shapes)
        out.insert(0, [defs])
    return "".join(ElementTree.tostring(mark, "unicode") for held in out for mark in held)


def _mark(node: Element) -> Element | None:
    """A mark with its classes; none where nothing is seen."""
    tag = node.tag.removeprefix(_SVG)
    if tag == "text":
        style = _style(node, _WORDS)
        size = float(style["font-size"].removesuffix("px"))
        anchor = _ANCHORS.get(style.get("text-anchor", ""), "left")
        bold = style.get("font-weight", "") in ("700", "bold")
        look = look_of_words(size, _token(style.get("fill", "#000000")), anchor, bold)
        mark = Element(tag, look, x=_number(node.get("x", "")), y=_number(node.get("y", "")))
        mark.text = node.text
        return mark if node.text else None
    if tag not in ("path", "use"):
        return None
    style = _style(node, _OUTLINE)
    # SVG's own defaults: black inside, no outline.
    fill, edge = _token(style.get("fill", "#000000")), _token(style.get("stroke", "none"))
    look = look_of_outline(fill, edge, float(style.get("stroke-width", "1")), style.get("stroke-linecap") == "round")
    if not look:
        return None
    if tag == "path":
        return Element(tag, look, d=_line(node))
    return Element(tag, look, href=node.get(_HREF, ""), x=_number(node.get("x", "0")), y=_number(node.get("y", "0")))


def _style(node: Element, known: Iterable[str]) -> dict[str, str]:
    style = dict(part.split(": ", 1) for part in node.get("style", "").split("; ") if part)
    if unknown := style.keys() - known:
        raise ValueError(f"not a style of the page: {', '.join(sorted(unknown))}")
    return style


def _token(color: str) -> str | None:
    if color != "none" and color not in _TOKENS:
        raise ValueError(f"not the colour of a token: {color}")
    return _TOKENS.get(color)


def _line(path: Element) -> str:
    """The steps of an outline, whose letters and numbers matplotlib keeps apart."""
    return " ".join(part if part.isalpha() else _number(part) for part in path.get("d", "").split())


def _number(value: str) -> str:
    return f"{round(float(value), 2) + 0.0:g}"


def _use(mark: Element) -> tuple[str, ...]:
    """What neighbours share that are one shape placed many times."""
    return (mark.get("class", ""), mark.get("stroke-width", "")) if mark.tag == "use" else ()


def _gathered(marks: list[Element]) -> list[Element]:
    """Neighbours that place shapes of one look as one group, which says the look once."""
    if len(marks) == 1 or marks[0].tag != "use":
        return marks
    group = Element("g", {name: marks[0].attrib[name] for name in ("class", "stroke-width") if name in marks[0].attrib})
    for mark in marks:
        group.append(Element("use", {name: mark.attrib[name] for name in ("href", "x", "y")}))
    return [group]
