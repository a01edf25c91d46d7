"""The front page: filters that tell Cités apart, a map of real ones only, the pages that explain the others."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest
from tests.campagnes import write_campagne
from tests.publish.test_site import links, make_pages

from citesresearch import load_publication
from citesresearch.indicators import INDICATORS
from citesresearch.publication import Publication
from citesresearch.publish.carte import carte_of, grade
from citesresearch.publish.front import CARD, RETURNED, SILENT, SOME, facets_of
from citesresearch.publish.site import publish_site

DEPARTEMENTS = (
    "id_cde,code_departement,departement,source,date_reference\ncde-001,93,Seine-Saint-Denis,D1,2024-09\n"
    "cde-002,93,Seine-Saint-Denis,D1,2024-09\ncde-002,2A,Corse-du-Sud,D1,2024-09\ncde-003,974,La Réunion,D1,2024-09\n"
)


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    return load_publication(str(write_campagne(tmp_path_factory.mktemp("campagne"), cite_departements=DEPARTEMENTS)))


def governed(publication: Publication) -> Publication:
    """The same campagne with returns: two Cités with a type of copilotage and a host, one silent."""
    governance = pd.DataFrame(
        {
            "id_cde": ["cde-001", "cde-002", "cde-003"],
            "copilotage.type": ["equilibre", "equilibre", None],
            "coordination.structure_porteuse": ["commune", "epci", None],
        }
    )
    returns = pd.DataFrame({"id_cde": ["cde-001", "cde-002"]})
    return dataclasses.replace(
        publication, tables={**publication.tables, "gouvernance": governance, "retours": returns}
    )


def index_of(publication: Publication, folder: Path) -> str:
    make_pages(
        folder / "b", {"cde-001": "reussi", "cde-002": "reussi", "synthese": "reussi"}, made_from=publication.empreinte
    )
    publish_site([publication], folder / "b")
    return (folder / "b" / "site" / "index.html").read_text(encoding="utf-8")


def test_each_cite_has_its_facets_in_words(publication: Publication) -> None:
    found = facets_of(governed(publication))
    assert found["cde-001"]["copilotage"] == "Équilibré"
    assert found["cde-001"]["documentee"] == RETURNED
    assert (found["cde-003"]["copilotage"], found["cde-003"]["documentee"]) == ("nd", SILENT)
    assert (found["cde-002"]["echelle"], found["cde-003"]["echelle"]) == ("nd", "Intercommunale")


def test_without_returns_documents_say_how_well_a_cite_is_known(publication: Publication) -> None:
    facts = pd.DataFrame({"id_cde": ["cde-001"] * 3 + ["cde-002"], "rubrique": ["ou", "qui", "quand", "ou"]})
    known = dataclasses.replace(publication, tables={**publication.tables, "fiches": facts})
    levels = {ident: said["documentee"] for ident, said in facets_of(known).items()}
    assert (levels["cde-001"], levels["cde-002"], levels["cde-003"]) == (CARD, SOME, "Liste nationale seule")


def test_a_filter_that_tells_nothing_apart_is_not_there(publication: Publication, tmp_path: Path) -> None:
    text = index_of(governed(publication), tmp_path)
    assert set(re.findall(r'data-filter="(\w+)"', text)) == {
        "texte",
        "region",
        "annee",
        "echelle",
        "porteuse",
        "documentee",
    }
    assert '<option value="nd">non disponible</option>' in text
    rows = re.findall(r'data-porteuse="([^"]*)"', text)
    assert rows.count("nd") == 1


def test_the_list_is_whole_without_script(publication: Publication, tmp_path: Path) -> None:
    text = index_of(publication, tmp_path)
    body = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    for words in ("Alpha", "Bêta", "Le Gamma", "La Réunion"):
        assert words in body
    assert '<search class="filtres" hidden' in body, "a form that would do nothing is not shown"


@pytest.mark.parametrize(("count", "tint"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (84, 3)])
def test_the_tint_of_a_departement(count: int, tint: int) -> None:
    assert grade(count) == tint


def test_the_map_counts_each_departement_and_lists_overseas(publication: Publication) -> None:
    carte = carte_of(publication)
    assert carte is not None
    assert carte.drawing.count("<path") == 96
    assert '<path data-dep="93" class="q2"' in carte.drawing
    assert '<path data-dep="2A" class="q1"' in carte.drawing
    assert '<path data-dep="75" class="q0"' in carte.drawing
    assert "2 départements de métropole comptent au moins une Cité" in carte.drawing.replace("\u00a0", " ")
    assert '<path data-dep="93" class="q2"' in carte.inset
    assert carte.outre_mer == (("974", "La Réunion", 1, 1),)
    assert carte.rows == (("Seine-Saint-Denis", "93", 2), ("Corse-du-Sud", "2A", 1), ("La Réunion", "974", 1))
    assert "CC BY 4.0" in carte.credit


def test_the_map_stays_light() -> None:
    from importlib.resources import files

    outlines = files("citesresearch.publish") / "template" / "departements.json"
    assert len(outlines.read_bytes()) < 60_000


def test_fictional_cites_stand_on_no_map(publication: Publication, tmp_path: Path) -> None:
    fictional = dataclasses.replace(publication, synthetique=True)
    assert carte_of(fictional) is None
    text = index_of(fictional, tmp_path)
    assert "<svg" not in text
    assert "Fond de carte" not in text


def test_text_of_the_map_is_inert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_campagne(tmp_path, cite_departements=DEPARTEMENTS.replace("Corse-du-Sud", "<script>x</script>"))
    monkeypatch.chdir(tmp_path)
    carte = carte_of(load_publication("essai"))
    assert carte is not None
    assert "<script>" not in carte.drawing


def test_each_indicator_with_estimates_has_its_anchor(publication: Publication, tmp_path: Path) -> None:
    index_of(publication, tmp_path)
    text = (tmp_path / "b" / "site" / "essai" / "indicateurs.html").read_text(encoding="utf-8")
    found = re.findall(r'<article class="mesure" id="([^"]+)"', text)
    assert sorted(found) == sorted(set(publication.estimates["indicateur"]))


def test_every_theme_of_an_indicator_has_its_words(publication: Publication) -> None:
    known = set(publication.codebook.vocabulary("theme_indicateur@1").codes)
    assert {measure.theme for measure in INDICATORS.values()} <= known


def test_method_says_the_thresholds_in_force(publication: Publication, tmp_path: Path) -> None:
    changed = dataclasses.replace(publication, seuils={"personnes": 7})
    index_of(changed, tmp_path)
    text = (tmp_path / "b" / "site" / "essai" / "methode.html").read_text(encoding="utf-8")
    assert "moins de 7 pour les réponses de personnes" in text
    assert "Document d’essai" in text


def test_errata_are_told_and_their_absence_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "date,page,ecrit,lire\n2026-04-02,Alpha,12,« 21 <b> »\n"
    write_campagne(tmp_path, errata=rows)
    write_campagne(tmp_path, "autre")
    monkeypatch.chdir(tmp_path)
    for name, said in (("essai", "21 &lt;b&gt;"), ("autre", "Aucune correction n’a été signalée")):
        publication = load_publication(name)
        (tmp_path / name / "essai" / "pages").parent.mkdir(parents=True)
        make_pages(tmp_path / name, {"cde-001": "reussi"}, made_from=publication.empreinte)
        if name == "autre":
            (tmp_path / name / "essai").rename(tmp_path / name / "autre")
        publish_site([publication], tmp_path / name)
        text = (tmp_path / name / "site" / "editions.html").read_text(encoding="utf-8")
        assert said in text
        assert publication.empreinte in text


def test_a_monograph_leads_to_those_of_its_region_and_of_its_type(publication: Publication, tmp_path: Path) -> None:
    make_pages(
        tmp_path / "b", dict.fromkeys(["cde-001", "cde-002", "cde-003"], "reussi"), made_from=publication.empreinte
    )
    publish_site([governed(publication)], tmp_path / "b")
    folder = tmp_path / "b" / "site" / "essai"
    first = (folder / "cde-001.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert '<b>Dans la même région</b> : <a href="cde-002.html">Bêta</a>' in first
    assert '<b>Même type de copilotage, équilibré</b> : <a href="cde-002.html">Bêta</a>' in first
    alone = (folder / "cde-003.html").read_text(encoding="utf-8")
    assert "Dans la même région" not in alone
    assert "Même type" not in alone, "a type that is not known is nobody's neighbour"
    assert "telechargements/cde-003.csv" in links(folder / "cde-003.html")
    for page in folder.glob("*.html"):
        for link in links(page):
            assert link.startswith("#") or (folder / link.partition("#")[0]).is_file(), link


def test_any_page_of_the_campagne_enters_the_navigation(publication: Publication, tmp_path: Path) -> None:
    made = (
        '<!DOCTYPE html><title>Configurations — essai</title><meta name="description" content="Ce qui va &amp; quand.">'
    )
    pages = ("cde-001", "synthese", "configurations")
    make_pages(tmp_path / "b", dict.fromkeys(pages, "reussi"), made_from=publication.empreinte, configurations=made)
    publish_site([governed(publication)], tmp_path / "b")
    site = tmp_path / "b" / "site"
    assert links(site / "essai" / "cde-001.html")[:2] == ["synthese.html", "configurations.html"]
    text = (site / "index.html").read_text(encoding="utf-8")
    assert '<a href="essai/configurations.html">Configurations</a></h3><p>Ce qui va &amp; quand.</p>' in text
