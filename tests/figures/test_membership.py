"""COPIL against COTECH: places on the axis, own bodies, what is withheld or does not exist."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd
import pytest

from citesresearch.codebook import Modality, Vocabulary
from citesresearch.figures.chart import Chart
from citesresearch.figures.membership import membership

from .test_bars import LONG, MEANS, cells, check_page, check_sheet, estimate, words

ACTORS = Vocabulary(
    "acteur", 1, "Acteurs", (Modality("a", "Préfecture"), Modality("b", LONG), Modality("c", "<script>CCAS"))
)
Shares = Mapping[str, tuple[float | None, float | None]]


def grid(shares: Shares, own: Mapping[str, Collection[str]] | None = None, name: str = "Pau") -> Chart:
    rows = [
        estimate("m", actor, value, croisement_modalite=body, base=base, statut="ok" if value is not None else "s")
        for actor, pair in shares.items()
        for body, value, base in zip(("copil", "cotech"), pair, (81, 79), strict=True)
    ]
    rows.append(estimate("m", "a", 12.0, croisement_modalite="groupe_operationnel"))
    return membership(pd.DataFrame(rows), ACTORS, id="f", own=own, name=name, **MEANS)


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        ({"a": (98, 61), "b": (20, 30), "c": (40, 20)}, "2 acteurs sur 3 sont plus présents au COPIL qu’au COTECH"),
        ({"a": (98, 61), "b": (20, 30), "c": (10, 20)}, "2 acteurs sur 3 sont plus présents au COTECH qu’au COPIL"),
        ({"a": (98, 61), "b": (20, 20)}, "1 acteur sur 2 est plus présent au COPIL qu’au COTECH"),
        ({"a": (50.2, 49.8)}, "Autant au COPIL qu’au COTECH : 1 acteur sur 1"),
        ({"a": (None, None)}, "Réponses couvertes par le secret statistique"),
        ({"a": (98, 61), "b": (None, 30)}, "1 acteur sur 1 est plus présent au COPIL qu’au COTECH"),
    ],
)
def test_the_title_counts_who_is_where(shares: Shares, title: str) -> None:
    chart = grid(shares)
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == title


def test_own_bodies_and_the_one_that_does_not_exist() -> None:
    chart = grid({"a": (98, 61), "b": (0, 100), "c": (50, 50)}, {"copil": {"a"}}, LONG)
    check_sheet(chart)
    assert [row[-2:] for row in cells(chart)] == [["oui", "nd"], ["non", "nd"], ["non", "nd"]]
    check_page(chart)
    assert words(chart).count("nd") == 3
    assert "cette Cité" in words(chart)
    assert "COTECH de cette Cité\u00a0: non disponible" in chart.alt
    assert "COPIL" not in words(grid({"a": (98, 61)}))  # without own bodies, no column for them


def test_a_withheld_share_is_nowhere() -> None:
    chart = grid({"a": (98, None), "b": (None, None), "c": (50, 50)})
    check_sheet(chart)
    assert "COTECH\u00a0: s" in words(chart)
    assert "secret statistique" in words(chart)
    assert cells(chart)[0] == ["Préfecture", "98\u00a0%", "81", "s", "s", "s"]
    assert dict(chart.notes)["Non publié"] == "3\u00a0parts\u00a0: secret statistique"
    assert (
        dict(chart.notes)["Base"].replace("\u00a0", " ").replace("\u202f", " ")
        == "COPIL : 81 Cités ; COTECH : 79 Cités"
    )
