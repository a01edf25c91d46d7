"""A sheet of paper for charts: shapes and words laid out in pixels on a bare matplotlib figure.

No pyplot, no axes, no layout engine: each chart places its marks itself, which is fast and leaves nothing to chance. The
figure shows in a notebook as it stands, in the light colours of `tokens`; written as SVG, each colour becomes a class
(`f-cite`, `k-net`…) that the style sheet fills in for the light scheme, the dark one and print. The other classes are
`t11`…`t16` (sizes of words), `b` (bold), `c` and `e` (centred, ending here), `n` (not filled), `o` (round ends).
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from .tokens import LIGHT

__all__ = ["NARROW", "SIZES", "WIDE", "Drawing", "Sheet", "ellipsis", "text_width", "wrap"]

WIDE, NARROW = 640, 328  # pixels: the column of a page, a phone
DPI = 72  # one point is one pixel
SIZES = (11, 12, 13, 14, 16)  # pixels: the sizes of words that the style sheets know

# Relative widths of a common sans serif, in fractions of the size: near enough to keep labels apart.
_THIN, _BROAD = set("iljtfrI.,’':;|!()[] ·-"), set("mwMW%—@")

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "citesresearch",  # same drawing, same bytes
    "path.snap": False,
    "font.family": "sans-serif",
    "text.parse_math": False,  # a « $ » is a dollar
}


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


class Drawing(Figure):
    """An ordinary matplotlib figure that a notebook shows by itself; others appear only once pyplot has been used."""

    def _repr_png_(self) -> tuple[bytes, dict[str, float]]:
        buffer = io.BytesIO()
        # Twice the resolution, shown at its own size: sharp on any screen. Room is made for words in a broader face.
        self.savefig(buffer, format="png", dpi=2 * DPI, bbox_inches="tight")
        png = buffer.getvalue()
        return png, {"width": int.from_bytes(png[16:20], "big") / 2}  # the header of a PNG gives its width


class Sheet:
    """A drawing of `width` × `height` pixels, y downwards, coloured by tokens; its words have one of `SIZES`.

    Raises KeyError for a colour that is no token, ValueError for another size of words.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Drawing(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=LIGHT["paper"])
        FigureCanvasSVG(self.figure)
        # Relative to the figure, so that marks and words follow the resolution that a researcher chooses.
        self._page = Affine2D()
        self._transform: Transform = self._page + self.figure.transFigure
        self.extend(0)

    def extend(self, height: float) -> None:
        """Adds that many pixels at the foot of the sheet."""
        self.height += height
        self.figure.set_size_inches(self.width / DPI, self.height / DPI)
        self._page.clear().scale(1 / self.width, -1 / self.height).translate(0, 1)

    def _add(self, artist: PathPatch | Rectangle | Polygon) -> None:
        artist.set_transform(self._transform)
        artist.set_clip_on(False)
        self.figure.add_artist(artist)

    def _style(self, fill: str | None, edge: str | None, lw: float) -> dict[str, Any]:
        return {
            "facecolor": LIGHT[fill] if fill else "none",
            "edgecolor": LIGHT[edge] if edge else "none",
            "linewidth": lw if edge else 0,
        }

    def rect(
        self, x: float, y: float, w: float, h: float, fill: str | None = None, edge: str | None = None, lw: float = 1
    ) -> None:
        """A rectangle from its upper left corner."""
        self._add(Rectangle((x, y), w, h, **self._style(fill, edge, lw)))

    def polygon(
        self, points: Sequence[tuple[float, float]], fill: str | None = None, edge: str | None = None, lw: float = 1
    ) -> None:
        """A closed outline."""
        self._add(Polygon(points, closed=True, **self._style(fill, edge, lw)))

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str = "rule", lw: float = 1) -> None:
        """A straight line."""
        self._add(PathPatch(Path([(x1, y1), (x2, y2)]), **self._style(None, color, lw)))

    def dots(self, points: Iterable[tuple[float, float]], r: float, color: str) -> None:
        """Filled discs of one radius, as one shape: strokes of no length with round ends, a few bytes each."""
        ends = [Path([point, point]) for point in points]
        if ends:
            outline = Path.make_compound_path(*ends)
            outline.should_simplify = False  # simplifying a long path drops strokes of no length
            self._add(
                PathPatch(
                    outline,
                    facecolor="none",
                    edgecolor=LIGHT[color],
                    linewidth=2 * r,
                    capstyle="round",
                )
            )

    def ring(self, x: float, y: float, r: float, color: str, lw: float = 2) -> None:
        """A disc of the page's colour with an outline."""
        self.dots([(x, y)], r, color)
        self.dots([(x, y)], r - lw, "paper")

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
        self.figure.add_artist(
            Text(
                x,
                y,
                _printable(words),
                fontsize=size,
                color=LIGHT[color],
                ha=ha,
                va="baseline",
                weight="bold" if bold else "normal",
                transform=self._transform,
                clip_on=False,
                parse_math=False,
            )
        )

    def svg(self, alt: str, classes: str = "") -> Markup:
        """The drawing as compact SVG: colours are classes, text is text, the same drawing gives the same bytes."""
        buffer = io.StringIO()
        # Transparent: the page gives the ground.
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        with mpl.rc_context(_RC), warnings.catch_warnings():
            # The reader's fonts write the words, not matplotlib's own, which lacks many writings.
            warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
            self.figure.savefig(buffer, format="svg", dpi=DPI, transparent=True, metadata=nothing)
        return _compact(buffer.getvalue(), self.width, self.height, alt, classes)


def _printable(words: str) -> str:
    """Without what XML refuses or nobody sees: a line break becomes a space, a control character « � »."""

    def shown(c: str) -> str:
        if c.isprintable() or c in "\u00a0\u202f":
            return c
        if c.isspace():
            return " "
        return "" if unicodedata.category(c) == "Cf" else "\ufffd"

    return "".join(map(shown, words))


_SVG = "{http://www.w3.org/2000/svg}"
_TOKEN = {to_hex(value): name for name, value in LIGHT.items()}
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def _compact(svg: str, width: float, height: float, alt: str, classes: str) -> Markup:
    """matplotlib's SVG without its definitions, groups, styles and colours."""
    out = [
        Markup('<svg class="{}" viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">').format(
            " ".join(["g", *classes.split()]), width, height, _printable(alt)
        )
    ]
    for node in ElementTree.fromstring(svg).iter():
        style = dict(part.split(": ", 1) for part in node.get("style", "").split("; ") if ": " in part)
        if node.tag == _SVG + "path" and node.get("d"):
            out.append(_path(node.get("d", ""), style))
        elif node.tag == _SVG + "text":
            out.append(_text(node, style))
    return Markup("").join([*out, Markup("</svg>")])


def _token(style: dict[str, str], name: str, unsaid: str) -> str | None:
    """The token of a colour, None for no colour. Raises ValueError for a colour of no token: it would be lost."""
    color = style.get(name, unsaid)
    if color != "none" and color not in _TOKEN:
        raise ValueError(f"not the colour of a token: {color}")
    return _TOKEN.get(color)


def _path(d: str, style: dict[str, str]) -> Markup:
    # SVG's own defaults: black inside, no outline.
    fill, stroke = _token(style, "fill", "#000000"), _token(style, "stroke", "none")
    if not fill and not stroke:
        return Markup("")
    classes = [f"f-{fill}" if fill else "n", *([f"k-{stroke}"] if stroke else [])]
    if style.get("stroke-linecap") == "round":
        classes.append("o")
    outline = _NUMBER.sub(lambda found: f"{round(float(found[0]), 1):g}", " ".join(d.split()))
    outline = re.sub(r" ?([MLCQZz]) ?", r"\1", outline)
    outline = re.sub(r"M([^A-Za-z]+)L\1(?=M|$)", r"M\1h.01", outline)  # « h0 » is not drawn by every browser
    width = float(style.get("stroke-width", "1")) if stroke else 1
    thick = Markup(' stroke-width="{:g}"').format(width) if width != 1 else Markup("")
    return Markup('<path class="{}"{} d="{}"/>').format(" ".join(classes), thick, outline)


def _text(node: ElementTree.Element, style: dict[str, str]) -> Markup:
    size = re.search(r"([\d.]+)px", style.get("font", "") + style.get("font-size", ""))
    classes = [f"t{float(size[1]):g}" if size else "t12"]
    token = _token(style, "fill", "#000000")
    if token != "ink":
        classes.append(f"f-{token}")
    if re.search(r"\b(700|bold)\b", style.get("font", "") + style.get("font-weight", "")):
        classes.append("b")
    anchor = {"middle": "c", "end": "e"}.get(style.get("text-anchor", ""))
    if anchor:
        classes.append(anchor)
    x, y = node.get("x"), node.get("y")
    if x is None or y is None:
        moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", node.get("transform", ""))
        x, y = (moved[1], moved[2]) if moved else ("0", "0")
    return Markup('<text class="{}" x="{:.4g}" y="{:.4g}">{}</text>').format(
        " ".join(classes), float(x), float(y), node.text or ""
    )
