"""What Kobo, ODK and LimeSurvey do each in their way, and the command."""

from __future__ import annotations

import zipfile

import pytest

from citesresearch.cli import main
from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte.report import words
from citesresearch.data.dataset import read_tables
from citesresearch.errors import BLOCKED, OK, UNWRITABLE

from ..classeurs import xlsx
from .case import HEAD, LINE, Case, problems


def test_an_odk_archive_with_its_repeats(case: Case) -> None:
    path = case.exports / "retour.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "retour.csv",
            "SubmissionDate,s_identification-id_cde,s_identification-date_retour,s_identification-date_reference,meta-instanceID,KEY\n"
            "2024-01-05T09:00:00.000Z,cde-001,2023-07-01,2023,uuid:a,uuid:a\n",
        )
        archive.writestr(
            "retour-actions.csv",
            "actions_axe,actions_type_action,actions_theme,actions_nombre,PARENT_KEY,KEY\n"
            "aller_vers,forum,langue,2,uuid:a,uuid:a/actions[1]\n"
            "recenser_federer,reunions_partenaires,formation,1,uuid:zz,uuid:zz/actions[1]\n",
        )
    result = case.bring(path)
    assert problems(result) == [("cle_orpheline", 3, "PARENT_KEY")]
    with zipfile.ZipFile(path) as archive:
        main, repeat = (archive.read(name).decode() for name in archive.namelist())
    result = case.bring(
        case.file(main, "retour.csv"), case.file("\n".join(repeat.split("\n")[:2]) + "\n", "actions.csv")
    )
    assert "ODK, répétition" in words(result)
    assert [(r["id_action"], r["axe"], r["nombre"]) for r in case.rows("actions")] == [
        ("cde-001-a001", "aller_vers", "2")
    ]


def test_limesurvey_answers_that_were_never_sent_are_left_aside(case: Case) -> None:
    head = "id,submitdate,lastpage,startlanguage,token,idcde,classerole,copilotageequilibre"
    result = case.bring(
        f'{head}\n1,2024-01-05 09:00:00,3,fr,t1,Alpha,État,"D’accord"\n2,,1,fr,t2,Alpha,État,"D’accord"\n'
    )
    assert result.written, words(result)
    assert "1 réponse non envoyée" in words(result).replace("\u00a0", " ")
    assert [(row["id_cde"], row["date_reponse"]) for row in case.rows("repondants")] == [("cde-001", "2024-01-05")]


def test_mere_numbers_are_told_apart_between_tools_and_warned_of(case: Case) -> None:
    lime = "id,submitdate,lastpage,startlanguage,idcde,classerole\n501,2024-01-05 09:00:00,3,fr,cde-001,etat\n"
    result = case.bring(f"{HEAD}\n{LINE}\n", lime)
    assert [p.code for p in result.problems] == ["identifiant_fragile"]
    assert len(case.rows("repondants")) == 2


@pytest.mark.parametrize(
    "text",
    ["emploi mobilite", "Accéder à un emploi Se déplacer", "Se déplacer; Accéder à un emploi", "mobilite,emploi"],
)
def test_choices_in_one_cell_are_told_apart_however_they_are_separated(case: Case, text: str) -> None:
    case.bring(f'{HEAD},besoins_besoin_habitants\n{LINE},"{text}"\n')
    assert {row["besoin"] for row in case.rows("besoins")} == {"emploi", "mobilite"}


def test_no_everywhere_is_the_answer_none_and_nothing_anywhere_is_no_answer(case: Case) -> None:
    head = f"{HEAD},besoins_besoin_habitants/emploi,besoins_besoin_habitants/mobilite\n"
    case.bring(f"{head}{LINE},0,0\n{LINE.replace('501', '502')},,\n")
    assert [row["besoin"] for row in case.rows("besoins")] == ["aucun_besoin"]


def test_the_command_imports_then_check_reads(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    export = case.file(f"{HEAD},copilotage_equilibre\n{LINE},d_accord\n")
    asked = ["import", str(export), "--campagne", str(case.folder), "--cle", str(case.key)]
    assert main([*asked, "--apercu"]) == OK
    assert case.rows("repondants") == []
    assert main(asked) == OK
    assert "1 ligne dans « repondants »" in capsys.readouterr().out.replace("\u00a0", " ")
    assert main(["check", "-c", str(case.folder)]) == OK
    export.write_text(f"{HEAD},copilotage_equilibre\n{LINE},ne_sait_pas\n")
    assert main(asked) == BLOCKED
    assert main([*asked, "--remplacer"]) == OK
    assert not read_tables(find_campagne(case.folder))[1].blocking


@pytest.mark.parametrize("name", ["absent.csv", "texte.pdf", "vide.csv", "faux.xlsx", "faux.zip"])
def test_a_file_that_cannot_be_read_is_a_sentence(case: Case, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = case.exports / name
    if name != "absent.csv":
        path.write_bytes(
            {"texte.pdf": b"%PDF-1.4 ", "vide.csv": b"", "faux.xlsx": b"PK\x03\x04abc", "faux.zip": b"PK\x03\x04abc"}[
                name
            ]
        )
    assert main(["import", str(path), "-c", str(case.folder), "--cle", str(case.key)]) == BLOCKED
    out = capsys.readouterr()
    assert name in out.out + out.err
    assert "Rien n’a été importé" in out.out


def test_an_export_inside_the_campagne_is_refused(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    path = case.folder / "export.csv"
    path.write_text(f"{HEAD}\n{LINE}\n")
    assert main(["import", str(path), "-c", str(case.folder), "--cle", str(case.key)]) == BLOCKED
    assert "ce qui désigne les répondants" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in place of the lock: root, too, is refused."""
    export = case.file(f"{HEAD}\n{LINE}\n")
    (case.folder / ".import.lock").mkdir()
    assert main(["import", str(export), "-c", str(case.folder), "--cle", str(case.key)]) == UNWRITABLE
    assert "Impossible d’écrire" in capsys.readouterr().err


def test_questions_that_hold_commas_do_not_hide_the_delimiter(case: Case) -> None:
    """LimeSurvey with whole questions at the head of its columns: more commas than semicolons in that line."""
    head = ["Jeton", "À quelle Cité participez-vous ?", "À quelle famille d’acteurs appartenez-vous ?"]
    head += ["À quelle date répondez-vous ?", "Quels sont, selon vous, les besoins des habitants ? [Se déplacer]"]
    head += ["Quels sont, selon vous, les points forts de la Cité ? [La coordination]"]
    lines = [head, ["t1", "Alpha", "État", "2024-01-05", "Oui", "Non"]]
    text = "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines) + "\n"
    result = case.bring(text)
    assert result.written, words(result)
    assert [row["besoin"] for row in case.rows("besoins")] == ["mobilite"]
    assert [row["enseignement"] for row in case.rows("enseignements")] == ["aucun_point_fort"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Jeunes diplômés", {"diplomes"}),
        ("Jeunes Jeunes diplômés Femmes", {"jeunes", "diplomes", "femmes"}),
        ("jeunes diplomes", {"jeunes", "diplomes"}),
    ],
)
def test_a_label_that_holds_another_label_and_a_code_is_read_whole(case: Case, text: str, codes: set[str]) -> None:
    """« Jeunes » and the code « diplomes » make « Jeunes diplômés », which is a choice of its own."""
    head = "id_cde,date_retour,date_reference,public_cible_identifie,publics_cibles"
    result = case.bring(f"{head}\ncde-001,2023-07-01,2023,oui,{text}\n")
    assert result.written, words(result)
    assert {row["public"] for row in case.rows("publics_cibles")} == codes


def test_notes_beside_the_answers_in_a_workbook_are_said_not_read(case: Case) -> None:
    path = case.exports / "classeur.xlsx"
    answers = [cells.split(",") for cells in (HEAD, LINE)]
    xlsx({"réponses": answers, "notes": [["Pense-bête"], ["rappeler la préfecture"]]}).save(path)
    result = case.bring(path)
    assert result.written, words(result)
    assert [(p.code, p.gravite, p.feuille) for p in result.problems] == [
        ("questionnaire_inconnu", "avertissement", "notes")
    ]
