"""The sheet: compact SVG that any browser reads, the same every time, coloured by classes only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Polygon

from citesresearch.figures.chart import sheet_svg
from citesresearch.figures.drawing import figure_of
from citesresearch.figures.marks import Outline
from citesresearch.figures.saved import saved_svg
from citesresearch.figures.sheet import Sheet, ellipsis, text_width, wrap
from citesresearch.figures.tokens import DARK, LIGHT
from citesresearch.publish.page import style_of

EVERYTHING = """
from citesresearch.figures.chart import sheet_svg
from citesresearch.figures.sheet import SIZES, Sheet
from citesresearch.figures.tokens import LIGHT

sheet = Sheet(320, 200)
for i, token in enumerate(LIGHT):
    sheet.rect(3 * i, 0, 2, 9, token, "ink")
    sheet.line(3 * i, 10, 3 * i, 20, token, 1.5)
    sheet.text(3 * i, 30, token, 11, token)
sheet.dots([(x, y) for x in range(5, 315, 10) for y in (50, 60, 70)], 3.6, "band")
sheet.ring(10, 90, 5, "net")
sheet.diamond(30, 90, 5, "peer", "ink")
sheet.square(50, 90, 5, None, "mid")
sheet.polygon([(0, 100), (10, 100), (5, 110)], "zone")
sheet.site(70, 90)
for i, (size, ha) in enumerate(zip(SIZES, ("left", "center", "right", "left", "left"), strict=False)):
    sheet.text(160, 120 + 16 * i, "Île-de-France : 5 Cités", size, ha=ha, bold=i % 2 == 0)
svg = sheet_svg(sheet, "Tout")
"""


def drawn() -> str:
    names: dict[str, str] = {}
    exec(EVERYTHING, names)  # the same lines are run by a second process below
    return str(names["svg"])


def test_the_drawing_is_valid_and_bare() -> None:
    svg = drawn()
    tree = ElementTree.fromstring(svg)
    assert {node.tag for node in tree.iter()} == {"svg", "path", "text"}
    assert {name for node in tree.iter() for name in node.attrib} == {
        *("class", "viewBox", "role", "aria-label"),
        *("d", "stroke-width", "x", "y"),
    }
    assert not re.search(r"#[0-9a-f]{3}|rgb|style", svg)


def test_every_class_of_a_drawing_has_its_rule() -> None:
    style = style_of("base", "page")
    classes = {name for node in ElementTree.fromstring(drawn()).iter() for name in node.get("class", "").split()}
    assert {f"f-{token}" for token in LIGHT} - {"f-ink"} <= classes
    assert {f"k-{token}" for token in LIGHT} <= classes
    assert [name for name in sorted(classes) if not re.search(rf"\.{name}[ {{,.]", style)] == []


def test_two_processes_draw_the_same_bytes() -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"{EVERYTHING}\nimport sys\nsys.stdout.buffer.write(svg.encode())"],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"},
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode() == drawn()


def test_matplotlib_draws_the_same_marks() -> None:
    """Whoever takes the figure has what the page shows: each mark, its colour, its place."""
    names: dict[str, Any] = {}
    exec(EVERYTHING, names)
    figure = figure_of(names["sheet"])
    written = ElementTree.fromstring(f"<svg>{saved_svg(figure, 'x')}</svg>")
    page = ElementTree.fromstring(names["svg"])
    assert [(node.attrib, node.text) for node in written.iter("text")] == [
        (node.attrib, node.text) for node in page.iter("text")
    ]
    filled = [[n.get("class") for n in tree.iter("path") if "n " not in n.get("class", "")] for tree in (written, page)]
    outlines = [look for look in filled[0] if look in filled[1]]
    assert outlines == filled[1]
    high = figure.bbox.height
    corners = [
        [(x, high - y) for x, y in patch.get_transform().transform(patch.get_xy())[:-1]]
        for patch in figure.findobj(Polygon)
    ]
    marks = [m.corners for m in names["sheet"].marks if isinstance(m, Outline)]
    for drawn_at, mark in zip(corners, marks, strict=True):
        assert drawn_at == [pytest.approx(corner) for corner in mark[: len(drawn_at)]]


@pytest.mark.parametrize("place", [float("nan"), float("inf")])
def test_a_place_that_is_nowhere_is_an_error(place: float) -> None:
    with pytest.raises(ValueError, match="not a place"):
        Sheet(320, 100).text(place, 20, "où ?")
    with pytest.raises(ValueError, match="not a place"):
        Sheet(320, 100).rect(0, 0, place, 9, "ink")


def test_each_token_is_recognised_by_its_colour_in_both_schemes() -> None:
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert len(set(DARK.values())) == len(DARK)
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("count", [1, 63, 64, 200, 1000])
def test_no_disc_is_lost_however_many(count: int) -> None:
    sheet = Sheet(320, 100)
    sheet.dots([(10 + i % 30 * 10, 5 + i // 30) for i in range(count)], 3, "net")
    assert sheet_svg(sheet, "x").count("h.01") == count


def test_no_disc_at_all_draws_nothing() -> None:
    sheet = Sheet(320, 100)
    sheet.dots([], 3, "net")
    assert "<path" not in sheet_svg(sheet, "x")


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter("text")]


def said(words: str) -> str:
    sheet = Sheet(320, 100)
    sheet.text(0, 20, words)
    return sheet_svg(sheet, "x")


@pytest.mark.parametrize(
    "words", ["$x$ et 5 $", "a < b & c", "<script>alert(1)</script>", "« 5\u202f000\u00a0€ »", r"\frac"]
)
def test_words_stay_words(words: str) -> None:
    assert texts(said(words)) == [words]


@given(st.text(max_size=20))
def test_the_description_is_always_valid(words: str) -> None:
    label = ElementTree.fromstring(sheet_svg(Sheet(320, 100), words)).get("aria-label", "")
    assert [c for c in label if c.isalnum()] == [c for c in words if c.isalnum()]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((0, 1, 8, 0x1B, 0x7F, 0xFFFE, 0xFFFF), "a\ufffdb"),
        ((9, 10, 11, 12, 13, 0x85, 0x2028), "a b"),
        ((0xAD, 0x200B, 0x202E, 0xFEFF), "ab"),
    ],
    ids=["control", "line break", "unseen"],
)
def test_what_cannot_be_read_never_breaks_the_drawing(codes: tuple[int, ...], words: str) -> None:
    for code in codes:
        assert texts(said(f"a{chr(code)}b")) == [words]


def test_words_have_a_size_that_the_style_knows() -> None:
    with pytest.raises(ValueError, match="10"):
        Sheet(320, 100).text(0, 20, "trop petit", 10)


def test_a_colour_is_a_token() -> None:
    with pytest.raises(KeyError):
        Sheet(320, 100).rect(0, 0, 9, 9, "red")


def test_a_researcher_may_change_the_resolution() -> None:
    sheet = Sheet(320, 100)
    sheet.text(160, 50, "milieu")
    figure = figure_of(sheet)
    plain = saved_svg(figure, "x")
    figure.set_dpi(300)
    assert saved_svg(figure, "x") == plain


@given(st.text("abc -’é", max_size=40), st.floats(30, 200))
def test_wrapped_lines_fit_and_lose_no_word(text: str, room: float) -> None:
    lines = wrap(text, room)
    assert all(text_width(line) <= room for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert re.sub(" ", "", "".join(lines)) == re.sub(" ", "", text)


def test_a_compound_name_is_broken_after_its_hyphens() -> None:
    assert wrap("Bourgogne-Franche-Comté", 104, 13) == ["Bourgogne-", "Franche-Comté"]
    assert wrap("", 100) == []


def test_what_does_not_fit_is_cut_in_sight() -> None:
    assert ellipsis("Métropole", 1000) == "Métropole"
    assert ellipsis("Métropole de Nice", 60) == "Métropol…"
