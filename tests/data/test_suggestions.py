"""Advice never creates a fact: no code for several answers, no total, no key that is itself refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.campagnes import TABLES, write_campagne

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.nearest import Budget, Choices
from citesresearch.data.checking.problems import Problem
from citesresearch.data.checking.validation import read_and_validate

PUBLICS = Choices(["jeunes", "femmes", "diplomes", "seniors"], None, Budget())


def found(folder: Path) -> list[Problem]:
    return list(read_and_validate(folder, load_codebook())[1])


@pytest.mark.parametrize("text", ["jeunes; femmes", "jeunes, femmes", "femmes / seniors", "jeunes et femmes"])
def test_several_answers_are_not_told_to_be_another_one(text: str) -> None:
    assert PUBLICS.advice(text) == "donner une seule valeur par ligne, une ligne pour chacune"


@pytest.mark.parametrize("text", ["Total", "TOTAL", "Sous-total", "Ensemble"])
def test_a_total_is_no_answer_and_no_cite(text: str, tmp_path: Path) -> None:
    assert "retirer cette ligne" in PUBLICS.advice(text)
    folder = write_campagne(tmp_path, cites=TABLES["cites"].replace("cde-003,", f"{text},"))
    (told,) = [p for p in found(folder) if p.lu == text and p.fichier == "cites.csv"]
    assert "retirer cette ligne" in told.remede
    assert "écrire" not in told.remede


def test_another_letter_case_comes_before_other_letters(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path, copilotes=TABLES["copilotes"].replace("cde-001,", "CDE-001,"))
    assert {p.remede for p in found(folder) if p.lu == "CDE-001"} == {"écrire «\u00a0cde-001\u00a0»"}


def test_a_key_refused_in_its_own_table_is_proposed_nowhere(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path, cites=TABLES["cites"].replace("cde-001,", "cde\u2011001,"))
    told = [p for p in found(folder) if p.fichier == "copilotes.csv" and p.lu == "cde-001"]
    assert told
    for problem in told:
        assert problem.remede.startswith("corriger d’abord")
        assert "écrire" not in problem.remede


def test_a_file_is_no_other_spelling_of_one_that_is_there(tmp_path: Path) -> None:
    folder = write_campagne(tmp_path)
    (folder / "copilote.csv").write_text("a\n1\n", encoding="utf-8")
    (told,) = [p for p in found(folder) if p.fichier == "copilote.csv"]
    assert "renommer" not in told.remede


@pytest.mark.parametrize("text", ["cite\u20111", "cit\u00e91", "CITE 1", "Cite_1"])
def test_a_key_in_another_form_is_told_as_it_stands_in_its_table(text: str, tmp_path: Path) -> None:
    # The form alone would have « cite-01 » or « cite001 », which are no Cité.
    short = {name: cells.replace("cde-00", "cite-") for name, cells in TABLES.items()}
    short["copilotes"] = short["copilotes"].replace("cite-1,", f"{text},")
    assert {p.remede for p in found(write_campagne(tmp_path, **short)) if p.lu == text} == {
        "écrire «\u00a0cite-1\u00a0»"
    }


def test_a_key_refused_in_the_table_of_keys_is_told_as_others_write_it(tmp_path: Path) -> None:
    short = {name: cells.replace("cde-00", "cite-") for name, cells in TABLES.items()}
    short["cites"] = short["cites"].replace("cite-1,", "Cite 1,")
    assert {p.remede for p in found(write_campagne(tmp_path, **short)) if p.lu == "Cite 1"} == {
        "écrire «\u00a0cite-1\u00a0»"
    }


def test_a_key_that_leads_nowhere_is_proposed_nowhere(tmp_path: Path) -> None:
    retours = "id_cde,date_retour,source,date_reference\ncde-0001,2022-11,D1,2022-11\n"
    equipe = "id_cde,membre\ncde-001,coordonnateur\n"
    told = [
        p for p in found(write_campagne(tmp_path, retours=retours, equipe_projet=equipe)) if p.code == "cle_orpheline"
    ]
    assert {p.fichier: p.remede.split(",")[0] for p in told} == {
        "retours.csv": "écrire «\u00a0cde-001\u00a0»",
        "equipe_projet.csv": "corriger d’abord «\u00a0cde-0001\u00a0» dans «\u00a0retours.csv\u00a0»",
    }
