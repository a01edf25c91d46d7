"""Unknown is not zero, and absent is not a sentence: what a section says where a table, a row or an amount is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from citesresearch import sections
from citesresearch.data.dataset import read_dataset
from citesresearch.figures.exhibit import missing_title
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import CitePublication
from citesresearch.publication.gate import publish
from citesresearch.publication.knowledge import counted, nothing_shown, of_count, of_estimate, sign_of
from citesresearch.sections.blocks import Pair, Paragraph, SideNote
from tests.campagnes import SETTINGS, TABLES, campagne_at, write_campagne

QPV = ("quartier prioritaire", "quartiers prioritaires")
RETURN = "id_cde,date_retour,nombre_partenaires,source,date_reference\ncde-001,2024-01-10,7,D1,2023\ncde-002,2024-01-10,9,D1,2023\n"


def site(root: Path, cite: str = "cde-001", **tables: str) -> CitePublication:
    dataset = read_dataset(campagne_at(write_campagne(root, settings=SETTINGS, **tables)))
    return publish(dataset, build_estimates(dataset)).cite(cite)


def said(section: object) -> str:
    html = re.sub(r"(?s)<svg.*?</svg>", " ", str(section.html()))  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    ("statut", "valeur", "state", "sign"),
    [
        ("ok", 3.0, "connu", ""),
        ("ok", 0.0, "zero", ""),
        ("nd", None, "inconnu", "nd"),
        ("ok", None, "inconnu", "nd"),
        ("s", None, "secret", "s"),
        ("nc", None, "sans_objet", "///"),
    ],
)
def test_a_status_is_a_state(statut: str, valeur: float | None, state: str, sign: str) -> None:
    assert of_estimate(statut, valeur) == state
    assert sign_of(of_estimate(statut, valeur)) == sign


def test_no_row_is_zero_only_where_the_list_is_complete() -> None:
    words = [
        counted(n, of_count(n, known), QPV, "aucun quartier prioritaire")
        for n, known in ((3, False), (0, True), (0, False))
    ]
    assert words == [
        "3\u00a0quartiers prioritaires",
        "aucun quartier prioritaire",
        "quartiers prioritaires non documentés",
    ]
    assert counted(0, "sans_objet", QPV, "aucun") == ""


def test_a_figure_without_a_value_says_why() -> None:
    titles = {missing_title([sign]) for sign in ("s", "nd", "///")}
    assert len(titles) == 3
    assert missing_title(["nd", "s"]) == missing_title(["s"])
    assert nothing_shown(["non_pose"]) not in titles


def test_a_note_names_nothing_that_nobody_said() -> None:
    assert "Sources" not in SideNote((("Sources", ""), ("Date", "2023"))).html()
    assert "note" not in Pair((Paragraph("Texte."),), SideNote((("Sources", ""),))).html()


def test_without_communes_a_territory_does_not_have_zero_of_them(tmp_path: Path) -> None:
    header = TABLES["cite_communes"].splitlines()[0] + "\n"
    words = said(sections.portrait_territoire(site(tmp_path, cite_communes=header)))
    assert not re.search(r"\b0.(commune|quartier)", words)
    assert "Communes non documentées" in words


def test_a_timeline_without_a_date_is_not_drawn_nor_spoken_of(tmp_path: Path) -> None:
    section = sections.genese(site(tmp_path))
    words = said(section)
    assert "calendrier" not in words
    assert "Sources" not in words
    assert section.etat == "vide"
    assert sections.calendrier(site(tmp_path / "b").publication).etat == "vide"


def test_a_spending_of_nothing_is_an_answer(tmp_path: Path) -> None:
    budget = "id_cde,annee,categorie,depense\ncde-001,2023,animation_territoriale,0\ncde-001,2024,ingenierie_public,0\n"
    publication = site(tmp_path, retours=RETURN, budget=budget).publication
    rows = publication.estimate("depenses_par_categorie", perimetre_type="national", croisement="")
    assert set(rows["statut"]) == {"nc"}
    # A Cité without a line of budget has not spent nothing: nobody knows.
    mute = publication.estimate("depenses_par_categorie", perimetre_type="cite", perimetre_id="cde-002")
    assert set(mute["statut"]) <= {"nd"}
    assert missing_title(["///"]) == "Sans objet : il n’y a rien à répartir"


def test_every_section_of_a_bare_campagne_counts_nothing_it_does_not_know(tmp_path: Path) -> None:
    bare = {name: text.splitlines()[0] + "\n" for name, text in TABLES.items() if name not in ("sources", "cites")}
    one = site(tmp_path, **bare)
    words = " ".join(said(make(one)) for make in sections.SECTIONS)
    assert not re.search(r"(?<![\d,.\u202f])0.(commune|quartier|document|fait|date|copilote|événement)", words)
    assert not re.search(r"Sources?\s+(Date|Lecture|$)", words)
    assert " , " not in words
