"""Advice never creates a fact: no code for several answers, no total, no key that is itself refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.nearest import Budget, Choices
from citesresearch.data.problems import Problem
from citesresearch.data.validation import read_and_validate
from tests.campagnes import TABLES, write_campagne

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
