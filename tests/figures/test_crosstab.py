"""Two questions at once: a disc a Cité, the count always written, no total that tells a secret."""

from __future__ import annotations

import pandas as pd
import pytest

from citesresearch.codebook import Modality, Vocabulary, load_codebook
from citesresearch.figures.chart import Chart
from citesresearch.figures.crosstab import crosstab
from citesresearch.figures.sheet import NARROW, WIDE

from .test_bars import LONG, MEANS, cells, check_page, check_sheet, estimate, words
from .test_path import discs

MATURITY = load_codebook().vocabulary("maturite@1")
LINES = Vocabulary("accord", 1, "Accord", (Modality("oui", LONG), Modality("non", "<script>Non")))


def table(counts: list[list[int | None]], own: tuple[str, str] | None = None, name: str = "Pau") -> Chart:
    """Counts by line, then by step of maturity, the highest first."""
    rows = [
        estimate("x", m.code, None, n=n, statut="ok" if n is not None else "s", croisement_modalite=c.code)
        for m, line in zip(LINES.modalites, counts, strict=True)
        for c, n in zip(MATURITY.modalites, line, strict=True)
    ]
    return crosstab(pd.DataFrame(rows), LINES, MATURITY, id="f", measure="Nombre de Cités", own=own, name=name, **MEANS)


@pytest.mark.parametrize("counts", [[[12, 10, 3], [4, 20, 12]], [[81, 0, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 0]]])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_one_disc_a_cite_and_its_count(counts: list[list[int | None]], width: float) -> None:
    chart = table(counts)
    check_sheet(chart)
    flat = [n for line in counts for n in line if n is not None]
    assert discs(chart, "net", width) == sum(flat)
    assert sorted(w for w in words(chart, width) if w.isdigit()) == sorted(str(n) for n in flat)


def test_columns_rise_and_totals_are_told() -> None:
    chart = table([[12, 10, 3], [4, 20, 1]], ("non", "diagnostic"))
    check_sheet(chart)
    assert [c.titre for c in chart.donnees.columns][1:] == [
        "Diagnostic et embarquement des partenaires", "Premières actions", "Approfondissement et essaimage", "Ensemble",
    ]  # fmt: skip
    assert cells(chart)[1] == ["<script>Non", "1", "20", "4", "25"]
    check_page(chart)
    assert "25\u00a0Cités" in words(chart)
    assert discs(chart, "cite", WIDE) == 2  # in the key and in its pile
    assert chart.titre.endswith("«\u00a0<script>Non\u00a0» et «\u00a0Premières actions\u00a0», 20\u00a0Cités sur 50")


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([[5, 1, 1], [1, 5, 1]], "Le plus souvent, à égalité (5 Cités sur 14)"),
        ([[1, 1, 1], [1, 1, 1]], "Aucune paire de réponses ne se détache : 1 Cité au plus, 6 fois"),
        ([[0, 0, 0], [0, 0, 0]], "Aucune réponse aux deux questions"),
        ([[5, None, 1], [1, None, 1]], "5 Cités au plus dans une des cases publiées"),
        ([[None] * 3, [None] * 3], "Réponses couvertes par le secret statistique"),
    ],
)
def test_the_title_follows_from_the_counts(counts: list[list[int | None]], title: str) -> None:
    chart = table(counts)
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ").startswith(title)


def test_a_secret_cell_hides_the_total_of_its_line() -> None:
    chart = table([[12, None, None], [4, 20, 1]], ("oui", "diagnostic"), LONG)
    check_sheet(chart)
    assert cells(chart)[0] == [LONG, "s", "s", "12", "s"]
    assert cells(chart)[1][-1] == "25"
    assert words(chart).count("s") == 2
    assert "Base" not in dict(chart.notes)
    assert dict(chart.notes)["Non publié"] == "2\u00a0cases\u00a0: secret statistique"
    assert "cette Cité" in words(chart, NARROW)


def test_an_own_answer_outside_the_lists_has_no_mark() -> None:
    chart = table([[12, 10, 3], [4, 20, 1]], ("ne_sait_pas", "diagnostic"))
    assert discs(chart, "cite", WIDE) == 0
