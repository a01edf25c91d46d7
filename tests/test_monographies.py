"""The monographs of the public campagne, read as its readers would: every documented fact is there, dated and sourced."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import nbformat
import pytest

from citesresearch import load_publication, sections
from citesresearch.french import typeset
from citesresearch.publication import CitePublication, Publication
from citesresearch.publication.wording import credit, dated, figure
from citesresearch.sections.blocks import Section
from citesresearch.sections.faits import ROUTES

DOCUMENTED = ("cde-003", "cde-024", "cde-025", "cde-026", "cde-082")
CARRIED = ("cde-066", "cde-010", "cde-007")  # told by a few lines only


@pytest.fixture(scope="module")
def publication(repository: Path) -> Publication:
    return load_publication(str(repository / "data" / "raw" / "publique"))


def words(markup: str) -> str:
    """The text of a page as it is read, spaces made plain."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", markup, flags=re.DOTALL)))
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def plain_spaces(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def rubrics(site: CitePublication) -> list[Section]:
    return [section(site) for section in sections.SECTIONS]


def page(site: CitePublication) -> str:
    return words(" ".join(str(section.html()) for section in rubrics(site)))


@pytest.mark.parametrize("ident", DOCUMENTED + CARRIED)
def test_every_documented_line_is_there_with_its_date_and_document(publication: Publication, ident: str) -> None:
    site = publication.cite(ident)
    text = page(site)
    rows = site.rows("fiches")
    assert len(rows)
    for _, row in rows.iterrows():
        line = f"{typeset(row['texte'])} {dated(row)} · {credit(publication, row['source'])}"
        assert plain_spaces(line) in text


@pytest.mark.parametrize("ident", DOCUMENTED)
def test_every_published_figure_is_there_with_its_date_and_document(publication: Publication, ident: str) -> None:
    site = publication.cite(ident)
    text = page(site)
    rows = site.rows("chiffres_publies")
    assert len(rows) >= 4
    for _, row in rows.iterrows():
        cells = f"{figure(row, publication.codebook)} {dated(row)} {credit(publication, row['source'])}"
        assert plain_spaces(cells) in text, cells


@pytest.mark.parametrize("ident", DOCUMENTED)
def test_every_dated_event_is_in_the_timeline(publication: Publication, ident: str) -> None:
    site = publication.cite(ident)
    text = page(site)
    for _, row in site.rows("evenements").iterrows():
        assert plain_spaces(typeset(row["libelle"])) in text


def test_figures_of_the_sources_read_as_written(publication: Publication) -> None:
    """Copied by hand from the documents (S1, S4)."""
    for ident, expected in {
        "cde-003": [
            "60 à 70 personnes",
            "17 000 habitants",
            "100 000 euros",
            "5 QPV",
            "16 à 25 ans",
            "environ 600 personnes",
        ],
        "cde-024": ["52 795 habitants", "22,3 %", "51,2 %", "31 %", "non datée ; pas avant novembre 2022"],
        "cde-082": [
            "15 702 personnes",
            "6,4 %",
            "environ 13 %",
            "14 000 habitants",
            "25 000 habitants",
            "septembre 2022",
        ],
        "cde-025": ["41 020 habitants", "6 743 personnes", "15 QPV", "7 communes"],
        "cde-026": ["23 100 habitants", "4 QPV", "10 QPV", "6 semaines"],
    }.items():
        text = page(publication.cite(ident))
        for said in expected:
            assert said in text, (ident, said)


def test_every_kind_of_line_has_its_rubric(publication: Publication) -> None:
    kinds = {m.code for m in publication.codebook.vocabulary("objet_fiche@1").modalites}
    routed = [kind for route in ROUTES.values() for kind in route]
    assert sorted(routed) == sorted(kinds)


def stands(site: CitePublication) -> None:
    made = rubrics(site)
    assert [section.numero for section in made] == list(range(1, len(sections.SECTIONS) + 1))
    text = words(" ".join(str(section.html()) for section in made))
    for broken in ("nan", "None", "NaT", "1 communes", "1 faits", "0 dates"):
        assert not re.search(rf"(?<![\w]){re.escape(broken)}(?![\w])", text), (site.id, broken)


def test_pages_stand_with_all_their_rubrics(publication: Publication) -> None:
    for ident in publication.cites["id_cde"][::9]:
        stands(publication.cite(ident))


@pytest.mark.torture
def test_all_84_pages_stand_with_all_their_rubrics(publication: Publication) -> None:
    for ident in publication.cites["id_cde"]:
        stands(publication.cite(ident))


def test_a_cite_without_documents_says_so_and_what_would_fill_it(publication: Publication) -> None:
    site = publication.cite("cde-036")
    made = rubrics(site)
    empty = [section for section in made if section.etat == "vide"]
    assert {section.id for section in empty} == {
        "gouvernance",
        "partenariats",
        "actions",
        "maturite",
        "enseignements",
        "paroles",
    }
    for section in empty:
        text = words(str(section.html()))
        assert "Donnée non disponible pour cette Cité" in text
        assert "Ce qui la remplirait" in text
    assert "année déduite de l’ordre des identifiants" in page(site)


def test_the_unreadable_figure_stays_unreadable(publication: Publication) -> None:
    text = words(str(sections.chiffres_par_edition(publication).html()))
    assert "Cofinancement complétant l’enveloppe" in text
    assert "5 00" not in text
    assert "500 000" not in text


def test_the_synthesis_shows_both_editions(publication: Publication) -> None:
    text = words(str(sections.chiffres_par_edition(publication).html()))
    for value in ("31 915", "88 000", "803", "815", "2 588", "5 400", "1 493", "4 400"):
        assert value in text


def test_headings_without_content_stay_headings(publication: Publication) -> None:
    section = sections.besoins(publication)
    assert section.etat == "partielle"
    assert "seul le titre est conservé" in words(str(section.html()))


# -- the notebooks themselves, once each ---------------------------------------------------------------------------------
def execute(notebook: Path, folder: Path, **parameters: str) -> nbformat.NotebookNode:
    import papermill

    out = folder / notebook.name
    papermill.execute_notebook(
        notebook, out, parameters=parameters or None, kernel_name="python3", progress_bar=False, cwd=notebook.parent
    )
    made: nbformat.NotebookNode = nbformat.read(out, as_version=4)
    return made


def test_a_monograph_runs_alone_and_becomes_a_page(repository: Path, tmp_path: Path) -> None:
    from citesresearch.publish.page import export_page

    made = execute(repository / "notebooks" / "monographie.ipynb", tmp_path, cite="cde-003", campagne="publique")
    text = export_page(made)
    assert "<h1>Belfort" in text
    assert text.count('<section class="rub"') == len(sections.SECTIONS)
    assert "load_publication" not in text
    assert len(text.encode()) < 300_000


def test_the_synthesis_runs_alone(repository: Path, tmp_path: Path) -> None:
    from citesresearch.publish.page import export_page

    made = execute(repository / "notebooks" / "synthese_nationale.ipynb", tmp_path, campagne="publique")
    assert len(export_page(made).encode()) < 1_000_000


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("monographie", {}, "Aucune campagne n’est indiquée"),
        ("monographie", {"campagne": "publique"}, "Aucune Cité n’est indiquée"),
    ],
)
def test_without_parameters_the_first_cell_says_so(
    repository: Path, tmp_path: Path, name: str, parameters: dict[str, str], said: str
) -> None:
    import papermill
    from papermill.exceptions import PapermillExecutionError

    out = tmp_path / "out.ipynb"
    with pytest.raises(PapermillExecutionError):
        papermill.execute_notebook(
            repository / "notebooks" / f"{name}.ipynb",
            out,
            parameters=parameters or None,
            kernel_name="python3",
            progress_bar=False,
            cwd=repository / "notebooks",
        )
    outputs = [o for cell in nbformat.read(out, as_version=4).cells for o in cell.get("outputs", [])]
    errors = [o for o in outputs if o.output_type == "error"]
    assert len(errors) == 1
    assert said in "".join(errors[0].traceback)
    assert len(errors[0].traceback) == 1  # a sentence, no stack


def test_the_researcher_s_notebook_runs(repository: Path, tmp_path: Path) -> None:
    made = execute(repository / "notebooks" / "exploration" / "prise_en_main.ipynb", tmp_path)
    assert not [o for cell in made.cells for o in cell.get("outputs", []) if o.output_type == "error"]


def test_the_data_package_matches_the_codebook_and_frictionless_accepts_it(repository: Path) -> None:
    import importlib.util

    from frictionless import Package

    spec = importlib.util.spec_from_file_location("datapackage", repository / "scripts" / "datapackage.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = repository / "data" / "raw" / "publique" / "datapackage.json"
    assert path.read_text(encoding="utf-8") == module.descriptor(), "run `make datapackage`"
    report = Package(os.fspath(path)).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
