"""The path of maturity: as many discs as Cités, this one on top and the only one named."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.figures.chart import Chart
from citesresearch.figures.path import path
from citesresearch.figures.sheet import NARROW, WIDE

from .plotted import discs_of
from .test_bars import LONG, MEANS, answers, cells, check_page, check_sheet, words

MATURITY = load_codebook().vocabulary("maturite@1")


def walked(counts: list[int], own: str | None = None, name: str = "Pau", **more: Any) -> Chart:
    """Counts in the order of the scale: the highest step first."""
    return path(pd.DataFrame(answers(MATURITY, counts, **more)), MATURITY, id="f", own=own, name=name, **MEANS)


def discs(chart: Chart, token: str, width: float) -> int:
    """How many discs of a colour, those of the key apart."""
    return sum(r > 4 for _, _, r in discs_of(chart.draw(width), token))


@pytest.mark.parametrize("counts", [[17, 42, 22], [0, 81, 0], [81, 0, 0], [0, 0, 1]])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_one_disc_a_cite(counts: list[int], width: float) -> None:
    chart = walked(counts)
    check_sheet(chart)
    assert discs(chart, "net", width) == sum(counts)
    own = MATURITY.modalites[counts.index(max(counts))].code
    mine = walked(counts, own)
    check_sheet(mine)
    assert discs(mine, "net", width) == sum(counts) - 1
    assert discs(mine, "cite", width) == 1
    assert "Pau" in words(mine, width)


@pytest.mark.parametrize(
    ("counts", "own", "title"),
    [
        ([17, 42, 22], None, "42 Cités sur 81 à l’étape « Premières actions », la plus fréquente"),
        ([30, 30, 21], None, "30 Cités sur 81 à chacune des étapes « Premières actions » et « Approfondissement et essaimage »"),
        ([27, 27, 27], None, "Autant de Cités à chaque étape : 27 Cités"),
        ([17, 42, 22], "premieres_actions", "Pau : étape 2 sur 3, comme 41 autres Cités sur 81"),
        ([2, 42, 22], "approfondissement", "Pau : étape 3 sur 3, comme 1 autre Cité sur 66"),
        ([17, 42, 1], "diagnostic", "Pau : étape 1 sur 3, sans autre Cité"),
        ([0, 0, 0], None, "Aucune réponse disponible"),
    ],
)  # fmt: skip
def test_the_title_follows_from_the_counts(counts: list[int], own: str | None, title: str) -> None:
    assert walked(counts, own).titre.replace("\u00a0", " ") == title


def test_secret_steps_have_no_disc() -> None:
    chart = walked([3, 40, 38], "premieres_actions", statut="s")
    check_sheet(chart)
    assert discs(chart, "net", WIDE) == 0
    assert chart.titre == "Pau\u00a0: étape 2 sur 3"
    assert words(chart).count("secret statistique") == 3
    assert [row[1] for row in cells(chart)] == ["s", "s", "s"]
    for said in (chart.alt, chart.titre, *words(chart)):
        assert "40" not in said


def test_who_is_not_on_the_path_is_said() -> None:
    chart = walked([17, 42, 22], manquants=3)
    assert "Hors du chemin : 3\u00a0Cités sans réponse" in words(chart, NARROW)
    assert "3\u00a0Cités sans réponse" in chart.alt
    satisfaction = load_codebook().vocabulary("satisfaction@1")
    rows = answers(satisfaction, [10, 20, 9, 1], outside=1)
    other = path(pd.DataFrame(rows), satisfaction, id="f", own="non_concerne", name="<script>Pau", **MEANS)
    check_sheet(other)
    check_page(other)
    assert discs(other, "cite", WIDE) == 0
    assert "1\u00a0Cité\u00a0: Non concerné par la cité" in other.alt
    assert dict(other.notes)["Réponse"] == "<script>Pau\u00a0: Non concerné par la cité"


def test_a_long_name_becomes_this_cite() -> None:
    chart = walked([17, 42, 22], "approfondissement", LONG)
    check_sheet(chart)
    assert "cette Cité" in words(chart, NARROW)
