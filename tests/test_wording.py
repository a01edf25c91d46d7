"""Published facts in words: qualifier, number, unit, date, document."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.dataset import read_dataset
from citesresearch.indicators.estimates import build_estimates
from citesresearch.publication import Publication
from citesresearch.publication.gate import publish
from citesresearch.publication.wording import credit, dated, document, documents, figure
from tests.campagnes import TABLES, campagne_at, write_campagne

FIGURE = {"valeur": None, "valeur_basse": None, "valeur_haute": None, "qualificatif": "exact", "statut": "publie"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"valeur": 3, "qualificatif": "pres_de", "unite": "fois"}, "près de 3\u00a0fois"),
        ({"valeur_basse": 60, "valeur_haute": 70, "unite": "personnes"}, "60 à 70\u00a0personnes"),
        ({"valeur": 22.3, "unite": "pourcentage"}, "22,3\u00a0%"),
        ({"valeur_basse": 20, "valeur_haute": 22.5, "unite": "pourcentage"}, "20 à 22,5\u00a0%"),
        ({"valeur": 1, "unite": "ans"}, "1\u00a0an"),
        ({"valeur": 1.5, "unite": "ans"}, "1,5\u00a0an"),
        ({"valeur": 0, "unite": "cites"}, "0\u00a0Cité"),
        ({"valeur": 88000, "unite": "participations"}, "88\u202f000\u00a0participations"),
        ({"valeur": 27, "qualificatif": "au_plus", "unite": "partenaires"}, "au plus 27\u00a0partenaires"),
        ({"valeur": 60, "qualificatif": "objectif", "unite": "personnes"}, "60\u00a0personnes"),
        ({"valeur": 14, "qualificatif": "moyenne", "unite": "partenaires"}, "14\u00a0partenaires"),
        ({"statut": "illisible", "unite": "euros"}, "nd"),
    ],
)
def test_a_figure_keeps_its_qualifier_and_its_unit(row: dict[str, Any], words: str) -> None:
    assert figure(pd.Series({**FIGURE, **row}, dtype=object), load_codebook()) == words


@pytest.mark.parametrize(
    ("when", "kind", "period", "words"),
    [
        ("2023", "annee", None, "2023"),
        ("2020-09", "mois", None, "septembre 2020"),
        ("2020-12-01", "jour", None, "1er\u00a0décembre 2020"),
        ("2023-07-25", "publication", None, "document du 25 juillet 2023"),
        ("2023-07", "publication", None, "document de juillet 2023"),
        ("2024", "publication", None, "document de 2024"),
        (None, "non_datee", None, "non datée"),
        (None, "non_datee", "non datée ; pas avant novembre 2022", "non datée\u202f; pas avant novembre 2022"),
        ("2020", "periode", "automne 2020", "automne 2020"),
        ("2020", "periode", None, "2020"),
        (float("nan"), "non_datee", float("nan"), "non datée"),
    ],
)
def test_a_date_says_what_it_dates(when: Any, kind: str, period: Any, words: str) -> None:
    assert dated(pd.Series({"date_reference": when, "datation": kind, "periode": period}, dtype=object)) == words


def test_a_table_without_periods_is_dated_all_the_same() -> None:
    assert dated(pd.Series({"date_reference": "2024-09"})) == "septembre 2024"


SOURCES = TABLES["sources"] + "".join(
    f"D{i},Titre {i},Court {i},Auteur {i},2023,,,,article,non,libre,Essai.\n" for i in (2, 3)
)


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path_factory.mktemp("essai"), sources=SOURCES)))
    return publish(dataset, build_estimates(dataset))


def test_a_document_is_credited_in_full_or_in_short(publication: Publication) -> None:
    assert document(publication, "D1") == "Auteur, «\u00a0Document d’essai\u00a0»"
    assert credit(publication, "D1") == "Essai"


def test_documents_come_once_and_in_short_beyond_two(publication: Publication) -> None:
    two = documents(publication, ["D2", "D1", "D2"])
    assert two == "Auteur 2, «\u00a0Titre 2\u00a0»\u202f; Auteur, «\u00a0Document d’essai\u00a0»"
    assert documents(publication, ["D3", "D1", "D2"]) == "Court 3\u202f; Essai\u202f; Court 2"
    assert documents(publication, []) == ""


def test_a_document_that_no_table_describes_is_named_by_its_identifier(publication: Publication) -> None:
    assert (credit(publication, "D9"), document(publication, "D9")) == ("D9", "D9")
