"""The territory rubric: what Insee's files hold, with its doubts; what is missing, with what would fill it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from tests.campagnes import campagne_at, write_campagne
from tests.data.insee_forms import Cells, as_published
from tests.indicators.test_territoire import COMMUNES, DEMO, DEPARTEMENTS, FORMER, LATER

from citesresearch.data.dataset import read_dataset
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish
from citesresearch.sections.blocks import Section
from citesresearch.sections.methode import precautions
from citesresearch.sections.territoire import portrait_territoire

Publish = Callable[..., Publication]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Publish:
    def make(*files: str, **more: Cells) -> Publication:
        root = tmp_path_factory.mktemp("projet")
        folder = write_campagne(root, cite_communes=COMMUNES, cite_departements=DEPARTEMENTS)
        insee = root / "data" / "raw" / "insee"
        insee.mkdir()
        for name, cells in (("IPRO_2018", FORMER), ("IPRO_2019", LATER), ("DEMO_2021", DEMO)):
            if name in files:
                (insee / f"{name}.csv").write_bytes(as_published(cells))
        for name, cells in more.items():
            (insee / f"{name}.csv").write_bytes(as_published(cells))
        data = read_dataset(campagne_at(folder))
        return publish(data, build_estimates(data))

    return make


@pytest.fixture(scope="module")
def whole(published: Publish) -> Publication:
    return published("IPRO_2018", "IPRO_2019", "DEMO_2021")


def read(section: Section) -> str:
    page = re.sub(r"<svg.*?</svg>", "", str(section.html()), flags=re.S)
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", " ", page))


def test_sums_say_at_least_with_their_bounds(whole: Publication) -> None:
    section = portrait_territoire(whole.cite("cde-001"))
    page = read(section)
    assert section.etat == "complete"
    # 110 + 30 published, one withheld count of 240 at most (see tests/indicators/test_territoire.py).
    assert section.chapo.replace("\u00a0", " ").endswith(
        "Les quartiers prioritaires de ses communes comptent au moins 140 demandeurs d’emploi (catégories A, B et C) le 31 décembre 2018."
    )
    assert "140 à 380" in page
    assert "2 QPV sur 3" in page
    # Categories A: 77 + 20, of 140 to 380.
    assert "25,5 à 100,0 %" in page


def test_what_is_attached_is_called_an_approximation(whole: Publication) -> None:
    page = read(portrait_territoire(whole.cite("cde-001")))
    assert "3 quartiers prioritaires de 2015 rattachés à la Cité" in page
    assert "approximation" in page
    assert "1 quartier prioritaire de 2015 rattaché à la Cité" in read(portrait_territoire(whole.cite("cde-002")))


def test_the_precautions_say_that_sums_are_computed(whole: Publication, published: Publish) -> None:
    assert "Seules les sommes du portrait du territoire sont calculées" in read(precautions(whole.cite("cde-001")))
    assert "Aucun chiffre n’est estimé" in read(precautions(published().cite("cde-001")))


def test_changes_are_warned_of(whole: Publication) -> None:
    page = read(portrait_territoire(whole.cite("cde-002")))
    assert "−10,0 %" in page  # 300 then 270
    assert "Précaution" in page


def test_rates_are_one_by_neighbourhood(whole: Publication) -> None:
    page = read(portrait_territoire(whole.cite("cde-001")))
    assert "Quartier QP075001 40,0 %" in page
    assert not re.search(r"taux moyen|moyenne de la Cité", page)


def test_a_cite_without_neighbourhood_says_so(whole: Publication) -> None:
    section = portrait_territoire(whole.cite("cde-003"))
    assert section.etat == "partielle"
    assert "Aucun quartier rattaché à cette Cité" in read(section)
    assert "0 quartier" not in section.chapo.replace("\u00a0", " ")
    assert "Aucun quartier des fichiers de l’Insee n’a pu lui être rattaché" in section.chapo


def test_without_job_seekers_nothing_is_zero(published: Publish) -> None:
    page = read(portrait_territoire(published("DEMO_2021").cite("cde-001")))
    assert "fichier absent" in page
    assert not re.search(r"\b0 demandeur", page)


def test_without_the_files_the_page_says_which_to_put_where(published: Publish) -> None:
    section = portrait_territoire(published().cite("cde-001"))
    page = read(section)
    for wanted in ("data/raw/insee", "IPRO_AAAA", "DEMO_AAAA", "REVN_AAAA", "insee.fr"):
        assert wanted in page
    assert section.etat == "partielle"


def test_a_later_edition_of_other_places_changes_no_page(published: Publish, whole: Publication) -> None:
    """The last date is the Cité's own: an edition of a few neighbourhoods elsewhere is not its last one."""
    elsewhere = [LATER[0], ["QP974044", "Ailleurs", *LATER[1][2:]]]
    later = published("IPRO_2018", "IPRO_2019", "DEMO_2021", IPRO_2024=elsewhere)
    for cite in ("cde-001", "cde-002"):
        section, former = portrait_territoire(later.cite(cite)), portrait_territoire(whole.cite(cite))
        assert section.chapo == former.chapo
        assert "2018" in section.chapo
        assert "2023" not in read(section)
        assert "IPRO 2024" not in read(section)


def test_without_communes_the_page_says_that_nothing_is_attached(published: Publish) -> None:
    page = read(portrait_territoire(published("IPRO_2019").cite("cde-001")))
    assert "Aucun quartier des fichiers de l’Insee n’a pu lui être rattaché" in page
    assert "ne disent pas dans quelles communes" in page
    assert "n’ont pas de demandeurs d’emploi" not in page


def test_the_year_of_a_rate_is_not_said_of_the_others(published: Publish) -> None:
    poor: Cells = [["CODGEO", "LIBGEO", "TP60"], *([row[0], row[1], "40,5"] for row in LATER[1:])]
    page = read(portrait_territoire(published("IPRO_2018", "IPRO_2019", "DEMO_2021", REVN_2021=poor).cite("cde-001")))
    assert "Date taux de pauvreté : 2017 Base" in page
    assert "REVN 2021 (mesure de 2017)" in page
    assert "année des mesures non dite" in page
