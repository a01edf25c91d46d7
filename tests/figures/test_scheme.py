"""The scheme of a governance: who sits where, at its extremes; nobody is invented in a body that is not described."""

from __future__ import annotations

import re

import pytest

from citesresearch.figures.chart import Chart
from citesresearch.figures.scheme import Body, scheme

from .test_bars import LONG, MEANS, cells, check_page, check_sheet, words

COTES = ("État", "Collectivités", "Emploi et insertion", "Cohésion sociale", "Économie")
COPIL = Body(
    "Comité de pilotage",
    "au COPIL",
    "Présidence : préfet",
    {"État": ("préfecture", "DDETS"), "Économie": ("<script>entreprises",)},
)


def drawn(*bodies: Body, name: str = "Pau") -> Chart:
    return scheme(bodies, COTES, id="f", name=name, **MEANS)


def test_who_sits_where_and_which_side_is_absent() -> None:
    post = Body("Coordination", "", "Poste porté par : commune")
    chart = drawn(COPIL, Body("Comité technique", "au COTECH", "", {"État": ("préfecture",)}), post)
    check_sheet(chart)
    check_page(chart)
    assert chart.titre.replace("\u00a0", " ") == "3 types d’acteurs au COPIL et 1 au COTECH"
    assert [re.sub(r"\s", " ", row[1]) for row in cells(chart)] == [
        "Présidence : préfet ; État : préfecture et DDETS ; Économie : <script>entreprises ; "
        "Aucun acteur : collectivités, emploi et insertion et cohésion sociale",
        "État : préfecture ; Aucun acteur : collectivités, emploi et insertion, cohésion sociale et économie",
        "Poste porté par : commune",
    ]
    assert "3 types d’acteurs (État 2, économie 1)" in chart.alt.replace("\u00a0", " ")
    assert "préfecture et DDETS" in words(chart)


def test_all_sides_full_and_long_names_stay_on_the_sheet() -> None:
    full = Body(LONG, "au COPIL", LONG * 3, {cote: (LONG, LONG, "x" * 120) for cote in COTES})
    chart = drawn(full, full, name=LONG)
    check_sheet(chart)
    assert "Aucun acteur" not in words(chart)
    assert "cette Cité" in chart.sous_titre


def test_an_unknown_body_has_no_member_and_no_absence() -> None:
    chart = drawn(Body("Comité de pilotage", "au COPIL", "Composition non disponible (nd)"))
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == "Composition des instances non disponible : comité de pilotage"
    assert cells(chart) == [["Comité de pilotage", "Composition non disponible (nd)"]]
    assert not {"Aucun acteur", *COTES} & set(words(chart))


def test_a_document_that_names_some_does_not_say_that_others_are_absent() -> None:
    chart = drawn(Body("Copilotage", "au copilotage", "", {"État": ("Préfecture",)}, complet=False))
    check_sheet(chart)
    assert chart.titre.replace("\u00a0", " ") == "1 type d’acteurs au copilotage"
    assert "Aucun" not in str(cells(chart)) + " ".join(words(chart)) + chart.alt


def test_a_body_where_nobody_sits() -> None:
    chart = drawn(Body("Comité de pilotage", "au COPIL", "", {}))
    check_sheet(chart)
    assert chart.alt == "Comité de pilotage\u00a0: aucun acteur."


def test_without_a_body_there_is_no_scheme() -> None:
    with pytest.raises(ValueError, match="no body"):
        drawn()
