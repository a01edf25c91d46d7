"""Counts at dates: « at least » where it is so, no line across a break, no title on counts that do not compare."""

from __future__ import annotations

import re

import pytest

from citesresearch.figures.chart import Chart
from citesresearch.figures.effectifs import Count, effectifs

from .test_bars import LONG, cells, check_page, check_sheet, words

YEARS = ("2016-12-31", "2017-12-31", "2018-12-31")


def exactly(*values: float | None) -> list[Count]:
    return [Count(date, value, value) for date, value in zip(YEARS, values, strict=True)]


def drawn(lines: dict[str, list[Count]], *breaks: tuple[str, str]) -> Chart:
    return effectifs(
        lines,
        breaks,
        id="f",
        measure="Demandeurs d’emploi <script>, en nombre",
        source="Insee",
        nouns=("demandeur", "demandeurs"),
        base="4 quartiers",
        synthetique=True,
    )


def test_the_title_compares_exact_counts_only() -> None:
    chart = drawn({"Catégories A, B et C": exactly(2000, 2100, 1050), "Catégorie A": exactly(1500, 1400, 700)})
    check_sheet(chart)
    check_page(chart)
    assert chart.titre.replace("\u00a0", " ").replace("\u202f", " ") == (
        "1 050 demandeurs (catégories A, B et C) le 31 décembre 2018, −47,5 % depuis le 31 décembre 2016"
    )
    assert cells(chart)[1] == ["31 décembre 2017", "2\u202f100", "1\u202f400"]


def test_a_break_cuts_the_line_and_the_comparison() -> None:
    whole = drawn({"A": exactly(2000, 2100, 1050)})
    cut = drawn({"A": exactly(2000, 2100, 1050)}, (YEARS[0], YEARS[1]))
    check_sheet(cut)
    assert "depuis le 31 décembre 2017" in cut.titre
    assert "rupture" in words(cut)
    assert "rupture" not in words(whole)
    assert "Dates qui ne se comparent pas" in cut.alt
    assert "ne se compare pas à la date précédente" in str(cut.html())
    # One stroke less in the accent.
    strokes = [
        sum(d.count("M") for d in re.findall(r'k-cite" stroke-width="2.5" d="([^"]+)"', str(chart.svg())))
        for chart in (whole, cut)
    ]
    assert strokes[0] == strokes[1] + 1


def test_what_is_not_whole_is_at_least() -> None:
    counts = [Count(YEARS[0], 100, 100), Count(YEARS[1], 656, 790), Count(YEARS[2], 90, None)]
    chart = drawn({"A": counts})
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == "Au moins 90 demandeurs (a) le 31 décembre 2018"
    assert {"100", "≥ 656", "≥ 90"} <= set(words(chart))
    assert [row[1] for row in cells(chart)] == ["100", "656 à 790", "au moins 90"]


def test_nothing_known_is_said_and_zero_is_a_count() -> None:
    blank = drawn({"A": [Count(date, None, None, "s") for date in YEARS]})
    check_sheet(blank)
    assert "secret" in blank.titre
    assert "secret statistique" in words(blank)
    nothing = drawn({LONG: exactly(0, 0, 0)})
    check_sheet(nothing)
    assert "0\u00a0demandeur " in nothing.titre
    hole = drawn({"A": [*exactly(5, None, 7)]})
    check_sheet(hole)
    assert "depuis" not in hole.titre
    assert "nd" in words(hole)


def test_dates_are_needed_and_the_same_for_all() -> None:
    with pytest.raises(ValueError, match="no date"):
        drawn({"A": []})
    with pytest.raises(ValueError, match="different dates"):
        drawn({"A": exactly(1, 2, 3), "B": exactly(1, 2, 3)[:2]})
