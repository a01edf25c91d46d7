"""What rubric 5 says of a Cité's copilotage: from its numbers alone, by rules."""

from __future__ import annotations

import re

import pytest
from tests.governance.test_copilotage import BODIES, MONEY, RETURNS
from tests.indicators.petite_campagne import FIVE, ONE, THREE, TWO, dataset, tables

from citesresearch.data.dataset import Dataset
from citesresearch.governance import GOVERNANCE_MODELS
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish
from citesresearch.sections.copilotage import CAUTION, copilotage_blocks
from citesresearch.sections.gouvernance import gouvernance

RETURN = {"coordonnateur": True, "coordonnateur_etp": 1.0, "coordonnateur_en_poste": True}
SOURCES: list[dict[str, object]] = [
    {"id_source": "D1", "titre": "Retours", "titre_court": "Retours", "auteur": "ANCT", "nature": "article"}
]


@pytest.fixture(scope="module")
def data() -> Dataset:
    returns = [{**row, **(RETURN if row["id_cde"] == ONE else {})} for row in RETURNS]
    return dataset(tables(retours=returns, instances=BODIES, cofinancements=MONEY, sources=SOURCES))


@pytest.fixture(scope="module")
def publication(data: Dataset) -> Publication:
    return publish(data, build_estimates(data))


def said(publication: Publication, cite: str) -> str:
    page = "".join(str(block.html()) for block in copilotage_blocks(publication.cite(cite)))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", page, flags=re.S)))


def test_a_cite_with_an_index(publication: Publication, data: Dataset) -> None:
    page = said(publication, ONE)
    kept = GOVERNANCE_MODELS["copilotage"](data)["stabilite"][ONE]
    assert kept < 0.8, "the example below is of a type that is not stable"
    assert f"Type peu stable : « État dominant » n’est gardé que par {round(100 * kept)} % des 1 000 tirages" in page
    assert "lisez D plutôt que le type" in page
    for number in ("−0,26", "0,58", "0,63", "0,61"):
        assert number in page
    assert "P et K ne peuvent dépasser 0,80" in page
    # Of the fourteen other choices, four make it balanced: δ = .3, three times, and without the presidency (D = −.125).
    assert "il reste le même 10 fois sur 14" in page
    assert page.count(CAUTION) == 1
    assert "Poste installé, porté par la collectivité : 0,8 ETP ou plus" in page
    assert "1 Cité sur 1 est de ce type" in page
    assert "effet" not in page.lower()


def test_what_a_partial_return_says(publication: Publication) -> None:
    page = said(publication, TWO)
    assert "« Équilibré »" in page
    assert "Poids couvert 60 %" in page
    assert "P et K ne peuvent dépasser 0,67" in page
    assert "La place du coordonnateur" not in page, "nothing is known of it"
    short = said(publication, THREE)
    assert "Indice de copilotage non calculé" in short
    assert "couvrent 20 % du poids de l’indice, moins de la moitié" in short
    assert "Type" not in short
    assert copilotage_blocks(publication.cite(FIVE)) == ()


def test_it_stands_in_rubric_five_where_there_are_returns_only(publication: Publication) -> None:
    assert "<h3>L’équilibre du copilotage" in str(gouvernance(publication.cite(ONE)).html())
    nothing = dataset({name: frame for name, frame in tables(sources=SOURCES).items() if name in ("cites", "sources")})
    empty = publish(nothing, build_estimates(nothing))
    assert empty.table("gouvernance").drop(columns="id_cde").isna().all(axis=None)
    assert "<h3>L’équilibre du copilotage" not in str(gouvernance(empty.cite(ONE)).html())
