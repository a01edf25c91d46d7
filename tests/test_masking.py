"""What identifies a person in free text: seen, masked, reported without being repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.masking import mask
from citesresearch.data.checking.validation import read_and_validate
from tests.campagnes import write_campagne


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Écrire à jean.dupont@ville.fr.", "Écrire à [adresse électronique masquée]."),
        ("jean (at) ville.fr", "[adresse électronique masquée]"),
        ("Appeler le 06 12 34 56 78 ou le +33 6 12 34 56 78", "Appeler le [téléphone masqué] ou le [téléphone masqué]"),
        ("tél. 01.42.34.56.78", "tél. [téléphone masqué]"),
        ("Mme Martin a dit oui", "[nom masqué] a dit oui"),
        ("rencontrée par Sophie Durand-Leroy hier", "rencontrée par [nom masqué] hier"),
        ("M. Le Goff vient", "[nom masqué] vient"),
        ("Jean-Pierre Bernard coordonne", "[nom masqué] coordonne"),
        ("au 12 bis rue de la Paix, 75002 Paris", "au [adresse masquée]"),
    ],
)
def test_a_person_s_traces_are_masked(text: str, masked: str) -> None:
    assert mask(text).text == masked
    assert mask(masked).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "le collège Jules Ferry et la rue Jean Jaurès",
        "Saint-Étienne Métropole, Pôle emploi et la Mission locale",
        "M. le préfet, Mme la déléguée",
        "31 915 bénéficiaires en 2022, 88 000 € en 2023, de 0 à 10 %",
        "Pierre et Marie disent la même chose",
        "du 01/02/2022 au 03/04/2023",
    ],
)
def test_what_names_no_person_is_left_as_it_is(text: str) -> None:
    assert mask(text).kinds == ()


def test_the_evaluator_is_told_where_and_never_what(tmp_path: Path) -> None:
    verbatims = (
        "id_verbatim,id_cde,classe_role,rubrique,texte,consentement,date_recueil,source\n"
        "v1,cde-001,etat,genese,Demandez à Sophie Durand au 06 12 34 56 78,oui,2022-10,D1\n"
    )
    folder = write_campagne(tmp_path, verbatims=verbatims)
    tables, problems = read_and_validate(folder, load_codebook())
    assert tables["verbatims"]["texte"].tolist() == ["Demandez à [nom masqué] au [téléphone masqué]"]
    (told,) = [problem for problem in problems if problem.code == "donnee_personnelle"]
    assert (told.fichier, told.ligne, told.colonne, told.gravite) == ("verbatims.csv", 2, "texte", "avertissement")
    assert "téléphone" in told.attendu
    assert "Durand" not in problems.report(None)
    assert "06 12" not in problems.report(None)


def test_the_committed_facts_name_no_one(repository: Path) -> None:
    _, problems = read_and_validate(repository / "data" / "raw" / "publique", load_codebook())
    assert [p.phrase() for p in problems if p.code == "donnee_personnelle"] == []
