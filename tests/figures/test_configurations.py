"""The XY plot (a mark a Cité, in its quarter, touching no other) and the map of what survives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.figures.plotted import discs_of
from tests.figures.test_bars import LONG, MEANS, cells, check_page, check_sheet, words

from citesresearch.figures.chart import Chart
from citesresearch.figures.robustness_map import MOST, robustness_map
from citesresearch.figures.sheet import NARROW, WIDE
from citesresearch.figures.xy_plot import STEP, xy_plot

FOUR = {"Pau": (0.9, 0.8), "<script>": (0.7, 0.2), "Lens": (0.1, 0.8), "Dax": (0.0, 0.2), "Muette": (None, None)}


def plot(points: Any = None, announced: bool = True) -> Chart:
    given = FOUR if points is None else points
    rows = pd.DataFrame([(name, *place) for name, place in given.items()], columns=["nom", "x", "y"])
    rows = rows.astype({"x": "float64", "y": "float64"})
    return xy_plot(rows, id="f", across="la solution", up="un bon niveau", announced=announced, **MEANS)


def test_each_cite_is_in_its_quarter_by_name() -> None:
    chart = plot()
    assert chart.titre.replace("\u00a0", " ") == "2 Cités dans la solution, dont 1 dans le résultat"
    assert [row[0] for row in cells(chart)] == ["Pau", "<script>", "Lens", "Dax"]
    assert cells(chart)[1][1:] == ["0,70", "0,20", "dans la solution, hors du résultat"]
    assert words(chart).count("1\u00a0Cité") == 4
    assert plot(announced=False).titre.startswith("Solution non annoncée")
    check_sheet(chart)
    check_page(chart)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.95]), st.sampled_from([0.05, 0.2, 0.8])), max_size=84))
def test_marks_never_leave_their_quarter_nor_touch(places: list[tuple[float, float]]) -> None:
    chart = plot({f"Cité {i}": place for i, place in enumerate(places)})
    for width in (WIDE, NARROW):
        # Discs of the plot: typical, neither.
        ends = [(x, y) for x, y, r in discs_of(chart.draw(width)) if r in (3.8, 2.6)]
        inside = np.array(ends[2:])  # the key draws the first two
        typical = sum(x >= 0.5 and y >= 0.5 for x, y in places)
        neither = sum(x < 0.5 and y < 0.5 for x, y in places)
        assert len(inside) == typical + neither
        if len(inside) > 1:
            gaps = np.hypot(*(inside[:, None] - inside[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(inside))
            crowded = width == NARROW and len(places) > 60
            assert crowded or gaps.min() >= STEP - 0.1


def robust(states: dict[str, list[str]], cites: int = 10, leaving: int = 1) -> pd.DataFrame:
    """Rows of the map: states in two anchors and one cut, then so many Cités whose leaving takes each term away."""
    lines = (("reperes", "A : bascule à 0,5"), ("reperes", LONG), ("inclusion", "inclusion d’au moins 0,8"))
    rows = [(term, *line, state) for term, given in states.items() for line, state in zip(lines, given, strict=True)]
    rows += [
        (term, "sans_une_cite", f"sans {i}", "absent" if i < leaving else "identique")
        for term in states
        for i in range(cites)
    ]
    return pd.DataFrame(rows, columns=["terme", "famille", "variation", "etat"])


def survival_map(rows: pd.DataFrame) -> Chart:
    named = {term: f"une <script> nommée {term}" for term in rows["terme"]}
    return robustness_map(rows, named, id="f", measure="La présence, une chose déplacée à la fois", **MEANS)


def test_the_map_counts_what_stays() -> None:
    chart = survival_map(robust({"A*B": ["identique", "proche", "absent"], "~C": ["identique"] * 3}))
    assert (
        chart.titre.replace("\u00a0", " ")
        == "Chaque terme reste, identique ou proche, dans 2 à 3 des 3 réglages déplacés"
    )
    assert cells(chart)[2][1:] == ["absent", "identique"]
    assert cells(chart)[-1][1:] == ["9 sur 10", "9 sur 10"]
    assert {"T1", "T2", "9/10"} <= set(words(chart))
    assert "une <script> nommée A*B : 2 réglages sur 3, et 9 retraits de Cité sur 10" in chart.alt.replace(
        "\u00a0", " "
    )
    check_sheet(chart)
    check_page(chart)


def test_more_terms_than_a_phone_holds_stay_in_the_table() -> None:
    chart = survival_map(robust({f"T{i}": ["identique", "proche", "sans_solution"] for i in range(MOST + 3)}))
    assert len(chart.donnees.columns) == 1 + MOST + 3
    assert ("Non dessinés", "3\u00a0termes, dans la table") in chart.notes
    check_sheet(chart)


def test_nothing_to_follow_is_refused() -> None:
    with pytest.raises(ValueError, match="no term"):
        survival_map(robust({}).astype("object"))
    with pytest.raises(ValueError, match="unknown state"):
        survival_map(robust({"A": ["identique", "proche", "parti"]}))
