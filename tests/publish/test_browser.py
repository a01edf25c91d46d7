"""Pages in a real browser: they fit a phone, pass axe in both schemes, and the list can be searched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from citesresearch import load_publication, sections
from citesresearch.publication import Publication
from citesresearch.publish.page import Around, Link, export_page, fill_navigation
from citesresearch.publish.site import publish_site

from .conftest import Browse, cell, executed
from .test_site import make_pages

pytestmark = pytest.mark.navigateur

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')

# What sticks out sideways, unless something around it scrolls.
STICKING_OUT = """
const room = page.documentElement.clientWidth;
const held = (e) => e && e !== page.body && (page.defaultView.getComputedStyle(e).overflowX !== "visible" || held(e.parentElement));
answer = { scroll: page.documentElement.scrollWidth - room,
  font: page.defaultView.getComputedStyle(page.querySelector(".top")).fontSize,
  out: [...page.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > room + 1 && !held(e) && !e.closest("svg"))
    .map((e) => e.tagName + "." + e.getAttribute("class") + " " + e.textContent.trim().slice(0, 40)) };
"""

AXE = """
const said = await axe.run(document, { resultTypes: ["violations"] });
answer = { ground: getComputedStyle(document.body).backgroundColor, passed: said.passes.length, faults: said.violations.map((v) => v.id + " : " + v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")) };
"""


@pytest.fixture
def monograph(monographie: nbformat.NotebookNode) -> str:
    around = Around(
        site=[Link("synthese.html", "Synthèse nationale"), Link("indicateurs.html", "Indicateurs")],
        previous=Link("a.html", "CU Angers Loire Métropole"),
        following=Link("b.html", "Le Havre"),
        near=[("Dans la même région", [Link("c.html", "CA Grand Paris Sud Essonne Sénart")])],
        files=[(Link("telechargements/cde-003.csv", "CSV"), "3\u00a0ko")],
    )
    return fill_navigation(export_page(monographie), around)


@pytest.fixture(scope="module")
def index(small: Publication, tmp_path_factory: pytest.TempPathFactory) -> str:
    build = tmp_path_factory.mktemp("b")
    make_pages(build, {"cde-001": "reussi", "cde-003": "reussi", "synthese": "reussi"}, made_from=small.empreinte)
    publish_site([small], build)
    return (build / "site" / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def publique(repository: Path) -> Publication:
    return load_publication(str(repository / "data" / "raw" / "publique"))


def rubrics(publication: Publication, ident: str) -> str:
    site = publication.cite(ident)
    return export_page(executed(cell(sections.couverture(site)), *(cell(rubric(site)) for rubric in sections.SECTIONS)))


@pytest.fixture(scope="module")
def belfort(publique: Publication) -> str:
    """The monograph that the documents describe best."""
    return rubrics(publique, "cde-003")


@pytest.fixture(scope="module")
def caen(publique: Publication) -> str:
    """A monograph that no document describes."""
    return rubrics(publique, "cde-036")


@pytest.fixture(scope="module")
def synthese(publique: Publication) -> str:
    written = (
        sections.couverture_synthese,
        sections.reseau,
        sections.premiers_resultats,
        sections.deploiement,
        sections.gouvernance_reseau,
        sections.partenariats_reseau,
        sections.besoins,
        sections.enseignements_nationaux,
        sections.resultats,
        sections.chiffres_par_edition,
        sections.calendrier,
        sections.methode_synthese,
    )
    return export_page(executed(*(cell(rubric(publique)) for rubric in written)))


PAGES = ("monograph", "index", "belfort", "caen", "synthese")


@pytest.mark.parametrize(("name", "width"), [*((name, 320) for name in PAGES), ("monograph", 768), ("index", 768)])
def test_nothing_sticks_out_sideways(name: str, width: int, request: pytest.FixtureRequest, browse: Browse) -> None:
    page: str = request.getfixturevalue(name)
    found: dict[str, Any] = browse(page, STICKING_OUT, width=width)
    assert found["font"] == "14px", "the policy refuses the page's own style"
    assert (found["scroll"], found["out"]) == (0, [])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault(name: str, dark: bool, request: pytest.FixtureRequest, browse: Browse, axe: Path) -> None:
    page: str = request.getfixturevalue(name)
    found = browse(POLICY.sub("", page), AXE, dark=dark, library=axe)
    assert found["ground"] == ("rgb(21, 24, 28)" if dark else "rgb(255, 255, 255)")
    assert found["faults"] == []
    assert found["passed"] > 10


def test_the_list_is_searched_filtered_and_sorted(index: str, browse: Browse) -> None:
    found = browse(
        index,
        """
        const rows = () => [...page.querySelectorAll(".cites tbody tr")].filter((r) => !r.hidden).map((r) => r.cells[0].firstChild.textContent.trim());
        const field = (name) => page.querySelector(`[data-filter=${name}]`);
        const set = (name, value) => { field(name).value = value; field(name).dispatchEvent(new page.defaultView.Event("input", { bubbles: true })); };
        answer = { all: rows() };
        set("texte", "BÉTA"); answer.accents = rows(); answer.said = page.querySelector("[data-count]").textContent;
        set("texte", "xyz"); answer.none = rows(); answer.message = !page.querySelector("[data-none]").hidden;
        set("texte", ""); set("annee", "2021"); answer.year = rows();
        page.querySelector("[data-reset]").click(); answer.reset = rows();
        page.querySelector(".cites thead button").click(); answer.down = rows();
        answer.sort = page.querySelector(".cites thead th").getAttribute("aria-sort");
        """,
        width=1000,
    )
    everything = ["Alpha", "Bêta", "Le Gamma"]
    assert found == {
        "all": everything,
        "accents": ["Bêta"],
        "said": "1 Cité sur 3",
        "none": [],
        "message": True,
        "year": ["Bêta", "Le Gamma"],
        "reset": everything,
        "down": everything[::-1],
        "sort": "descending",
    }
