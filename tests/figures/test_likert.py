"""Answers on a scale: sides, own answer, secrecy, scales of any number of levels."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.figures.chart import Chart
from citesresearch.figures.likert import likert
from citesresearch.figures.marks import Outline
from citesresearch.figures.sheet import NARROW, WIDE

from .plotted import Block
from .test_bars import LONG, MEANS, answers, cells, check_page, check_sheet, estimate, rectangles, words

SATISFACTION = load_codebook().vocabulary("satisfaction@1")


def satisfied(*questions: list[int], outside: int = 0, **more: Any) -> Chart:
    """One question a list of counts, best first; labels « A », « B »…"""
    rows, labels = [], {}
    for i, counts in enumerate(questions):
        rows += answers(SATISFACTION, counts, outside, indicateur=f"q{i}")
        labels[f"q{i}"] = chr(65 + i)
    return likert(pd.DataFrame(rows), SATISFACTION, labels, id="f", **(MEANS | more))


def blocks(chart: Chart, token: str, width: float = WIDE) -> list[Block]:
    """The rectangles of a colour that are parts of bars, not of the key."""
    return [r for r in rectangles(chart, width) if r.fill == token and r.height > 20]


def test_favourable_answers_lie_right_of_the_line() -> None:
    chart = satisfied([40, 20, 15, 5], [10, 10, 20, 40])
    check_sheet(chart)
    (right_a, right_b), (left_a, left_b) = blocks(chart, "s3"), blocks(chart, "s2")
    zero = right_a.x
    assert right_b.x == pytest.approx(zero)  # the pale shares begin at the line, on both sides
    for left in (left_a, left_b):
        assert left.x + left.width == pytest.approx(zero, abs=1.5)
    marks = [mark for mark in chart.draw(WIDE).marks if isinstance(mark, Outline) and not mark.closed]
    assert [mark.corners[0][0] for mark in marks if mark.edge == "ink"] == pytest.approx([zero, zero], abs=1)
    strong = blocks(chart, "s4")
    assert strong[0].width == pytest.approx(4 * strong[1].width, rel=0.05)
    assert cells(chart)[0] == ["A", "50\u00a0%", "25\u00a0%", "19\u00a0%", "6\u00a0%", "75\u00a0%", "80", "0"]


@pytest.mark.parametrize(
    ("questions", "title"),
    [
        ([[40, 20, 15, 5]], "A : 75 % de réponses favorables"),
        ([[0, 0, 0, 81]], "A : 0 % de réponses favorables"),
        ([[40, 20, 15, 5], [60, 10, 5, 5]], "Une majorité de réponses favorables partout, de 75 % (A) à 88 % (B)"),
        ([[1, 1, 8, 0], [2, 2, 6, 0]], "Moins de la moitié de réponses favorables partout, de 20 % (A) à 40 % (B)"),
        ([[9, 0, 1, 0], [2, 2, 6, 0], [2, 2, 6, 0]], "Une majorité de réponses favorables sur 1 des 3 lignes, de 40 % (2 lignes) à 90 % (A)"),
        ([[5, 0, 5, 0], [2, 2, 6, 0]], "Jamais plus de la moitié de réponses favorables, de 40 % (B) à 50 % (A)"),
        ([[9, 0, 1, 0], [0, 9, 0, 1]], "90 % de réponses favorables sur chacune des 2 lignes"),
        ([[9, 0, 1, 0], [0, 8, 0, 2], [0, 0, 0, 0]], "Une majorité de réponses favorables sur les 2 lignes publiées, de 80 % (B) à 90 % (A)"),
        ([[0, 0, 0, 0]], "Aucune réponse disponible"),
    ],
)  # fmt: skip
def test_the_title_follows_from_the_shares(questions: list[list[int]], title: str) -> None:
    chart = satisfied(*questions)
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == title


def test_the_published_favourable_share_is_taken_and_its_secret_kept() -> None:
    rows = answers(SATISFACTION, [40, 20, 15, 5])
    published = [*rows, estimate("q", "favorable", 75.0)]
    chart = likert(pd.DataFrame(published), SATISFACTION, {"q": "A"}, id="f", **MEANS)
    assert "75\u00a0%" in words(chart)
    hidden = [*rows, estimate("q", "favorable", None, statut="s")]
    chart = likert(pd.DataFrame(hidden), SATISFACTION, {"q": "A"}, id="f", **MEANS)
    check_sheet(chart)
    assert "75\u00a0%" not in " ".join([*words(chart), chart.alt, chart.titre, str(chart.donnees.html())])
    assert cells(chart)[0][5] == "s"


def test_one_withheld_level_withholds_the_bar() -> None:
    rows = answers(SATISFACTION, [40, 20, 15, 5])
    rows[3] |= {"valeur": None, "n": None, "statut": "s"}
    chart = likert(pd.DataFrame(rows), SATISFACTION, {"q": "A"}, id="f", **MEANS)
    check_sheet(chart)
    assert not blocks(chart, "s4")
    assert {"s", "secret statistique"} <= set(words(chart))
    assert cells(chart)[0] == ["A", "50\u00a0%", "25\u00a0%", "19\u00a0%", "s", "s", "80", "0"]
    assert chart.titre == "Réponses couvertes par le secret statistique"
    assert "6\u00a0%" not in " ".join([*words(chart), chart.alt, str(chart.donnees.html())])


def test_base_zero_is_nd_and_outside_answers_are_named() -> None:
    chart = satisfied([0, 0, 0, 0], [30, 20, 5, 5], outside=21)
    check_sheet(chart)
    assert "non disponible" in words(chart)
    assert cells(chart)[0] == ["A", "nd", "nd", "nd", "nd", "nd", "0", "21"]
    assert "60\u00a0Cités, hors «\u00a0Non concerné par la cité\u00a0» (21)" in dict(chart.notes)["Base"]


def frames(chart: Chart, width: float) -> list[Block]:
    return [r for r in rectangles(chart, width) if r.edge == "cite" and r.height > 20]


@pytest.mark.parametrize("answer", [m.code for m in SATISFACTION.modalites])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_own_answer_is_framed_where_it_is(answer: str, width: float) -> None:
    chart = satisfied([20, 20, 20, 20], own={"q0": answer}, name="Les Mureaux")
    check_sheet(chart)
    token = {"tres": "s4", "plutot": "s3", "pas_tres": "s2", "pas_du_tout": "s1"}[answer.removesuffix("_satisfaisante")]
    (frame,), (block,) = frames(chart, width), blocks(chart, token, width)
    assert frame.x <= block.x
    assert frame.x + frame.width >= block.x + block.width
    assert "la réponse des Mureaux" in chart.sous_titre
    assert cells(chart)[0][-1] == SATISFACTION.libelle(answer)


def test_an_own_answer_without_a_segment_is_written() -> None:
    chart = satisfied([20, 20, 20, 20], [0, 0, 0, 0], own={"q0": "non_concerne", "q1": "tres_satisfaisante"}, name=LONG)
    check_sheet(chart)
    assert not frames(chart, WIDE)
    assert {"Non concerné par la cité", "Très satisfaisante"} <= set(words(chart, NARROW))
    assert LONG not in words(chart)
    with pytest.raises(KeyError):
        satisfied([1, 1, 1, 1], own={"q0": "inconnue"})


def test_a_thin_share_goes_to_the_table() -> None:
    chart = satisfied([1, 0, 1, 98])
    check_sheet(chart)
    assert "1" not in words(chart)
    assert "98" in words(chart)
    assert cells(chart)[0][1] == "1\u00a0%"
    check_sheet(satisfied([81, 0, 0, 0]))


@pytest.mark.parametrize("scale", ["maturite@1", "droit_commun@1", "frequence@1", "evolution_liens@1", "developpement_economique@1", "accord@1"])  # fmt: skip
def test_every_scale_of_the_codebook_can_be_drawn(scale: str) -> None:
    vocabulary = load_codebook().vocabulary(scale)
    counts = list(range(5, 5 + len(vocabulary.modalites)))
    rows = answers(vocabulary, counts, outside=2)
    labels = {"q": f"<script>{LONG}"}
    last = vocabulary.modalites[-1].code
    chart = likert(pd.DataFrame(rows), vocabulary, labels, id="f", own={"q": last}, name="Pau", **MEANS)
    check_sheet(chart)
    assert len(frames(chart, WIDE)) == 1
    if scale == "accord@1":
        check_page(chart)


def test_scales_without_sides_have_no_favourable_share() -> None:
    maturity = load_codebook().vocabulary("maturite@1")
    chart = likert(pd.DataFrame(answers(maturity, [20, 41, 20])), maturity, {"q": "Place"}, id="f", **MEANS)
    assert chart.titre == "Place\u00a0: surtout «\u00a0Premières actions\u00a0» (51\u00a0%)"
    assert "Favorable" not in words(chart)
    tie = likert(pd.DataFrame(answers(maturity, [20, 20, 10])), maturity, {"q": "Place"}, id="f", **MEANS)
    assert "chacune" in tie.titre
    links = load_codebook().vocabulary("evolution_liens@1")
    one = likert(pd.DataFrame(answers(links, [45, 30, 6])), links, {"q": "DEETS"}, id="f", **MEANS)
    assert one.titre == "DEETS\u00a0: «\u00a0Liens renforcés\u00a0» à 56\u00a0%"
