"""Notebooks as a run leaves them, and a browser to open pages in."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import nbformat
import pytest

from citesresearch.figures.chart import Chart
from citesresearch.figures.sheet import Sheet
from citesresearch.figures.tables import Column, DataTable
from citesresearch.publish.chromium import Browser
from citesresearch.sections.blocks import (
    BulletList,
    ChartBlock,
    Cover,
    FactList,
    Fiche,
    FicheGroup,
    FicheLine,
    KeyFigure,
    PageInfo,
    Pair,
    Paragraph,
    Section,
    SideNote,
    State,
    Subheading,
    TableBlock,
    Timeline,
    TimelineEvent,
)

STAMP = "Données de démonstration (synthétiques)"
CODE = "code_jamais_montre = site.rows('fiches')"


class Rich(Protocol):
    """What a cell of the monograph ends with."""

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]: ...


def page_info(stamp: str | None = None, title: str = "Belfort — monographie") -> PageInfo:
    return PageInfo(
        title=title,
        description="Cité de l’emploi labellisée en 2020.",
        campagne="publique",
        cite="cde-003",
        edition="novembre 2026",
        date_edition="2026-11-22",
        version="0.1.0",
        empreinte="0123456789ab",
        stamp=stamp,
    )


def chart(ident: str = "f-essai", synthetique: bool = False) -> Chart:
    def draw(width: float) -> Sheet:
        sheet = Sheet(width, 60)
        sheet.rect(0, 20, width / 2, 16, "mid")
        sheet.text(0, 14, "Référents")
        sheet.site(width / 2, 28)
        return sheet

    table = DataTable(
        "Référents par édition",
        (Column("Édition"), Column("Référents", numeric=True)),
        (("2022", "803"), ("2023", "nd")),
    )
    return Chart(
        ident,
        "Les référents sont un peu plus nombreux",
        "Nombre de référents, deux éditions",
        "Référents : 803 puis 815.",
        draw,
        table,
        (("Source", "ANCT"),),
        synthetique,
    )


def cover(stamp: str | None = None, info: PageInfo | None = None, title: str = "Belfort") -> Cover:
    return Cover(
        kicker="Cités de l’emploi · Faits publics",
        titre=title,
        sous_titre="Bourgogne-Franche-Comté — Territoire de Belfort",
        lede="Cité de l’emploi labellisée en 2020. Ses quartiers prioritaires comptent 17 000 habitants.",
        meta="Édition de novembre 2026.",
        stamp=stamp,
        key_figures=(
            KeyFigure("17 000 habitants", "", "dans les quartiers prioritaires", "document du 1er décembre 2020"),
            KeyFigure("60 à 70", "personnes", "à accompagner par an", "document du 1er décembre 2020"),
            KeyFigure("100 000 euros", "", "enveloppe de l’État", "2020"),
            KeyFigure("5 QPV", "", "dans l’agglomération", "document du 1er décembre 2020"),
        ),
        en_bref=("Trois groupes de travail, un par public prioritaire.", "Une coordination depuis septembre 2020."),
        motif=chart("f-motif", bool(stamp)),
        page=info or page_info(stamp),
    )


def sections() -> tuple[Section, ...]:
    """A full rubric with every block, a partial one, an empty one."""
    line = FicheLine("Trois groupes de travail par public prioritaire.", "1er décembre 2020", "PQN-A")
    table = DataTable(
        "Qui pilote chaque groupe",
        (Column("Groupe"), Column("Structures", numeric=True)),
        (("Jeunes décrocheurs", "2"), ("Diplômés", "s")),
        "Base : 3 groupes",
    )
    blocks = (
        Pair(
            (Fiche((FicheGroup("Où ?", (line, line)), FicheGroup("Qui ?", (line,)))),), SideNote((("Source", "PQN-A"),))
        ),
        Paragraph("La démarche est impulsée par le préfet."),
        Subheading("Ce que disent les documents"),
        BulletList(("Une instance plénière chaque trimestre.", "Un habitant au moins par groupe.")),
        TableBlock(table),
        FactList((line,)),
        ChartBlock(chart()),
        Timeline((TimelineEvent("2020", "septembre", "La coordination est pourvue.", True, "PQN-A"),)),
    )
    missing = State("vide", "Donnée non disponible pour cette Cité", "Aucun relevé.", "Le retour de la Cité.")
    part = State("partielle", "Rubrique à compléter", "Deux réponses sur huit.", "Le retour de la Cité.")
    return (
        Section("fiche", "Fiche d’identité", "Vingt et un faits.", "complete", blocks, numero=1),
        Section("partenariats", "Partenariats", "Deux faits.", "partielle", (part,), numero=2),
        Section(
            "maturite",
            "Place sur le chemin de maturité",
            "La position n’est pas publiée.",
            "vide",
            (missing,),
            numero=3,
        ),
    )


def cell(rich: Rich) -> nbformat.NotebookNode:
    """An executed cell that shows an object."""
    data, metadata = rich._repr_mimebundle_()
    return code(nbformat.v4.new_output("execute_result", data=data, metadata=metadata, execution_count=1))


def code(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    made: nbformat.NotebookNode = nbformat.v4.new_code_cell(CODE)
    made.outputs = list(outputs)
    return made


def executed(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook of these cells, after one that the page must not show."""
    words = nbformat.v4.new_markdown_cell("Indiquez la Cité dans la cellule suivante.")
    made: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=[words, *cells])
    return made


@pytest.fixture
def monographie() -> nbformat.NotebookNode:
    """An executed monograph with its three states of rubrics."""
    return executed(cell(cover()), *map(cell, sections()))


Browse = Callable[..., Any]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for every page that a process of the tests opens: starting one takes longer than looking."""
    with Browser() as opened:
        yield opened


@pytest.fixture
def browse(browser: Browser, tmp_path: Path) -> Browse:
    """Open a page, run a script in it that sets `answer`, and give the answer back.

    `browse(page, script)`; the script knows its document as `page`; `width` is that of the window, in pixels; `dark`
    asks for the dark scheme; `library` is a script to load first.
    """

    def run(text: str, script: str, width: int = 1280, dark: bool = False, library: Path | None = None) -> Any:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        browser.open(path, width)
        browser.show(dark=dark)
        if library is not None:
            browser.evaluate(library.read_text(encoding="utf-8") + ";0")  # what it defines cannot be sent back
        return browser.evaluate(f"(async () => {{ const page = document; let answer; {script}; return answer; }})()")

    return run


@pytest.fixture(scope="session")
def axe() -> Path:
    """The axe-core script, from whichever Python package carries it."""
    for package in ("axe_playwright_python", "axe_core_python"):
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            script = Path(folder) / "axe.min.js"
            if script.is_file():
                return script
    pytest.skip("axe-core is not installed (pip install axe-core-python)")
