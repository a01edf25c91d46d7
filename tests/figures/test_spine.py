"""The spine: the place decides the words, nothing runs out of the drawing, the same scale on every page."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citesresearch.figures.chart import Chart
from citesresearch.figures.sheet import NARROW, WIDE, text_width
from citesresearch.figures.spine import Place, spine

LONG = "Communauté d’agglomération de Saint-Quentin-en-Yvelines-sur-Mer"
# Quartiles of 5, 10, 13, 16, 27 are 10 and 16.
PARTNERS = Place("Partenaires", ("partenaire", "partenaires"), 5, 10, 13, 16, 27, 81, own=22, pairs=14)


def drawn(*places: Place, name: str | None = "Alpha", pairs: str = "les 46 Cités de même échelle") -> Chart:
    return spine(places, id="f", source="S", date="2023-12-31", synthetique=False, name=name, pairs=pairs)


@pytest.mark.parametrize(
    ("own", "side"), [(5, -1), (9.9, -1), (10, 0), (16, 0), (16.1, 1), (27, 1), (None, None)], ids=str
)
def test_the_middle_half_is_near_its_ends_included(own: float | None, side: int | None) -> None:
    assert replace(PARTNERS, own=own).side == side


def test_too_few_cites_or_no_difference_place_nobody() -> None:
    assert replace(PARTNERS, base=7).side is None
    assert Place("x", ("x", "x"), 3, 3, 3, 3, 3, 81, own=3).side is None


def test_words_agree_and_numbers_are_french() -> None:
    assert replace(PARTNERS, own=1).told == "1\u00a0partenaire"
    assert replace(PARTNERS, own=1200).told == "1\u202f200\u00a0partenaires"
    assert drawn(PARTNERS).titre == "Alpha\u00a0: aucun nombre proche du réseau, sur 1"
    near = replace(PARTNERS, own=12)
    assert drawn(near, PARTNERS).titre == "Alpha\u00a0: 1\u00a0nombre proche du réseau, sur 2"
    assert drawn(near, near).titre == "Alpha\u00a0: 2\u00a0nombres proches du réseau, sur 2"


def test_without_its_own_number_the_network_stays_drawn() -> None:
    silent = drawn(replace(PARTNERS, own=None), name=None)
    assert "du réseau" in silent.titre
    assert ">nd<" in silent.svg()
    assert "k-cite" not in silent.svg()
    assert silent.donnees.rows[0][1] == "nd"


def test_the_description_gives_every_number() -> None:
    alt = drawn(PARTNERS).alt
    assert re.findall(r"\d+", alt) == ["5", "27", "10", "16", "13", "14", "22"]


NUMBERS = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 1))


@given(st.lists(NUMBERS, min_size=5, max_size=5), NUMBERS, st.sampled_from((WIDE, NARROW)))
def test_every_mark_is_inside_whatever_the_numbers(values: list[float], own: float, width: int) -> None:
    low, first, middle, third, high = sorted(values)
    own = min(max(own, low), high)
    place = Place(LONG, ("x", "x"), low, first, middle, third, high, 84, own=own, pairs=middle)
    svg = drawn(place, PARTNERS, name=LONG).svg(width)
    for x in re.findall(r"[ML](-?[\d.]+) ", svg) + re.findall(r"H(-?[\d.]+)", svg):
        assert -0.1 <= float(x) <= width + 0.1
    for node in ElementTree.fromstring(svg).iter("text"):
        classes = node.get("class", "").split()
        size = next((float(name[1:]) for name in classes if re.fullmatch(r"t\d+", name)), 12)
        wide = text_width(node.text or "", size, "b" in classes)
        left = float(node.get("x", "nan")) - (wide if "e" in classes else 0)
        assert left >= -0.1, node.text
        assert left + wide <= width + 0.1, node.text


def test_one_number_has_one_scale_on_all_pages() -> None:
    """The ends of the axis come from the network: the network's marks are the same for two Cités."""
    bodies = [
        re.findall(r'class="f-(?:band|mid)" d="([^"]+)"', drawn(replace(PARTNERS, own=own)).svg()) for own in (6, 25)
    ]
    assert all(one == other for one, other in pairwise(bodies))


def test_nothing_to_place_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        drawn()
