"""The scheme of rubric 5: from a return, from documents, and nothing where nobody says who steers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from tests.indicators.petite_campagne import FIVE, FOUR, ONE, THREE, TWO, dataset, tables

from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish
from citesresearch.sections.schema_gouvernance import bodies_of, scheme_blocks

Rows = list[dict[str, object]]
Told = list[tuple[str, str, Mapping[str, Sequence[str]] | None]]
SOURCES: Rows = [
    {"id_source": name, "titre": name, "titre_court": name, "auteur": "ANCT", "nature": "article"}
    for name in ("D1", "D2")
]
PILOT: dict[str, object] = {"acteur": "prefecture", "cote": "etat", "libelle": "Préfecture", "role": "copilote"}
PILOT |= {"groupe": None, "date_reference": "2022", "datation": "annee", "periode": None, "source": "D2"}
TOWN = PILOT | {"acteur": "collectivite_commune", "cote": "collectivite", "libelle": "Ville de Trifouilly"}
GROUP = PILOT | {"acteur": "plie", "cote": "emploi", "libelle": "PLIE", "role": "pilote_groupe", "groupe": "Jeunes"}


@pytest.fixture(scope="module")
def publication() -> Publication:
    pilots: Rows = [PILOT | {"id_cde": FIVE}, TOWN | {"id_cde": FIVE}, GROUP | {"id_cde": FIVE}]
    data = dataset(tables(sources=SOURCES, copilotes=pilots))
    return publish(data, build_estimates(data))


def told(publication: Publication, cite: str) -> Told:
    return [(body.titre, body.detail, body.membres) for body in bodies_of(publication.cite(cite))]


def test_a_return_gives_its_bodies_and_its_post(publication: Publication) -> None:
    assert told(publication, ONE) == [
        ("Comité de pilotage (COPIL)", "", {"État": ("préfecture",), "Collectivités": ("intercommunalité",)}),
        ("Comité technique (COTECH)", "", {"État": ("préfecture",)}),
        ("Coordination", "Poste porté par : intercommunalité ; 0,5 équivalent temps plein", None),
    ]
    assert told(publication, TWO)[1] == ("Comité technique (COTECH)", "Cette instance n’existe pas", None)
    assert told(publication, THREE) == [
        ("Comité de pilotage (COPIL)", "Cette instance n’existe pas", None),
        ("Coordination", "La Cité n’a pas de coordonnateur", None),
    ]


def test_documents_alone_give_who_steers_and_the_groups(publication: Publication) -> None:
    assert told(publication, FIVE) == [
        ("Copilotage", "", {"État": ("Préfecture",), "Collectivités": ("Ville de Trifouilly",)}),
        ("Groupe de travail « Jeunes »", "", {"Emploi et insertion": ("PLIE",)}),
    ]
    (block,) = scheme_blocks(publication.cite(FIVE))
    assert block.chart.titre.replace("\u00a0", " ") == "2 acteurs au copilotage et 1 pour « Jeunes »"
    assert dict(block.chart.notes) == {"Source": "D2", "Date": "2022"}


def test_nothing_is_drawn_where_nobody_says_who_steers(publication: Publication) -> None:
    assert scheme_blocks(publication.cite(FOUR)) == ()  # an almost empty return
