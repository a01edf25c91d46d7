"""The copilotage plane: a mark a Cité where its numbers put it, regions where the thresholds do, shape for stability."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from tests.figures.plotted import discs_of, points_of
from tests.figures.test_bars import LONG, MEANS, cells, check_page, check_sheet, words

from citesresearch.codebook import load_codebook
from citesresearch.figures.chart import Chart
from citesresearch.figures.copilotage_plane import ASIDE, LEFT, LINE, READ, SIDE, copilotage_plane, signed
from citesresearch.figures.marks import Outline
from citesresearch.figures.sheet import NARROW, WIDE
from citesresearch.governance.indice import TYPES, classify, numbers_of

Floats = npt.NDArray[np.float64]
TYPES_OF_COPILOTAGE = load_codebook().vocabulary("type_copilotage@1")
SITES = {
    "Pau": (0.80, 0.47, 0.95),  # État dominant
    "Sète": (0.60, 0.60, 0.79),  # balanced, not stable
    "Lens": (0.10, 0.90, 1.00),
    "Dax": (0.30, 0.20, 0.85),
}


def described(sites: dict[str, tuple[float, float, float]], silent: int = 0) -> pd.DataFrame:
    e, c, kept = np.array(list(sites.values())).reshape(-1, 3).T
    numbers = numbers_of(e, c)
    table = pd.DataFrame(
        {
            "id_cde": [f"demo-{i:03}" for i in range(len(sites))],
            "nom": list(sites),
            "etat": e,
            "collectivite": c,
            "desequilibre": numbers.desequilibre,
            "equilibre": numbers.equilibre,
            "force": numbers.force,
            "force_conjointe": numbers.force_conjointe,
            "type": [TYPES[place] for place in classify(e, c, 0.2, 0.5)],
            "stabilite": kept,
            "type_stable": (kept >= 0.8).astype(float),
        }
    )
    blank = pd.DataFrame({"id_cde": [f"demo-9{i:02}" for i in range(silent)], "nom": "Muette"})
    return pd.concat([table, blank], ignore_index=True)


def plane(
    sites: dict[str, tuple[float, float, float]] = SITES, own: str | None = None, silent: int = 0, **more: Any
) -> Chart:
    rows = described(sites, silent)
    ident = None if own is None else str(rows.loc[rows["nom"] == own, "id_cde"].iloc[0])
    limits: dict[str, Any] = {"ecart_equilibre": 0.2, "portage": 0.5} | more
    return copilotage_plane(rows, TYPES_OF_COPILOTAGE, **limits, id="f", own=ident, **MEANS)


def outlines(chart: Chart, width: float, points: int) -> list[Floats]:
    """The vertices of the closed outlines with that many corners."""
    closed = [mark.corners for mark in chart.draw(width).marks if isinstance(mark, Outline) and mark.closed]
    return [np.asarray(corners) for corners in closed if len(corners) == points]


def discs(chart: Chart, width: float) -> list[tuple[float, float]]:
    """Where the marks of stable types of the others stand beside a Cité's own, in E and C."""
    sheet = chart.draw(width)
    side = min(width - LEFT - 12, SIDE)
    top = sheet.height - side - 44 - (0 if width - LEFT - side >= ASIDE else LINE * len(READ))
    return [((x - LEFT) / side, 1 - (y - top) / side) for x, y, r in discs_of(sheet) if r == 3.5]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_mark_where_the_numbers_put_it_and_its_shape_says_stability(width: float) -> None:
    chart = plane()
    check_sheet(chart)
    drawn = points_of(chart.draw(width))
    side = min(width - LEFT - 12, SIDE)
    top = chart.draw(width).height - side - 44
    places = {
        shape: sorted(((m.x - LEFT) / side, 1 - (m.y - top) / side) for m in drawn if m.shape == shape)
        for shape in ("disc", "diamond")
    }
    assert places["disc"] == [pytest.approx(SITES[name][:2], abs=1e-9) for name in ("Lens", "Dax", "Pau")]
    assert places["diamond"] == [pytest.approx(SITES["Sète"][:2], abs=1e-9)]
    assert not any(m.dark for m in drawn if m.shape == "diamond"), "hollow"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_in_a_monograph_the_others_stand_where_their_numbers_put_them(width: float) -> None:
    chart = plane(own="Pau")
    check_sheet(chart)
    assert sorted(discs(chart, width)) == [pytest.approx(SITES[name][:2], abs=1e-9) for name in ("Lens", "Dax")]
    # Hollow diamonds: one in the key, one for Sète.
    assert len([o for o in outlines(chart, width, 4) if np.ptp(o[:, 0]) < 12]) == 2


def test_regions_follow_the_thresholds() -> None:
    side = min(WIDE - LEFT - 12, SIDE)
    for delta, tau in ((0.2, 0.5), (0.1, 0.4)):
        wide = [o for o in outlines(plane(ecart_equilibre=delta, portage=tau), WIDE, 4) if np.ptp(o[:, 0]) > 20]
        wedge, weak = wide[0], wide[1]
        ratio = (1 - delta) / (1 + delta)
        assert (wedge[2, 0] - wedge[3, 0]) / side == pytest.approx(1 - ratio)
        assert np.ptp(weak[:, 0]) / side == pytest.approx(tau)
        assert np.ptp(weak[:, 1]) / side == pytest.approx(tau)


@pytest.mark.parametrize(
    ("own", "title"),
    [
        ("Pau", "Pau : « État dominant », D = −0,26"),
        ("Sète", "Sète : « Équilibré », D = 0,00, type peu stable"),
        ("Lens", "Lens : « Collectivité dominante », D = +0,80"),
        ("Muette", "1 Cité sur 4 de chacun des types « Portage faible », « Équilibré », « Collectivité dominante » et « État dominant »"),
        (None, "1 Cité sur 4 de chacun des types « Portage faible », « Équilibré », « Collectivité dominante » et « État dominant »"),
    ],
)  # fmt: skip
def test_the_title_follows_from_the_numbers(own: str | None, title: str) -> None:
    chart = plane(own=own, silent=1)
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == title
    assert "1\u00a0Cité" in dict(chart.notes)["Sans type"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_four_numbers_are_always_together_and_nobody_else_is_named(width: float) -> None:
    said = words(plane(own="Pau"), width)
    assert [w for w in said if w[:4] in ("D = ", "B = ", "P = ", "K = ")] == [
        "D = −0,26",
        "B = 0,59",
        "P = 0,64",
        "K = 0,61",
    ]
    assert "Pau" in said
    assert not {"Sète", "Lens", "Dax"} & set(said)
    for part in ("E 0,80", "C 0,47", "D −0,26", "B 0,59", "P 0,64", "K 0,61", "type stable"):
        assert part in plane(own="Pau").alt
    assert "type peu stable" in plane(own="Sète").alt


def test_tables_for_a_page_and_for_the_network() -> None:
    own = cells(plane(own="Sète"))
    assert [row[:3] for row in own] == [
        ["Portage faible", "1", "1"],
        ["Équilibré", "1", "0"],
        ["Collectivité dominante", "1", "1"],
        ["État dominant", "1", "1"],
    ]
    assert [row[-1] for row in own] == ["non", "oui", "non", "non"]
    network = cells(plane())
    assert [row[0] for row in network] == ["Pau", "Dax", "Sète", "Lens"], "from the State to the collectivité"
    assert network[0] == ["Pau", "0,80", "0,47", "−0,26", "0,59", "0,64", "0,61", "État dominant", "95\u00a0%"]
    alone = cells(plane({"Pau": SITES["Pau"]}, own="Pau"))
    assert alone[1][1:] == ["0", "0", "///", "///", "///", "non"], "an empty type has no median"


def test_extremes() -> None:
    assert plane({}, silent=3).titre == "Aucun indice de copilotage disponible"
    check_sheet(plane({}, silent=3))
    corners = {"A": (0.0, 0.0, 1.0), "B": (1.0, 1.0, 0.1), "C": (1.0, 0.0, 1.0), "<script>x</script>": (0.0, 1.0, 0.5)}
    chart = plane(corners, own="<script>x</script>")
    check_sheet(chart)
    check_page(chart)
    long = plane({LONG: SITES["Pau"]}, own=LONG)
    check_sheet(long)
    assert "cette Cité" in words(long, NARROW)
    assert [signed(x) for x in (0.0, -0.001, 0.004, -0.26, 0.4)] == ["0,00", "0,00", "0,00", "−0,26", "+0,40"]
