"""Neighbourhoods on distributions: each its own mark, no mean, what is not published said."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from citesresearch.figures.chart import Chart
from citesresearch.figures.quartiers import quartiers

from .test_bars import LONG, cells, check_page, check_sheet, words

LABELS = {"taux_emploi": "Taux d’emploi", "taux_pauvrete": "Taux de pauvreté"}


def rate(code: str, valeur: float | None, modalite: str = "taux_emploi", **more: Any) -> dict[str, Any]:
    statut = "ok" if valeur is not None else "s"
    row = {"perimetre_id": code, "modalite": modalite, "valeur": valeur, "statut": statut, "date_reference": ""}
    return row | more


OTHERS = [f"QP09200{k}" for k in range(1, 6)]
CROWD = [f"QP{k:06d}" for k in range(100)]


def drawn(rows: list[dict[str, Any]], own: dict[str, str], groups: dict[str, list[str]] | None = None) -> Chart:
    found = groups if groups is not None else {"Autres QPV du département": OTHERS, "Tous les QPV": CROWD}
    return quartiers(pd.DataFrame(rows), LABELS, own, found, id="f", source="Insee", synthetique=True)


CONTEXT = [*(rate(c, 40 + k) for k, c in enumerate(OTHERS)), *(rate(c, 20 + k / 2) for k, c in enumerate(CROWD))]


def test_each_neighbourhood_has_its_mark_and_its_line() -> None:
    own = {"QP075001": "Les Tours <script>", "QP075002": LONG, "QP075003": "Sud"}
    rows = [rate("QP075001", 30.0), rate("QP075002", 61.25), rate("QP075003", None), *CONTEXT]
    chart = drawn(rows, own)
    check_sheet(chart)
    check_page(chart)
    # 44,75 %: the middle of 20, 20.5, … 69.5, worked by hand.
    assert chart.titre == "Taux d’emploi\u00a0: 1\u00a0quartier sur 2 est sous la médiane de tous les QPV"
    table = cells(chart)
    assert [row[1] for row in table[:3]] == ["30,0\u00a0%", "61,3\u00a0%", "s"]
    assert table[-1] == ["Tous les QPV", "44,8\u00a0%"]
    assert table[-2] == ["Autres QPV du département", "42,0\u00a0%"]
    assert "moyenne" not in " ".join(words(chart))
    assert ("Non publié", "1\u00a0valeur\u00a0: secret statistique") in chart.notes


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((30.0,), "le quartier de la Cité est sous la médiane"),
        ((60.0,), "le quartier de la Cité n’est pas sous la médiane"),
        ((30.0, 31.0), "les 2 quartiers de la Cité sont sous la médiane"),
        ((60.0, 61.0), "aucun des 2 quartiers de la Cité n’est sous la médiane"),
        ((30.0, 31.0, 60.0), "2\u00a0quartiers sur 3 sont sous la médiane"),
    ],
)
def test_titles_agree(values: tuple[float, ...], said: str) -> None:
    own = {f"QP07500{k}": f"Q{k}" for k in range(len(values))}
    chart = drawn([*(rate(c, v) for c, v in zip(own, values, strict=True)), *CONTEXT], own)
    check_sheet(chart)
    assert said in chart.titre


def test_no_published_rate_is_said_and_not_drawn() -> None:
    own = {"QP075001": "Tours"}
    chart = drawn([rate("QP075001", None), *CONTEXT], own)
    check_sheet(chart)
    assert "secret" in chart.titre
    both = drawn([rate("QP075001", None), rate("QP075001", 45.0, "taux_pauvrete"), *CONTEXT], own)
    check_sheet(both)
    assert both.titre.startswith("Taux de pauvreté")
    assert cells(both)[0] == ["Tours", "s", "45,0\u00a0%"]


def test_many_neighbourhoods_of_equal_rates_keep_apart() -> None:
    own = {f"QP0750{k:02d}": f"Quartier {k}" for k in range(40)}
    chart = drawn([*(rate(c, 45.0) for c in own), *CONTEXT], own)
    check_sheet(chart)


def test_double_values_and_unknown_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="two values"):
        drawn([rate("QP075001", 1.0), rate("QP075001", 2.0)], {"QP075001": "A"})
    with pytest.raises(ValueError, match="none of these rates"):
        drawn([rate("QP075001", 1.0, "autre")], {"QP075001": "A"})


def test_a_disc_stands_on_each_strip_and_hides_no_other() -> None:
    own = {f"QP07500{k}": f"Q{k}" for k in range(3)}
    rows = [*(rate(c, v) for c, v in zip(own, (30.0, 30.0, 45.0), strict=True)), *CONTEXT]
    svg = str(drawn(rows, own).svg())
    paths = [part for part in svg.split("<path ") if part.startswith('class="n k-cite o"')]
    assert [part.count("h.01") for part in paths] == [1, 3, 3]  # the key, then two strips
    places = set(re.findall(r"M([\d.]+ [\d.]+)h", paths[1]))
    assert len(places) == 3  # two of one rate are piled


def test_one_far_value_does_not_flatten_the_others() -> None:
    # 100 others from 20 to 69.5 %, one at 100 %: the axis holds their deciles and the Cité's own.
    rows = [rate("QP075001", 44.0), *CONTEXT, rate("QP999999", 100.0)]
    chart = drawn(rows, {"QP075001": "Tours"}, {"Tous les QPV": [*CROWD, "QP999999"]})
    check_sheet(chart)
    assert "100" not in words(chart)
    assert {"20", "70"} <= set(words(chart))


def test_a_withheld_row_that_kept_its_value_is_not_read() -> None:
    chart = drawn(
        [rate("QP075001", 33.3, statut="s"), rate("QP075002", 40.0), *CONTEXT],
        dict.fromkeys(("QP075001", "QP075002"), "Q"),
    )
    assert "33,3" not in chart.html()


def test_the_edition_stands_where_the_year_is_not_known() -> None:
    rows = [{**row, "edition": "IPRO 2021"} for row in [rate("QP075001", 30.0), *CONTEXT]]
    chart = drawn(rows, {"QP075001": "Tours"})
    assert "IPRO 2021" in words(chart)
    assert "Date" not in dict(chart.notes)
    dated = drawn([{**row, "date_reference": "2018"} for row in rows], {"QP075001": "Tours"})
    assert dict(dated.notes)["Date"] == "2018"
    assert "IPRO 2021" not in words(dated)


@pytest.mark.parametrize("count", [1, 2, 33])
def test_a_page_stays_light(count: int) -> None:
    own = {f"QP0750{k:02d}": f"{k} {LONG}" for k in range(count)}
    rows = [*(rate(c, 10.0 + 2 * k) for k, c in enumerate(own)), *CONTEXT]
    chart = drawn(rows, own)
    check_sheet(chart)
    assert len(chart.html().encode()) < 30_000
