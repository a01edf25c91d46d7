"""The forest of associations: what is told from zero, what has no direction, and what cannot be said."""

from __future__ import annotations

from typing import Any

import pytest

from citesresearch.crosssite import HYPOTHESES
from citesresearch.crosssite.finding import Finding
from citesresearch.figures.chart import Chart
from citesresearch.figures.forest import by_family, by_hypothesis, forest, p_words
from citesresearch.figures.sheet import NARROW, WIDE

from .plotted import points_of
from .test_bars import LONG, MEANS, cells, check_page, check_sheet, rectangles, words

SILENT: dict[str, Any] = {"mesure": "", "valeur": None, "bas": None, "haut": None, "p": None, "p_ajuste": None}


def finding(valeur: float | None = 0.22, bas: float | None = 0.04, haut: float | None = 0.39, **more: Any) -> Finding:
    """A declared pair measured by τ-b, unless told otherwise."""
    held: dict[str, Any] = {
        "id": "cercle_social:maturite",
        "modele": "cercle_partenaires",
        "colonne": "social",
        "predicteur": "Largeur du cercle",
        "resultat": "maturite",
        "resultat_libelle": "Maturité",
        "famille": "confirmatoire",
        "hypothese": 4,
        "attendu": 1,
        "n": 78,
        "manquants": 6,
        "mesure": "tau_b",
        "valeur": valeur,
        "bas": bas,
        "haut": haut,
        "concordantes": 61.0,
        "p": 0.012,
        "p_ajuste": 0.034,
        "ajustement": "holm",
        "taille_famille": 10,
        "detectable": 0.25,
        "force": "nette",
    }
    return Finding(**(held | more))


def drawn(*findings: Finding, **more: Any) -> Chart:
    return forest({"Déclarées": findings}, id="f", base="84 Cités", **(MEANS | more))


def squares(chart: Chart, width: float = WIDE) -> list[tuple[float, bool]]:
    """The centre of each mark across, from the top, and whether it is full."""
    marks = sorted(points_of(chart.draw(width)), key=lambda m: m.y)
    return [(m.x, m.dark) for m in marks if m.shape == "square"]


def test_an_association_has_its_mark_its_figures_and_its_row() -> None:
    chart = drawn(finding(), finding(-0.10, -0.30, 0.10, p=0.3, p_ajuste=1.0))
    check_sheet(chart)
    assert chart.titre == "1\u00a0association sur 2 se distingue de zéro, p ajusté"
    assert {"τ-b 0,22 [0,04\u202f; 0,39]", "0,034", "τ-b −0,10 [−0,30\u202f; 0,10]", "1,00"} <= set(words(chart))
    assert "τ-b 0,22 [0,04\u202f; 0,39], p ajusté 0,034" in words(chart, NARROW)
    assert cells(chart)[0] == [
        "Largeur du cercle → Maturité",
        "Déclarées",
        "78",
        "6",
        "τ-b",
        "0,22",
        "[0,04\u202f; 0,39]",
        "0,012",
        "0,034",
        "0,25",
        "61\u00a0%",
        "Association nette",
    ]
    assert "τ-b 0,22 [0,04\u202f; 0,39], p ajusté 0,034" in chart.alt
    assert dict(chart.notes)["p ajusté"] == "méthode de Holm, 10 paires déclarées"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_stand_at_their_value_and_are_full_without_zero(width: float) -> None:
    chart = drawn(finding(1.0, 1.0, 1.0), finding(0.0, -0.2, 0.2), finding(-1.0, -1.0, -1.0), finding(0.5, 0.0, 0.8))
    check_sheet(chart)
    (top, full), (zero, hollow), (foot, other), (half, touches) = squares(chart, width)
    assert zero == pytest.approx((top + foot) / 2)
    assert half == pytest.approx((top + zero) / 2)
    assert (full, hollow, other, touches) == (True, False, True, False)  # an interval that ends on 0 holds it


def test_what_could_not_be_seen_is_a_band_as_wide_as_it_is() -> None:
    seen, never = finding(detectable=0.25), finding(detectable=None)
    bands = [r.width for r in rectangles(drawn(seen, never)) if r.height == 18]
    assert bands[1] == pytest.approx(4 * bands[0])  # where no size would be seen, the whole axis
    assert cells(drawn(never))[0][9] == "aucune"


def test_measures_without_direction_stand_apart() -> None:
    # An interval of ε² leaves 0 out by construction: its p decides.
    none = finding(0.05, 0.03, 0.19, mesure="epsilon2", p=0.3, p_ajuste=0.6, concordantes=None, force="non_vue")
    some = finding(0.30, 0.10, 0.45, mesure="v", p=0.004, p_ajuste=0.04, concordantes=None)
    chart = drawn(none, finding(), some)
    check_sheet(chart)
    assert "0,75" in words(chart)  # the axis from 0 to 1
    diamonds = sorted((m for m in points_of(chart.draw(WIDE)) if m.shape == "diamond"), key=lambda m: m.y)
    assert [m.dark for m in diamonds] == [False, True]
    assert len(squares(chart)) == 1
    assert "Losange" in dict(chart.notes)
    assert cells(chart)[0][10] == "///"
    assert "0,75" not in words(drawn(finding()))


def test_what_cannot_be_said_says_why() -> None:
    motif = "12 Cités seulement sont connues des deux côtés"
    chart = drawn(finding(), finding(**SILENT, force="indicible", motif=motif), finding(**SILENT, force="indicible"))
    check_sheet(chart)
    assert len(squares(chart)) == 1
    assert motif in " ".join(words(chart)).replace("\u00a0", " ")
    assert "La seule association mesurée se distingue" in chart.titre
    assert "2\u00a0associations dont rien ne peut être dit" in chart.alt
    assert cells(chart)[1][5:9] == ["nd", "nd", "nd", "nd"]
    nothing = drawn(finding(**SILENT, force="indicible", motif=motif))
    check_sheet(nothing)
    assert nothing.titre == "1\u00a0association, dont rien ne peut être dit"
    assert "−1" not in words(nothing)  # no axis without a mark
    assert "Lecture" not in dict(nothing.notes)


def test_a_value_without_interval_is_never_full() -> None:
    chart = drawn(finding(0.9, None, None, p=None, p_ajuste=None))
    check_sheet(chart)
    assert "τ-b 0,90 [nd]" in words(chart)
    assert [full for _, full in squares(chart)] == [False]
    assert any("n’est pas donné" in said for said in words(chart))


def test_families_are_counted_apart() -> None:
    declared = [finding(), finding(p_ajuste=0.2)]
    explored = [finding(famille="exploratoire", ajustement="bh", taille_famille=32, hypothese=1, p_ajuste=0.6)]
    groups = by_family([*explored, *declared])
    assert list(groups) == ["Déclarées à l’avance", "Explorées"]
    chart = forest(groups, id="f", base="", **MEANS)
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ").endswith("p ajusté : 1 sur 2 déclarées, 0 sur 1 explorées")
    assert "Benjamini" in dict(chart.notes)["p ajusté"]
    one, four = by_hypothesis([*explored, *declared], HYPOTHESES)
    assert one.startswith("Hypothèse 1")
    assert four.startswith("Hypothèse 4")
    check_sheet(forest(by_hypothesis([*declared, *explored], HYPOTHESES), id="f", base="", **MEANS))


def test_none_many_equal_and_rough() -> None:
    empty = forest({}, id="f", base="", **MEANS)
    check_sheet(empty)
    assert empty.titre == "Aucune association à montrer"
    many = drawn(*[finding()] * 90)
    check_sheet(many)
    assert len(squares(many)) == len(cells(many)) == 90
    assert "80\u00a0autres dans le tableau" in many.alt
    assert many.titre == "90\u00a0associations sur 90 se distinguent de zéro, p ajusté"
    rough = finding(predicteur="<script>alert(1)</script>", resultat_libelle=LONG * 2)
    chart = forest(
        {"<script>" + LONG: [rough, finding(**SILENT, motif="<script> " + LONG)]},
        id="f",
        base="",
        **MEANS | {"synthetique": True},
    )
    check_sheet(chart)
    check_page(chart)


def test_the_accent_of_a_cite_is_not_used_and_no_cause_is_said() -> None:
    chart = drawn(finding(), finding(0.3, 0.1, 0.5, mesure="v"))
    page = str(chart.html())
    assert "f-cite" not in page
    assert "k-cite" not in page
    assert "effet" not in page


def test_a_p_as_it_is_printed() -> None:
    assert [p_words(p) for p in (None, 0.0004, 0.0343, 0.166, 1.0)] == ["nd", "<\u00a00,001", "0,034", "0,17", "1,00"]
