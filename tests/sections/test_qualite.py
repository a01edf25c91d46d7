"""The page on the quality of the data: complete with returns, empty without, silent on persons of a Cité."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.campagnes import campagne_at, write_campagne
from tests.indicators.petite_campagne import dataset, tables

from citesresearch import sections
from citesresearch.data.dataset import read_dataset
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish

SECTIONS = (
    sections.taux_de_reponse,
    sections.reponses_manquantes,
    sections.coherence,
    sections.desaccords,
)
NAMES = ("Alpha-Nord", "Bêta-Sud", "Gamma-Est", "Delta-Ouest", "Epsilon-Centre")


@pytest.fixture(scope="module")
def publication() -> Publication:
    frames = tables()
    frames["cites"] = frames["cites"].assign(
        nom=NAMES, region=frames["cites"]["code_region"].map({"61": "Terres", "62": "Rives"}), annee_label_origine="lue"
    )
    frames["sources"] = pd.DataFrame(
        [
            {"id_source": f"D{i}", "titre": f"Titre {i}", "titre_court": f"Court {i}", "auteur": "Auteur"}
            | {"date_publication": "2024", "periode": "", "licence": "libre"}
            for i in range(4)
        ]
    )
    made = dataset(frames)
    return publish(made, build_estimates(made))


@pytest.fixture(scope="module")
def documents_only(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    read = read_dataset(campagne_at(write_campagne(tmp_path_factory.mktemp("projet"))))
    return publish(read, build_estimates(read))


def test_with_returns_every_section_has_its_figures(publication: Publication) -> None:
    assert [make(publication).etat for make in SECTIONS] == ["complete"] * 4
    rates = str(sections.taux_de_reponse(publication).html())
    assert "4 retours pour 5 Cités" in rates.replace("\u00a0", " ")
    assert NAMES[4] in rates, "the Cité without return is named"
    cover = str(sections.couverture_qualite(publication).html())
    assert "Données de démonstration (synthétiques)" in cover


def test_missing_answers_are_all_there_to_be_searched(publication: Publication) -> None:
    page = str(sections.reponses_manquantes(publication).html())
    folded = page[page.index("Toutes les questions (") :]
    rows = publication.estimate("reponses_manquantes_retours", perimetre_type="national")
    assert f"Toutes les questions ({len(rows)})" in page
    assert folded[: folded.index("</details>")].count('scope="row"') == len(rows)
    # The Cité that returned an almost empty form comes first, the silent one is not among the returns.
    worst = page[page.index("Les retours les moins complets") :]
    assert worst.index(NAMES[3]) < worst.index(NAMES[0])
    assert NAMES[4] not in worst


def test_a_check_that_no_return_allows_is_not_a_success(publication: Publication) -> None:
    page = str(sections.coherence(publication).html())
    row = page[page.index("Cohorte sans personne") :]
    assert "sans objet" in row[: row.index("</tr>")]


def test_disagreements_say_nothing_of_a_cite_and_hide_what_is_too_small(publication: Publication) -> None:
    page = str(sections.desaccords(publication).html())
    assert not any(name in page for name in NAMES)
    assert "secret statistique" in page
    # Four respondents: nothing of their answers comes through.
    held = publication.estimates[publication.estimates["indicateur"].str.startswith("desaccord")]
    assert len(held)
    assert set(held["statut"]) == {"s"}
    assert held["valeur"].isna().all()


def test_without_returns_every_section_says_so(documents_only: Publication) -> None:
    for make in SECTIONS:
        section = make(documents_only)
        assert section.etat == "vide"
        assert "Donnée non disponible" in str(section.html())
    assert "Aucun retour" in str(sections.couverture_qualite(documents_only).html())
    assert sections.methode_qualite(documents_only).etat == "complete"
