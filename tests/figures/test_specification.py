"""The specification curve: every choice at its place, the declared one apart, counted rather than rounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from citesresearch.crosssite.finding import Curve, Specification
from citesresearch.crosssite.records import curves_of, curves_table
from citesresearch.figures.chart import Chart
from citesresearch.figures.drawing import figure_of
from citesresearch.figures.sheet import NARROW, WIDE
from citesresearch.figures.specification import specification

from .plotted import points_of
from .test_bars import LONG, MEANS, cells, check_page, check_sheet, words

VARIANTS = ("copilotage", "copilotage_institutionnel")
K = "force conjointe (K)"
PAIR = "Force conjointe du copilotage (sans les avis) → Chemin de maturité"
INDICES = {"copilotage": "Copilotage État et collectivité", "copilotage_institutionnel": "Copilotage (sans les avis)"}


def curve(values: Sequence[float | None], declared: int | None = 0, **more: Any) -> Curve:
    """A curve of the first main pair; the choices of its specifications take turns."""
    specifications = tuple(
        Specification(VARIANTS[i % 2], K, "aucun témoin" if i % 3 else "vague", "rangs", value, i == declared)
        for i, value in enumerate(values)
    )
    held: dict[str, Any] = {"pair": "copilotage_institutionnel:maturite", "n": 79, "mediane": 0.1, "meme_sens": 75.0}
    return Curve(specifications=specifications, **(held | {"p": 0.062, "p_erreur": 0.0076} | more))


def drawn(made: Curve, **more: Any) -> Chart:
    (read,) = curves_of(curves_table([made]))  # as a page has it, from the published table
    return specification(read, PAIR, INDICES, id="f", **(MEANS | more))


def points(chart: Chart, width: float = WIDE) -> list[tuple[float, float]]:
    """Where the points of the curve are: those of its first axes."""
    sheet = chart.draw(width)
    discs = [m for m in points_of(sheet) if m.shape == "disc"]
    return [(m.x, m.y) for m in discs[: len(np.asarray(figure_of(sheet).axes[0].collections[0].get_offsets()))]]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_points_rise_from_the_lowest_to_the_highest(width: float) -> None:
    chart = drawn(curve([0.3, -0.1, None, 0.0, 0.2], declared=4))
    check_sheet(chart)
    xs, ys = zip(*points(chart, width), strict=True)
    assert list(xs) == sorted(xs)
    steps = -np.diff(ys)  # downwards on the sheet
    assert steps / steps[0] == pytest.approx([1, 2, 1])
    declared = next(m for m in points_of(chart.draw(width)) if m.shape == "diamond" and m.dark)
    assert (declared.x, declared.y) == pytest.approx((xs[2], ys[2]))  # the declared choice, third of those with a value
    assert "0,20" in words(chart, width)


def test_the_words_count_and_say_what_chance_would_give() -> None:
    chart = drawn(curve([0.3, -0.1, None, 0.0, 0.2]))
    assert chart.titre.replace("\u00a0", " ") == (
        "2 façons de calculer sur 4 donnent une association positive, médiane 0,10"
    )
    assert "de −0,10 à 0,30" in chart.alt
    assert "Choix déclaré\u00a0: 0,30" in chart.alt
    assert "p = 0,062 (erreur de tirage 0,008)" in chart.alt
    assert dict(chart.notes)["Sans valeur"].startswith("1\u00a0choix")
    assert dict(chart.notes)["Base"].startswith("79\u00a0Cités")
    negative = drawn(curve([-0.3, -0.2, 0.1]))
    assert negative.titre.replace("\u00a0", " ").startswith(
        "2 façons de calculer sur 3 donnent une association négative"
    )
    # 359 of 360 are not « 100 % ».
    assert "359" in drawn(curve([-0.1, *[0.1] * 359])).titre


def test_the_table_sums_up_each_choice() -> None:
    chart = drawn(curve([0.3, -0.1, 0.2, 0.1]))
    assert cells(chart)[0] == ["Choix déclaré", "", "1", "0,30", "0,30", "0,30", "1"]
    assert cells(chart)[1] == ["Tous les choix", "", "4", "−0,10", "0,15", "0,30", "3"]
    by_name = {row[0]: row for row in cells(chart)}
    assert by_name["Copilotage État et collectivité"][1:] == ["Indice", "2", "0,20", "0,25", "0,30", "2"]
    assert by_name["vague"][1:] == ["Témoins", "2", "0,10", "0,20", "0,30", "2"]


def test_the_strip_of_choices_is_for_wide_pages_only() -> None:
    chart = drawn(curve([0.3, -0.1, 0.2, 0.1]))
    assert {"Indice", "Témoins", "rangs"} <= set(words(chart, WIDE))
    assert not {"Indice", "Témoins", "rangs"} & set(words(chart, NARROW))


@pytest.mark.parametrize(
    "values",
    [[0.2], [0.1] * 7, [0.0] * 3, [-1.0, 1.0], [1.0], [-0.04] * 2, np.linspace(-0.4, 0.9, 360).tolist()],
)
def test_extremes_stay_on_the_sheet(values: list[float]) -> None:
    for declared in (0, len(values) - 1, None):
        chart = drawn(curve(values, declared))
        check_sheet(chart)
        assert len(points(chart)) == len(values)


def test_no_curve_says_why() -> None:
    made = curve([], motif="trop peu de Cités connues <script>", mediane=None, meme_sens=None, p=None, p_erreur=None)
    chart = drawn(made, synthetique=True)
    check_sheet(chart)
    check_page(chart)
    assert "trop peu de Cités" in " ".join(words(chart))
    assert "Hasard" not in dict(chart.notes)
    unsaid = drawn(curve([None, None], mediane=None, meme_sens=None, p=None, p_erreur=None))
    check_sheet(unsaid)
    assert unsaid.titre == "Aucune courbe\u00a0: rien à comparer"


def test_rough_words_and_no_accent() -> None:
    made = curve([0.3, 0.1])
    rough = replace(made.specifications[0], variante="<script>alert(1)</script>", codage=LONG)
    chart = drawn(replace(made, specifications=(rough, made.specifications[1])), synthetique=True)
    check_sheet(chart)
    check_page(chart)
    page = str(chart.html())
    assert not re.search(r"[fk]-(cite|peer)\b", page)
    assert "effet" not in page
