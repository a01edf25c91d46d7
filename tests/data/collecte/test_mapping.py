"""What is not understood is said at once, proposed to be checked, and never guessed."""

from __future__ import annotations

import csv

import pytest

from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte.questions import Questions, Target
from citesresearch.data.collecte.report import words
from citesresearch.data.dataset import read_tables

from ..classeurs import xlsx
from .case import HEAD, LINE, MAIL, Case, problems
from .exports import CODEBOOK, FORMS


def test_everything_unknown_is_said_at_once_and_a_mapping_is_proposed(case: Case) -> None:
    text = f"{HEAD},copilotage_equilibr,Q7,orientation_publics\n{LINE},d_accord,A1,dacor\n"
    before = case.state()
    result = case.bring(text)
    assert sorted(problems(result)) == [
        ("colonne_inconnue", 1, "Q7"),
        ("colonne_inconnue", 1, "copilotage_equilibr"),
        ("hors_liste", 2, "orientation_publics"),
    ]
    assert case.state() == before
    assert result.proposal == case.exports / "correspondance.csv"
    read = csv.DictReader(result.proposal.read_text("utf-8-sig").splitlines(), delimiter=";")
    lines = {(r["colonne"], r["réponse lue"]): r for r in read}
    assert lines["copilotage_equilibr", ""]["champ"] == "reponses.copilotage_equilibre"
    assert lines["copilotage_equilibr", ""]["confiance"] == "97\u00a0%"
    assert lines["orientation_publics", "dacor"]["modalité"] == "d_accord"
    assert (lines["Q7", ""]["champ"], lines["Q7", ""]["confiance"]) == ("", "aucune")
    shown = words(result).replace("\u00a0", " ")
    assert "lu : « dacor »" in shown
    assert "« tout_a_fait_d_accord »" in shown


def test_the_proposal_once_checked_is_the_mapping(case: Case) -> None:
    text = f"{HEAD},copilotage_equilibr,Q7,orientation_publics\n{LINE},d_accord,A1,dacor\n"
    proposal = case.bring(text).proposal
    assert proposal is not None
    filled = proposal.read_text("utf-8-sig").replace(";Q7;;;;aucune", ";Q7;;ignorer;;aucune")
    checked = case.exports / "correspondance.csv"
    checked.write_text(filled, encoding="utf-8")
    result = case.bring(text, mapping=checked)
    assert result.written, words(result)
    assert {row["question"]: row["modalite"] for row in case.rows("reponses")} == dict.fromkeys(
        ("copilotage_equilibre", "orientation_publics"), "d_accord"
    )


def test_a_proposal_never_replaces_a_file_that_somebody_filled(case: Case) -> None:
    kept = case.file("mon;fichier\n", "correspondance.csv")
    text = f"{HEAD},Q7\n{LINE},A1\n"
    result = case.bring(text)
    assert result.proposal == case.exports / "correspondance-2.csv"
    assert kept.read_text() == "mon;fichier\n"
    assert case.bring(text).proposal == result.proposal  # the same proposal is not written twice


TOML = """
[colonnes]
"Question 1" = "reponses.copilotage_equilibre"
Q2 = "besoins.besoins_besoin_habitants"
"Q3 emploi" = { champ = "besoins.besoins_attente_acteurs", modalite = "etat_coordonner" }
Commentaire = "ignorer"
[reponses."Question 1"]
"A2" = "d_accord"
"A9" = "sans réponse"
[constantes]
"repondants.date_reponse" = "2024-02"
"repondants.source" = "D1"
"""


def test_a_mapping_in_toml_names_columns_choices_answers_and_constants(case: Case) -> None:
    mapping = case.file(TOML, "c.toml")
    head = "token,id_cde,classe_role,Question 1,Q2[mobilite],Q3 emploi,Commentaire"
    result = case.bring(f"{head}\nt1,cde-001,etat,A2,Y,Oui,bla\nt2,cde-002,etat,A9,,,\n", mapping=mapping)
    assert result.written, words(result)
    assert [(r["type"], r["besoin"]) for r in case.rows("besoins")] == [
        ("besoin_habitants", "mobilite"),
        ("attente_acteurs", "etat_coordonner"),
    ]
    assert [row["modalite"] for row in case.rows("reponses")] == ["d_accord"]
    assert {row["date_reponse"] for row in case.rows("repondants")} == {"2024-02"}


def test_a_subquestion_known_by_its_rank_alone_is_proposed_not_believed(case: Case) -> None:
    result = case.bring(f"{HEAD},besoinsbesoinhabitan[SQ003]\n{LINE},Y\n")
    assert problems(result) == [("colonne_inconnue", 1, "besoinsbesoinhabitan[SQ003]")]
    assert result.proposal is not None
    (line,) = csv.DictReader(result.proposal.read_text("utf-8-sig").splitlines(), delimiter=";")
    # The third choice of the list, and no likeness at all to vouch for it.
    assert (line["champ"], line["modalité"], line["confiance"]) == (
        "besoins.besoins_besoin_habitants",
        "mobilite",
        "0\u00a0%",
    )


def test_a_mapping_that_names_what_does_not_exist_is_refused(case: Case) -> None:
    mapping = case.file("colonne;champ\nQ1;reponses.copilotage_equilibr\n", "c.csv")
    result = case.bring(f"{HEAD},Q1\n{LINE},d_accord\n", mapping=mapping)
    assert ("hors_liste", 2, "champ") in problems(result)
    assert "reponses.copilotage_equilibre" in words(result)


def test_what_no_column_gives_is_asked_once(case: Case) -> None:
    """Two sources in the campagne: which one the answers belong to cannot be guessed."""
    sources = case.folder / "sources.csv"
    sources.write_text(
        sources.read_text("utf-8") + "D2,Autre,Autre,A,2023-07-25,,,,enquete,non,libre,Essai.\n", "utf-8"
    )
    text = f"{HEAD}\n{LINE}\n{LINE.replace('501', '502')}\n"
    result = case.bring(text)
    assert problems(result) == [("colonne_absente", None, "repondants.source")]
    assert "« D1 », « D2 »" in words(result).replace("\u00a0", " ")
    assert case.bring(text, source="D2").written
    # From then on the respondents that are there say it.
    assert case.bring(f"{HEAD}\n{LINE.replace('501', '503')}\n").written
    assert {row["source"] for row in case.rows("repondants")} == {"D2"}


def test_what_the_validation_finds_is_said_where_it_was_read(case: Case) -> None:
    before = case.state()
    result = case.bring(
        "id_cde,date_retour,date_reference,nombre_partenaires,coordonnateur_etp,coordonnateur\n"
        "cde-001,2023-07-01,2023,14,1,oui\ncde-002,le 3 juin,2023,beaucoup,9,oui\n"
    )
    assert sorted(problems(result)) == [
        ("date_illisible", 3, "date_retour"),
        ("hors_bornes", 3, "coordonnateur_etp"),
        ("nombre_illisible", 3, "nombre_partenaires"),
    ]
    assert {p.fichier for p in result.problems} == {"export0.csv"}
    assert case.state() == before


def test_a_campagne_that_is_wrong_already_is_not_made_worse(case: Case) -> None:
    (case.folder / "retours.csv").write_text("id_cde,date_retour,date_reference,source\ncde-009,2023,2023,D1\n")
    before = case.state()
    result = case.bring(f"{HEAD}\n{LINE}\n")
    assert problems(result) == [("cle_orpheline", 2, "id_cde")]
    assert result.problems[0].fichier == "retours.csv"
    assert case.state() == before


def test_answers_that_contradict_one_another_are_refused(case: Case) -> None:
    result = case.bring(
        f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n", f"{HEAD},copilotage_equilibre\n{LINE},ne_sait_pas\n"
    )
    assert problems(result) == [("reponse_contradictoire", 2, "copilotage_equilibre")]
    double = case.bring(f"{HEAD},besoins_besoin_habitants,besoins_besoin_habitants/emploi\n{LINE},emploi,0\n")
    assert problems(double) == [("reponse_contradictoire", 2, "besoins_besoin_habitants/emploi")]


def test_two_answers_of_one_person_in_a_file_are_one_problem_and_the_same_twice_is_none(case: Case) -> None:
    head = "email,id_cde,classe_role,date_reponse,copilotage_equilibre,orientation_publics"
    line = f"{MAIL},cde-001,etat,2024,"
    result = case.bring(f"{head}\n{line}d_accord,d_accord\n{line}ne_sait_pas,ne_sait_pas\n")
    assert problems(result) == [("cle_double", 3, "email")]
    assert "example.org" not in words(result)
    assert case.bring(f"{head}\n{line}d_accord,d_accord\n{line}d_accord,d_accord\n").written
    assert len(case.rows("repondants")) == 1


def test_a_constant_stands_for_empty_cells_and_comes_back_the_same(case: Case) -> None:
    mapping = case.file("colonne;champ;modalité\n;repondants.classe_role;État\n;repondants.source;D1\n", "c.csv")
    text = "token,id_cde,classe_role,submissiondate\nt1,cde-001,,2024-01-05\nt2,cde-001,emploi,2024-01-05\n"
    assert case.bring(text, mapping=mapping).written
    assert sorted((r["classe_role"], r["date_reponse"]) for r in case.rows("repondants")) == [
        ("emploi", "2024-01-05"),
        ("etat", "2024-01-05"),
    ]
    again = case.bring(text, mapping=mapping)
    assert not again.changes
    assert not again.altered


def test_repeats_that_an_export_drops_are_missed(case: Case) -> None:
    result = case.bring("_id,_uuid,id_cde,date_retour,date_reference\n1,u,cde-001,2023-07-01,2023\n")
    assert [(p.code, p.gravite) for p in result.problems] == [("repetition_absente", "avertissement")]


def test_a_column_of_notes_in_a_plain_sheet_is_not_taken_for_a_tool_s(case: Case) -> None:
    result = case.bring("token,id_cde,classe_role,date_reponse,notes,start\nt1,cde-001,etat,2024,à relire,bas\n")
    assert problems(result) == [("colonne_inconnue", 1, "notes"), ("colonne_inconnue", 1, "start")]


def test_a_sheet_of_another_form_and_one_without_identifier_are_refused(case: Case) -> None:
    assert [p[0] for p in problems(case.bring("couleur,forme\nrouge,rond\n"))] == ["questionnaire_inconnu"]
    assert [p[0] for p in problems(case.bring("id_cde,classe_role,date_reponse\ncde-001,etat,2024\n"))] == [
        "colonne_absente"
    ]


def test_a_table_that_holds_more_than_ours_is_not_rewritten(case: Case) -> None:
    """A column that the reader leaves out, or a sheet of a workbook, would be lost."""
    (case.folder / "repondants.csv").write_text(
        "id_repondant,id_cde,classe_role,date_reponse,source,remarque\nr0a1b2c,cde-001,etat,2024,D1,à garder\n", "utf-8"
    )
    before = case.state()
    assert ("colonne_inconnue", 1, "remarque") in problems(case.bring(f"{HEAD}\n{LINE}\n"))
    assert case.state() == before
    (case.folder / "repondants.csv").unlink()
    rows = [
        ["id_repondant", "id_cde", "classe_role", "date_reponse", "source"],
        ["r0a1b2c", "cde-001", "etat", "2024", "D1"],
    ]
    xlsx({"repondants": rows}).save(case.folder / "tables.xlsx")
    assert [p[0] for p in problems(case.bring(f"{HEAD}\n{LINE}\n"))] == ["table_en_double"]
    # The same sheet without any row is a model, as `init` leaves it: the answers go into a file beside it.
    xlsx({"repondants": rows[:1]}).save(case.folder / "tables.xlsx")
    assert case.bring(f"{HEAD}\n{LINE}\n").written
    tables, found = read_tables(find_campagne(case.folder))
    assert not found.blocking
    assert len(tables["repondants"]) == 1


def test_the_column_that_identifies_may_be_named(case: Case) -> None:
    """Two forms filled by the same person: what the person chose is the identifier, not the number of the row."""
    mapping = case.file("colonne;champ\nMatricule;identifiant\n", "c.csv")
    text = "id,Matricule,id_cde,classe_role,date_reponse,copilotage_equilibre\n{},M-7,cde-001,etat,2024,d_accord\n"
    assert case.bring(text.format(1), mapping=mapping).written
    assert not case.bring(text.format(2), mapping=mapping).altered
    assert len(case.rows("repondants")) == 1


def test_a_question_of_both_questionnaires_is_told_apart_by_its_table(case: Case) -> None:
    text = "token,id_cde,légit\nt1,cde-001,d_accord\n"
    for champ, code in (
        ("retours.legitimite_prefecture", "retours."),
        ("reponses.legitimite_prefecture", "repondants."),
    ):
        mapping = case.file(f"colonne;champ\nlégit;{champ}\n", "c.csv")
        result = case.bring(text, mapping=mapping)
        # The rest of each questionnaire is missing: that says which one it was taken for.
        missing = [place for kind, _, place in problems(result) if kind == "colonne_absente"]
        assert missing, words(result)
        assert all(str(place).startswith(code) for place in missing), words(result)


@pytest.mark.parametrize("nom", FORMS)
def test_names_and_words_of_a_form_never_lead_to_another_question(nom: str) -> None:
    """Every name is found; words are those of one question, or of none; a choice or a heading alone is no question."""
    form = FORMS[nom]
    questions = Questions(form, CODEBOOK[form.table])
    details = {item.name for group in form.walk() if group.kind == "detail" for item in group.items}
    for item in form.questions:
        assert questions.find(item.name) == Target(item)
        assert questions.find(item.label) == (None if item.name in details else Target(item))
        assert [questions.find(m.libelle) for m in item.choices] == [None] * len(item.choices)
    for group in form.walk():
        assert not group.items or questions.find(group.label) is None


def test_a_cell_of_several_choices_may_be_mapped_to_several_codes(case: Case) -> None:
    mapping = case.file("colonne;réponse lue;champ;modalité\nbesoins_besoin_habitants;tout;;emploi mobilite\n", "c.csv")
    assert case.bring(f"{HEAD},besoins_besoin_habitants\n{LINE},tout\n", mapping=mapping).written
    assert {row["besoin"] for row in case.rows("besoins")} == {"emploi", "mobilite"}
