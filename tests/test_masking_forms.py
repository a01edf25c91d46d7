"""The forms that offices use for names and numbers are masked, and what looks like them is left as it is (all invented)."""

from __future__ import annotations

from pathlib import Path

import pytest

from citesresearch.codebook import load_codebook
from citesresearch.data.checking.masking import mask, without_marks
from citesresearch.data.checking.validation import read_and_validate
from tests.campagnes import write_campagne


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Vu par LENOUVEAU Jeanne", "Vu par [nom masqué]"),
        ("LENOUVEAU JEANNE signe", "[nom masqué] signe"),
        ("avis de mme lenouveau", "avis de [nom masqué]"),
        ("avis de M Lenouveau", "avis de [nom masqué]"),
        ("avis de M.Lenouveau", "avis de [nom masqué]"),
        ("avis de MME LENOUVEAU", "avis de [nom masqué]"),
        ("Mmes Lenouveau, Inventé et Le Fictif", "[nom masqué]"),
        ("Mrs Lenouveau et Inventé", "[nom masqué]"),
        ("dit N. Lenouveau hier", "dit [nom masqué] hier"),
        ("Madame la directrice Lenouveau", "[nom masqué]"),
        ("dit J.-P. Lenouveau hier", "dit [nom masqué] hier"),
        ("dit Sophie D. hier", "dit [nom masqué] hier"),
        ("Porté par Ousmane Inventé depuis 2021", "Porté par [nom masqué] depuis 2021"),
        ("l’atelier d’Inès Inventée", "l’atelier d’[nom masqué]"),
        ("Zeynep et Mehmet Inventé", "Zeynep et [nom masqué]"),
        ("Marie-Lenouveau anime", "[nom masqué] anime"),
        ("animé avec Karim et Sophie", "animé avec [nom masqué] et [nom masqué]"),
        ("So\u00adphie Lenouveau", "[nom masqué]"),
        ("Sophie\u200dLenouveau", "[nom masqué]"),
        ("+262 692 12 34 56", "[téléphone masqué]"),
        ("+590 690 12 34 56", "[téléphone masqué]"),
        ("(+33)6 12 34 56 78", "[téléphone masqué]"),
        ("(06) 12 34 56 78", "[téléphone masqué]"),
        ("Mme Lenouveau (06 12 34 56 78)", "[nom masqué] ([téléphone masqué])"),
        ("Mme Lenouveau (+33 6 12 34 56 78)", "[nom masqué] ([téléphone masqué])"),
        ("06. 12. 34. 56. 78", "[téléphone masqué]"),
        ("j.inventee[arobase]exemple.fr", "[adresse électronique masquée]"),
        ("j.inventee arobase exemple point fr", "[adresse électronique masquée]"),
        ("sécurité sociale 2 85 05 78 006 084 36", "sécurité sociale [numéro personnel masqué]"),
        ("née le 3 avril 1990", "née le [date de naissance masquée]"),
        ("linkedin.com/in/jeanne-inventee", "[compte en ligne masqué]"),
        ("au 10-12 rue du Fictif, 69003 Lyon", "au [adresse masquée]"),
        ("22 fg Saint-Inventé", "[adresse masquée]"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert mask(text).text == masked
    assert mask(masked).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "5 cours de français par semaine, 3 places en crèche, 12 rues",
        "Le QPV Jean Moulin et la dalle Robert Schuman",
        "l’école maternelle Jeanne Inventée, le centre de loisirs Paul Inventé",
        "Jeanne Inventée, rue Jeanne Inventée",
        "Louise Michel, Aimé Césaire",
        "un forum au 12 rue de la Paix (Maison de l’emploi)",
        "SIRET 123 456 789 00012, RNA W751234567, QP069012",
        "Horaires : 08 30 12 00 14 00",
        "de 01 à 05 06 07 08 09",
        "Monsieur le Président, Madame la ministre, M. X et Mme Y",
        "Marine Nationale, Rose des Vents, Saint-Pierre, Marie-Galante",
        "La Cité, née en mars 2021",
        "Nous avons travaillé avec France Travail et la CAF",
    ],
)
def test_left_as_it_is(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize(
    "text", ["Jeanne, coordinatrice", "Selon la maire de Mont-Utopie", "la seule habitante du 12e étage"]
)
def test_what_is_in_doubt_is_told_and_not_changed(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).doubts


def test_what_was_reread_and_kept_is_masked_no_more() -> None:
    kept = "Selon {{Mme Inventée}} et Mme Inventée"
    assert mask(kept).text == "Selon {{Mme Inventée}} et [nom masqué]"
    assert without_marks(mask(kept).text) == "Selon Mme Inventée et [nom masqué]"


def test_kept_words_are_published_without_their_marks(tmp_path: Path) -> None:
    verbatims = (
        "id_verbatim,id_cde,classe_role,rubrique,texte,consentement,date_recueil,source\n"
        "v1,cde-001,etat,genese,Au {{12 rue Inventée}},oui,2022-10,D1\n"
    )
    tables, problems = read_and_validate(write_campagne(tmp_path, verbatims=verbatims), load_codebook())
    assert [p for p in problems if p.code == "donnee_personnelle"] == []
    assert without_marks(tables["verbatims"]["texte"].tolist()[0]) == "Au 12 rue Inventée"
