"""Years: stacked by category, or a panel a line; never a total of which one part is withheld."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.figures.chart import Chart
from citesresearch.figures.series import series

from .test_bars import LONG, MEANS, cells, check_page, check_sheet, estimate, rectangles, words

SPENDING = load_codebook().vocabulary("categorie_depense@1")


def spending(*years: tuple[str, list[float | None]], **more: Any) -> Chart:
    rows = [
        estimate("d", year, value, croisement_modalite=m.code, base=80, statut="ok" if value is not None else "s")
        for year, values in years
        for m, value in zip(SPENDING.modalites, values, strict=True)
    ]
    return series(
        pd.DataFrame(rows), {}, vocabulary=SPENDING, id="f", measure="En milliers d’euros", unit="k€", **(MEANS | more)
    )


def test_categories_add_up_and_the_lead_is_said() -> None:
    chart = spending(("2021", [21, 12, 5]), ("2022", [38, 34, 24]), ("2023", [34, 41, 25]))
    check_sheet(chart)
    assert chart.titre == "Animation territoriale des partenaires en tête en 2021, Coordination de parcours en 2023"
    assert {"38\u00a0k€", "96\u00a0k€", "100\u00a0k€"} <= set(words(chart))
    assert cells(chart)[1] == ["2022", "38\u00a0k€", "34\u00a0k€", "24\u00a0k€", "96\u00a0k€"]


def test_the_same_lead_every_year_and_ties() -> None:
    same = spending(("2021", [21, 12, 5]), ("2022", [38, 34, 24]))
    assert same.titre.startswith("Animation territoriale des partenaires en tête chaque année")
    tied = spending(("2021", [12, 12, 5]), ("2022", [38, 34, 24]))
    assert tied.titre == "En tout, 29\u00a0k€ en 2021, 96\u00a0k€ en 2022"


def test_a_year_with_a_withheld_part_has_no_bar_and_no_total() -> None:
    chart = spending(("2021", [21, 12, 5]), ("2022", [None, 34, None]))
    check_sheet(chart)
    assert "secret statistique" in words(chart)
    assert cells(chart)[1] == ["2022", "s", "34\u00a0k€", "s", "s"]
    assert chart.titre == "38\u00a0k€ en 2021"
    assert spending(("2021", [None, 1, None])).titre == "Réponses couvertes par le secret statistique"


def test_one_line_alone() -> None:
    rows = [estimate("d", "2021", 1.0), estimate("d", "2023", 8140000.0)]
    chart = series(pd.DataFrame(rows), {"d": "Dépenses"}, id="f", measure="En euros", unit="€", **MEANS)
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ").replace("\u202f", " ") == "Dépenses : 1 € en 2021, 8 140 000 € en 2023"


def test_panels_share_a_scale_from_zero() -> None:
    rows = [
        estimate(code, year, value, n=value, base=81, statut="ok" if value is not None else "s")
        for code, values in {"a": (24, 50, 0), "b": (1, None, 25)}.items()
        for year, value in zip(("2020", "2021", "2022"), values, strict=True)
    ]
    labels = {"a": LONG, "b": "<script>b"}
    chart = series(
        pd.DataFrame(rows), labels, id="f", measure="Entrées", unit=("Cité", "Cités"), stacked=False, **MEANS
    )
    check_sheet(chart)
    columns = sorted(r.height for r in rectangles(chart) if r.width == 44)
    assert columns[-1] == pytest.approx(2 * columns[-2])  # 50 against 25, in two panels
    assert "s" in words(chart)
    check_page(chart)
    assert chart.titre == f"Au plus haut\u00a0: {LONG} en 2021"  # a line with a secret year has no known summit
    assert "1\u00a0Cité en 2020" in chart.alt


def test_years_are_needed_and_colours_run_out() -> None:
    with pytest.raises(ValueError, match="no year"):
        series(pd.DataFrame([estimate("d", "total", 1.0)]), {"d": "D"}, id="f", measure="", **MEANS)
    many = [estimate(f"d{i}", "2021", 1.0) for i in range(8)]
    with pytest.raises(ValueError, match="8 levels"):
        series(pd.DataFrame(many), {f"d{i}": str(i) for i in range(8)}, id="f", measure="", **MEANS)
