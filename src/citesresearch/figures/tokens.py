"""The colours of the house, each under the name of what it means, for the light and the dark scheme.

One accent means « this Cité », another its peers; greys mean the network. Contrast on the page colour is at least 4.5
for what is read and 3 for what is only seen; a colour never speaks alone.
"""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "css_classes", "css_properties", "look_of_outline", "look_of_words"]

# Every value is used once, so that a colour found in a drawing tells its token.
LIGHT = {
    "ink": "#1a1d21",
    "muted": "#4b525b",
    "rule": "#c6ccd4",
    "grid": "#e6e9ed",
    "paper": "#ffffff",
    "panel": "#f5f4f0",
    "zone": "#e5e9ec",
    "net": "#7f8792",
    "band": "#d3d8de",
    "mid": "#67707b",
    "cite": "#b3123f",
    "peer": "#1a69ab",
    "s4": "#0b5f55",
    "s3": "#7dbdb0",
    "s2": "#e9c98f",
    "s1": "#9a5a12",
    "out": "#d3d8df",
    "on4": "#fffffe",
    "on3": "#0d211d",
    "on2": "#221803",
    "on1": "#fffeff",
}
DARK = {
    "ink": "#eceae6",
    "muted": "#a9b0ba",
    "rule": "#434b55",
    "grid": "#2a3037",
    "paper": "#15181c",
    "panel": "#1e2328",
    "zone": "#2b333b",
    "net": "#79828e",
    "band": "#3c454f",
    "mid": "#9aa3af",
    "cite": "#ff7a9e",
    "peer": "#6db3ee",
    "s4": "#45b8a6",
    "s3": "#24675e",
    "s2": "#6a5024",
    "s1": "#e0a24c",
    "out": "#3c454e",
    "on4": "#06231f",
    "on3": "#eef8f6",
    "on2": "#fcf3e3",
    "on1": "#241700",
}


def css_properties(tokens: dict[str, str]) -> str:
    """The tokens as custom properties: « --ink:#1a1d21;… »."""
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def css_classes() -> str:
    """What gives a drawing its colours and its lines: `f-` classes fill, `k-` classes stroke, `w` classes say how wide."""
    colors = "".join(f".g .f-{name}{{fill:var(--{name})}}.g .k-{name}{{stroke:var(--{name})}}" for name in LIGHT)
    return colors + "".join(f".g .{_width_class(width)}{{stroke-width:{width:g}}}" for width in _WIDTHS)


# The widths of lines that come back often have a class, « w24 » for 2.4: a page holds a thousand of them.
_WIDTHS = (1.2, 1.5, 2, 2.4, 3.4, 3.5, 5.6, 6, 8.8, 9.2, 10.4, 11, 12, 16)


def _width_class(width: float) -> str:
    return f"w{width * 10:.0f}" if width in _WIDTHS else ""


def look_of_outline(fill: str | None, edge: str | None, lw: float, round_ends: bool = False) -> dict[str, str]:
    """The attributes of an outline: `n` is not filled, `o` has round ends. None where it has no colour."""
    if not fill and not edge:
        return {}
    width = round(lw, 6)
    known = _width_class(width) if edge else ""
    classes = (f"f-{fill}" if fill else "n", f"k-{edge}" if edge else "", "o" if round_ends else "", known)
    look = {"class": " ".join(filter(None, classes))}
    return look | {"stroke-width": f"{width:g}"} if edge and width != 1 and not known else look


def look_of_words(size: float, color: str | None, ha: str, bold: bool) -> dict[str, str]:
    """The attributes of words: `t11`…`t16` say their size, `b` bold, `c` centred, `e` ending here; 12 and ink go unsaid."""
    classes = (
        "" if size == 12 else f"t{size:g}",
        "" if color == "ink" else f"f-{color}",
        "b" if bold else "",
        {"left": "", "center": "c"}.get(ha, "e"),
    )
    said = " ".join(filter(None, classes))
    return {"class": said} if said else {}
